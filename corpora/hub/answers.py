"""Answers that are errors, as the Hub's clients read them: status, X-Error-Code, X-Error-Message, and the reason as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from corpora.catalog.people import BadToken
from corpora.errors import RevisionUnknown, VersionClosed, YuliaoError
from corpora.hub.protocol import Refusal, status_of

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def readable(text: str) -> str:
    """A header's value that people read: UTF-8, which clients built on httpx decode. Control characters are taken out."""
    return _CONTROL.sub(" ", text).encode()[:900].decode("utf-8", "ignore").encode().decode("latin-1")


def failure(
    status: int, message: str, *, code: str = "", hint: str = "", headers: Mapping[str, str] | None = None
) -> Response:
    """An error's answer. Header values are ASCII: the English half of the message goes there, all of it into the body."""
    english = _CONTROL.sub(" ", message.rpartition(" / ")[2].encode("ascii", "ignore").decode()).strip()[:400]
    told = {"X-Error-Message": english or "refused", "Cache-Control": "no-store", **(headers or {})}
    if code:
        told["X-Error-Code"] = code
    body = {"error": message, **({"hint": hint} if hint else {})}
    return JSONResponse(body, status, told)


def of(error: YuliaoError) -> Response:
    """The answer to a typed error; 500 without its message for one that has no business here."""
    if isinstance(error, BadToken):
        told = "Invalid credentials in Authorization header"
        return failure(401, f"令牌无效、已过期或已吊销 / {told}", hint=error.hint, headers={"WWW-Authenticate": "Bearer"})
    if isinstance(error, VersionClosed):
        return _closed(error)
    status = status_of(error)
    if status == 500:
        return failure(500, "服务器出错 / the server failed", hint="请报告管理员 / tell whoever runs it")
    if isinstance(error, Refusal):
        return failure(status, str(error), code=error.code, hint=error.hint, headers=error.headers)
    code = "RevisionNotFound" if isinstance(error, RevisionUnknown) else ""
    headers = {"Retry-After": "5"} if status == 503 else {}
    return failure(status, str(error), code=code, hint=error.hint, headers=headers)


def _closed(error: VersionClosed) -> Response:
    """403, or 410 for what was purged. The code is the one at which clients of every generation show our message: others are
    taken for a lost connection. What it really is stands in X-Yuliao-Closed. English first: the oldest client reads headers as
    Latin-1, and a HEAD has no body that would tell it more.
    """
    kind = str(error.tombstone["kind"])
    chinese, _, english = str(error).rpartition(" / ")
    headers = {"X-Yuliao-Closed": kind}
    if kind != "purged":  # why somebody wanted to be forgotten is in the body alone
        headers |= {"X-HF-Warning": readable(f"{kind}; {error}"), "X-Error-Message": readable(f"{english} / {chinese}")}
    return failure(410 if kind == "purged" else 403, str(error), code="GatedRepo", hint=error.hint, headers=headers)
