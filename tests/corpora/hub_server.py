"""A small server that speaks the Hub's protocol as far as a reader needs it: revision, tree, resolve."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit


@dataclass
class Hub:
    """name: of the one dataset; files: path → bytes; lies: paths whose hashes are told wrongly; token: asked for if set."""

    name: str
    files: dict[str, bytes]
    token: str = ""
    lies: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    @property
    def commit(self) -> str:
        return hashlib.sha1(repr(sorted(self.files.items())).encode()).hexdigest()

    def entry(self, path: str) -> dict[str, Any]:
        data = self.files[path]
        told = data + b"?" if path in self.lies else data
        entry: dict[str, Any] = {"size": len(data), "oid": hashlib.sha1(b"blob %d\0" % len(told) + told).hexdigest()}
        if path.endswith(".parquet"):
            entry["lfs"] = {"sha256": hashlib.sha256(told).hexdigest(), "size": len(data), "pointerSize": 130}
        return entry

    def answer(self, path: str, authorization: str | None) -> tuple[int, dict[str, str], bytes]:
        """Status, headers, body."""
        base = f"/api/datasets/{self.name}"
        if self.token and authorization != f"Bearer {self.token}":
            return _error(401, "RepoNotFound")
        if path.startswith(f"{base}/revision/") or path.startswith(f"{base}/tree/"):
            kind, revision = path.removeprefix(f"{base}/").split("/")[:2]
            if revision not in ("main", "v1.0.0", self.commit):
                return _error(404, "RevisionNotFound")
            return _json(self._info() if kind == "revision" else self._tree())
        resolve = f"/datasets/{self.name}/resolve/"
        if path.startswith(resolve):
            return self._file(path.removeprefix(resolve).partition("/")[2])
        return _error(404 if self.token else 401, "RepoNotFound")

    def _info(self) -> dict[str, Any]:
        siblings = []
        for path in self.files:
            entry = self.entry(path)
            lfs = {"lfs": entry["lfs"]} if "lfs" in entry else {}
            siblings.append({"rfilename": path, "size": entry["size"], "blobId": entry["oid"], **lfs})
        return {"_id": "1", "id": self.name, "sha": self.commit, "private": False, "siblings": siblings, "tags": []}

    def _tree(self) -> list[dict[str, Any]]:
        entries = [{"type": "file", "path": path, **self.entry(path)} for path in self.files]
        for entry in entries:
            if "lfs" in entry:
                entry["lfs"]["oid"] = entry["lfs"].pop("sha256")
        return entries

    def _file(self, path: str) -> tuple[int, dict[str, str], bytes]:
        if path not in self.files:
            return _error(404, "EntryNotFound")
        entry = self.entry(path)
        tag = entry["lfs"]["sha256"] if "lfs" in entry else entry["oid"]
        headers = {"ETag": f'"{tag}"', "X-Repo-Commit": self.commit, "Accept-Ranges": "bytes"}
        if "lfs" in entry:
            headers |= {"X-Linked-Etag": f'"{tag}"', "X-Linked-Size": str(entry["size"])}
        return 200, headers, self.files[path]


def _error(status: int, code: str) -> tuple[int, dict[str, str], bytes]:
    return status, {"X-Error-Code": code, "X-Error-Message": code}, b"{}"


def _json(value: Any) -> tuple[int, dict[str, str], bytes]:
    return 200, {"Content-Type": "application/json"}, json.dumps(value).encode()


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    """The hub at `hub.url`, on loopback."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            hub.asked.append(f"{self.command} {path}")
            status, headers, body = hub.answer(path, self.headers.get("Authorization"))
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
