"""The published description says what the tables of routes say, all of it."""

from __future__ import annotations

import json
import re

from corpora.hub import routing
from corpora.hub.openapi import document
from corpora.hub.page.routes import ROUTES as PAGE
from corpora.hub.reading.routes import ROUTES as READING
from corpora.hub.schemas import ANSWERS, BODIES
from corpora.hub.writing.routes import ROUTES as WRITING

ROUTES = (*READING, *WRITING, *PAGE)


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


def test_answers_are_named_one_by_one() -> None:
    """`default` would let every status pass: a test that holds the server to its description could not fail."""
    for path, operations in document(ROUTES)["paths"].items():
        for operation in operations.values():
            answers = operation["responses"]
            assert "default" not in answers and {"400", "404", "431", "503"} <= answers.keys() and "500" not in answers
            for status, told in answers.items():
                assert ("content" in told) == (status not in ("302", "303", "304", "307", "416")), (path, status)
                if status >= "400" and status != "416" and "text/html" not in told["content"]:
                    assert told["headers"]["X-Error-Message"]["required"]
    paths = document(ROUTES)["paths"]
    assert {"200", "206", "304", "307", "416"} <= paths["/datasets/{namespace}/{name}/resolve/{revision}/{path}"]["get"][
        "responses"
    ].keys()
    assert {"409", "412", "408", "413", "507"} <= paths["/api/datasets/{namespace}/{name}/commit/{revision}"]["post"][
        "responses"
    ].keys()


def test_what_is_referred_to_is_there() -> None:
    said = document(ROUTES)
    for one in re.findall(r"#/components/schemas/(\w+)", json.dumps(said)):
        assert one in said["components"]["schemas"]
    assert said["components"]["schemas"].keys() == {*ANSWERS, *BODIES} and not ANSWERS.keys() & BODIES.keys()


def test_what_is_sent_and_asked() -> None:
    paths = document(ROUTES)["paths"]
    info = paths["/api/datasets/{namespace}/{name}/paths-info/{revision}"]["post"]
    assert list(info["requestBody"]["content"]) == ["application/x-www-form-urlencoded"]
    asked = paths["/datasets/{namespace}/{name}/resolve/{revision}/{path}"]["get"]["parameters"]
    assert {one["name"] for one in asked if one["in"] == "header"} == {"Range", "If-Range", "If-None-Match"}
    upload = paths["/datasets/{namespace}/{name}.git/info/lfs/objects/{oid}/{size}"]["put"]
    assert upload["security"] == []  # the link carries its own ticket
    xorb = paths["/xet/{namespace}/{at}/v1/xorbs/default/{hash}"]["post"]
    assert xorb["security"] == [{"token": []}]


def test_other_methods_are_told_which_there_are() -> None:
    """What the description names for an address is what `Allow` says there."""
    for path, operations in document(ROUTES)["paths"].items():
        address = re.sub(r"{\w+}", "a", path).strip("/").split("/")
        described = {method.upper() for method in operations}
        assert set(routing.methods(ROUTES, address)) == described | ({"HEAD"} if "GET" in described else set()), path
