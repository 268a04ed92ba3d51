"""The write half as clients use it: create, commit, large files by LFS and Xet, tags, settings, delete."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpora.hub.writing.card_rules import check
from corpora.hub.writing.preupload import mode
from tests.corpora.hub import xet_files
from tests.corpora.hub.calls import Calls, gone, large, sha, small

DATA = b"PAR1" + bytes(range(256)) * 40


@pytest.fixture
def calls(tmp_path: Path) -> Iterator[Calls]:
    with Calls(tmp_path / "catalog").open() as one:
        assert one.create().status_code == 200
        yield one


def _files(calls: Calls, corpus: str = "nb/repairs") -> set[str]:
    return set(calls.catalog.repository(corpus).files())


def test_create(calls: Calls) -> None:
    again = calls.create()
    assert again.status_code == 409 and again.json()["url"].endswith("/datasets/nb/repairs")
    repository = calls.catalog.repository("nb/repairs")
    assert repository.settings.private and repository.settings.pushed and not repository.resolve("main").verified
    public = calls.create("nb/open", visibility="public")
    assert public.status_code == 200 and "private" in public.headers["x-hf-warning"]
    assert calls.catalog.repository("nb/open").settings.private


@pytest.mark.parametrize(
    ("corpus", "more", "status"),
    [
        ("nb/model", {"type": "model"}, 400),  # only datasets
        ("clinic/visits", {}, 403),  # another organisation
        ("nb/../x", {}, 400),
        ("nb/二院", {}, 400),
        ("nb/x.git", {}, 400),
        ("nb/x", {"visibility": "secret"}, 400),
        ("nb/x", {"name": 7}, 400),
    ],
)
def test_what_cannot_be_created(calls: Calls, corpus: str, more: dict[str, object], status: int) -> None:
    organization, _, name = corpus.partition("/")
    body = {"name": name, "organization": organization, "type": "dataset", **more}
    assert calls.call("POST", "/api/repos/create", body).status_code == status
    assert calls.catalog.datasets() == ["nb/repairs"]


def test_a_commit_of_every_kind(calls: Calls) -> None:
    assert calls.put(calls.link(DATA), DATA).status_code == 200
    done = calls.commit(small("目录/说 明.md", "你好".encode()), small("old/a.csv", b"1"), large("data/train.parquet", DATA))
    assert done.status_code == 200 and done.json()["commitUrl"].endswith(done.json()["commitOid"])
    assert _files(calls) == {"目录/说 明.md", "old/a.csv", "data/train.parquet"}
    copied = {"key": "lfsFile", "value": {"path": "data/copy.parquet", "algo": "sha256", "oid": sha(DATA)}}
    aside = {"key": "copyFile", "value": {"path": "b.md", "srcPath": "目录/说 明.md"}}
    assert calls.commit(gone("old/", folder=True), copied, aside).status_code == 200
    assert _files(calls) == {"目录/说 明.md", "data/train.parquet", "data/copy.parquet", "b.md"}
    entry = calls.catalog.repository("nb/repairs").files()["data/copy.parquet"]
    assert entry["lfs"]["oid"] == sha(DATA) and entry["size"] == len(DATA)
    assert calls.catalog.fsck(deep=True) == []


def test_what_cannot_be_committed_changes_nothing(calls: Calls) -> None:
    head = calls.catalog.repository("nb/repairs").refs.head
    refused = [
        calls.commit(),
        calls.commit(small("a.md", b"1"), gone("b.md")),
        calls.commit(small("a.md", b"1"), large("a.parquet", b"never sent")),
        calls.commit(small("a", b"1"), small("a/b", b"1")),
        calls.commit({"key": "copyFile", "value": {"path": "b", "srcPath": "nowhere"}}),
    ]
    assert [one.status_code for one in refused] == [400] * 5
    assert calls.commit(small("a.md", b"1"), branch="nowhere").status_code == 404
    assert calls.commit(small("a.md", b"1"), branch="refs%2Fpr%2F1").status_code == 404
    assert calls.call("POST", "/api/datasets/nb/repairs/commit/main?create_pr=1", b"{}").status_code == 400
    assert calls.catalog.repository("nb/repairs").refs.head == head and _files(calls) == set()


def test_two_writers(calls: Calls) -> None:
    head = calls.catalog.repository("nb/repairs").refs.head
    assert calls.commit(small("a.md", b"1"), parentCommit=head).status_code == 200
    late = calls.by("wang2").commit(small("b.md", b"2"), parentCommit=head)
    assert late.status_code == 412 and _files(calls) == {"a.md"}
    assert calls.by("wang2").commit(small("b.md", b"2")).status_code == 200  # on the newest head
    assert _files(calls) == {"a.md", "b.md"}


def test_preupload(calls: Calls) -> None:
    calls.put(calls.link(DATA), DATA)
    calls.commit(small("a.md", b"1"), large("a.parquet", DATA))
    asked = [{"path": path, "size": 1, "sample": "MQ=="} for path in ("a.md", "a.parquet", "new.md", "秘 密/a.key")]
    body = {"files": asked, "gitIgnore": "*.key\n# 注释\n"}
    found = calls.call("POST", "/api/datasets/nb/repairs/preupload/main", body).json()["files"]
    assert [(one["uploadMode"], one["shouldIgnore"]) for one in found] == [
        ("regular", False), ("lfs", False), ("regular", False), ("regular", True),
    ]  # fmt: skip
    entry = calls.catalog.repository("nb/repairs").files()["a.md"]
    assert [one["oid"] for one in found] == [entry["oid"], sha(DATA), None, None]


@pytest.mark.parametrize(
    ("path", "size", "sample", "chosen"),
    [
        ("a.csv", 10, "编号,内容".encode(), "regular"),
        ("a.csv", 2000, "故障".encode()[:4], "regular"),  # the sample ends inside a character
        ("a.csv", 4, "故障".encode()[:4], "lfs"),  # the file does
        ("a.csv", 1 << 20, b"a", "lfs"),
        ("a.csv", 9, b"a\0b", "lfs"),
        ("a.csv", 9, "故障".encode("gb18030"), "lfs"),
        ("a.PARQUET", 9, b"a", "lfs"),
        ("a.zip", 9, b"PK", "lfs"),
        ("empty", 0, b"", "regular"),
    ],
)
def test_modes(path: str, size: int, sample: bytes, chosen: str) -> None:
    assert mode(path, size, sample) == chosen


def test_what_is_there_is_not_sent_again(calls: Calls) -> None:
    calls.put(calls.link(DATA), DATA)
    (offer,) = calls.batch((sha(DATA), len(DATA))).json()["objects"]
    assert "actions" not in offer
    verify = "/datasets/nb/repairs.git/info/lfs/objects/verify"
    assert calls.call("POST", verify, {"oid": sha(DATA), "size": len(DATA)}).status_code == 200
    assert calls.call("POST", verify, {"oid": sha(DATA), "size": 3}).status_code == 404


def test_chunked_bodies(calls: Calls) -> None:
    pieces = [DATA[at : at + 1000] for at in range(0, len(DATA), 1000)]
    assert calls.put(calls.link(DATA), iter(pieces)).status_code == 200
    assert calls.catalog.blobs.has(sha(DATA)) == len(DATA)


@pytest.mark.parametrize("scheme", [0, 1, 2])
def test_xet(calls: Calls, scheme: int) -> None:
    chunks = [DATA, b"b" * 5000, DATA[:999]]
    name, body, shard, sha256 = xet_files.upload(chunks, scheme)
    cas, ticket = calls.xet()
    assert cas.startswith("/xet/nb/")
    for expected in (True, False):
        sent = calls.call("POST", f"{cas}/v1/xorbs/default/{name}", body, token=ticket)
        assert (sent.status_code, sent.json()) == (200, {"was_inserted": expected})
        assert calls.call("POST", f"{cas}/v1/shards", shard, token=ticket).json() == {"result": 1}
    for other in (
        f"GET {cas}/v1/chunks/default/{name}",
        f"POST {cas}/v1/xorb-grants/default/{name}",
        f"POST {cas}/v2/shards",
    ):
        assert calls.call(*other.split(), token=ticket).status_code == 404
    assert calls.commit(large("a.parquet", b"".join(chunks))).status_code == 200
    assert calls.catalog.blobs.path(sha256).read_bytes() == b"".join(chunks)
    assert calls.deeds == ["create", "upload", "commit"]


def test_tags_and_branches(calls: Calls) -> None:
    calls.commit(small("a.md", b"1"))
    api = "/api/datasets/nb/repairs"
    assert calls.call("POST", f"{api}/tag/main", {"tag": "draft", "message": "首版"}).status_code == 200
    assert calls.call("POST", f"{api}/tag/main", {"tag": "draft"}).status_code == 409
    assert calls.call("DELETE", f"{api}/tag/draft").status_code == 200
    assert calls.call("DELETE", f"{api}/tag/draft").status_code == 404
    assert calls.call("POST", f"{api}/tag/nowhere", {"tag": "x"}).status_code == 404
    assert calls.call("POST", f"{api}/tag/main", {"tag": "../x"}).status_code == 400
    assert calls.call("POST", f"{api}/branch/{'draft%2F二院'}", {}).status_code == 200
    assert calls.call("POST", f"{api}/branch/draft%2F二院", {"startingPoint": "main"}).status_code == 409
    assert calls.call("POST", f"{api}/branch/v2.0.0", {}).status_code == 400
    assert calls.commit(small("b.md", b"2"), branch="draft%2F二院").status_code == 200
    assert _files(calls) == {"a.md"}
    assert calls.call("DELETE", f"{api}/branch/main").status_code == 403
    assert calls.call("DELETE", f"{api}/branch/draft%2F二院").status_code == 200


@pytest.mark.parametrize("name", ["v1.0.0", "v0.0.1", "v1.0.0rc"])
def test_a_version_is_not_given_to_what_nobody_sealed(calls: Calls, name: str) -> None:
    """It would stay for good, under a number that a release needs later."""
    calls.commit(small("a.txt", b"1"))
    refused = calls.call("POST", "/api/datasets/nb/repairs/tag/main", {"tag": name})
    assert refused.status_code == 400 and "draft-1" in refused.json()["error"]
    assert "yuliao publish --to" in refused.headers["x-error-message"]
    repository = calls.catalog.repository("nb/repairs")
    assert repository.refs.read()["tags"] == {} and "tag" not in calls.deeds
    repository.tag(name, "main", by="test")  # a catalog of before has such tags: the number can be given back
    assert calls.call("POST", "/api/datasets/nb/repairs/tag/main", {"tag": name}).status_code == 409
    assert calls.call("DELETE", f"/api/datasets/nb/repairs/tag/{name}").status_code == 200
    repository.tag("v2.0.0", "main", by="test")
    repository.mark_verified(repository.resolve().commit, "0" * 64, by="test")
    assert calls.call("DELETE", "/api/datasets/nb/repairs/tag/v2.0.0").status_code == 409
    assert calls.call("DELETE", "/api/datasets/nb/repairs/tag/v3.0.0").status_code == 409
    whole = {"name": "repairs", "organization": "nb", "type": "dataset"}
    assert calls.call("DELETE", "/api/repos/delete", whole).status_code == 409


def test_settings_and_delete(calls: Calls) -> None:
    path = "/api/datasets/nb/repairs/settings"
    assert calls.call("PUT", path, {"gated": "manual"}).json() == {"private": True, "gated": "manual"}
    assert calls.call("PUT", path, {"visibility": "public"}).status_code == 403  # nobody verified it
    assert calls.catalog.repository("nb/repairs").settings.private
    for wrong in (
        {"gated": "maybe"},
        {"gated": 1},
        {"visibility": 1},
        {"private": "no"},
        {"private": 1},
        {},
        {"pushed": False},
    ):
        assert calls.call("PUT", path, wrong).status_code == 400, wrong
    body = {"name": "repairs", "organization": "nb", "type": "dataset"}
    assert calls.by("reader").call("DELETE", "/api/repos/delete", body).status_code == 403
    assert calls.call("DELETE", "/api/repos/delete", body).status_code == 200
    assert calls.call("DELETE", "/api/repos/delete", body).status_code == 404 and calls.catalog.datasets() == []


HEAD = "---\nlicense: mit\nlanguage: [zh]\n"


@pytest.mark.parametrize(
    ("card", "errors", "warnings"),
    [
        (HEAD + "---\n# 题", 0, 0),
        (HEAD + "configs:\n- config_name: default\n  data_files:\n  - split: train\n    path: data/*.parquet\n---\n", 0, 0),
        ("# 没有头", 0, 1),
        ("---\n---\n", 0, 1),
        ("---\nlicense: 自定\n---\n", 0, 2),  # unknown licence, no language
        ("---\nlanguage: [zh\n---\n", 1, 0),
        ("---\n- a\n---\n", 1, 0),
        ("---\n1: a\n---\n", 1, 0),
        (HEAD + "tags: 7\n---\n", 1, 0),
        (HEAD + "tags: [1]\n---\n", 1, 0),
        (HEAD + "configs: a\n---\n", 1, 0),
        (HEAD + "configs:\n- data_files: a\n---\n", 1, 0),
        (HEAD + "configs:\n- config_name: a\n- config_name: a\n---\n", 1, 0),
        (HEAD + "configs:\n- config_name: a\n  data_files:\n  - {split: x, path: a}\n  - {split: x, path: b}\n---\n", 1, 0),
        (HEAD + "configs:\n- config_name: a\n  data_files: ../secret\n---\n", 1, 0),
        (HEAD + "configs:\n- config_name: a\n  data_files: 7\n---\n", 1, 0),
        ("---\n" + "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n" + "---\n", 0, 2),
        ("---\n" + "[" * 5000 + "\n---\n", 1, 0),
        ("---\nd: 2026-99-99\n---\n", 1, 0),
        ("---\n" + "a: b\n" * 20_000 + "---\n", 1, 0),
        (HEAD + "p: &p [" + "a," * 9000 + "a]\nconfigs:\n- config_name: a\n  data_files:\n" + "  - path: *p\n" * 900 + "---\n", 1, 0),
    ],
)  # fmt: skip
def test_cards(card: str, errors: int, warnings: int) -> None:
    found = check(card)
    assert (len(found[0]), len(found[1])) == (errors, warnings), found


def test_validate_yaml(calls: Calls) -> None:
    ask = lambda content: calls.call("POST", "/api/validate-yaml", {"content": content, "repoType": "dataset"})
    assert (ask(HEAD + "---\n").status_code, ask(HEAD + "---\n").json()) == (200, {"errors": [], "warnings": []})
    assert ask("---\n[\n---\n").status_code == 400 and ask("---\n[\n---\n").json()["errors"]
    assert ask(7).status_code == 400


def test_refusals_have_one_form(calls: Calls) -> None:
    """Held against the published description by schemathesis: `error` in the body, the same in a header, whatever else is told."""
    refused = [
        calls.call("POST", "/api/validate-yaml", {"content": "---\nlicense: [1]\n---\n"}),
        calls.call("POST", "/datasets/nb/repairs.git/info/lfs/objects/verify", {"oid": sha(b"never sent"), "size": 3}),
        calls.call("POST", f"{calls.xet()[0]}/v2/shards", b""),
        calls.create(),
    ]
    assert [one.status_code for one in refused] == [400, 404, 404, 409]
    for one in refused:
        assert one.json()["error"] and one.headers["x-error-message"].isprintable()
    assert refused[0].json()["errors"]


@pytest.mark.parametrize("call", ["preupload", "commit"])
def test_pull_requests_are_refused_where_clients_say_so(calls: Calls, call: str) -> None:
    """A client that got through the first call came to /xet-write-token/None next, and showed a bare 404."""
    body = {"files": [{"path": "a.parquet", "size": 3, "sample": ""}]}
    assert calls.call("POST", "/api/datasets/nb/repairs/preupload/main", body).status_code == 200
    for flag in ("1", "true"):
        found = calls.call("POST", f"/api/datasets/nb/repairs/{call}/main?create_pr={flag}", body)
        assert found.status_code == 400 and "pull requests are not supported" in found.headers["x-error-message"]
        assert "不支持合并请求" in found.json()["error"] and "--create-pr" in found.json()["hint"]
    assert calls.by("li").call("POST", f"/api/datasets/nb/repairs/{call}/main?create_pr=1", body).status_code == 404


@pytest.mark.parametrize("who", ["wang", "li"])
@pytest.mark.parametrize("there", ["nb/repairs", "nb/none"])
def test_moving_is_refused_in_the_same_words_whatever_is_there(calls: Calls, who: str, there: str) -> None:
    body = {"fromRepo": there, "toRepo": "nb/other", "type": "dataset"}
    found = calls.by(who).call("POST", "/api/repos/move", body)
    assert found.status_code == 400 and "not supported" in found.headers["x-error-message"]
    assert "不支持改名或转移" in found.json()["error"] and found.json()["hint"]
    assert calls.call("GET", "/api/datasets/nb/repairs").status_code == 200


def test_a_ticket_for_xet_is_for_a_revision_that_is_there(calls: Calls) -> None:
    """Found by schemathesis: whatever stood for the revision, even one that no branch may be called, a ticket was given."""
    assert calls.call("GET", "/api/datasets/nb/repairs/xet-write-token/main").status_code == 200
    for revision in ("none", "x" * 300, "refs%2Fheads%2F..%2Fx"):
        found = calls.call("GET", f"/api/datasets/nb/repairs/xet-write-token/{revision}")
        assert (found.status_code, found.headers["x-error-code"]) == (404, "RevisionNotFound")
