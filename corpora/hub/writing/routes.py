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
ROUTES = (
    Route("POST", "api/repos/create", repositories.create),
    Route("DELETE", "api/repos/delete", repositories.delete),
    Route("POST", "api/validate-yaml", repositories.validate_yaml),
    Route("PUT", f"{_API}/settings", repositories.settings),
    Route("POST", f"{_API}/preupload/{{revision}}", preupload.preupload),
    Route("POST", f"{_API}/commit/{{revision}}", commits.commit),
    Route("POST", f"{_API}/tag/{{revision}}", tags.tag),
    Route("DELETE", f"{_API}/tag/{{revision}}", tags.untag),
    Route("POST", f"{_API}/branch/{{revision}}", tags.branch),
    Route("DELETE", f"{_API}/branch/{{revision}}", tags.unbranch),
    Route("GET", f"{_API}/xet-write-token/{{revision}}", tokens.write_token),
    Route("POST", f"{_LFS}/batch", lfs.batch),
    Route("POST", f"{_LFS}/verify", lfs.verify),
    Route("PUT", f"{_LFS}/{{oid}}/{{size}}", lfs.put, own=True),
    Route("POST", f"{_XET}/v1/xorbs/default/{{hash}}", endpoints.put_xorb, own=True),
    Route("POST", f"{_XET}/v1/shards", endpoints.put_shard, own=True),
    Route("POST", f"{_XET}/v1/xorb-grants/default/{{hash}}", endpoints.nothing, own=True),
    Route("POST", f"{_XET}/v2/shards", endpoints.nothing, own=True),
    Route("GET", f"{_XET}/v1/chunks/default/{{hash}}", endpoints.nothing, own=True),
)
