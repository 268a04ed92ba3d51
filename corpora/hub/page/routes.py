"""The addresses of the page. Its handlers find out who is looking themselves: by session, token, or as the owner of the machine."""

from __future__ import annotations

from corpora.hub.page import assets, dataset, forms, home, requests
from corpora.hub.routing import Route

_DATASET = "datasets/{namespace}/{name}"
_FORM = "application/x-www-form-urlencoded"


def _page(address: str, handler: object) -> tuple[Route, Route]:
    return (
        Route("GET", address, handler, own=True),  # type: ignore[arg-type]  # a Handler by its shape
        Route("HEAD", address, handler, own=True),  # type: ignore[arg-type]
    )


ROUTES: tuple[Route, ...] = (
    *_page("", home.home),
    *_page("datasets", home.datasets),
    *_page("signin", forms.sign_in),
    *_page("requests", requests.requests),
    *_page("-/{key}/{file}", assets.asset),
    *_page(_DATASET, dataset.dataset),
    *_page(f"{_DATASET}/tree/{{revision}}", dataset.moved),
    *_page(f"{_DATASET}/tree/{{revision}}/{{path*}}", dataset.moved),
    *_page(f"{_DATASET}/blob/{{revision}}/{{path*}}", dataset.moved),
    *_page(f"{_DATASET}/commit/{{revision}}", dataset.moved),
    *_page(f"{_DATASET}/download/{{revision}}/{{path*}}", dataset.download),
    Route("POST", "signin", forms.signed_in, own=True, body=_FORM),
    Route("POST", "signout", forms.signed_out, own=True, body=_FORM),
    Route("POST", f"{_DATASET}/request", forms.requested, own=True, body=_FORM),
    Route("POST", "requests/{number}/approve", requests.approved, own=True, body=_FORM),
    Route("POST", "requests/{number}/refuse", requests.refused, own=True, body=_FORM),
)
