"""What nobody verified is, for everybody outside its organisation, told in the very words of what is not there: at every address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from served import people
from starlette.testclient import TestClient

from corpora.catalog import Catalog
from corpora.catalog.changes import Add
from corpora.hub.page.routes import ROUTES as PAGE
from corpora.hub.reading.routes import ROUTES as READING
from corpora.hub.routing import Route
from corpora.hub.server import Server
from corpora.hub.writing.routes import ROUTES as WRITING
from tests.corpora.hub.page_catalog import two_versions

CORPUS = "nb/repairs"
BRANCH, TAG = "secret-draft", "inner-tag"
ASKING = [one for one in (*READING, *WRITING, *PAGE) if "{revision}" in one.address]
"""Every route that takes a revision."""
Door = tuple[Catalog, dict[str, str], TestClient]


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    folder = tmp_path_factory.mktemp("door")
    catalog = Catalog(folder / "catalog")
    two_versions(catalog, folder)
    repository = catalog.repository(CORPUS)
    with repository.blobs.writing() as writer:
        writer.write(b"22")
        add = Add("new.txt", writer.finish(), 2)
    repository.commit("main", [add], title="内部推送", by="wang")
    repository.branch(BRANCH, "main", by="wang")
    repository.tag(TAG, "main", by="wang")
    tokens, server = people(catalog), Server(catalog)
    with TestClient(server, "http://testserver", follow_redirects=False) as client:
        yield catalog, tokens, client


def _pairs(catalog: Catalog) -> dict[str, str]:
    """An unverified revision by each of its names → one that nobody ever made, as long and of the same shape."""
    commit = catalog.repository(CORPUS).resolve().commit
    other = "".join("123456789abcdef0"[int(digit, 16)] for digit in commit)
    names = {BRANCH: BRANCH[::-1], TAG: TAG[::-1], commit: other, commit[:9]: other[:9]}
    return {
        **names, f"refs/heads/{BRANCH}": f"refs/heads/{BRANCH[::-1]}", f"refs/tags/{TAG}": f"refs/tags/{TAG[::-1]}",
        f"refs/tags/{BRANCH}": f"refs/tags/{BRANCH[::-1]}",
    }  # fmt: skip


def _ask(door: Door, method: str, address: str, who: str) -> tuple[int, dict[str, str], str]:
    _, tokens, client = door
    client.cookies.clear()
    token = {"authorization": f"Bearer {tokens[who]}"} if who else {}
    answer = client.request(method, address, headers=token)
    told = {name: value for name, value in answer.headers.items() if name != "set-cookie"}
    return answer.status_code, told, answer.text


def _plain(said: tuple[int, dict[str, str], str], asked: str) -> Any:
    """An answer without the name that was asked for and without what differs from one answer to the next."""
    status, headers, body = said

    def without(text: str) -> str:
        text = re.sub(r"nonce[=-]\"?[\w+/=-]+|name=\"form\" value=\"[^\"]*\"", "", text)
        return text.replace(asked, "…").replace(quote(asked, safe=""), "…").replace(quote(asked), "…")

    return status, {name: without(value) for name, value in headers.items()}, without(body)


def _address(route: Route, revision: str, path: str) -> str:
    named = route.address.replace("{path*}", path).replace("{revision}", quote(revision, safe=""))
    return "/" + named.replace("{namespace}/{name}", CORPUS)


@pytest.mark.parametrize("who", ["", "guest"])
@pytest.mark.parametrize("route", ASKING, ids=lambda one: f"{one.method} {one.address}")
def test_an_unverified_revision_is_told_as_an_unknown_one(door: Door, who: str, route: Route) -> None:
    for hidden, unknown in _pairs(door[0]).items():
        for path in ("new.txt", "README.md", "none.txt"):
            there, none = (_ask(door, route.method, _address(route, one, path), who) for one in (hidden, unknown))
            assert _plain(there, hidden) == _plain(none, unknown), (hidden, path)
            assert there[0] in (401, 403, 404) or route.method not in ("GET", "HEAD"), (hidden, path)


@pytest.mark.parametrize("who", ["", "guest"])
def test_the_page_tells_them_alike(door: Door, who: str) -> None:
    for hidden, unknown in _pairs(door[0]).items():
        there, none = (_ask(door, "GET", f"/datasets/{CORPUS}?v={quote(one, safe='')}", who) for one in (hidden, unknown))
        assert _plain(there, hidden) == _plain(none, unknown) and there[0] == 404


@pytest.mark.parametrize("who", ["", "guest"])
@pytest.mark.parametrize("address", ["/api/datasets/{}/revision/none", "/datasets/{}?v=none", "/api/datasets/{}/tree/none"])
def test_hints_name_what_the_caller_may_see(door: Door, who: str, address: str) -> None:
    outside, inside = (_ask(door, "GET", address.format(CORPUS), one)[2] for one in (who, "li"))
    assert "v1.0.0" in outside and BRANCH not in outside and TAG not in outside and "main" not in _hint(outside)
    assert BRANCH in inside and TAG in inside and "main" in inside, "the organisation's own people see all of it"


def _hint(text: str) -> str:
    return text.partition("已有：")[2].partition("<")[0].partition(" / ")[0]


@pytest.mark.parametrize("who", ["", "guest"])
def test_main_by_its_long_name_is_main(door: Door, who: str) -> None:
    """Else its long name would tell that something was pushed onto it."""
    short, long = (
        _ask(door, "GET", f"/api/datasets/{CORPUS}/revision/{one}", who) for one in ("main", "refs%2Fheads%2Fmain")
    )
    assert short[0] == long[0] == 200 and short[2] == long[2]


def test_the_history_leaves_out_what_nobody_verified(door: Door) -> None:
    catalog, commit = door[0], door[0].repository(CORPUS).resolve().commit
    repository = catalog.repository(CORPUS)
    with repository.blobs.writing() as writer:
        writer.write(b"333")
        add = Add("later.txt", writer.finish(), 3)
    repository.branch("later", "main", by="wang")
    later = repository.commit("later", [add], title="核验过的", by="wang")
    repository.mark_verified(later, "0" * 64, by="wang")
    address = f"/api/datasets/{CORPUS}/commits/{later}"
    outside, inside = (_ask(door, "GET", address, who)[2] for who in ("guest", "li"))
    assert later in outside and commit not in outside and "内部推送" not in outside
    assert later in inside and commit in inside
