"""The server's own address as a client sees it: told by `--url`, else taken from the call (Host, and a proxy's X-Forwarded-Proto)."""

from __future__ import annotations

import re

from starlette.requests import Request

_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


def base_of(request: Request) -> str:
    """Scheme and host, without a slash at the end."""
    told = getattr(request.app.state, "url", "") if "app" in request.scope else ""
    if told:
        return str(told)
    scheme = request.url.scheme
    if request.client and request.client.host in ("127.0.0.1", "::1"):
        behind = request.headers.get("x-forwarded-proto", scheme)
        scheme = behind if behind in ("http", "https") else scheme
    host = request.headers.get("host", "")
    return f"{scheme}://{host if _HOST.fullmatch(host) else 'localhost'}"
