"""The addresses of the read half."""

from __future__ import annotations

from corpora.hub import openapi
from corpora.hub.reading import info, listing, names, resolve, tree
from corpora.hub.routing import Route

_API = "api/datasets/{namespace}/{name}"
_FILES = "datasets/{namespace}/{name}/resolve/{revision}/{path*}"
_FORM = "application/x-www-form-urlencoded Paths"
_PARTS, _PAGES = "Range If-Range If-None-Match", "recursive expand limit cursor"
_BYTES, _MIRROR = "application/octet-stream", "307"
_WORDS = "search filter author gated sort direction limit full skip"
ROUTES = (
    Route("GET", _FILES, resolve.resolve, asks=_PARTS, gives=_BYTES, also="206 304 307 416"),
    Route("HEAD", _FILES, resolve.resolve, asks=_PARTS, gives=_BYTES, also="206 304 307 416"),
    Route("GET", "api/datasets", listing.datasets, asks=_WORDS, gives="Dataset[]"),
    Route("GET", _API, info.info, asks="blobs", gives="Dataset", also=_MIRROR),
    Route("GET", f"{_API}/revision/{{revision}}", info.info, asks="blobs", gives="Dataset", also=_MIRROR),
    Route("GET", f"{_API}/tree/{{revision}}", tree.tree, asks=_PAGES, gives="Entry[]", also=_MIRROR),
    Route("GET", f"{_API}/tree/{{revision}}/{{path*}}", tree.tree, asks=_PAGES, gives="Entry[]", also=_MIRROR),
    Route("POST", f"{_API}/paths-info/{{revision}}", tree.paths_info, body=_FORM, gives="Entry[]", also=_MIRROR),
    Route("GET", f"{_API}/refs", names.refs, gives="Refs", also=_MIRROR),
    Route("GET", f"{_API}/commits/{{revision}}", names.commits, gives="Commit[]", also=_MIRROR),
    Route("GET", f"{_API}/auth-check", names.auth_check, gives="Done", also=_MIRROR),
    Route("GET", f"{_API}/auth-check/write", names.auth_check_write, gives="Done", also=_MIRROR),
    Route("GET", "api/whoami-v2", names.whoami, gives="Person"),
    Route("GET", "openapi.json", openapi.published, gives="Description"),
)
