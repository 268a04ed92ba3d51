"""Serving: the socket, uvicorn with our protocol, and what is said at the start."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from corpora.catalog import Catalog
from corpora.errors import UsageError
from corpora.hub.server import Server, Settings

if TYPE_CHECKING:
    import uvicorn

_BACKLOG = 512
_GRACE = 30
_CONNECTIONS, _HANDLES = 1000, 4096


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


_NOWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}
"""Addresses of documentation (RFC 5737, RFC 3849): nothing is sent to them, the system only says from where it would."""


def reachable(host: str) -> str:
    """What a colleague types for an address that is listened on: of all addresses (0.0.0.0, ::) the one that this machine
    has towards others, its name where it has none."""
    try:
        if not ipaddress.ip_address(host).is_unspecified:
            return f"[{host}]" if ":" in host else host
    except ValueError:
        return host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as one:
        one.connect((_NOWHERE[family], 9))
        found = str(one.getsockname()[0])
        return f"[{found}]" if ":" in found else found
    return socket.gethostname()


def listening(host: str, port: int) -> socket.socket:
    """A bound socket; port 0 takes a free one. Raises UsageError when it can't be had."""
    try:
        return socket.create_server(
            (host, port), backlog=_BACKLOG, family=socket.AF_INET6 if ":" in host else socket.AF_INET
        )
    except OSError as error:
        raise UsageError(
            f"端口 {port} 用不了：{error.strerror} / port {port} on {host} cannot be used: {error.strerror}",
            hint="换一个端口 --port 8081，或 --port 0 自动选 / choose another port, or 0 for any free one",
        ) from error


def serve(catalog: Catalog, bound: socket.socket, settings: Settings, *, ready: Callable[[], None] = lambda: None) -> None:
    """Serves until it is interrupted; requests under way may finish. Logs hold neither paths nor tokens."""
    server = server_of(catalog, settings)
    ready()
    server.run(sockets=[bound])


def server_of(catalog: Catalog, settings: Settings) -> uvicorn.Server:
    """uvicorn with our protocol and our limits, not yet running."""
    import uvicorn

    from corpora.hub.http_protocol import HEADERS, Protocol

    config = uvicorn.Config(
        Server(catalog, settings),
        http=Protocol,
        ws="none",
        loop="asyncio",
        lifespan="on",
        access_log=False,
        log_level="critical",
        proxy_headers=False,
        server_header=False,
        h11_max_incomplete_event_size=HEADERS,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=_GRACE,
        limit_concurrency=_room(),
    )
    return uvicorn.Server(config)


def _room() -> int:
    """Connections at once: 1000, or as many as the process may have handles for (a download needs three)."""
    try:
        import resource
    except ImportError:  # not a Unix
        return _CONNECTIONS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < _HANDLES and soft != resource.RLIM_INFINITY:
        soft = _HANDLES if hard == resource.RLIM_INFINITY else min(hard, _HANDLES)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return _CONNECTIONS if soft == resource.RLIM_INFINITY else max(8, min(_CONNECTIONS, (soft - 200) // 3))
