"""The description of the server that it publishes at /openapi.json: made of the tables of routes, so that it can't drift.

What a client may meet is named status by status: there is no `default`, so that a test can hold the server to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib import metadata
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from corpora.catalog.people import Principal
from corpora.hub.routing import Route
from corpora.hub.schemas import ANSWERS, BODIES, SHA256, TEXT, Schema, listed, ref

_NAME: Schema = {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$"}
_WHOLE: Schema = {"type": "string", "pattern": "^[0-9]{1,8}$"}
_FLAG: Schema = {"type": "string", "description": "true 或 1 为是，其余为否 / true or 1 is yes, all else no"}
_VALUES: dict[str, Schema] = {
    "namespace": _NAME, "name": _NAME, "revision": {"type": "string", "minLength": 1, "maxLength": 200},
    "number": {"type": "string", "pattern": "^[0-9]{1,9}$"}, "path": {"type": "string", "minLength": 1, "maxLength": 1024}, "oid": SHA256, "hash": SHA256,
    "size": {"type": "string", "pattern": "^[0-9]{1,13}$"}, "at": {"type": "string", "pattern": "^[0-9]{4}q[1-4]-[0-9a-f]{8}$"},
    "key": {"type": "string", "pattern": "^[0-9a-f]{16}$"}, "file": {"enum": ["style.css", "icon.svg"]},
    "limit": _WHOLE, "skip": _WHOLE, "recursive": _FLAG, "expand": _FLAG, "full": _FLAG, "blobs": _FLAG, "create_pr": _FLAG,
    "search": listed(TEXT), "filter": listed(TEXT), "industry": listed(TEXT), "licence": listed(TEXT),
    "access": listed(TEXT),
}  # fmt: skip
_REQUIRED = ("ticket",)
_SAID: dict[int, str] = {
    200: "好了 / done", 206: "一部分 / a part", 302: "换个地址 / elsewhere", 303: "换个地址 / elsewhere",
    304: "没有变 / not modified", 307: "在上游镜像 / at the mirror behind us (--upstream)",
    400: "请求不合格式 / malformed", 401: "需要有效的令牌 / a valid token is needed", 403: "无权，或须申请 / no right",
    404: "没有，或不给看 / not there, or not for you", 408: "上传太慢 / too slow", 409: "已经有了 / exists already",
    410: "已按删除请求清除 / purged", 412: "分支已前移 / the head has moved", 413: "太大 / too large",
    416: "范围超出文件 / past the end", 422: "字节与哈希不符 / wrong bytes", 431: "请求头太大 / the headers are too large",
    501: "不支持的传输编码 / unknown transfer encoding", 503: "太忙，稍后再来 / busy: come again", 507: "磁盘已满 / the disk is full",
}  # fmt: skip
_BARE = (302, 303, 304, 307, 416)
_HEADERS: dict[str, Schema] = {
    "X-Error-Message": TEXT, "X-Error-Code": TEXT, "Location": TEXT, "ETag": {"type": "string", "pattern": '^"[0-9a-f]+"$'},
    "X-Repo-Commit": {"type": "string", "pattern": "^[0-9a-f]{40}$"}, "Accept-Ranges": {"const": "bytes"},
    "Content-Range": {"type": "string", "pattern": "^bytes ([0-9]+-[0-9]+|[*])/[0-9]+$"},
}  # fmt: skip


async def published(desk: Any, request: Request, who: Principal) -> Response:
    """This description (OpenAPI 3.1.0)."""
    return JSONResponse(_document(tuple(request.app.routes)))


@lru_cache(maxsize=4)
def _document(routes: tuple[Route, ...]) -> dict[str, Any]:
    return document(routes)


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """Addresses, methods, parameters, bodies and answers of all routes, as OpenAPI 3.1.0."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault("/" + route.address.replace("*}", "}"), {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "语料目录 / dataset catalog", "version": metadata.version("yuliao")},
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**ANSWERS, **BODIES},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": f"{route.method.lower()}:{route.address}",
        "summary": (route.handler.__doc__ or "").strip().split("\n")[0],
        "parameters": [*_in_path(route), *_asked(route)],
        "responses": {str(status): _response(route, status) for status in sorted(statuses(route))},
        "security": _security(route),
    }
    if route.body:
        found["requestBody"] = {"content": _content(route.body)}
    return found


def _security(route: Route) -> list[dict[str, Any]]:
    """Nothing for a link that carries its own right, a ticket for what a shard or xorb is sent to, else a token or none."""
    tickets: list[dict[str, Any]] = [{"token": []}] if "403" in route.also and not route.page else []
    return tickets if route.own else [{}, {"token": []}]


# --- what is asked --------------------------------------------------------------------------------------


def _in_path(route: Route) -> list[dict[str, Any]]:
    names = [part[1:].partition("}")[0].rstrip("*") for part in route.parts if part.startswith("{")]
    return [{"name": name, "in": "path", "required": True, "schema": _VALUES.get(name, TEXT)} for name in names]


def _asked(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name, "in": "header" if name[0].isupper() else "query", "required": name in _REQUIRED,
            "schema": TEXT if name == "size" else _VALUES.get(name, TEXT),
        }
        for name in route.asks.split()
    ]  # fmt: skip


def _content(said: str) -> dict[str, Any]:
    """Media types and the name of a schema, as the table of routes writes them; JSON where no media type is named."""
    words = said.split()
    media, name = [one for one in words if "/" in one], next((one for one in words if "/" not in one), "")
    schema = listed(ref(name[:-2])) if name.endswith("[]") else ref(name)
    return {one: {"schema": schema} if name else {} for one in media or ["application/json"]}


# --- what is answered -----------------------------------------------------------------------------------


def statuses(route: Route) -> set[int]:
    """Every status that a route answers with, but for defects (500)."""
    found = {400, 404, 431, 501, 503} | {int(one) for one in route.also.split()} | ({200} if route.gives else set())
    if route.body:
        found |= {408, 413}
    if not route.own:
        found |= {401}
    if "{name}" in route.address:
        found |= {401, 403, 410, 422}
    return found


def _response(route: Route, status: int) -> dict[str, Any]:
    said: dict[str, Any] = {"description": _SAID[status]}
    if status in (200, 206):
        said["content"] = _content(route.gives)
    elif status not in _BARE:
        said["content"] = {"application/json": {"schema": ref("Error")}}
        if route.page:
            said["content"]["text/html"] = {}
    if headers := _told(route, status):
        said["headers"] = {name: {"required": needed, "schema": _HEADERS[name]} for name, needed in headers.items()}
    return said


def _told(route: Route, status: int) -> dict[str, bool]:
    """Headers of an answer, and whether they always come."""
    if status in (302, 303, 307):
        return {"Location": True}
    if "octet-stream" in route.gives and status in (200, 206, 304, 416):
        return {"ETag": True, "X-Repo-Commit": True, "Accept-Ranges": True, "Content-Range": status in (206, 416)}
    if status >= 400 and not route.page:
        return {"X-Error-Message": True, "X-Error-Code": False}
    return {}
