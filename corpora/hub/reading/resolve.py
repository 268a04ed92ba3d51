"""Files: what `resolve` gives. Who may, which bytes, logged, then sent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from corpora.catalog.people import Principal
from corpora.catalog.repository import version_of
from corpora.errors import IntegrityError, VersionClosed
from corpora.hub import ranges
from corpora.hub.bodies import FilePart
from corpora.hub.identity import address
from corpora.hub.reading.desk import Desk, NoEntry, in_thread, warnings
from corpora.hub.underway import followed


@dataclass(frozen=True)
class _Found:
    """A file that this caller may read."""

    corpus: str
    version: str | None
    commit: str
    path: str
    blob: Path
    size: int
    etag: str
    headers: dict[str, str]
    grant: int | None


async def resolve(desk: Desk, request: Request, who: Principal, corpus: str, revision: str, path: str) -> Response:
    """GET and HEAD of a file: 200, 206, 304, 416; a missing one is told with its commit, which clients remember."""
    found: _Found = await in_thread(lambda: _look(desk, who, corpus, revision, path))
    if ranges.matches(request.headers.get("if-none-match"), found.etag):
        return Response(None, 304, found.headers)
    asked = request.headers.get("range")
    if (condition := request.headers.get("if-range")) and condition.strip().strip('"') != found.etag:
        asked = None  # it is another file now: all of it
    part = ranges.part(asked, found.size)
    headers = dict(found.headers)
    if (span := part.content_range(found.size)) is not None:
        headers["Content-Range"] = span
    if part.status == 416:
        return Response(None, 416, headers)
    if request.method == "HEAD":
        return Response(None, part.status, {**headers, "Content-Length": str(part.length)})
    return await _send(desk, request, who, found, part, headers)


async def _send(
    desk: Desk, request: Request, who: Principal, found: _Found, part: ranges.Part, headers: dict[str, str]
) -> Response:
    line = {
        "who": who.name or "anonymous", "corpus": found.corpus, "version": found.version, "commit": found.commit,
        "path": found.path, "address": address(request), "grant": found.grant, "token": who.token,
    }  # fmt: skip
    await desk.recorder.record(what="download", bytes=part.length, result=part.status, **line)

    ended = {"what": "download_broken", "promised": part.length, **line}

    async def broken(sent: int) -> None:
        await desk.recorder.note(bytes=sent, result="broken", **ended)

    return FilePart(
        found.blob, part.start, part.length, status=part.status, headers=headers, broken=broken,
        followed=lambda: followed(desk.catalog.root, part.length, {**ended, "result": "stopped"}),
    )  # fmt: skip


def _look(desk: Desk, who: Principal, corpus: str, asked: str, path: str) -> _Found:
    repository = desk.repository(who, corpus)
    revision = desk.revision(who, repository, asked)
    grant = desk.check_reading(who, repository, revision, path)
    told = {"X-Repo-Commit": revision.commit, "Accept-Ranges": "bytes", **warnings(repository, revision)}
    entry = repository.commits.get(revision.commit)["files"].get(path)
    if entry is None:
        raise NoEntry("这个版本里没有这个文件 / no such file at this revision").with_headers(
            {"X-Repo-Commit": revision.commit}
        )
    if stone := repository.blobs.purged(entry["sha256"]):
        raise VersionClosed(
            "内容已按删除请求清除 / these bytes were purged on request", tombstone={"kind": "purged", **stone}
        )
    if repository.blobs.has(entry["sha256"]) != entry["size"]:
        raise IntegrityError(
            "文件缺失或损坏 / the file is missing or damaged in the catalog",
            hint="请管理员运行 / its keeper runs: yuliao fsck",
        )
    lfs = entry["lfs"]
    etag = entry["sha256"] if lfs else entry["oid"]
    told |= {
        "ETag": f'"{etag}"',
        "Content-Type": "application/octet-stream",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(path.rpartition('/')[2])}",
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    if lfs:
        told |= {"X-Linked-Etag": f'"{etag}"', "X-Linked-Size": str(entry["size"])}
    version = version_of(revision.tag)
    blob = repository.blobs.path(entry["sha256"])
    return _Found(corpus, version, revision.commit, path, blob, entry["size"], etag, told, grant)
