"""Tests of the annotation room. Those that need a real Label Studio run last: it is installed and its database made meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import label_studio_home
import pytest

from annotation import server
from annotation.label_studio import LabelStudio

_BUSY: list[subprocess.Popen[bytes]] = []


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    real = [item for item in items if "label_studio_python" in getattr(item, "fixturenames", ())]
    if real and not config.option.collectonly and not _BUSY:
        items[:] = [item for item in items if item not in real] + real
        environment = {**os.environ, "PYTHONPATH": str(label_studio_home.ROOT)}
        script = label_studio_home.__file__
        _BUSY.append(
            subprocess.Popen([sys.executable, script], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        )


@pytest.fixture(scope="session")
def label_studio_python() -> None:
    """Waits for what was begun at the start; what went wrong there is tried, and shown, here."""
    for process in _BUSY:
        process.wait()
    label_studio_home.prepare()


@pytest.fixture(scope="session")
def running(label_studio_python: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Running]:
    """A Label Studio of this session's own."""
    home = tmp_path_factory.mktemp("label-studio") / "home"
    python = label_studio_home.copy(home)
    yield server.start(home, port=0, python=python)
    server.stop(home)


@pytest.fixture()
def real(running: server.Running, monkeypatch: pytest.MonkeyPatch) -> LabelStudio:
    """The server as `yuliao annotate --url` reaches it."""
    monkeypatch.setenv("LABEL_STUDIO_URL", running.url)
    monkeypatch.setenv("LABEL_STUDIO_TOKEN", running.token)
    return LabelStudio(running.url, running.token)
