"""The calls of Xet: a xorb comes in, a shard comes in. Everything else is answered 404, and clients do without."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from io import RawIOBase
from itertools import islice
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from corpora.catalog.repository import Repository
from corpora.catalog.xorbs import Xorbs
from corpora.hub.answers import failure
from corpora.hub.protocol import Forbidden, broken
from corpora.hub.writing.bodies import answer, in_thread, pieces
from corpora.hub.writing.desk import Desk, scratch
from corpora.hub.writing.uploads import Uploads
from corpora.hub.xet import shard, xorb
from corpora.hub.xet.hashes import from_text
from corpora.hub.xet.on_disk import OnDisk
from corpora.hub.xet.rebuild import Shelf, check, rebuild
from corpora.hub.xet.tokens import bearer, check_open

_LARGEST_FILE = 1 << 40
_AT_ONCE = 64  # files of a shard that share a line-up of the log


async def put_xorb(desk: Desk, request: Request, namespace: str, at: str, name: str) -> Response:
    """Stores a xorb whose chunks unpack and whose hash is the one in the address; {was_inserted}."""
    ticket = bearer(desk, request, namespace, at)
    if (digest := from_text(name)) is None:
        raise broken("xorb 的哈希不对", "the address holds no hash")
    await in_thread(lambda: desk.repository(desk.again(ticket), ticket["corpus"]))
    desk.check_space(xorb.LARGEST_BODY)
    xorbs = Xorbs(desk.catalog.root, namespace, at)
    with _spooled(xorbs) as partial:
        await _spool(request, partial, most=xorb.LARGEST_BODY)
        fresh = await in_thread(lambda: _keep(xorbs, partial, digest, name), limiter=desk.rebuilds)
    try:
        await in_thread(lambda: check_open(desk, at))
    except Forbidden:  # a purge in the meantime: this one came after its broom
        xorbs.path(name).unlink(missing_ok=True)
        raise
    return answer({"was_inserted": fresh})


def _keep(xorbs: Xorbs, partial: Path, digest: bytes, name: str) -> bool:
    xorb.check(OnDisk(partial), digest)
    return xorbs.adopt(partial, name)


async def put_shard(desk: Desk, request: Request, namespace: str, at: str) -> Response:
    """Rebuilds every file of a shard as a blob and records who uploaded it; {result: 1}. Nothing is named by a commit yet."""
    ticket = bearer(desk, request, namespace, at)
    repository = await in_thread(lambda: desk.repository(desk.again(ticket), ticket["corpus"]))
    xorbs = Xorbs(desk.catalog.root, namespace, at)
    with _spooled(xorbs) as partial:
        await _spool(request, partial, most=shard.LARGEST)
        await in_thread(lambda: _files(desk, repository, ticket["who"], Shelf(xorbs), partial), limiter=desk.rebuilds)
    return answer({"result": 1})


def _files(desk: Desk, repository: Repository, who: str, shelf: Shelf, partial: Path) -> None:
    """First everything is checked, then anything is made."""
    uploads, body, total = desk.uploads(repository), _mapped(partial), 0
    for file in shard.files(body):
        check(file, shelf)
        total += file.size
    if total > _LARGEST_FILE:
        raise broken("shard 里的文件太大", "the files of the shard are too large")
    desk.check_space(total)
    files = shard.files(body)
    while some := list(islice(files, _AT_ONCE)):
        _make(repository, uploads, who, shelf, some)


def _make(repository: Repository, uploads: Uploads, who: str, shelf: Shelf, files: list[shard.ShardFile]) -> None:
    """Some files: blobs first, then their lines in the log, then who brought them. A client that lost the answer asks again."""
    done = {}
    for file in files:
        if file.sha256 and uploads.size(who, file.sha256) == repository.blobs.has(file.sha256) == file.size:
            repository.blobs.touch(file.sha256)
        else:
            done[rebuild(file, shelf, repository.blobs)] = file.size
    about = {"what": "upload", "who": who, "corpus": repository.corpus}
    repository.audit.append_many([{**about, "sha256": sha256, "bytes": size} for sha256, size in done.items()])
    for sha256, size in done.items():
        uploads.add(who, sha256, size)


async def nothing(desk: Desk, request: Request, **_: Any) -> Response:
    """No deduplication across repositories, no grants, no newer shards: 404 makes clients take the plain way."""
    return failure(404, "不支持 / not supported")


# --- bodies on disk ------------------------------------------------------------------------------------


@contextmanager
def _spooled(xorbs: Xorbs) -> Iterator[Path]:
    partial = scratch(xorbs.scratch)
    try:
        yield partial
    finally:
        partial.unlink(missing_ok=True)


async def _spool(request: Request, partial: Path, *, most: int) -> None:
    with partial.open("xb", buffering=0) as file:
        async for piece in pieces(request, most=most):
            await in_thread(lambda piece=piece: _write(file, piece))  # type: ignore[misc]


def _write(file: RawIOBase, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:
        rest = rest[file.write(rest) or 0 :]


def _mapped(path: Path) -> memoryview:
    """A shard: of honest clients some 50 KB for 100 MB."""
    if path.stat().st_size == 0:
        raise broken("请求体是空的", "the body is empty")
    with path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))  # unmapped with its last view
