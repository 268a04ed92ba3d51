"""`yuliao app`: what is started, and for whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.catalog import Catalog
from corpora.catalog.people import People
from corpora.ui import commands, theme
from corpora.workspace import Workspace
from tests.terminal import call


def test_it_does_not_open_to_others_while_there_are_no_users(capfd: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(capfd, "app", "--host", "0.0.0.0", "--no-open")
    assert code != 0 and "还没有用户" in err and "yuliao user add" in err


@pytest.mark.parametrize(("host", "local"), [("127.0.0.1", "1"), ("0.0.0.0", "")])
def test_what_is_started(host: str, local: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    People(Catalog(Workspace().catalog).database).users.add("li", "李", by="test")
    started: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr("os.execve", lambda path, words, environment: started.append((words, environment)))
    call(capfd, "app", "--host", host, "--port", "0", "--no-open")
    ((words, environment),) = started
    assert environment["YULIAO_APP_LOCAL"] == local
    assert f"--server.address={host}" in words and Path(words[1]).name == "app.py"


def test_no_telemetry_no_watcher_no_text_in_errors() -> None:
    said = theme.options()
    assert said["browser.gatherUsageStats"] == "false" and said["server.fileWatcherType"] == "none"
    assert said["client.showErrorDetails"] == "none" and said["client.disableDataExport"] == "true"
    words = commands.command("127.0.0.1", 8501)
    assert Path(words[1]).name == "app.py" and all(word.startswith("--") for word in words[2:])


def test_nothing_of_ours_is_fetched_from_elsewhere() -> None:
    root = Path(commands.__file__).resolve().parents[2]
    rooms = [path for room in ("corpora", "quality", "curation", "annotation") for path in (root / room).rglob("page.py")]
    files = [
        *rooms,
        *root.glob("curation/review/component/*"),
        *root.glob("corpora/ui/component/*"),
        root / "corpora/ui/theme.py",
        root / "app.py",
    ]
    for path in files:
        if path.is_file():
            text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "").replace("http://127.0.0.1:8080", "")
            assert "http://" not in text and "https://" not in text and "fetch(" not in text, path
