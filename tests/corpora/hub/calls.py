"""Calls of the write half in this process, as clients make them. The app turns typed errors into answers; all else is raised."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from tests.corpora.hub.app import App


class Calls:
    """One principal at the server: `who` is the token too."""

    def __init__(self, root: Path, who: str = "wang") -> None:
        self.app = App(root)
        self.catalog = self.app.desk.catalog
        self.client = TestClient(self.app, base_url="http://127.0.0.1")
        self.who = who

    def by(self, who: str) -> Calls:
        other = object.__new__(Calls)
        other.__dict__.update(self.__dict__, who=who)
        return other

    def call(self, method: str, path: str, body: Any = None, *, token: str | None = None, **options: Any) -> Any:
        """`body`: JSON, bytes, or pieces (sent chunked)."""
        headers = {"authorization": f"Bearer {token or self.who}", **options.pop("headers", {})}
        sent = {"json": body} if isinstance(body, Mapping) else {"content": body} if body is not None else {}
        return self.client.request(method, path, headers=headers, **sent, **options)

    def create(self, corpus: str = "nb/repairs", **more: Any) -> Any:
        organization, name = corpus.split("/")
        body = {"name": name, "organization": organization, "type": "dataset", **more}
        return self.call("POST", "/api/repos/create", body)

    def commit(self, *lines: Mapping[str, Any], corpus: str = "nb/repairs", branch: str = "main", **header: Any) -> Any:
        head = {"key": "header", "value": {"summary": "提交", "description": "", **header}}
        body = b"".join(json.dumps(one).encode() + b"\n" for one in (head, *lines))
        return self.call("POST", f"/api/datasets/{corpus}/commit/{branch}", body)

    def batch(self, *objects: tuple[str, int], corpus: str = "nb/repairs") -> Any:
        listed = [{"oid": oid, "size": size} for oid, size in objects]
        return self.call(
            "POST", f"/datasets/{corpus}.git/info/lfs/objects/batch", {"operation": "upload", "objects": listed}
        )

    def link(self, data: bytes, corpus: str = "nb/repairs") -> str:
        (offer,) = self.batch((sha(data), len(data)), corpus=corpus).json()["objects"]
        return str(offer["actions"]["upload"]["href"]).removeprefix("http://127.0.0.1")

    def put(self, link: str, body: bytes | Iterable[bytes]) -> Any:
        return self.client.put(link, content=body)

    def xet(self, corpus: str = "nb/repairs") -> tuple[str, str]:
        """(path of the CAS, its ticket)."""
        found = self.call("GET", f"/api/datasets/{corpus}/xet-write-token/main").json()
        return found["casUrl"].removeprefix("http://127.0.0.1"), found["accessToken"]

    def stored(self) -> list[str]:
        """What lies in the catalog that looks half-done, and every blob."""
        root = self.catalog.root
        half = [*root.glob("blobs/.uploads/*"), *root.glob("xet/.uploads/*"), *root.glob("**/.*.*")]
        half = [path for path in half if path.name != ".settings.lock" and path.name != ".gc.lock"]
        return sorted({str(path.relative_to(root)) for path in half if path.is_file()} | set(self.catalog.blobs.names()))


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def small(path: str, data: bytes) -> dict[str, Any]:
    return {"key": "file", "value": {"path": path, "content": base64.b64encode(data).decode(), "encoding": "base64"}}


def large(path: str, data: bytes) -> dict[str, Any]:
    return {"key": "lfsFile", "value": {"path": path, "algo": "sha256", "oid": sha(data), "size": len(data)}}


def gone(path: str, *, folder: bool = False) -> dict[str, Any]:
    return {"key": "deletedFolder" if folder else "deletedFile", "value": {"path": path}}
