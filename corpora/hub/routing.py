"""The addresses of the server: a table of (method, address, handler). The raw path is split before anything is decoded.

So a revision with a slash stays one segment (`refs%2Fconvert%2Fparquet`), and `%2e%2e` or `%2F` in a file's name can't move it:
what is decoded is never split again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.responses import Response

Handler = Callable[..., Awaitable[Response]]


@dataclass(frozen=True)
class Route:
    """A handler is called as `handler(desk, request, who, **arguments)`; the arguments are the address's names.

    `{namespace}/{name}` arrive together as `corpus`; `{path*}` takes the rest, as decoded segments joined by `/`.
    `own`: the address or its header carries a ticket of ours: no token is looked up and the handler takes no `who`.
    The rest is for the published description (corpora.hub.openapi). `body`, `gives`: what is sent and answered, as `Schema`
    (`Schema[]`: a list of them; JSON), `media/type` or both; `asks`: names of query parameters, and of headers (those in capitals);
    `also`: statuses besides 200 and those that every such route has; `page`: errors are pages for people.
    """

    method: str
    address: str
    handler: Handler
    own: bool = False
    body: str = ""
    asks: str = ""
    gives: str = ""
    also: str = ""
    page: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(self.address.split("/"))


def segments(raw_path: bytes) -> list[str] | None:
    """The decoded segments of a raw path; None when one is not UTF-8 or holds a slash, a NUL or nothing but dots."""
    try:
        found = [unquote_to_bytes(part).decode("utf-8") for part in raw_path.split(b"?")[0].strip(b"/").split(b"/")]
    except UnicodeDecodeError:
        return None
    return None if any("\0" in one or one in (".", "..") for one in found) else found


def find(routes: Iterable[Route], method: str, path: Sequence[str]) -> tuple[Route, dict[str, str]] | None:
    """The route of a request and the arguments of its handler. What answers GET answers HEAD: the server sends no body then."""
    for wanted in (method, "GET") if method == "HEAD" else (method,):
        for route in routes:
            if route.method == wanted and (found := match(route.parts, path)) is not None:
                return route, found
    return None


def methods(routes: Iterable[Route], path: Sequence[str]) -> list[str]:
    """The methods that an address knows: for the answer 405."""
    found = {route.method for route in routes if match(route.parts, path) is not None}
    return sorted(found | {"HEAD"} if "GET" in found else found)


def match(address: Sequence[str], path: Sequence[str]) -> dict[str, str] | None:
    rest = address[-1] == "{path*}"
    if len(path) < len(address) if rest else len(address) != len(path):
        return None
    found: dict[str, str] = {}
    for wanted, there in zip(address[: -1 if rest else None], path, strict=False):
        if not wanted.startswith("{"):
            if wanted != there:
                return None
            continue
        name, _, suffix = wanted[1:].partition("}")
        if not there.endswith(suffix) or len(there) == len(suffix):
            return None
        found[name] = there.removesuffix(suffix)
    if rest:
        tail = path[len(address) - 1 :]
        if any("/" in one for one in tail):
            return None
        found["path"] = "/".join(tail)
    return _named(found)


def _named(found: dict[str, str]) -> dict[str, Any] | None:
    if "name" in found:
        found["corpus"] = f"{found.pop('namespace')}/{found.pop('name')}"
        if found["corpus"].count("/") != 1:
            return None
    if "hash" in found:
        found["name"] = found.pop("hash")
    return found
