"""Bodies on their way in: never more of one in memory than a piece, and never more read than announced or allowed."""

from __future__ import annotations

import errno
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, TypeVar

from anyio import current_time, move_on_after, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

from corpora.hub.protocol import NoSpace, ProtocolError, TooLarge, TooSlow, broken

PIECE = 1 << 20
LARGEST_JSON = 2 << 20
SILENCE = 60.0  # seconds in which SLOWEST bytes a second have to come
SLOWEST = 500  # bytes a second: the rate of Apache's mod_reqtimeout
T = TypeVar("T")


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> JSONResponse:
    return JSONResponse(value, status, headers)


def announced(request: Request) -> int | None:
    """Content-Length; None for a chunked body. Raises ProtocolError for what is no number."""
    text = request.headers.get("content-length")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise broken("Content-Length 不是数字", "Content-Length is no number")
    return int(text)


async def pieces(request: Request, *, most: int) -> AsyncIterator[bytes]:
    """The body in pieces of about 1 MiB. Raises TooLarge as soon as it is longer than `most`, TooSlow, ProtocolError if it breaks off."""
    if (length := announced(request)) is not None and length > most:
        raise too_large(most)
    gathered, total = bytearray(), 0
    try:
        async for data in _patiently(request):
            total += len(data)
            if total > most:
                raise too_large(most)
            gathered += data
            if len(gathered) >= PIECE:
                yield bytes(gathered)
                gathered.clear()
    except ClientDisconnect as error:
        raise broken("上传中断", "the upload broke off") from error
    if gathered:
        yield bytes(gathered)


async def _patiently(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes. Raises TooSlow when next to nothing came for a while: neither silence nor a drip holds a place.

    Only time spent waiting for the client counts, not what its bytes cost us.
    """
    patience = float(getattr(getattr(request.scope.get("app"), "state", None), "silence", SILENCE))
    stream, left, came = request.stream().__aiter__(), patience, 0
    while True:
        start = current_time()
        with move_on_after(left) as waiting:
            try:
                data = await stream.__anext__()
            except StopAsyncIteration:
                return
        if waiting.cancelled_caught:
            raise TooSlow("上传太慢 / no data, or next to none, came for too long", hint="检查网络后再传 / try again")
        left, came = left - (current_time() - start), came + len(data)
        if came >= patience * SLOWEST:
            left, came = patience, 0
        yield data


def too_large(most: int) -> TooLarge:
    return TooLarge(f"请求太大，最多 {most} 字节 / too large: at most {most} bytes", hint="分几次提交 / split it")


async def read_json(request: Request, *, most: int = LARGEST_JSON) -> dict[str, Any]:
    """The body as a JSON object. Raises ProtocolError, TooLarge."""
    body = b"".join([piece async for piece in pieces(request, most=most)])
    return json_object(body)


def json_object(body: bytes | bytearray) -> dict[str, Any]:
    """A JSON object whose strings can be stored. Raises ProtocolError."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise broken("不是合格的 JSON", "this is not JSON") from error
    if not isinstance(value, dict):
        raise broken("不是 JSON 对象", "this is not a JSON object")
    return value


def check_no_pull_request(request: Request) -> None:
    """Raises ProtocolError for `create_pr`: before any byte is sent, and where clients show what they are told (400)."""
    if request.query_params.get("create_pr") in ("1", "true"):
        raise ProtocolError(
            "不支持合并请求（create_pr） / pull requests are not supported (create_pr)",
            hint="去掉 --create-pr，或先建分支再上传 / leave out --create-pr, or upload to a branch: --revision NAME",
        )


def text_of(value: dict[str, Any], key: str, *, most: int = 4096, default: str | None = None) -> str:
    """`value[key]`, a string of at most `most` characters without lone surrogates. Raises ProtocolError."""
    found = value.get(key, default)
    if found is None:
        found = default
    if not isinstance(found, str) or len(found) > most or any("\ud800" <= one <= "\udfff" for one in found):
        raise broken(f"字段 {key} 缺失或不合规", f"field {key} is missing or not as it should be")
    return found


async def in_thread(work: Callable[[], T], **options: Any) -> T:
    """Runs what touches the disk beside the event loop. A full disk is NoSpace."""
    try:
        return await to_thread.run_sync(work, **options)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise NoSpace("磁盘空间不足 / the disk is full", hint="请联系管理员 / ask whoever runs the catalog") from error
        raise
