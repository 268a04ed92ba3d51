"""The server in this process, called as uploading clients call it. An answer of 500 or 503 fails the test, whatever it expects."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from corpora.catalog import Catalog
from corpora.catalog.people import People
from corpora.hub.server import Server

MEMBERS = {"wang": ("nb", "lab"), "wang2": ("nb",), "li": ("clinic",)}
"""Owners, of which organisations; besides there is `reader`, who reviews in nb."""


def people(catalog: Catalog) -> dict[str, str]:
    """Makes users; user → secret of a token that may write as far as its user may."""
    found, tokens = People(catalog.database), {}
    for organisation in ("nb", "lab", "clinic"):
        found.users.add_organisation(organisation, by="test")
    for name in (*MEMBERS, "reader"):
        found.users.add(name, by="test")
        for organisation in MEMBERS.get(name, ()):
            found.users.give(name, organisation, "owner", by="test")
        tokens[name], _ = found.tokens.add(name, by="test", scope="write")
    found.users.give("reader", "nb", "reviewer", by="test")
    return tokens


class Calls:
    """One principal at the server; nobody we know has a token of that very name."""

    def __init__(self, root: Path, who: str = "wang") -> None:
        self.catalog = Catalog(root)
        self.tokens = people(self.catalog)
        self.app = Server(self.catalog)
        self.client = TestClient(self.app, base_url="http://127.0.0.1")
        self.who = who

    @contextmanager
    def open(self) -> Iterator[Calls]:
        """While the server runs."""
        with self.client:
            yield self

    @property
    def deeds(self) -> list[str]:
        """What the audit says was done, but for people and refusals."""
        said = [entry["what"] for entry in self.catalog.audit.entries()]
        return [what for what in said if what in ("create", "upload", "commit", "tag", "delete")]

    def by(self, who: str) -> Calls:
        other = object.__new__(Calls)
        other.__dict__.update(self.__dict__, who=who)
        return other

    def call(self, method: str, path: str, body: Any = None, *, token: str | None = None, **options: Any) -> Any:
        """`body`: JSON, bytes, or pieces (sent chunked)."""
        headers = {"authorization": f"Bearer {token or self.tokens.get(self.who, self.who)}", **options.pop("headers", {})}
        sent = {"json": body} if isinstance(body, Mapping) else {"content": body} if body is not None else {}
        return _sound(self.client.request(method, path, headers=headers, **sent, **options))

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
        return _sound(self.client.put(link, content=body))

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


def _sound(answer: Any) -> Any:
    assert answer.status_code not in (500, 503), answer.text
    return answer


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def small(path: str, data: bytes) -> dict[str, Any]:
    return {"key": "file", "value": {"path": path, "content": base64.b64encode(data).decode(), "encoding": "base64"}}


def large(path: str, data: bytes) -> dict[str, Any]:
    return {"key": "lfsFile", "value": {"path": path, "algo": "sha256", "oid": sha(data), "size": len(data)}}


def gone(path: str, *, folder: bool = False) -> dict[str, Any]:
    return {"key": "deletedFolder" if folder else "deletedFile", "value": {"path": path}}
