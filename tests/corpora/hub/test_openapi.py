"""The published description says what the tables of routes say, all of it."""

from __future__ import annotations

import json
import re

from corpora.hub.openapi import document
from corpora.hub.reading.routes import ROUTES as READING
from corpora.hub.writing.routes import ROUTES as WRITING

ROUTES = (*READING, *WRITING)


def test_every_route_is_described_once() -> None:
    paths = document(ROUTES)["paths"]
    described = {(method.upper(), path) for path, operations in paths.items() for method in operations}
    assert described == {(route.method, "/" + route.address.replace("*}", "}")) for route in ROUTES}
    names = [operation["operationId"] for operations in paths.values() for operation in operations.values()]
    assert len(names) == len(set(names))


def test_parameters_of_an_address_are_declared() -> None:
    for path, operations in document(ROUTES)["paths"].items():
        for operation in operations.values():
            named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))
            assert operation["responses"]["default"]


def test_what_is_sent_and_asked() -> None:
    paths = document(ROUTES)["paths"]
    info = paths["/api/datasets/{namespace}/{name}/paths-info/{revision}"]["post"]
    assert list(info["requestBody"]["content"]) == ["application/x-www-form-urlencoded"]
    asked = paths["/datasets/{namespace}/{name}/resolve/{revision}/{path}"]["get"]["parameters"]
    assert {one["name"] for one in asked if one["in"] == "header"} == {"Range", "If-Range", "If-None-Match"}
    upload = paths["/datasets/{namespace}/{name}.git/info/lfs/objects/{oid}/{size}"]["put"]
    assert upload["security"] == []  # the link carries its own ticket
    json.dumps(document(ROUTES))
