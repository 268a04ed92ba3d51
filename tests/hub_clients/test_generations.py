"""The client matrix: every promise of `story.py`, kept to unmodified clients of three generations."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from releases import release, rows
from served import Served, people, serving

from corpora.catalog import Catalog
from tests.hub_clients import environments

STORY = Path(__file__).with_name("story.py")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("hub")
    catalog = Catalog(folder / "catalog")
    texts = {"train": rows(300), "test": rows(40, start=300)}
    catalog.publish(release(folder, texts))
    catalog.publish(release(folder / "gated", texts, corpus="nb/gated"))
    catalog.repository("nb/gated").set(by="wang", private=False, gated="manual")
    tokens = people(catalog)
    with serving(catalog, tokens=tokens) as found:
        yield found


@pytest.mark.parametrize("generation", list(environments.GENERATIONS))
def test_everything_a_model_developer_does(served: Served, generation: str, tmp_path: Path) -> None:
    python = environments.python(generation)
    commit = served.catalog.commit_of("nb/repairs")
    given = {
        "release": "nb/repairs", "version": "1.0.0", "rows": 340, "commit": commit, "gated": "nb/gated",
        "guest": served.tokens["guest"], "work": str(tmp_path),
    }  # fmt: skip
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "YULIAO"))}
    env = {**clean, "HF_ENDPOINT": served.url, "HF_TOKEN": served.tokens["wang"], "HF_HOME": str(tmp_path / "home")}
    done = subprocess.run([python, STORY, json.dumps(given)], env=env, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-2000:]
    results = json.loads(done.stdout.splitlines()[-1])
    assert {name: said for name, said in results.items() if said != "ok"} == {}
    assert len(results) >= 20 and served.catalog.fsck(deep=True) == []
