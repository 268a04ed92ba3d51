"""The read half of the server over a real socket: what clients ask, what they must not get, and what hostile callers try."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from releases import release, rows
from served import Served, people, serving

from corpora.catalog import Catalog, closing
from corpora.catalog.changes import Add
from corpora.catalog.people import People
from corpora.hub import ranges, routing

API = "/api/datasets/nb/repairs"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(
    served: Served, path: str, who: str = "wang", method: str = "GET", body: bytes | None = None, **headers: str
) -> Answer:
    """The path goes out as it is: nothing is normalised on the way."""
    connection = http.client.HTTPConnection(urlsplit(served.url).netloc, timeout=30)
    try:
        token = {"Authorization": f"Bearer {served.tokens[who]}"} if who else {}
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in {**token, **{k.replace("_", "-"): v for k, v in headers.items()}}.items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        connection.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("hub")
    catalog = Catalog(folder / "catalog")
    texts = {"train": rows(60), "test": rows(10, start=60)}
    for version in ("1.0.0", "1.1.0", "1.2.0"):
        catalog.publish(release(folder / version, {**texts, "train": rows(int(version[2]) + 50)}, version=version))
    catalog.publish(release(folder / "open", texts, corpus="nb/open"))
    catalog.repository("nb/open").set(by="wang", private=False)
    catalog.publish(release(folder / "gated", texts, corpus="nb/gated"))
    catalog.repository("nb/gated").set(by="wang", private=False, gated="manual")
    _pushed(catalog)
    closing.withdraw(catalog.repository("nb/repairs"), "1.1.0", reason="漏检一处", by="wang")
    with serving(catalog, tokens=people(catalog)) as found:
        yield found


def _pushed(catalog: Catalog) -> None:
    repository = catalog.repository("nb/pushed")
    repository.create(by="wang", pushed=True)
    with repository.blobs.writing() as writer:
        writer.write(b"1")
        add = Add("数据/第 1 页.txt", writer.finish(), 1)
    many = [Add(f"many/{i:05}.txt", add.sha256, 1) for i in range(2500)]
    repository.commit("main", [add, *many], title="push", by="wang")


def _file(served: Served, name: str = "release.json", corpus: str = "nb/repairs") -> str:
    return f"/datasets/{corpus}/resolve/v1.0.0/{name}"


# --- what clients ask ------------------------------------------------------------------------------


def test_a_file_with_all_its_headers(served: Served) -> None:
    files = served.catalog.repository("nb/repairs").files("v1.0.0")
    data = next(path for path in files if path.endswith(".parquet"))
    for path, entry in files.items():
        told, got = ask(served, _file(served, path), method="HEAD"), ask(served, _file(served, path))
        assert told.status == got.status == 200 and told.body == b"" and len(got.body) == entry["size"]
        assert told.headers["content-length"] == str(entry["size"]) and told.headers["accept-ranges"] == "bytes"
        assert told.headers["x-repo-commit"] == served.catalog.commit_of("nb/repairs", "1.0.0")
        assert told.headers["etag"] == f'"{entry["sha256"] if path.endswith(".parquet") else entry["oid"]}"'
        assert ("x-linked-etag" in told.headers) == path.endswith(".parquet")
    assert ask(served, _file(served, data)).headers["x-linked-size"] == str(files[data]["size"])


def test_parts_of_a_file(served: Served) -> None:
    whole = ask(served, _file(served)).body
    size = len(whole)
    for asked, wanted in (
        (f"bytes=5-{size}", whole[5:]),
        ("bytes=0-0", whole[:1]),
        ("bytes=-7", whole[-7:]),
        ("bytes=9-", whole[9:]),
    ):
        got = ask(served, _file(served), Range=asked)
        assert got.status == 206 and got.body == wanted, asked
        assert got.headers["content-range"].endswith(f"/{size}")
    over = ask(served, _file(served), Range=f"bytes={size}-")
    assert over.status == 416 and over.headers["content-range"] == f"bytes */{size}"
    etag = ask(served, _file(served), method="HEAD").headers["etag"]
    assert ask(served, _file(served), If_None_Match=etag).status == 304
    assert ask(served, _file(served), Range="bytes=0-3", If_Range=etag).status == 206
    assert ask(served, _file(served), Range="bytes=0-3", If_Range='"other"').body == whole


@given(
    st.text("bytes=0123456789-, x", max_size=30) | st.from_regex(r"bytes=\d{0,25}-\d{0,25}", fullmatch=True),
    st.integers(0, 10**12),
)
def test_any_range_is_inside_the_file(asked: str, size: int) -> None:
    part = ranges.part(asked, size)
    assert part.status in (200, 206, 416) and part.start >= 0 and part.start + part.length <= size
    assert part.status != 200 or (part.start, part.length) == (0, size)


def test_the_tree_goes_page_by_page(served: Served) -> None:
    found, path = [], "/api/datasets/nb/pushed/tree/main?recursive=True&limit=700"
    for _ in range(20):
        page = ask(served, path)
        found += page.json
        if "link" not in page.headers:
            break
        link = page.headers["link"]
        assert link.endswith('>; rel="next"') and link.startswith(f"<{served.url}/")
        path = link[1:].split(">")[0].removeprefix(served.url)
    files = [one["path"] for one in found if one["type"] == "file"]
    assert files == sorted(served.catalog.repository("nb/pushed").files()) and len(found) == 2503
    folder = ask(served, f"/api/datasets/nb/pushed/tree/main/{quote('数据')}?expand=true").json
    assert [one["path"] for one in folder] == ["数据/第 1 页.txt"] and folder[0]["lastCommit"]["title"] == "push"
    missing = ask(served, "/api/datasets/nb/pushed/tree/main/none")
    assert missing.status == 404 and missing.headers["x-error-code"] == "EntryNotFound"


def test_names_with_blanks_and_chinese(served: Served) -> None:
    assert ask(served, f"/datasets/nb/pushed/resolve/main/{quote('数据/第 1 页.txt')}").body == b"1"
    assert ask(served, "/datasets/nb/pushed/resolve/refs%2Fheads%2Fmain/many/00001.txt").body == b"1"


def test_paths_info_as_form_and_as_json(served: Served) -> None:
    form = ask(served, f"{API}/paths-info/v1.0.0", method="POST", body=b"paths=README.md&paths=none&paths=data&expand=True")
    assert [(one["path"], one["type"]) for one in form.json] == [("README.md", "file"), ("data", "directory")]
    assert form.json[0]["lastCommit"]["title"] == "v1.0.0"
    body = json.dumps({"paths": ["release.json"]}).encode()
    assert ask(served, f"{API}/paths-info/v1.0.0", method="POST", body=body, Content_Type="application/json").json[0]["size"]
    for broken in (b"\xff=1", b"paths=" + b"a" * (9 << 20)):
        assert ask(served, f"{API}/paths-info/v1.0.0", method="POST", body=broken).status in (200, 400, 413)


def test_a_listing_shows_what_may_be_seen(served: Served) -> None:
    def names(who: str, query: str = "") -> list[str]:
        return [one["id"] for one in ask(served, f"/api/datasets{query}", who).json]

    assert names("") == names("guest") == ["nb/gated", "nb/open"]
    assert names("li") == ["nb/gated", "nb/open", "nb/pushed", "nb/repairs"]
    assert names("li", "?filter=language:zh&search=repairs") == ["nb/repairs"]
    assert names("li", "?author=none") == [] and len(names("li", "?limit=2")) == 2
    assert names("li", "?gated=true") == ["nb/gated"]
    entry = next(one for one in ask(served, "/api/datasets?full=true").json if one["id"] == "nb/pushed")
    assert "未经核验" in entry["tags"] and entry["private"] is True


# --- what they must not get ------------------------------------------------------------------------


def test_private_is_not_there(served: Served) -> None:
    for path in (API, f"{API}/refs", f"{API}/tree/main", f"{API}/commits/main", _file(served), f"{API}/auth-check"):
        for who, status in (("", 401), ("guest", 404)):
            got = ask(served, path, who)
            assert (got.status, got.headers["x-error-code"]) == (status, "RepoNotFound"), path
        assert ask(served, path).status == 200
    assert ask(served, "/api/datasets/nb/none", "guest").body.replace(b"none", b"") == ask(
        served, API, "guest"
    ).body.replace(b"repairs", b"")


def test_gated_is_told_before_what_is_there(served: Served) -> None:
    for who, status in (("", 401), ("guest", 403), ("li", 403)):
        for name in ("release.json", "none.txt"):
            got = ask(served, _file(served, name, "nb/gated"), who)
            assert (got.status, got.headers.get("x-error-code")) == (status, "GatedRepo"), (who, name)
        assert ask(served, _file(served, "README.md", "nb/gated"), who).status == 200
        assert ask(served, "/api/datasets/nb/gated", who).json["gated"] == "manual"
    assert ask(served, _file(served, corpus="nb/gated"), "zhao").status == 200  # by office


def test_a_grant_opens_and_is_counted_and_ends(served: Served) -> None:
    found = People(served.catalog.database)
    asked = found.grants.request("guest", "nb/gated", "评测", by="guest").id
    assert ask(served, _file(served, corpus="nb/gated"), "guest").status == 403
    found.grants.approve(asked, by="zhao", days=5)
    size = len(ask(served, _file(served, corpus="nb/gated"), "guest").body)
    ask(served, _file(served, corpus="nb/gated"), "guest", Range="bytes=0-9")
    (grant,) = [one for one in found.grants.all() if one.id == asked]
    assert (grant.downloads, grant.bytes) == (2, size + 10)
    found.grants.revoke(asked, by="zhao")
    assert ask(served, _file(served, corpus="nb/gated"), "guest").status == 403


def test_a_withdrawn_version_says_why(served: Served) -> None:
    got = ask(served, "/datasets/nb/repairs/resolve/v1.1.0/release.json")
    assert (
        got.status == 403
        and "漏检一处" in got.json["error"]
        and "漏检一处" in got.headers["x-error-message"].encode("latin-1").decode()
    )
    commit = served.catalog.commit_of("nb/repairs", "1.1.0")
    assert ask(served, f"/datasets/nb/repairs/resolve/{commit}/release.json").status == 403  # by whatever name
    told = ask(served, f"{API}/revision/v1.1.0")
    assert told.status == 200 and told.headers["x-hf-warning"].startswith("withdrawn; ")
    assert ask(served, "/datasets/nb/repairs/resolve/v1.0.0/release.json").status == 200


def test_a_purged_version_is_gone(served: Served, tmp_path: Path) -> None:
    catalog = served.catalog
    catalog.publish(release(tmp_path, {"train": rows(7, start=900)}, corpus="nb/gone"))
    catalog.publish(release(tmp_path / "b", {"train": rows(6, start=900)}, corpus="nb/gone", version="2.0.0"))
    closing.purge(catalog.repository("nb/gone"), ["1.0.0"], reason="请求 7", by="wang")
    got = ask(served, _file(served, corpus="nb/gone"))
    assert got.status == 410 and "请求 7" in got.json["error"]
    assert ask(served, "/datasets/nb/gone/resolve/v2.0.0/release.json").status == 200


def test_what_nobody_verified_stays_inside(served: Served) -> None:
    repository = served.catalog.repository("nb/open")
    with repository.blobs.writing() as writer:
        writer.write(b"22")
        add = Add("new.txt", writer.finish(), 2)
    repository.commit("main", [add], title="push", by="wang")
    assert ask(served, "/datasets/nb/open/resolve/v1.0.0/release.json", "").status == 200
    pushed = repository.resolve().commit
    assert ask(served, f"/datasets/nb/open/resolve/{pushed}/new.txt", "").headers["x-error-code"] == "RevisionNotFound"
    assert ask(served, "/datasets/nb/open/resolve/main/new.txt", "").headers["x-error-code"] == "EntryNotFound"  # of v1.0.0
    assert "main" not in [one["name"] for one in ask(served, "/api/datasets/nb/open/refs", "guest").json["branches"]]
    inside = ask(served, "/datasets/nb/open/resolve/main/new.txt", "li")
    assert inside.status == 200 and inside.headers["x-hf-warning"].startswith("unverified")


def test_tokens(served: Served) -> None:
    for bad in ("hf_wrong", "x" * 5000, "\u00ff"):
        got = ask(served, API, "", Authorization=f"Bearer {bad}")
        assert got.status == 401 and got.headers["x-error-message"] == "Invalid credentials in Authorization header"
    found = People(served.catalog.database)
    secret, token = found.tokens.add("li", by="test")
    assert ask(served, API, "", Authorization=f"Bearer {secret}").status == 200
    found.tokens.revoke(token.id, by="test")
    assert ask(served, API, "", Authorization=f"Bearer {secret}").status == 401
    assert ask(served, "/api/whoami-v2", "").status == 401 and ask(served, "/api/whoami-v2").json["name"] == "wang"


def test_everything_is_in_the_audit_and_no_token(served: Served) -> None:
    ask(served, _file(served), "li", Range="bytes=0-4")
    ask(served, _file(served), "guest")
    lines = list(served.catalog.audit.entries())
    last = [one for one in lines if one["what"] == "download" and one["who"] == "li"][-1]
    assert (last["corpus"], last["version"], last["bytes"], last["result"]) == ("nb/repairs", "1.0.0", 5, 206)
    assert last["path"] == "release.json" and last["address"] == "127.0.0.1"
    assert any(one["what"] == "refused" and one["who"] == "guest" and one["result"] == 404 for one in lines)
    assert served.catalog.audit.broken() is None
    assert not any(secret in json.dumps(lines) for secret in served.tokens.values())


# --- what hostile callers try ----------------------------------------------------------------------

ESCAPES = [
    "../release.json", "..%2f..%2faudit", "%2e%2e/%2e%2e/people.sqlite", "%252e%252e/x", "a%00b", "..\\..\\x", "%5c..%5c", "//etc/passwd",
    "./release.json", "release.json/..", "release.json%2f", "x" * 5000, "%ff%fe", "a" + "/b" * 900, "%", "%zz", "%c0%ae%c0%ae/",
]  # fmt: skip


@pytest.mark.parametrize("path", ESCAPES)
def test_no_path_escapes(served: Served, path: str) -> None:
    for base in ("/datasets/nb/repairs/resolve/v1.0.0/", f"{API}/tree/v1.0.0/", f"{API}/revision/", "/api/datasets/nb/"):
        got = ask(served, base + path)
        assert got.status in (400, 404, 405, 414), (base, got.status)
    assert ask(served, API + "/" + path, method="DELETE").status in (400, 404, 405)


@pytest.mark.parametrize(
    "name",
    ["..", "nb", "nb/..", "nb/a/b", "nb/a--b", "-/-", "nb/%2e", "%F0%9F%98%80/x", "nb/a.git", "%20/%20", "NB/REPAIRS%00"],
)
def test_odd_names_of_repositories(served: Served, name: str) -> None:
    for path in (f"/api/datasets/{name}", f"/datasets/{name}/resolve/main/README.md", f"/api/datasets/{name}/refs"):
        assert ask(served, path).status in (400, 404, 405)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "POST", "BREW"])
def test_other_methods_are_told_what_is_allowed(served: Served, method: str) -> None:
    got = ask(served, _file(served), method=method)
    assert got.status == 405 and "GET" in got.headers["allow"]


@pytest.mark.parametrize(
    "asked", ["bytes=" + "9" * 1_000_0, "bytes=1-0", "bytes=a-b", "items=0-1", "bytes=0-1,3-4", "bytes=-0", "\x7f"]
)
def test_odd_ranges(served: Served, asked: str) -> None:
    assert ask(served, _file(served), Range=asked).status in (200, 206, 400, 416)


def _raw(served: Served, data: bytes) -> bytes:
    at = urlsplit(served.url)
    with socket.create_connection((at.hostname or "", at.port or 0), timeout=20) as connection:
        found = b""
        with contextlib.suppress(ConnectionError):
            connection.sendall(data)
            if not data.endswith(b"\r\n\r\n"):
                connection.shutdown(socket.SHUT_WR)
            while block := connection.recv(65536):
                found += block
        return found


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX: \x00\x01\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET http://evil/../.. HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"POST /api/repos/create HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: x\r\nConnection: close\r\n\r\n",
    ],
)
def test_broken_requests_are_not_served(served: Served, data: bytes) -> None:
    status = _raw(served, data).split(b" ")[1:2]
    assert status == [] or int(status[0]) in (400, 401, 404, 405, 431, 505)
    assert ask(served, API).status == 200  # and the server goes on


def test_a_client_that_breaks_off_is_written_down(served: Served, tmp_path: Path) -> None:
    catalog = served.catalog
    repository = catalog.repository("nb/large")
    repository.create(by="wang")
    with repository.blobs.writing() as writer:
        for _ in range(64):
            writer.write(bytes(1 << 20))
        add = Add("large.bin", writer.finish(), 64 << 20, lfs=True)
    repository.commit("main", [add], title="large", by="wang")
    repository.mark_verified(repository.resolve().commit, "0" * 64, by="wang")
    at = urlsplit(served.url)
    with socket.create_connection((at.hostname or "", at.port or 0)) as connection:
        request = f"GET /datasets/nb/large/resolve/main/large.bin HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {served.tokens['wang']}\r\n\r\n"
        connection.sendall(request.encode())
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    whole = ask(served, "/datasets/nb/large/resolve/main/large.bin")
    assert len(whole.body) == 64 << 20 and not any(whole.body)
    broken = [one for one in catalog.audit.entries() if one["what"] == "download_broken"]
    assert broken and broken[0]["promised"] == 64 << 20 and broken[0]["bytes"] < 64 << 20


def test_two_requests_on_one_connection(served: Served) -> None:
    head = f"Host: x\r\nAuthorization: Bearer {served.tokens['wang']}\r\n"
    one = f"GET {_file(served)} HTTP/1.1\r\n{head}\r\n"
    last = f"GET {_file(served)} HTTP/1.1\r\n{head}Connection: close\r\n\r\n"
    answers = _raw(served, (one + one + last).encode())
    assert answers.count(b"HTTP/1.1 200 OK") == 3 and answers.count(ask(served, _file(served)).body) == 3


@given(st.lists(st.text(max_size=8), min_size=1, max_size=5))
def test_segments_never_hold_what_moves(parts: list[str]) -> None:
    found = routing.segments("/".join(quote(part, safe="") for part in parts).encode())
    assert found is None or all(one not in (".", "..") and "\0" not in one for one in found)
