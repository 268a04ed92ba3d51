"""Schemathesis against the server, by the description that it publishes itself: what the suite runs for a while, `make fuzz-hub` for long.

A case is drawn from the description: valid or broken on purpose, at addresses of nobody or at those of real datasets. What comes
back has to be what the description says: no defect, a status that it names, its media type, its schema and its headers; what is
broken is refused.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import hypothesis
import requests
import schemathesis
from hypothesis import strategies as st
from hypothesis.database import DirectoryBasedExampleDatabase
from releases import release, rows
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks as openapi_checks

from corpora.catalog import Catalog, closing
from corpora.catalog.people import People
from corpora.hub.openapi import document
from corpora.hub.page.routes import ROUTES as PAGE
from corpora.hub.page.sessions import SESSION
from corpora.hub.reading.routes import ROUTES as READING
from corpora.hub.writing.routes import ROUTES as WRITING
from tests.corpora.served import Served, people

ROUTES = (*READING, *WRITING, *PAGE)
OPERATIONS = [f"{route.method} /{route.address.replace('*}', '}')}" for route in ROUTES]
VISITORS = ("", "li", "wang")
"""Nobody, one who reads, one who owns."""
FORMS = [f"{route.method} /{route.address}" for route in PAGE if route.method == "POST"]
SIGNED_IN = ("li", "zhao")
"""Who sends the page's forms from a browser that is signed in: one who reads, and the officer who decides."""
CHECKS = [
    not_a_server_error, openapi_checks.status_code_conformance, openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance, openapi_checks.response_headers_conformance,
]  # fmt: skip
_TO_THE_LIST = "a page that sends on to the list of files, whatever file was asked for"
FORGIVING = {
    "POST /api/datasets/{namespace}/{name}/paths-info/{revision}": "a form holds text only: whatever it says are paths",
    "GET /datasets/{namespace}/{name}/tree/{revision}/{path}": _TO_THE_LIST,
    "HEAD /datasets/{namespace}/{name}/tree/{revision}/{path}": _TO_THE_LIST,
    "GET /datasets/{namespace}/{name}/blob/{revision}/{path}": _TO_THE_LIST,
    "HEAD /datasets/{namespace}/{name}/blob/{revision}/{path}": _TO_THE_LIST,
}
"""Operations that take what breaks the description, and why."""
KNOWN: dict[str, list[str]] = {
    "namespace": ["nb"],
    "name": ["repairs", "gated", "closed", "pushed", "purged"],
    "revision": ["main", "v1.0.0", "v1.1.0", "refs/tags/v1.0.0", "draft"],
    "path": ["README.md", "release.json", "data", "data/train-00000-of-00001.parquet", "data/none"],
}
_SHA = "f" * 64
_NEXT_WEEK = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=7)).isoformat()
REQUESTS = {"/requests/{number}/approve": "1", "/requests/{number}/refuse": "2"}
"""The request that waits for each decision: see `asking`."""
BODIES: dict[str, list[Any]] = {
    "/api/repos/create": [{"type": "dataset", "organization": "nb", "name": name} for name in ("new", "repairs", "a..b", "训练")],
    "/api/repos/delete": [{"type": "dataset", "organization": "nb", "name": name} for name in ("new", "repairs", "none")],
    "/api/datasets/{namespace}/{name}/tag/{revision}": [{"tag": tag} for tag in ("draft-1", "v2.0.0", "二院/1", "v1.0.0", "a..b")],
    "/api/datasets/{namespace}/{name}/branch/{revision}": [{"startingPoint": one} for one in ("main", "v1.0.0", "none", None)],
    "/api/datasets/{namespace}/{name}/settings": [{"private": False}, {"gated": "manual"}, {"gated": False}, {"private": True}],
    "/datasets/{namespace}/{name}.git/info/lfs/objects/verify": [{"oid": _SHA, "size": 3}],
    "/api/datasets/{namespace}/{name}/commit/{revision}": [
        [{"key": "header", "value": {"summary": "提交"}}, {"key": key, "value": value}] for key, value in (
            ("file", {"path": "a/b.txt", "content": "eA==", "encoding": "base64"}), ("lfsFile", {"path": "x.bin", "oid": _SHA}),
            ("deletedFolder", {"path": "a"}), ("deletedFile", {"path": "none"}), ("file", {"path": "../x", "content": ""}),
            ("copyFile", {"srcPath": "README.md", "path": "b.md"}), ("file", {"path": "README.md/x", "content": ""}),
        )
    ],
    "/signin": [{"form": "", "token": "", "next": "/requests"}],
    "/signout": [{"form": ""}],
    "/datasets/{namespace}/{name}/request": [{"form": "", "purpose": purpose} for purpose in ("训练门诊问诊模型", "", "x" * 9000)],
    "/requests/{number}/approve": [{"form": "", "until": day} for day in ((_NEXT_WEEK,) * 2 + ("2020-01-01", "不久", ""))],
    "/requests/{number}/refuse": [{"form": "", "reason": reason} for reason in ("用途不清", "")],
}  # fmt: skip
"""Bodies that come far: drawn beside those that the description makes."""
_TIMEOUT = 120


@schemathesis.serializer("application/x-ndjson")
def _ndjson(context: Any, value: Any) -> bytes:
    lines = value if isinstance(value, list) else [value]
    return b"".join(json.dumps(one).encode() + b"\n" for one in lines)


@schemathesis.serializer("application/vnd.git-lfs+json")
def _lfs(context: Any, value: Any) -> bytes:
    return json.dumps(value).encode()


def filled(root: Path, folder: Path) -> tuple[Catalog, dict[str, str]]:
    """A catalog with an open, a gated, a half closed and a pushed dataset, and its people's tokens."""
    catalog = Catalog(root)
    for name, version in (
        ("repairs", "1.0.0"),
        ("repairs", "1.1.0"),
        ("gated", "1.0.0"),
        ("closed", "1.0.0"),
        ("closed", "1.1.0"),
        ("purged", "1.0.0"),
    ):
        table = {"train": rows(9 + len(version) + len(name))} if version == "1.0.0" else {"train": rows(5)}
        catalog.publish(release(folder / f"{name}{version}", table, corpus=f"nb/{name}", version=version))
        catalog.repository(f"nb/{name}").set(by="wang", private=False, gated="manual" if name == "gated" else False)
    closing.withdraw(catalog.repository("nb/closed"), "1.0.0", reason="漏检", by="wang")
    closing.purge(catalog.repository("nb/purged"), ["1.0.0"], reason="删除请求", by="wang")
    catalog.repository("nb/pushed").create(by="wang", pushed=True)
    catalog.repository("nb/repairs").branch("draft", "v1.0.0", by="wang")
    return catalog, people(catalog)


@lru_cache(maxsize=1)
def operations() -> dict[str, Any]:
    settings = schemathesis.Config.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": ["4xx"]}}})
    schema = schemathesis.openapi.from_dict(document(ROUTES), config=settings)
    found = [one.ok() for one in schema.get_all_operations()]
    return {f"{one.method.upper()} {one.path}": one for one in found}


class _Slashes(requests.Session):
    """A path of several parts goes out as several segments: OpenAPI knows of one only, and would quote its slashes."""

    def send(self, request: Any, **options: Any) -> Any:
        request.url = request.url.replace("data%2F", "data/")
        return super().send(request, **options)


@dataclass(frozen=True)
class Visitor:
    """One who calls: `""` is nobody in particular."""

    served: Served
    name: str

    def session(self) -> requests.Session:
        session = _Slashes()
        session.trust_env = False
        if self.name:
            session.headers["Authorization"] = f"Bearer {self.served.tokens[self.name]}"
        return session


class Browser:
    """One who signed in on the page: a session in a cookie, no token in a header."""

    def __init__(self, served: Served, name: str) -> None:
        self.url, self._token, self.session = served.url, served.tokens[name], Visitor(served, "").session()

    def form(self) -> str:
        """The token that the forms of this browser carry now; signs in first where signing out was tried."""
        if SESSION not in self.session.cookies:
            said = {"form": self._shown(), "token": self._token}
            got = self.session.post(f"{self.url}/signin", data=said, allow_redirects=False, timeout=_TIMEOUT)
            assert got.status_code == 303 and SESSION in self.session.cookies, got.status_code
        return self._shown()

    def _shown(self) -> str:
        found = re.search(r'name="form" value="([^"]+)"', self.session.get(f"{self.url}/signin", timeout=_TIMEOUT).text)
        assert found, "the page shows no form"
        return found[1]

    def fill(self, case: Any) -> None:
        """Whatever was drawn for it: the form is one that our page showed, and a token of signing in, where none is, his own."""
        fresh = self.form()
        if isinstance(case.body, dict) and "form" in case.body:
            own = {"token": self._token} if case.body.get("token") == "" else {}
            case.body = {**case.body, "form": fresh, **own}  # what was drawn is shared: it stays as it is


def asking(catalog: Catalog) -> dict[str, str]:
    """Two requests that wait, number 1 and number 2 (`REQUESTS`); tokens of those who sign in, who may decide with them."""
    found = People(catalog.database)
    for name in ("guest", "wang"):
        found.grants.request(name, "nb/gated", "训练")
    return {name: found.tokens.add(name, by="test", scope="write")[0] for name in SIGNED_IN}


def tried_form(served: Served, who: str, name: str, *, examples: int, seed: int | None = None, **headers: str) -> set[int]:
    """As `tried`, for a form of the page, from a browser that is signed in: the statuses that came back.

    Sound bodies come with the token of a form that the page has just shown, broken ones with whatever was drawn.
    """
    operation, browser, seen = operations()[name], Browser(served, who), set[int]()
    browser.form()
    browser.session.headers.update(headers)
    known = {"number": REQUESTS[operation.path]} if operation.path in REQUESTS else {"name": "gated"}
    for broken in (False, True):
        checks = CHECKS + [openapi_checks.negative_data_rejection] * broken
        told = {"url": served.url, "session": browser.session, "checks": checks, "examples": examples, "seed": seed}
        drawn = cases(operation, broken=broken, tickets={"path": known})
        _run(drawn, kept=None, prepare=None if broken else browser.fill, seen=seen, **told)
    return seen


def cases(operation: Any, *, broken: bool, tickets: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Any address, or that of a real dataset, or wholly real: else hardly a case would come further than "no such dataset"."""
    mode = GenerationMode.NEGATIVE if broken else GenerationMode.POSITIVE
    given = {**KNOWN, **{name: [value] for name, value in tickets.get("path", {}).items()}}
    real = {name: st.sampled_from(given[name]) for name in given if f"{{{name}}}" in operation.path}
    there = {name: real[name] for name in real if name in ("namespace", "name")}
    found = [operation.as_strategy(generation_mode=mode)]
    query = {"query": tickets["query"]} if "query" in tickets else {}
    for some in (there, real) if real else ():
        found.append(
            st.fixed_dictionaries(some).flatmap(
                lambda fixed: operation.as_strategy(generation_mode=mode, path_parameters=fixed, **query)
            )
        )
    if operation.path in BODIES and not broken and operation.body:
        bodies = st.tuples(st.fixed_dictionaries(real), st.sampled_from(BODIES[operation.path]))
        found.append(bodies.flatmap(lambda two: operation.as_strategy(path_parameters=two[0] or None, body=two[1])))
    return st.one_of(found)


def tickets(visitor: Visitor, path: str) -> dict[str, Any]:
    """What an upload needs before it: the ticket of an address under /xet, or of a file that was announced."""
    with visitor.session() as session:
        if path.startswith("/xet"):
            got = session.get(f"{visitor.served.url}/api/datasets/nb/pushed/xet-write-token/main").json()
            at = {"at": got["casUrl"].rpartition("/")[2]} if "casUrl" in got else {}
            return {"path": at, "headers": {"Authorization": f"Bearer {got.get('accessToken', 'none')}"}}
        if path.endswith("{oid}/{size}"):
            asked = {"operation": "upload", "objects": [{"oid": hashlib.sha256(b"abc").hexdigest(), "size": 3}]}
            url = f"{visitor.served.url}/datasets/nb/pushed.git/info/lfs/objects/batch"
            for one in session.post(url, json=asked).json().get("objects", []):
                if "actions" in one:
                    ticket = one["actions"]["upload"]["href"].partition("ticket=")[2]
                    fixed = {"name": "pushed", "oid": one["oid"], "size": str(one["size"])}
                    return {"path": fixed, "query": {"ticket": ticket}}
    return {}


def tried(visitor: Visitor, name: str, *, examples: int, seed: int | None = None, kept: Path | None = None) -> None:
    """Draws cases for one operation and holds every answer to the description. `seed` None: always the same cases."""
    operation = operations()[name]
    needed = tickets(visitor, operation.path)
    with visitor.session() as session:
        session.headers.update(needed.get("headers", {}))
        for broken in (False, True):
            checks = CHECKS + [openapi_checks.negative_data_rejection] * (broken and name not in FORGIVING)
            told = {"url": visitor.served.url, "session": session, "checks": checks, "examples": examples, "seed": seed}
            _run(cases(operation, broken=broken, tickets=needed), kept=kept, **told)


def _run(
    drawn: st.SearchStrategy[Any],
    *,
    url: str,
    session: Any,
    checks: list[Any],
    examples: int,
    seed: int | None,
    kept: Path | None,
    prepare: Callable[[Any], None] | None = None,
    seen: set[int] | None = None,
) -> None:
    @hypothesis.settings(
        max_examples=examples,
        deadline=None,
        derandomize=seed is None,
        suppress_health_check=list(hypothesis.HealthCheck),
        database=DirectoryBasedExampleDatabase(kept) if kept else None,
        print_blob=False,
    )
    @hypothesis.given(drawn)
    def one(case: Any) -> None:
        if prepare is not None:
            prepare(case)
        response = case.call(base_url=url, session=session, timeout=_TIMEOUT, allow_redirects=False)
        if seen is not None:
            seen.add(response.status_code)
        case.validate_response(response, checks=checks)

    try:
        with contextlib.suppress(hypothesis.errors.Unsatisfiable):  # nothing can be wrong where nothing is asked
            (hypothesis.seed(seed)(one) if seed is not None else one)()
    except BaseExceptionGroup as found:
        raise AssertionError(_told(found)) from None


def _told(found: BaseExceptionGroup[Any]) -> str:
    """What disagreed and how to see it again, not more than one can read."""
    parts = [f"{type(one).__name__}: {one}" for one in found.exceptions]
    return "\n".join([*parts, str(found)])[:4000]


def sound(catalog: Catalog) -> None:
    """After all that: nothing damaged, nothing half done, and the log holds together."""
    assert catalog.fsck(deep=True) == []
    assert [path for pattern in ("blobs/.uploads/*", "xet/.uploads/*") for path in catalog.root.glob(pattern)] == []
    assert catalog.audit.broken() is None
