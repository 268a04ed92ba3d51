"""What strangers send to the read half: refused or answered right, never a 500, and nothing of it in the audit that should not be."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.catalog import Catalog, closing
from corpora.hub.reading.routes import ROUTES
from tests.corpora.hub.threaded import Running, add, running

CARD = b"---\nlicense: cc-by-4.0\ntags:\n- x\n---\n# card\n"
FILES = {"README.md": CARD, "data/train 训练.jsonl": b'{"text": "a"}\n', "a/b/c.txt": b"c"}
AT = "/datasets/nb/open/resolve/main"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    catalog = Catalog(tmp_path_factory.mktemp("attacks") / "catalog")
    add(catalog, "nb/open", FILES)
    add(catalog, "nb/secret", FILES, private=True)
    (catalog.root / "outside.txt").write_text("not to be had")
    with running(catalog, loopback=False) as found:
        yield found


@pytest.mark.parametrize(
    ("target", "status", "why"),
    [
        (f"{AT}/data/train%20%E8%AE%AD%E7%BB%83.jsonl", 200, "the file itself"),
        (f"{AT}/data/train 训练.jsonl", 400, "not encoded: no HTTP"),
        (f"{AT}/%2e%2e/outside.txt", 404, "leads out"),
        (f"{AT}/../../../outside.txt", 404, "leads out"),
        (f"{AT}/%252e%252e/outside.txt", 404, "encoded twice: the name of no file"),
        (f"{AT}/..%2foutside.txt", 404, "a slash in a name"),
        (f"{AT}/..%5coutside.txt", 404, "a backslash"),
        (f"{AT}/%2fetc%2fpasswd", 404, "absolute"),
        (f"{AT}//etc/passwd", 404, "absolute"),
        (f"{AT}/data%00.jsonl", 404, "a NUL"),
        (f"{AT}/%c0%ae%c0%ae/outside.txt", 404, "not UTF-8"),
        (f"{AT}/" + "a/" * 2000 + "x", 404, "a path without end"),
        (f"{AT}/" + "%E8%AE%AD" * 2000, 404, "a name without end"),
        (f"{AT}/", 404, "no name"),
        ("/datasets/nb/open/resolve/%2e%2e/README.md", 404, "a revision that leads out"),
        ("/datasets/nb/open/resolve/refs%2Ftags%2F..%2F..%2Fx/README.md", 404, "the same inside a revision"),
        ("/datasets/nb/open/resolve/" + "0" * 40 + "/README.md", 404, "no such commit"),
        ("/datasets/nb/open/resolve/..%2Fcommits%2Fx/README.md", 404, "a revision is not a file"),
        ("/api/datasets/nb/%2e%2e", 404, "a dataset that leads out"),
        ("/api/datasets/nb/..%2f..%2fblobs", 404, "a dataset that leads out"),
        ("/api/datasets/nb/" + "x" * 5000, 401, "a name without end"),
        ("/api/datasets/nb/%E8%AE%AD%E7%BB%83", 401, "a name that none may have"),
        ("/api/datasets/nb/a%0d%0aX-Evil:%201", 401, "a header in a name"),
        ("/api/datasets/nb/.git", 401, "a name that none may have"),
        ("/api/datasets/nb/secret", 401, "private: not there for strangers"),
        ("/datasets/nb/secret/resolve/main/README.md", 401, "private: not there for strangers"),
        ("/api/datasets/nb/secret/tree/main", 401, "private: not there for strangers"),
        ("/api/datasets/nb/secret/refs", 401, "private: not there for strangers"),
        ("/api/datasets/nb/secret/commits/main", 401, "private: not there for strangers"),
        ("/api/datasets/nb/open/tree/main/%2e%2e", 404, "leads out"),
        ("/api/datasets/nb/open/tree/main/nowhere", 404, "no such folder"),
        ("/api/datasets/nb/open/tree/main?limit=x", 400, "no number"),
        ("/api/datasets/nb/open/tree/main?limit=-1", 400, "no number"),
        ("/api/datasets/nb/open/tree/main?limit=%C2%B2", 400, "a digit that is none"),
        ("/api/datasets/nb/open/tree/main?limit=" + "9" * 5000, 400, "digits without end"),
        ("/api/datasets/nb/open/tree/main?cursor=%ff%fe%00", 200, "any text is a place in the order"),
        ("/api/datasets?limit=0", 200, "at least one"),
        ("/api/datasets?skip=%C2%B2", 400, "a digit that is none"),
        ("/api/datasets?skip=" + "9" * 5000, 400, "digits without end"),
        ("/api/datasets?search=%ff%00&filter=%f0&sort=__class__&direction=x", 200, "text that finds nothing"),
        ("/api/datasets/", 200, "a slash at the end changes nothing"),
        ("/", 200, "the page for people"),
        ("/nope", 404, "no such address"),
        ("/%", 404, "half an escape"),
        ("/%zz/%", 404, "no escapes"),
        ("*", 404, "no path"),
    ],
)
def test_targets(server: Running, target: str, status: int, why: str) -> None:
    for method in ("GET", "HEAD"):
        found = server.get(target, method=method)
        assert found.status == status, why
        assert b"not to be had" not in found.body and "x-evil" not in found.headers
        if status >= 400 and status != 400 and method == "GET":
            assert json.loads(found.body)["error"] and found.headers["x-error-message"].isprintable()


@pytest.mark.parametrize(
    ("headers", "status", "why"),
    [
        (["Range: bytes=" + "9" * 60_000 + "-"], 200, "digits without end: ignored"),
        (["Range: bytes=0-" + "9" * 1_000_000], 431, "larger than headers may be"),
        (["Range: lines=1-2"], 200, "another unit: ignored"),
        (["Range: bytes=0-1,1-2," + ",".join("0-0" for _ in range(5000))], 200, "many ranges: the whole file"),
        (["X-Large: " + "x" * 200_000], 431, "larger than headers may be"),
        ([f"X-{n}: 1" for n in range(20_000)], 431, "more than headers may be"),
        (["Authorization: Bearer \xff\xfe"], 401, "bytes that no token has"),
        (["Authorization: Bearer " + "x" * 30_000], 401, "a token without end"),
        (["Authorization: Bearer ' OR 1=1 --"], 401, "no token"),
        (["Authorization: Basic d2FuZzp4"], 200, "not our way to sign in: nobody in particular"),
        (["Authorization: Bearer"], 200, "nothing shown: nobody in particular"),
        (["If-None-Match: " + '"x",' * 5000], 200, "many tags, none ours"),
        (["If-Range: \xe9"], 200, "no tag"),
        (["X-Bad\x01: 1"], 400, "a control character in a name"),
        (["Transfer-Encoding: chunked", "Content-Length: 5"], 400, "two lengths"),
        (["Content-Length: x"], 400, "no number"),
        (["Content-Length: -5"], 400, "no length"),
        (["Accept-Encoding: gzip, br"], 200, "never compressed: lengths are those of the file"),
    ],
)
def test_headers(server: Running, headers: list[str], status: int, why: str) -> None:
    try:
        found = server.get(f"{AT}/a/b/c.txt", *headers)
    except ConnectionError:  # closed while we were still sending
        assert status == 431, why
        return
    assert found.status == status, why
    if status == 200:
        assert found.body == b"c" and "content-encoding" not in found.headers


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "BREW", "get", "X" * 300])
def test_methods(server: Running, method: str) -> None:
    found = server.get(f"{AT}/a/b/c.txt", method=method)
    assert found.status == 405 and found.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "raw", [b"\x00" * 100, b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET / HTTP/9.9\r\n\r\n"]
)
def test_no_http_at_all(server: Running, raw: bytes) -> None:
    with server.connect() as connection:
        connection.sendall(raw)
        connection.shutdown(1)
        said = connection.recv(1000)
    assert not said or said[8:11] == b" 40"


def test_head_on_everything(server: Running) -> None:
    words = {"namespace": "nb", "name": "open", "revision": "main", "path*": "a"}
    for route in ROUTES:
        if route.method == "GET":
            target = "/" + route.address.replace("{path*}", "a/b/c.txt" if "resolve" in route.address else "a")
            for name, value in words.items():
                target = target.replace("{" + name + "}", value)
            whole, bare = server.get(target), server.get(target, method="HEAD")
            assert (whole.status, bare.body) == (bare.status, b""), target


def test_wrong_forms(server: Running) -> None:
    bodies: list[tuple[str, bytes]] = [
        ("application/x-www-form-urlencoded", b"paths=%ff&paths=..&paths=%00&expand=x"),
        ("application/x-www-form-urlencoded", b"&".join(b"paths=a%d" % n for n in range(5100))),
        ("application/json", b"{"),
        ("application/json", b'{"paths": {"a": 1}}'),
        ("application/json", b'{"paths": [1, null]}'),
        ("application/json", b"[" * 100_000),
        ("application/json", b'{"paths": ["' + b"\xff" + b'"]}'),
        ("text/plain", b"\xff\xfe"),
        ("", b""),
    ]
    for kind, body in bodies:
        found = server.get(
            "/api/datasets/nb/open/paths-info/main", f"Content-Type: {kind}", f"Content-Length: {len(body)}\r\n\r\n" + body.decode("latin-1"),
            method="POST",
        )  # fmt: skip
        assert found.status in (200, 400), (kind, found.status)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.sampled_from(["api", "datasets", "nb", "open", "resolve", "tree", "main", "%2e", "..", "%00", "%ff", "a", "%", "训", "%2F", "?", "#", ";"]), max_size=9))  # fmt: skip
def test_any_mixture_of_segments(server: Running, parts: list[str]) -> None:
    assert server.get("/" + "/".join(parts)).status < 500


def test_refusals_are_in_the_audit_without_what_was_shown(server: Running) -> None:
    server.get("/api/datasets/nb/secret", "Authorization: Bearer hf_neverseen")
    found = list[dict[str, Any]]()
    for _ in range(200):  # it may be written a moment later
        lines = server.audit("refused")
        if found := [one for one in lines if one["result"] == 401 and one.get("corpus") == "nb/secret"]:
            break
        time.sleep(0.05)
    assert found and found[-1]["who"] == "anonymous"
    assert "hf_neverseen" not in json.dumps(lines)


# --- closed versions -----------------------------------------------------------------------------------


@pytest.fixture
def closed(tmp_path: Any) -> Iterator[Running]:
    catalog = Catalog(tmp_path / "catalog")
    add(catalog, "nb/old", {**FILES, "data/x.parquet": b"x" * 100})
    repository = catalog.repository("nb/old")
    repository.tag("v1.0.0", "main", by="test")
    repository.tag("an-二院", "main", by="test")
    with running(catalog, loopback=False) as found:
        yield found


@pytest.mark.parametrize("name", ["v1.0.0", "main", "an-%E4%BA%8C%E9%99%A2"])
def test_withdrawn_by_whatever_name(closed: Running, name: str) -> None:
    closing.withdraw(closed.catalog.repository("nb/old"), "1.0.0", reason="两行重复\n请用 1.0.1", by="test")
    found = closed.get(f"/datasets/nb/old/resolve/{name}/data/x.parquet")
    assert (found.status, found.headers["x-error-code"]) == (403, "GatedRepo")
    assert found.headers["x-yuliao-closed"] == "withdrawn"
    assert "两行重复" in json.loads(found.body)["error"]
    told = closed.get(f"/api/datasets/nb/old/revision/{name}")
    assert told.status == 200 and told.headers["x-hf-warning"].startswith("withdrawn; ")
    assert (
        told.headers["x-hf-warning"].encode("latin-1").decode().startswith("withdrawn; ")
        and "已撤回" in json.loads(told.body)["tags"]
    )
    assert closed.get(f"/datasets/nb/old/resolve/{name}/README.md").body == CARD


def test_purged(closed: Running) -> None:
    closing.purge(closed.catalog.repository("nb/old"), ["1.0.0"], reason="删除请求 17", by="test")
    found = closed.get("/datasets/nb/old/resolve/v1.0.0/data/x.parquet")
    assert (found.status, found.headers["x-error-code"]) == (410, "GatedRepo")
    assert found.headers["x-yuliao-closed"] == "purged"
    assert "删除请求 17" in json.loads(found.body)["error"]
    assert closed.get("/api/datasets/nb/old/tree/v1.0.0").headers["x-hf-warning"].startswith("purged; ")


def test_what_nobody_verified_is_not_there_for_strangers(closed: Running) -> None:
    from corpora.catalog.changes import Delete

    commit = closed.catalog.repository("nb/old").commit("main", [Delete("a/b/c.txt")], title="later", by="test")
    found = closed.get(f"/api/datasets/nb/old/revision/{commit}")
    assert (found.status, found.headers["x-error-code"]) == (404, "RevisionNotFound")
    assert json.loads(closed.get("/api/datasets/nb/old/revision/main").body)["sha"] != commit  # the newest release instead
    assert closed.get("/api/datasets/nb/old/revision/v1.0.0").status == 200
