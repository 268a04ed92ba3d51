"""Who is asking: the bearer of a token, nobody in particular, or the owner of this machine while the catalog has no users.

The last needs all of it: no user yet, the server bound to loopback, a process of our own user at the other end, no proxy in
between (a forwarding header), a loopback name as Host (no DNS rebinding), and no page of another site behind the call.
"""

from __future__ import annotations

from starlette.requests import Request

from corpora.catalog.people import ANONYMOUS, LOCAL, People, Principal
from corpora.hub.local_peer import is_ours

_PROXIED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip")
CONNECTION = "yuliao.connection"
"""In the state of a request: what is remembered of its connection."""
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


def who(request: Request, people: People, *, loopback: bool) -> Principal:
    """Raises BadToken. A token that is shown always counts, also on one's own machine."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer" and token.strip():
        return people.principal(token.strip())
    return LOCAL if loopback and not people.anyone() and _is_owner(request) else ANONYMOUS


def _is_owner(request: Request) -> bool:
    host = request.headers.get("host", "")
    name = host if host.endswith("]") else host.rpartition(":")[0] if ":" in host else host
    if name not in _LOOPBACK or any(header in request.headers for header in _PROXIED):
        return False
    if request.headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
        return False
    origin = request.headers.get("origin")
    if origin and origin.partition("://")[2] != host:
        return False
    return _ours(request)


def _ours(request: Request) -> bool:
    """Asked once a connection, where the server remembers it: the tables of the system are slow to read."""
    known = request.scope.get("state", {}).get(CONNECTION, {})
    if "ours" not in known:
        client, server = request.scope.get("client"), request.scope.get("server")
        known["ours"] = bool(client and server and server[1] and is_ours((client[0], client[1]), (server[0], server[1])))
    return bool(known["ours"])


def address(request: Request) -> str:
    """Where the call came from, for the audit: the far end, and what a proxy on this machine says was behind it."""
    client = request.client.host if request.client else ""
    if client in ("127.0.0.1", "::1") and (behind := request.headers.get("x-forwarded-for")):
        return behind.split(",")[-1].strip()[:64]
    return client
