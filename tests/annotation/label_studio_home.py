"""A real Label Studio for the tests: installed once under .bench, its database made once, every session a copy of it.

Run as a program it prepares both; it may run beside other tests. Nothing is skipped where it is missing: it is installed.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from annotation import server

ROOT = Path(__file__).resolve().parent.parent.parent
HOME = ROOT / ".bench" / "label-studio"
MADE = "made"


def prepare(home: Path = HOME) -> None:
    """Environment and migrated data folder, once; whoever comes second waits."""
    home.mkdir(parents=True, exist_ok=True)
    python = server.install(home)
    with open(home / "data.lock", "w") as lock:
        server._wait_for(lock)
        if not (home / MADE).is_file():
            shutil.rmtree(home / "data", ignore_errors=True)
            server.start(home, port=0, python=python)
            server.stop(home)
            (home / MADE).touch()


def copy(to: Path, home: Path = HOME) -> Path:
    """A home of its own with the made database, token and password in it; gives the Python to start it with."""
    prepare(home)
    to.mkdir(mode=0o700)
    shutil.copytree(home / "data", to / "data")
    for name in (server.TOKEN, server.PASSWORD):
        shutil.copy2(home / name, to / name)
    return home / "venv" / "bin" / "python"


if __name__ == "__main__":
    sys.exit(prepare())
