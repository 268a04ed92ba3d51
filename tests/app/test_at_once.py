"""Two at once without a browser: the same recipe run twice, a version published while another is withdrawn, one run killed
at every stage."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from corpora.catalog import Catalog, closing
from corpora.release import load, verify
from corpora.workspace import Workspace
from curation import recipe_file
from curation.run import background, pipeline
from curation.run.background import ALIVE, Handle, Status
from tests.app.conftest import ROOT
from tests.curation import corpus

LONG = 180.0


def until(handle: Handle, wanted: Callable[[Status], bool]) -> Status:
    end = time.monotonic() + LONG
    while not wanted(status := handle.status()):
        assert time.monotonic() < end, status
        time.sleep(0.01)
    return status


def ended(status: Status) -> bool:
    return status.state not in ALIVE


@pytest.fixture()
def recipe(tmp_path: Path) -> Path:
    """A recipe whose stages each last a while."""
    path = corpus.recipe(tmp_path, {"  - step: dedup_exact\n  - step: dedup_near\n": ""})
    data = (tmp_path / "notes.jsonl").read_bytes()
    with (tmp_path / "notes.jsonl").open("wb") as file:
        for number in range(60):
            file.write(data.replace(b'"N', b'"M%d' % number))
    return path


def test_the_same_recipe_run_twice_at_once(tmp_path: Path) -> None:
    path = corpus.recipe(tmp_path)
    both = [background.start(Workspace(), path, workers=1) for _ in range(2)]
    for handle in both:
        until(handle, ended)
    states = {handle.status().state for handle in both}
    assert "done" in states and states <= {"done", "failed"}
    for handle in both:
        if (said := handle.status()).state == "failed":  # they met: told so, with what to do
            assert "同样的运行" in said.error and said.hint
            handle.resume()
            assert until(handle, ended).state == "done"
    one, other = (load(Path(handle.status().release)) for handle in both)
    assert one.hash == other.hash and not verify(one)


def test_published_while_another_version_is_withdrawn(tmp_path: Path) -> None:
    file, workspace = recipe_file.load(str(corpus.recipe(tmp_path))), Workspace()
    first, second = (
        pipeline.run(recipe_file.override(file, inputs=[], version=version), workspace=workspace).release
        for version in ("1.0.0", "1.1.0")
    )
    for number in range(5):
        place = tmp_path / f"catalog-{number}"
        Catalog(place).publish(first, message="")
        start, faults = threading.Barrier(2), list[BaseException]()

        def at_once(act: Callable[[Catalog], object], place: Path = place, start: threading.Barrier = start,
                    faults: list[BaseException] = faults) -> None:  # fmt: skip
            catalog = Catalog(place)
            start.wait(30)
            try:
                act(catalog)
            except BaseException as fault:  # noqa: BLE001  shown below
                faults.append(fault)

        acts: list[Callable[[Catalog], object]] = [
            lambda catalog: catalog.publish(second, message=""),
            lambda catalog: closing.withdraw(catalog.repository(first.corpus), "1.0.0", reason="有误", by="周"),
        ]
        people = [threading.Thread(target=at_once, args=(act,)) for act in acts]
        for one in people:
            one.start()
        for one in people:
            one.join(60)
        assert faults == []
        catalog = Catalog(place)
        tags = catalog.refs(first.corpus).read()["tags"]
        assert "withdrawn" in tags["v1.0.0"] and "withdrawn" not in tags["v1.1.0"]
        assert not verify(catalog.release(first.corpus, "1.1.0"))
        told = [entry["what"] for entry in catalog.audit.entries()]
        assert told.count("withdraw") == 1 and told.count("publish") == 2
        assert catalog.audit.broken() is None


BEGIN = (
    "import sys, time; from corpora.workspace import Workspace; from curation.run import background\n"
    "print(background.start(Workspace(), sys.argv[1], workers=2).id, flush=True); time.sleep(600)"
)


def test_killed_at_every_stage_with_the_page_s_server_the_release_is_the_same_to_the_byte(
    recipe: Path, tmp_path: Path, home: Path
) -> None:
    plain = pipeline.run(recipe_file.load(str(recipe)), workspace=Workspace(tmp_path / "plain")).release
    shutil.copytree(tmp_path / "plain" / "keys", Workspace().root / "keys")
    page = subprocess.Popen([sys.executable, "-c", BEGIN, str(recipe)], stdout=subprocess.PIPE, text=True,
                            env={**os.environ, "PYTHONPATH": str(ROOT)})  # fmt: skip
    assert page.stdout is not None
    handle = background.find(Workspace(), page.stdout.readline().strip())
    page.kill()  # the server of the page that began it
    page.wait(30)
    killed = []
    for stage in ("measure", "decide", "write", "seal"):
        status = until(handle, lambda said, stage=stage: ended(said) or said.phase == stage)  # type: ignore[misc]
        if ended(status):
            break
        os.killpg(int((handle.folder / background.PID).read_text()), signal.SIGKILL)
        if until(handle, ended).state == "failed":
            killed.append(stage)
        handle.resume()
    assert until(handle, ended).state == "done" and "measure" in killed, killed
    release = load(Path(handle.status().release))
    assert release.hash == plain.hash and not verify(release)
    for one, other in zip(plain.tables(), release.tables(), strict=True):
        assert one.read_bytes() == other.read_bytes()
