"""A withdrawn version, and a commit on top of one: every generation of clients is told so, with the reason, and not of a lost network."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from releases import release, rows
from served import Served, people, serving

from corpora.catalog import Catalog, closing
from corpora.catalog.changes import Add
from tests.hub_clients import environments

STORY, REASON = Path(__file__).with_name("closed_story.py"), "两行未脱敏"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("hub")
    catalog = Catalog(folder / "catalog")
    for corpus in ("nb/closed", "nb/top"):
        catalog.publish(release(folder / corpus, {"train": rows(40), "test": rows(9, start=40)}, corpus=corpus))
    top = catalog.repository("nb/top")
    with top.blobs.writing() as writer:
        writer.write(b"later")
        added = Add("notes.txt", writer.finish(), 5)
    top.commit("main", [added], title="on top", by="wang")
    for corpus in ("nb/closed", "nb/top"):
        closing.withdraw(catalog.repository(corpus), "1.0.0", reason=REASON, by="wang")
    with serving(catalog, tokens=people(catalog)) as found:
        yield found


@pytest.mark.parametrize("generation", list(environments.GENERATIONS))
def test_everybody_is_told_why(served: Served, generation: str, tmp_path: Path) -> None:
    path = "data/train-00000-of-00001.parquet"
    given = {"closed": "nb/closed", "on_top": "nb/top", "path": path, "work": str(tmp_path)}
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "YULIAO"))}
    env = {**clean, "HF_ENDPOINT": served.url, "HF_TOKEN": served.tokens["li"], "HF_HOME": str(tmp_path / "home")}
    command = [environments.python(generation), STORY, json.dumps(given)]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert len(told) == 7
    for call, (kind, message) in told.items():
        assert kind in ("GatedRepoError", "FileNotFoundError", "DatasetNotFoundError"), (call, kind)
        assert "v1.0.0 was withdrawn" in message and "check your connection" not in message, (call, message)
        if not generation.startswith("0."):  # reads headers as Latin-1
            assert REASON in message, (call, message)
    if not generation.startswith("0."):
        assert REASON in done.stderr, "the warning, before anything is refused"
    assert not list(tmp_path.glob("**/*.parquet")) and not list(tmp_path.glob("**/*.arrow"))
