"""For the tests of the workbench: Chromium, the app in a process of its own, and a workspace with a finished run."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.app import story

ROOT = Path(__file__).resolve().parent.parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-cjk")


def find_chromium() -> str:
    """Path of a Chromium; installed from Debian where there is none and we may. Without one the test is skipped, in CI it fails."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None and hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
        subprocess.run(["apt-get", "update", "-qq"], **quiet)
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *PACKAGES], **quiet)
        found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        said = "no Chromium: apt-get install chromium fonts-noto-cjk"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(said)
    return str(found)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium. Its event loop must not outlive the module: other tests run their own."""
    playwright = (
        pytest.importorskip("playwright.sync_api") if not os.environ.get("CI") else __import__("playwright.sync_api")
    )
    start = getattr(playwright, "sync_playwright", None) or __import__("playwright.sync_api", fromlist=["x"]).sync_playwright
    with start() as engine:
        one = engine.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        yield one
        one.close()


@dataclass
class App:
    """url: where the pages are."""

    url: str
    process: subprocess.Popen[bytes]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def start_app(home: Path) -> App:
    """`yuliao app`, ready to be asked."""
    port = free_port()
    command = [sys.executable, "-m", "cli", "app", "--port", str(port), "--no-open"]
    environment = {**os.environ, "YULIAO_HOME": str(home)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1) as answer:
                if answer.status == 200:
                    return App(url, process)
        except OSError:
            time.sleep(0.25)
    raise AssertionError("the app does not answer")


def stop_app(app: App) -> None:
    """Ends the app and the process that it started: both are in a session of their own."""
    os.killpg(app.process.pid, 15)
    app.process.wait(20)


@pytest.fixture()
def app(home: Path) -> Iterator[App]:
    """The workbench on this test's own workspace."""
    one = start_app(home)
    yield one
    stop_app(one)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one finished run of invented notes, published as 1.0.0; tests that use it only read."""
    folder = tmp_path_factory.mktemp("finished")
    story.make(folder)
    return folder / "workspace"


@pytest.fixture()
def done(finished: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """That workspace, for the pages of this test; as on one's own machine."""
    monkeypatch.setenv("YULIAO_HOME", str(finished))
    monkeypatch.setenv("YULIAO_APP_LOCAL", "1")
    return finished
