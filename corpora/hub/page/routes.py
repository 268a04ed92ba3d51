"""The addresses of the page. Its handlers find out who is looking themselves: by session, token, or as the owner of the machine."""

from __future__ import annotations

from corpora.hub.page import assets, dataset, forms, home, requests
from corpora.hub.routing import Handler, Route

_DATASET = "datasets/{namespace}/{name}"
_FORM = "application/x-www-form-urlencoded"
_HTML = "text/html"


def _page(address: str, handler: Handler, *, asks: str = "", gives: str = _HTML, also: str = "") -> tuple[Route, Route]:
    told = {"asks": asks, "gives": gives, "also": also}
    return (
        Route("GET", address, handler, own=True, page=True, **told),
        Route("HEAD", address, handler, own=True, page=True, **told),
    )


def _form(address: str, handler: Handler, fields: str) -> Route:
    return Route("POST", address, handler, own=True, page=True, body=f"{_FORM} {fields}", also="303 401 403")


ROUTES: tuple[Route, ...] = (
    *_page("", home.home, asks="q industry licence access size sort page lang"),
    *_page("datasets", home.datasets, gives="", also="302"),
    *_page("signin", forms.sign_in, asks="next lang"),
    *_page("requests", requests.requests, asks="lang", also="403"),
    *_page("-/{key}/{file}", assets.asset, gives="text/css image/svg+xml"),
    *_page(_DATASET, dataset.dataset, asks="tab v split lang"),
    *_page(f"{_DATASET}/tree/{{revision}}", dataset.moved, gives="", also="302"),
    *_page(f"{_DATASET}/tree/{{revision}}/{{path*}}", dataset.moved, gives="", also="302"),
    *_page(f"{_DATASET}/blob/{{revision}}/{{path*}}", dataset.moved, gives="", also="302"),
    *_page(f"{_DATASET}/commit/{{revision}}", dataset.moved, gives="", also="302"),
    *_page(
        f"{_DATASET}/download/{{revision}}/{{path*}}", dataset.download, gives="application/octet-stream", also="206 304 416"
    ),
    _form("signin", forms.signed_in, "SignIn"),
    _form("signout", forms.signed_out, "SignOut"),
    _form(f"{_DATASET}/request", forms.requested, "Request"),
    _form("requests/{number}/approve", requests.approved, "Approve"),
    _form("requests/{number}/refuse", requests.refused, "Refuse"),
)
