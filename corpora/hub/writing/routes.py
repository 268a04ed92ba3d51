"""The addresses of the write half. Segments are matched before anything is interpreted; `{revision}` is one quoted segment."""

from __future__ import annotations

from corpora.hub.routing import Route
from corpora.hub.writing import commits, lfs, preupload, repositories, tags
from corpora.hub.xet import endpoints, tokens

_API, _LFS, _XET = (
    "api/datasets/{namespace}/{name}",
    "datasets/{namespace}/{name}.git/info/lfs/objects",
    "xet/{namespace}/{at}",
)
_LARGE, _BYTES = "application/vnd.git-lfs+json", "application/octet-stream"
ROUTES = (
    Route("POST", "api/repos/create", repositories.create, body="NewDataset", gives="Created", also="403 409"),
    Route("DELETE", "api/repos/delete", repositories.delete, body="NamedDataset", gives="Done", also="403 409"),
    Route("POST", "api/repos/move", repositories.move),
    Route("POST", "api/validate-yaml", repositories.validate_yaml, body="Card", gives="Checked"),
    Route("PUT", f"{_API}/settings", repositories.settings, body="WantedAccess", gives="Access"),
    Route("POST", f"{_API}/preupload/{{revision}}", preupload.preupload, asks="create_pr", body="Files", gives="Modes"),
    Route(
        "POST", f"{_API}/commit/{{revision}}", commits.commit, asks="create_pr", body="application/x-ndjson Lines",
        gives="Committed", also="409 412 507",
    ),
    Route("POST", f"{_API}/tag/{{revision}}", tags.tag, body="NewTag", gives="Done", also="409"),
    Route("DELETE", f"{_API}/tag/{{revision}}", tags.untag, gives="Done", also="409"),
    Route("POST", f"{_API}/branch/{{revision}}", tags.branch, body="NewBranch", gives="Done", also="409"),
    Route("DELETE", f"{_API}/branch/{{revision}}", tags.unbranch, gives="Done", also="409"),
    Route("GET", f"{_API}/xet-write-token/{{revision}}", tokens.write_token, gives="Ticket"),
    Route("POST", f"{_LFS}/batch", lfs.batch, body=f"{_LARGE} Wanted", gives=f"{_LARGE} Offers", also="507"),
    Route("POST", f"{_LFS}/verify", lfs.verify, body=f"{_LARGE} Object", gives=f"{_LARGE} Nothing"),
    Route("PUT", f"{_LFS}/{{oid}}/{{size}}", lfs.put, own=True, asks="ticket", body=_BYTES, gives="Nothing", also="507"),
    Route(
        "POST", f"{_XET}/v1/xorbs/default/{{hash}}", endpoints.put_xorb, own=True, body=_BYTES, gives="Inserted",
        also="401 403 422 507",
    ),
    Route("POST", f"{_XET}/v1/shards", endpoints.put_shard, own=True, body=_BYTES, gives="Result", also="401 403 422 507"),
    Route("POST", f"{_XET}/v1/xorb-grants/default/{{hash}}", endpoints.nothing, own=True),
    Route("POST", f"{_XET}/v2/shards", endpoints.nothing, own=True),
    Route("GET", f"{_XET}/v1/chunks/default/{{hash}}", endpoints.nothing, own=True),
)  # fmt: skip
