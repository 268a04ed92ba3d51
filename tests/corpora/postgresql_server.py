"""A PostgreSQL server for the tests: Debian's package, a folder of its own, loopback, an unprivileged user, stopped by its id."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

USER, PASSWORD = "reader", "口令:p@ss/%w0rd"
DEMANDED = "YULIAO_NEEDS_POSTGRESQL"


@dataclass(frozen=True)
class Server:
    """port on 127.0.0.1; the database is `postgres`."""

    port: int

    def url(self, password: str = "${TEST_PASSWORD}") -> str:
        return f"postgresql://{USER}:{password}@127.0.0.1:{self.port}/postgres"

    def execute(self, *statements: str) -> None:
        import psycopg

        with psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, dbname="postgres", autocommit=True
        ) as connection:
            for statement in statements:
                connection.execute(statement.encode())


def programs() -> Path | None:
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"))
    named = found[-1] if found else shutil.which("initdb")
    return Path(os.path.realpath(named)).parent if named else None


def started() -> Iterator[Server]:
    """Yields the server. Skips where there is no PostgreSQL, but fails where CI asks for it."""
    folder = programs()
    if folder is None:
        if os.environ.get(DEMANDED):
            pytest.fail("PostgreSQL is not installed: apt-get install postgresql")
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    place = Path(tempfile.mkdtemp(prefix="yuliao-postgresql-"))
    user = "nobody" if os.getuid() == 0 else None  # initdb refuses to be run by root
    (place / "password").write_text(PASSWORD, "utf-8")
    if user:
        for path in (place, place / "password"):
            os.chown(path, pwd.getpwnam(user).pw_uid, -1)
    process = None
    try:
        options = ["-U", USER, "-E", "UTF8", "--locale=C.UTF-8", "-A", "scram-sha-256", "--no-sync"]
        command = [str(folder / "initdb"), "-D", str(place / "data"), f"--pwfile={place / 'password'}", *options]
        subprocess.run(command, check=True, capture_output=True, user=user, cwd=place)
        port = _free_port()
        settings = {
            "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "off", "timezone": "Asia/Shanghai",
        }  # fmt: skip
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(folder / "postgres"), "-D", str(place / "data"), "-p", str(port), *flags]
        with open(place / "log", "w") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, user=user, cwd=place)
        yield _ready(Server(port), process, place / "log")
    finally:
        if process is not None:
            process.send_signal(signal.SIGINT)
            process.wait(30)
        shutil.rmtree(place, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _ready(server: Server, process: subprocess.Popen[bytes], log: Path) -> Server:
    import psycopg

    for _ in range(300):
        assert process.poll() is None, log.read_text("utf-8", "replace")
        try:
            server.execute("SELECT 1")
            return server
        except psycopg.OperationalError:
            time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8", "replace"))
