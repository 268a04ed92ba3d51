"""Serving: the socket, uvicorn with our protocol, and what is said at the start."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from corpora.catalog import Catalog
from corpora.errors import UsageError
from corpora.hub.server import Server, Settings

if TYPE_CHECKING:
    import uvicorn

_HEADERS = 64 << 10
_BACKLOG = 512
_GRACE = 30


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


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

    from corpora.hub.http_protocol import Protocol

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
        h11_max_incomplete_event_size=_HEADERS,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=_GRACE,
        limit_concurrency=1000,
    )
    return uvicorn.Server(config)
