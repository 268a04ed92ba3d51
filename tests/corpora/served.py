"""A catalog with people, served by the real command in a process of its own, for the tests that need a door to knock at."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from corpora.catalog import Catalog
from corpora.catalog.people import People


@dataclass
class Served:
    """url: where it answers; tokens: user → secret."""

    catalog: Catalog
    url: str
    process: subprocess.Popen[str]
    tokens: dict[str, str] = field(default_factory=dict)

    def process_url(self) -> str:
        """Where the process itself listens, whatever address it was told that clients see."""
        import psutil

        (one,) = [c for c in psutil.Process(self.process.pid).net_connections("tcp") if c.status == psutil.CONN_LISTEN]
        return f"http://127.0.0.1:{one.laddr.port}"

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def people(catalog: Catalog) -> dict[str, str]:
    """wang owns and li reads in `nb`, zhao is its officer, guest belongs to nobody: a token each, wang's for writing."""
    found = People(catalog.database)
    found.users.add_organisation("nb", "宁波", by="test")
    tokens = {}
    for name, role in (("wang", "owner"), ("li", "developer"), ("zhao", "officer"), ("guest", "")):
        found.users.add(name, name, by="test")
        if role:
            found.users.give(name, "nb", role, by="test")
        tokens[name], _ = found.tokens.add(name, by="test", scope="write" if name in ("wang", "guest") else "read")
    return tokens


@contextmanager
def serving(catalog: Catalog, *words: str, tokens: dict[str, str] | None = None) -> Iterator[Served]:
    """`yuliao serve` on a free port of loopback; stopped by its process id."""
    command = [sys.executable, "-m", "cli", "serve", "--port", "0", "--catalog", str(catalog.root), *words]
    root = Path(__file__).resolve().parent.parent.parent
    process = subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
    )
    try:
        assert process.stdout is not None
        url = next(line.split("=", 1)[1].strip() for line in process.stdout if line.startswith("export HF_ENDPOINT="))
        yield Served(catalog, url, process, tokens or {})
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        assert process.stdout is not None
        process.stdout.close()
