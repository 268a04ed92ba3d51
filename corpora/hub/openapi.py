"""The description of the server that it publishes at /openapi.json: made of the tables of routes, so that it can't drift."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib import metadata
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from corpora.catalog.people import Principal
from corpora.hub.routing import Route

_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string"}, "hint": {"type": "string"}},
}


async def published(desk: Any, request: Request, who: Principal) -> Response:
    """This description (OpenAPI 3.1.0)."""
    return JSONResponse(_document(tuple(request.app.routes)))


@lru_cache(maxsize=4)
def _document(routes: tuple[Route, ...]) -> dict[str, Any]:
    return document(routes)


def document(routes: Iterable[Route]) -> dict[str, Any]:
    """Addresses, methods, parameters and media types of all routes, as OpenAPI 3.1.0."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault("/" + route.address.replace("*}", "}"), {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "语料目录 / dataset catalog", "version": metadata.version("yuliao")},
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Error": _ERROR},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    handler = route.handler
    found: dict[str, Any] = {
        "operationId": f"{route.method.lower()}:{route.address}",
        "summary": (handler.__doc__ or "").strip().split("\n")[0],
        "parameters": [*_in_path(route), *_asked(route)],
        "responses": {
            "2XX": {"description": "好了 / done"},
            "default": {
                "description": "错误：原因在 error，客户端看 X-Error-Code / an error",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            },
        },
        "security": [] if route.own else [{}, {"token": []}],
    }
    if route.body or route.method in ("POST", "PUT"):
        found["requestBody"] = {"content": {_media(route): {}}}
    return found


def _media(route: Route) -> str:
    return route.body or ("application/octet-stream" if route.own else "application/json")


def _in_path(route: Route) -> list[dict[str, Any]]:
    names = [part[1:].partition("}")[0].rstrip("*") for part in route.parts if part.startswith("{")]
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _asked(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "header" if name[0].isupper() else "query", "schema": {"type": "string"}}
        for name in route.asks.split()
    ]
