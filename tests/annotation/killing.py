"""Processes that are really killed: a proxy before Label Studio that counts calls and strikes at one of them, and a crew that
runs commands in processes of their own without loading everything anew."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent.parent
LONG = 120
DROP = {"transfer-encoding", "connection", "content-length", "keep-alive"}


class Gate:
    """url: where it listens; server: where calls go. strike(call, when): called once, at call number `at` if that is set:
    "before" it reaches the server, "within" (sent, not waited for), or "after" it took effect, before anybody hears of it."""

    def __init__(self, server: str) -> None:
        self.server, self.calls, self.at, self.when = server, 0, 0, ""
        self.said: list[str] = []
        self.strike: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        gate = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                return

            def _pass(self) -> None:
                gate._call(self)

            do_GET = do_POST = do_PATCH = do_DELETE = _pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_address[1]}"

    @contextmanager
    def open(self) -> Iterator[Gate]:
        thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._http.shutdown()
            self._http.server_close()

    def arm(self, at: int, when: str, strike: Callable[[], None]) -> None:
        self.calls, self.at, self.when, self.strike = 0, at, when, strike
        self.said.clear()

    def _call(self, asked: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self.calls += 1
            mine = self.calls == self.at
            self.said.append(f"{asked.command} {urlsplit(asked.path).path}")
        body = asked.rfile.read(int(asked.headers.get("Content-Length") or 0))
        if mine and self.when == "before":
            return self._struck(asked)
        link = http.client.HTTPConnection(urlsplit(self.server).netloc, timeout=LONG)
        try:
            kept = {name: value for name, value in asked.headers.items() if name.lower() not in DROP | {"host"}}
            link.request(asked.command, asked.path, body, kept)
            if mine and self.when == "within":
                return self._struck(asked)
            answer = link.getresponse()
            data = answer.read()
        except OSError:
            asked.close_connection = True
            return None
        finally:
            link.close()
        if mine and self.when == "after":
            return self._struck(asked)
        asked.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in DROP | {"date", "server"}:
                asked.send_header(name, value)
        asked.send_header("Content-Length", str(len(data)))
        asked.end_headers()
        asked.wfile.write(data)
        return None

    def _struck(self, asked: BaseHTTPRequestHandler) -> None:
        asked.close_connection = True
        self.strike()


_CREW = """
import json, os, sys
import cli, annotation.push, annotation.pull, annotation.decided, annotation.label_studio, annotation.rows
import label_studio_sdk, label_studio_sdk.label_interface.interface, pyarrow.parquet, typer.testing
label_studio_sdk.LabelStudio
for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if child == 0:
        os.dup2(os.open(asked["out"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 1)
        os.environ.update(asked["env"])
        annotation.push.CHUNK = asked["chunk"]
        left = [asked["replace"]]
        def dying(*told, replace=os.replace, **more):
            left[0] -= 1
            if left[0] == 0 and asked["when"] == "before":
                os.kill(os.getpid(), 9)
            replace(*told, **more)
            if left[0] == 0:
                os.kill(os.getpid(), 9)
        os.replace = dying
        try:
            cli.app(asked["words"], standalone_mode=False)
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        except BaseException as error:
            print(type(error).__name__, error, file=sys.stderr)
            code = 1
        sys.stdout.flush()
        os._exit(code)
    print(json.dumps(child), flush=True)
    print(json.dumps(os.waitpid(child, 0)[1]), flush=True)
"""


class Crew:
    """Runs `yuliao …` in a process of its own, forked from one that has loaded everything."""

    def __init__(self, out: Path, env: dict[str, str]) -> None:
        self.out, self.env, self.pid = out, env, 0
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        self.process = subprocess.Popen(
            [sys.executable, "-c", _CREW], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT,
            env={**os.environ, **env, "PYTHONPATH": path},
        )  # fmt: skip

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def run(self, *words: str, chunk: int = 2000, replace: int = 0, when: str = "", **env: str) -> dict[str, Any] | None:
        """What the command printed as JSON; None where it was killed. replace, when: it kills itself before or after the
        so-manieth file that it puts in place. Anything else than a kill or success fails the test."""
        assert self.process.stdin is not None and self.process.stdout is not None
        asked = {"words": [*words, "--json"], "env": {**self.env, **env}, "out": str(self.out), "chunk": chunk}
        self.process.stdin.write(json.dumps({**asked, "replace": replace, "when": when}) + "\n")
        self.process.stdin.flush()
        self.pid = int(self.process.stdout.readline())
        status = int(self.process.stdout.readline())
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL
            return None
        said = self.out.read_text("utf-8")
        assert os.WEXITSTATUS(status) == 0, said
        return dict(json.loads(said))

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(LONG)
