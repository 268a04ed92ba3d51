"""The server's own address in what it answers: told by `--url`, else a Host that is known to mean this server.

A Host is what a client, or whoever stands between, chose to write. It makes links only when it is the address that the call
came in at, this machine's name, one that `--allow-host` names, or a loopback name on loopback (a tunnel has another port).
"""

from __future__ import annotations

import ipaddress
import re
import socket
from functools import cache

from starlette.requests import Request

from corpora.hub.protocol import Refusal

_HOST = re.compile(r"([A-Za-z0-9.\-]+|\[[0-9A-Fa-f:.]+\])(?::(\d{1,5}))?")
_PORTS = {"http": 80, "https": 443}


class Misdirected(Refusal):
    """A Host that is not known to mean this server: a link made of it could lead elsewhere (RFC 9110, 15.5.20)."""

    status = 421


def base_of(request: Request) -> str:
    """Scheme and host for links, without a slash at the end. Raises Misdirected."""
    if (found := _told(request) or _by_host(request)) is None:
        raise Misdirected(
            "不认识这个主机名，不能据此给出链接；用 yuliao serve --url 或 --allow-host 写明对外地址"
            " / this Host is not known to be ours: start yuliao serve with --url or --allow-host",
            hint="yuliao serve --url https://data.example.cn",
        )
    return found


def shown(request: Request) -> str:
    """As `base_of`, for people to read: where the Host is not ours, the address that the call came in at."""
    return _told(request) or _by_host(request) or f"{scheme_of(request)}://{_written(*_arrived(request))}"


def scheme_of(request: Request) -> str:
    """http, or what a proxy on this machine says it was before."""
    scheme = str(request.url.scheme)
    if request.client and request.client.host in ("127.0.0.1", "::1"):
        behind = request.headers.get("x-forwarded-proto", scheme)
        scheme = behind if behind in _PORTS else scheme
    return scheme


def _told(request: Request) -> str | None:
    return (str(request.app.state.url) or None) if "app" in request.scope else None


def _by_host(request: Request) -> str | None:
    scheme, found = scheme_of(request), _HOST.fullmatch(request.headers.get("host", ""))
    if found is None:
        return None
    name, port = found[1].lower(), found[2]
    arrived, at = _arrived(request)
    allowed = tuple(request.app.state.hosts) if "app" in request.scope else ()
    here = int(port or _PORTS[scheme]) == at
    ours = (
        (is_loopback(name) and is_loopback(arrived)) or found[0].lower() in allowed
        or here and name in (_bare(arrived), *allowed, _own_name())
    )  # fmt: skip
    return f"{scheme}://{found[0]}" if ours else None


def _arrived(request: Request) -> tuple[str, int]:
    """(address, port) at which the connection came in; port 0 when it is not known."""
    server = request.scope.get("server") or ("localhost", 0)
    return str(server[0]).lower(), int(server[1] or 0)


def _bare(host: str) -> str:
    """An address as a Host writes it."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _written(host: str, port: int) -> str:
    return f"{_bare(host)}:{port}" if port else _bare(host)


def is_loopback(host: str) -> bool:
    """Whether a name or address means this machine only."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


@cache
def _own_name() -> str:
    return socket.gethostname().lower()
