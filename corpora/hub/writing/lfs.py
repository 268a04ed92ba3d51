"""Git LFS, "basic" transfer: a batch is answered with signed links, the bytes come by PUT without any other credential.

Source: git-lfs docs/api/batch.md (status [V], with huggingface_hub 0.36, 1.10 and 2.4).
"""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from corpora.catalog.repository import Repository
from corpora.hub.protocol import Forbidden, Refusal, TooLarge, broken
from corpora.hub.urls import base_of
from corpora.hub.writing.bodies import announced, answer, in_thread, pieces, read_json
from corpora.hub.writing.desk import Desk, Writer
from corpora.hub.writing.uploads import Held

MOST_FILES = 256
LARGEST = 1 << 40  # bytes of one file
_OID = re.compile(r"[0-9a-f]{64}")
_TYPE = {"content-type": "application/vnd.git-lfs+json"}


class NotReceived(Refusal):
    """The bytes of this link have not arrived."""

    status = 404


async def batch(desk: Desk, request: Request, who: Writer, corpus: str) -> Response:
    """For each object a signed link for an hour, or nothing to do when this principal or repository has it."""
    repository = await in_thread(lambda: desk.repository(who, corpus))
    body = await read_json(request)
    objects = body.get("objects")
    if body.get("operation") != "upload" or not isinstance(objects, list):
        raise broken("只支持 upload", "only uploads are served here")
    if len(objects) > MOST_FILES:
        raise TooLarge(f"一次最多 {MOST_FILES} 个文件 / at most {MOST_FILES} objects", hint="分几次 / split them")
    wanted = [_object(one) for one in objects]
    desk.check_space(sum(size for _, size in wanted))
    base = base_of(request)
    answers = await in_thread(lambda: _offers(desk, repository, who, base, wanted))
    return answer({"transfer": "basic", "objects": answers, "hash_algo": "sha256"}, headers=_TYPE)


def _object(one: Any) -> tuple[str, int]:
    if not isinstance(one, dict) or not isinstance(oid := one.get("oid"), str) or not _OID.fullmatch(oid):
        raise broken("oid 不是 sha256", "an oid is no sha256")
    if type(size := one.get("size")) is not int or not 0 <= size <= LARGEST:
        raise broken("大小不对", "a size is no number of bytes, or too large")
    return oid, size


def _offers(
    desk: Desk, repository: Repository, who: Writer, base: str, wanted: list[tuple[str, int]]
) -> list[dict[str, Any]]:
    held = Held(repository, desk.uploads(repository), who.name)
    there = {oid for oid, size in wanted if held.size(oid) == size}
    for oid in there:
        repository.blobs.touch(oid)
    return [
        {"oid": oid, "size": size} if oid in there else _offer(desk, repository, who, base, oid, size)
        for oid, size in wanted
    ]


def _offer(desk: Desk, repository: Repository, who: Writer, base: str, oid: str, size: int) -> dict[str, Any]:
    place = f"{base}/datasets/{repository.corpus}.git/info/lfs/objects"
    ticket = desk.links.sign("lfs", corpus=repository.corpus, oid=oid, size=size, **desk.signature(who))
    actions = {
        "upload": {"href": f"{place}/{oid}/{size}?ticket={ticket}", "expires_in": 3600},
        "verify": {"href": f"{place}/verify"},
    }
    return {"oid": oid, "size": size, "actions": actions}


async def put(desk: Desk, request: Request, corpus: str, oid: str, size: str) -> Response:
    """Takes the bytes of a link in. 403 unless the link is whole, fresh and for this object; 422 if the bytes are others."""
    about = desk.links.read(request.query_params.get("ticket", ""), "lfs")
    if (about["corpus"], about["oid"], str(about["size"])) != (corpus, oid, size):
        raise Forbidden("链接是给别的文件的 / the link is for another file", hint="重新上传 / upload it again")
    if (length := announced(request)) not in (None, about["size"]):
        raise broken(f"长度 {length} 与所报的不符", f"Content-Length {length} is not the announced size")
    repository = await in_thread(lambda: desk.repository(desk.again(about), corpus))
    with repository.blobs.writing() as blob:
        async for piece in pieces(request, most=about["size"]):
            await in_thread(lambda piece=piece: blob.write(piece))  # type: ignore[misc]
        await in_thread(lambda: blob.finish(sha256=oid, size=about["size"]))
    await in_thread(lambda: _record(desk, repository, about["who"], oid, about["size"]))
    return answer({})


def _record(desk: Desk, repository: Repository, who: str, oid: str, size: int) -> None:
    repository.audit.append("upload", who=who, corpus=repository.corpus, sha256=oid, bytes=size)
    desk.uploads(repository).add(who, oid, size)


async def verify(desk: Desk, request: Request, who: Writer, corpus: str) -> Response:
    """Whether an upload has arrived: 200, or 404."""
    repository = await in_thread(lambda: desk.repository(who, corpus))
    oid, size = _object(await read_json(request))
    if await in_thread(lambda: Held(repository, desk.uploads(repository), who.name).size(oid)) != size:
        raise NotReceived("没有收到 / not received", hint="重新上传 / upload it again")
    return answer({}, headers=_TYPE)
