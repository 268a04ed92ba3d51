"""Repositories that are not ours: clients are sent on to a mirror that the team already uses, so HF_ENDPOINT names one place.

What passes through here is an address and a few headers; never a body, and never a token: it is ours, not the mirror's.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from email.message import Message
from typing import Any
from urllib.parse import urljoin

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

_SECONDS = 20
_RELAYED = ("x-repo-commit", "x-linked-etag", "x-linked-size", "etag", "x-error-code", "x-error-message")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


_open = urllib.request.build_opener(_NoRedirect).open


async def answer(request: Request, upstream: str) -> Response:
    """307 to the same path at the mirror.

    A HEAD of a file is asked there first: clients read the file's hash, size and commit off the redirect itself, and do not
    follow it. 502 when the mirror does not answer.
    """
    path = request.scope["raw_path"].decode("latin-1").split("?")[0]
    query = request.scope["query_string"].decode("latin-1")
    address = upstream.rstrip("/") + path + (f"?{query}" if query else "")
    if request.method == "HEAD" and "/resolve/" in path:
        return await to_thread.run_sync(_head, address)
    return Response(status_code=307, headers={"Location": address})


def _head(address: str) -> Response:
    asked = urllib.request.Request(address, method="HEAD", headers={"Accept-Encoding": "identity"})
    try:
        with _open(asked, timeout=_SECONDS) as reply:
            return _moved(address, reply.headers)
    except urllib.error.HTTPError as error:
        if error.code in (301, 302, 303, 307, 308):
            return _moved(urljoin(address, error.headers.get("Location", "")), error.headers)
        return Response(status_code=error.code, headers=_relayed(error.headers))
    except OSError:
        return Response(status_code=502, headers={"X-Error-Message": "the upstream mirror does not answer"})


def _moved(location: str, headers: Message[str, str]) -> Response:
    relayed = _relayed(headers)
    relayed.setdefault("x-linked-size", headers.get("Content-Length", "0"))
    relayed.setdefault("x-linked-etag", headers.get("ETag", ""))
    return Response(status_code=307, headers={"Location": location, **relayed})


def _relayed(headers: Message[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in _RELAYED if headers.get(name)}
