"""The addresses of the read half."""

from __future__ import annotations

from corpora.hub import openapi
from corpora.hub.reading import info, listing, names, resolve, tree
from corpora.hub.routing import Route

_API = "api/datasets/{namespace}/{name}"
_FILES = "datasets/{namespace}/{name}/resolve/{revision}/{path*}"
_FORM = "application/x-www-form-urlencoded"
_PARTS, _PAGES = "Range If-Range If-None-Match", "recursive expand limit cursor"
ROUTES = (
    Route("GET", _FILES, resolve.resolve, asks=_PARTS),
    Route("HEAD", _FILES, resolve.resolve, asks=_PARTS),
    Route("GET", "api/datasets", listing.datasets, asks="search filter author gated sort direction limit full skip"),
    Route("GET", _API, info.info, asks="blobs"),
    Route("GET", f"{_API}/revision/{{revision}}", info.info, asks="blobs"),
    Route("GET", f"{_API}/tree/{{revision}}", tree.tree, asks=_PAGES),
    Route("GET", f"{_API}/tree/{{revision}}/{{path*}}", tree.tree, asks=_PAGES),
    Route("POST", f"{_API}/paths-info/{{revision}}", tree.paths_info, body=_FORM),
    Route("GET", f"{_API}/refs", names.refs),
    Route("GET", f"{_API}/commits/{{revision}}", names.commits),
    Route("GET", f"{_API}/auth-check", names.auth_check),
    Route("GET", f"{_API}/auth-check/write", names.auth_check_write),
    Route("GET", "api/whoami-v2", names.whoami),
    Route("GET", "openapi.json", openapi.published),
)
