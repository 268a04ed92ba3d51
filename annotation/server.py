"""A Label Studio of one's own: installed once into its own environment, started on loopback without telemetry, stopped by id.

Settings as seen to work with Label Studio 1.23: the host must be named (its default is every address), a busy port is
silently exchanged for the next one, and the legacy token works only if it is allowed when the data folder is first made.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora.errors import UsageError, YuliaoError
from corpora.forms import FORMAT
from corpora.workspace import private_folder, write_atomically

PACKAGE = "label-studio==1.23.*"
PORT = 8091
USER = "yuliao@example.com"
STATE, TOKEN, PASSWORD, LOG = "server.json", "token", "password", "server.log"
START_SECONDS = 600
"""The first start makes the database: 50 s on two idle cores, several minutes where others use them."""


@dataclass(frozen=True)
class Running:
    """A started server. started: its process's start time in the kernel's ticks, so that a reused id is not taken for it."""

    url: str
    pid: int
    started: str
    home: Path
    data: Path
    python: Path

    @property
    def token(self) -> str:
        return (self.home / TOKEN).read_text("ascii")


def install(home: Path, *, say: Callable[[str], None] = lambda text: None) -> Path:
    """Label Studio's Python in `home/venv`, made once; two processes that ask at once make one. Needs a package index."""
    marker, python = private_folder(home) / "venv" / ".installed", home / "venv" / "bin" / "python"
    with open(home / "install.lock", "w") as lock:
        _wait_for(lock)
        if marker.is_file() and marker.read_text("ascii") == PACKAGE:
            return python
        say("正在安装 Label Studio（一次，约一分钟，1 GB） / installing Label Studio, once")
        for command in (
            [sys.executable, "-m", "venv", str(home / "venv")],
            [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", PACKAGE],
        ):
            _must(subprocess.run(command, capture_output=True, text=True, env=_clean()))
        write_atomically(marker, PACKAGE.encode())
    return python


def _wait_for(lock: Any) -> None:
    try:
        import fcntl
    except ImportError:  # no advisory locks on this system
        return
    fcntl.flock(lock, fcntl.LOCK_EX)


def _must(done: subprocess.CompletedProcess[str]) -> None:
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise YuliaoError(
            f"Label Studio 没有装上 / Label Studio could not be installed: {last[:200]}",
            hint="检查网络与软件包源，或改用团队的服务器：--url / check the package index, or use a server of your team: --url",
        )


def _clean() -> dict[str, str]:
    """Our environment without what would lead another Python to our own packages."""
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}


def environment(home: Path, data: Path) -> dict[str, str]:
    """What the server is started with. Token and password are drawn once and belong to the owner alone."""
    settings = {
        "LABEL_STUDIO_BASE_DATA_DIR": str(data),
        "LABEL_STUDIO_USERNAME": USER,
        "LABEL_STUDIO_PASSWORD": _secret(home / PASSWORD, lambda: secrets.token_urlsafe(12)),
        "LABEL_STUDIO_USER_TOKEN": _secret(home / TOKEN, lambda: secrets.token_hex(20)),
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "COLLECT_ANALYTICS": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        "LATEST_VERSION_CHECK": "false",
    }
    return _clean() | settings


def _secret(path: Path, draw: Callable[[], str]) -> str:
    if not path.is_file():
        write_atomically(path, draw().encode())
    return path.read_text("ascii")


def start(home: Path, *, port: int = PORT, data: Path | None = None, python: Path | None = None) -> Running:
    """Starts the server and waits until it answers. `home` keeps token, log and state; port 0 takes a free one.

    Raises UsageError for a port in use, YuliaoError when the server does not come up.
    """
    found = running(home)
    if found:
        return found
    folder = private_folder(data or home / "data")
    port = port if port and _is_free(port) else _free_port(port)
    python = python or install(home)
    command = [
        str(python.with_name("label-studio")), "start", "--no-browser", "--internal-host", "127.0.0.1", "-p", str(port),
        "--log-level", "WARNING",
    ]  # fmt: skip
    handle = os.open(home / LOG, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=handle, stderr=handle, env=environment(home, folder), cwd=folder,
            start_new_session=True,
        )  # fmt: skip
    finally:
        os.close(handle)
    url = f"http://127.0.0.1:{port}"
    try:
        _until_ready(process, url, (home / TOKEN).read_text("ascii"))
    except BaseException:
        _end(process.pid)
        raise
    found = Running(url, process.pid, _born(process.pid), home, folder, python)
    state = {
        "format": FORMAT, "url": url, "pid": found.pid, "started": found.started, "data": str(folder), "python": str(python),
    }  # fmt: skip
    write_atomically(home / STATE, json.dumps(state).encode())
    return found


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port(wanted: int) -> int:
    if wanted:
        raise UsageError(
            f"端口 {wanted} 已被占用 / port {wanted} is in use",
            hint="换一个端口：--port，0 自动选 / take another one; 0 takes a free one",
        )
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _until_ready(process: subprocess.Popen[bytes], url: str, token: str) -> None:
    """Label Studio takes the next port where this one was taken in between: who answers has to know our token."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        if _answers(f"{url}/health", None) == 200:
            if _answers(f"{url}/api/current-user/whoami", token) == 200:
                return
            raise UsageError(
                f"{url} 上是别的服务器，或数据目录是用别的密钥建的 / somebody else answers at {url}, or the data folder has another token",
                hint="换一个端口（--port）或数据目录（--data） / take another port or data folder",
            )
        time.sleep(0.3)
    raise YuliaoError(
        "Label Studio 没有启动起来 / Label Studio did not come up", hint=f"看 {LOG} / look at {LOG} in the workspace"
    )


def _answers(url: str, token: str | None) -> int:
    request = urllib.request.Request(url, headers={"Authorization": f"Token {token}"} if token else {})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=30) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return int(refused.code)
    except OSError:
        return 0


def running(home: Path) -> Running | None:
    """The server that was started from this folder and still runs."""
    path = home / STATE
    if not path.is_file():
        return None
    state = json.loads(path.read_bytes())
    python = Path(state.get("python", home / "venv" / "bin" / "python"))
    found = Running(state["url"], state["pid"], state["started"], home, Path(state["data"]), python)
    return found if found.started and _born(found.pid) == found.started else None


def stop(home: Path) -> bool:
    """Ends the server that was started from this folder, by its process id; False when none runs."""
    found = running(home)
    if found is None:
        return False
    _end(found.pid)
    (home / STATE).unlink(missing_ok=True)
    return True


def _born(pid: int) -> str:
    """The process's start time (proc(5), stat field 22), "" when there is none. Where there is no /proc, the id alone counts."""
    if not Path("/proc/self/stat").exists():
        return "alive" if _signal(pid, 0) else ""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]


def _end(pid: int) -> None:
    """The server is the leader of a session of its own; its group goes with it."""
    for number, seconds in ((signal.SIGTERM, 10.0), (signal.SIGKILL, 10.0)):
        if not _signal(pid, number):
            return
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            _reap(pid)
            if not _born(pid):
                return
            time.sleep(0.05)


def _signal(pid: int, number: int) -> bool:
    try:
        os.killpg(pid, number) if number else os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except OSError:  # it was not our child
        return
