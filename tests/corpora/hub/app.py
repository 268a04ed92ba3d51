"""The write half on its own dispatcher, with just as much of the read half as uploading clients need. Run as a module, it serves.

Tokens are the names of principals; `TOKENS` says to which namespaces each may write. Anything but a typed error is a crash.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qs, unquote

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from corpora.catalog import Catalog
from corpora.errors import YuliaoError
from corpora.hub.protocol import status_of
from corpora.hub.writing import routes
from corpora.hub.writing.desk import Desk
from corpora.hub.writing.links import Links

TOKENS = {"wang": {"nb", "lab"}, "li": {"clinic"}, "reader": set(), "wang2": {"nb"}}


@dataclass(frozen=True)
class Who:
    name: str
    token: str | None = None


def desk_at(root: Path) -> Desk:
    writes = lambda who, corpus: corpus.split("/")[0] in TOKENS.get(who.name, ())
    sees = lambda who, corpus: who.name == "reader" or writes(who, corpus)
    catalog = Catalog(root)
    return Desk(catalog, Links(catalog.root), sees, writes, writes, lambda name, token: Who(name, token))


class App:
    def __init__(self, root: Path) -> None:
        self.desk = desk_at(root)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        segments = [unquote(one) for one in request.scope["raw_path"].decode().split("?")[0].strip("/").split("/")]
        try:
            if found := routes.find(request.method, segments):
                route, arguments = found
                if route.own:
                    return await route.handler(self.desk, request, **arguments)
                if (who := _who(request)) is None:
                    return JSONResponse({"error": "no token"}, 401)
                return await route.handler(self.desk, request, who, **arguments)
            return await self._read(request, segments)
        except YuliaoError as error:
            code = {"x-error-code": error.code} if getattr(error, "code", "") else {}
            message = str(error).rpartition(" / ")[2].encode("ascii", "replace").decode()
            return JSONResponse({"error": str(error)}, status_of(error), {"x-error-message": message, **code})

    async def _read(self, request: Request, segments: list[str]) -> Response:
        who = _who(request)
        if segments == ["api", "whoami-v2"] and who:
            return JSONResponse({"type": "user", "name": who.name, "orgs": []})
        if segments[:2] == ["api", "datasets"] and len(segments) >= 4:
            repository = self.desk.repository(who or Who(""), "/".join(segments[2:4]))
            return await _facts(request, repository, segments[4:])
        if segments[:1] == ["datasets"] and segments[3:4] == ["resolve"]:
            repository = self.desk.repository(who or Who(""), "/".join(segments[1:3]))
            return _file(repository, segments[4], "/".join(segments[5:]))
        return JSONResponse({"error": "no such address"}, 404, {"x-error-code": "EntryNotFound"})


def _who(request: Request) -> Who | None:
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    return Who(token) if token in TOKENS else None


async def _facts(request: Request, repository: Any, rest: list[str]) -> Response:
    if rest[:1] == ["refs"]:
        refs = repository.refs.read()
        one = lambda kind, name, commit: {"name": name, "ref": f"refs/{kind}/{name}", "targetCommit": commit}
        branches = [one("heads", *item) for item in refs["branches"].items()]
        tags = [one("tags", name, tag["commit"]) for name, tag in refs["tags"].items()]
        return JSONResponse({"branches": branches, "tags": tags, "converts": []})
    revision = rest[1] if len(rest) > 1 else "main"
    files = repository.files(revision)
    entries: list[dict[str, Any]] = [{"type": "file", "path": path, **_plain(entry)} for path, entry in files.items()]
    folders = {str(folder) for path in files for folder in PurePosixPath(path).parents} - {"."}
    entries += [{"type": "directory", "path": folder, "oid": "0" * 40, "size": 0} for folder in sorted(folders)]
    if rest[:1] == ["tree"]:
        folder = "/".join(rest[2:])
        entries = [one for one in entries if not folder or one["path"].startswith(folder + "/")]
        return JSONResponse(entries) if entries or not folder else _missing(repository)
    if rest[:1] == ["paths-info"]:
        body = await request.body()
        asked = parse_qs(body.decode()).get("paths") or json.loads(body).get("paths", [])
        return JSONResponse([one for one in entries if one["path"] in asked])
    siblings = [{"rfilename": path} for path in files]
    commit = repository.resolve(revision).commit
    return JSONResponse(
        {"_id": "1", "id": repository.corpus, "sha": commit, "siblings": siblings, "private": True, "tags": []}
    )


def _plain(entry: Any) -> dict[str, Any]:
    return {"size": entry["size"], "oid": entry["oid"], **({"lfs": dict(entry["lfs"])} if entry["lfs"] else {})}


def _missing(repository: Any) -> Response:
    return JSONResponse({"error": "no entry"}, 404, {"x-error-code": "EntryNotFound", "x-repo-commit": repository.refs.head})


def _file(repository: Any, revision: str, path: str) -> Response:
    entry = repository.files(revision).get(path)
    if entry is None:
        return _missing(repository)
    etag = entry["lfs"]["oid"] if entry["lfs"] else entry["oid"]
    headers = {"x-repo-commit": repository.resolve(revision).commit, "etag": f'"{etag}"'}
    return FileResponse(repository.blobs.path(entry["sha256"]), headers=headers, media_type="application/octet-stream")


if __name__ == "__main__":
    import resource

    import uvicorn

    if len(sys.argv) > 3:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))  # as if the disk were full there

    uvicorn.run(App(Path(sys.argv[1])), host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
