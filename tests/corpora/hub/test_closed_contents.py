"""What a withdrawn version holds is had at no door: by tag, branch, commit, copy or page; what an open version shares is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from releases import release, rows

from corpora.catalog import Catalog, closing
from corpora.catalog.changes import Add, Copy, Delete
from corpora.catalog.repository import Repository
from tests.corpora.hub.threaded import Running, running

NAME, DATA, REASON = "nb/repairs", "data/train-00000-of-00001.parquet", "两行未脱敏"
SHARED = "data/test-00000-of-00001.parquet"


def _stored(repository: Repository, data: bytes, path: str) -> Add:
    with repository.blobs.writing() as writer:
        writer.write(data)
        return Add(path, writer.finish(), len(data))


@pytest.fixture()
def house(tmp_path: Path) -> Iterator[Running]:
    """1.0.0 and 1.1.0 share their test split; on top of them a commit, a copy in main, one on a branch; 1.1.0 is withdrawn."""
    catalog = Catalog(tmp_path / "catalog")
    test = rows(5, start=90)
    catalog.publish(release(tmp_path / "a", {"train": rows(20), "test": test}))
    catalog.publish(release(tmp_path / "b", {"train": rows(30), "test": test}, version="1.1.0"))
    catalog.publish(release(tmp_path / "c", {"train": rows(30), "test": test}, corpus="nb/other"))
    repository = catalog.repository(NAME)
    repository.tag("alpha", "v1.1.0", by="wang")
    repository.commit("main", [_stored(repository, b"note", "notes.txt")], title="on top", by="wang")
    repository.commit("main", [Copy(DATA, "v1.1.0", "data/copy.parquet")], title="copied", by="wang")
    repository.branch("side", "main", by="wang")
    closing.withdraw(repository, "1.1.0", reason=REASON, by="wang")
    with running(catalog) as found:
        yield found


def _file(revision: str, path: str = DATA, corpus: str = NAME) -> str:
    return f"/datasets/{corpus}/resolve/{revision}/{path}"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    ("revision", "path"),
    [("v1.1.0", DATA), ("alpha", DATA), ("main", DATA), ("main", "data/copy.parquet"), ("side", DATA), ("{head}", DATA)],
)
def test_no_revision_gives_it(house: Running, revision: str, path: str, method: str) -> None:
    head = house.catalog.repository(NAME).resolve("main").commit
    told = house.get(_file(revision.format(head=head), path), method=method)
    said = told.headers["x-error-message"].encode("latin-1").decode()
    assert told.status == 403 and REASON in said and "v1.1.0" in said
    assert told.headers["x-hf-warning"].startswith("withdrawn; ") and b"PAR1" not in told.body
    part = house.get(_file(revision.format(head=head), path), "Range: bytes=0-9", method=method)
    assert part.status == 403 and b"PAR1" not in part.body


def test_what_is_open_stays_open(house: Running) -> None:
    assert house.get(_file("v1.0.0")).status == 200
    for path in (SHARED, "notes.txt", "README.md", "release.json"):
        assert house.get(_file("main", path)).status == 200, path
    assert house.get(_file("v1.1.0", SHARED)).status == 403, "the version itself is closed as a whole"
    same = house.catalog.repository("nb/other").files("v1.0.0")[DATA]["sha256"]
    assert same == house.catalog.repository(NAME).files("v1.1.0")[DATA]["sha256"]
    assert house.get(_file("v1.0.0", corpus="nb/other")).status == 200, "another dataset answers for itself"


def test_a_revision_that_holds_some_of_it_says_so(house: Running) -> None:
    for path in ("revision/main", "tree/main", "commits/main"):
        warning = house.get(f"/api/datasets/{NAME}/{path}").headers["x-hf-warning"].encode("latin-1").decode()
        assert warning.startswith("withdrawn; ") and REASON in warning, path
    assert "x-hf-warning" not in house.get(f"/api/datasets/{NAME}/revision/v1.0.0").headers


def test_a_copy_under_the_name_of_the_card_is_shown_nowhere(house: Running) -> None:
    """The card is open to all who see a dataset: nothing may come out through it."""
    repository = house.catalog.repository(NAME)
    secret = "---\npretty_name: 张某的病历\ntags: [泄露]\n---\n\n# 张某的病历\n".encode()
    repository.commit("main", [_stored(repository, secret, "data/rows.md")], title="data", by="wang")
    repository.mark_verified(repository.resolve("main").commit, "0" * 64, by="wang")
    repository.tag("v2.0.0", "main", by="wang")
    operations = [Copy("data/rows.md", "main", "README.md"), Copy("data/rows.md", "main", "release.json")]
    repository.commit("main", operations, title="copied", by="wang")
    closing.withdraw(repository, "2.0.0", reason=REASON, by="wang")
    assert house.get(_file("main", "README.md")).status == 403
    for path in (f"/datasets/{NAME}?v=main", f"/datasets/{NAME}?v=main&tab=card", f"/api/datasets/{NAME}", "/api/datasets?full=true",
                 f"/datasets/{NAME}?v=main&tab=files", "/"):  # fmt: skip
        told = house.get(path)
        assert told.status == 200 and "张某".encode() not in told.body, path
        assert b"\\u5f20\\u67d0" not in told.body, path


def test_the_page_shows_no_row_and_no_link(house: Running) -> None:
    page = house.get(f"/datasets/{NAME}?v=main&tab=rows").body.decode()
    assert "设备 25 号" not in page
    head = house.catalog.repository(NAME).resolve("main").commit
    files = house.get(f"/datasets/{NAME}?v=main&tab=files").body.decode()
    assert f"/download/{head}/{SHARED}" in files and f"/download/{head}/{DATA}" not in files and "已撤回" in files
    assert house.get(f"/datasets/{NAME}/download/{head}/{DATA}").status == 403


def test_a_copy_made_after_it_was_closed_stays_closed(house: Running) -> None:
    repository = house.catalog.repository(NAME)
    repository.commit("main", [Copy(DATA, "v1.1.0", "elsewhere/x.bin"), Delete(DATA)], title="again", by="wang")
    entry = repository.files("main")["elsewhere/x.bin"]
    assert house.get(_file("main", "elsewhere/x.bin")).status == 403
    lines: list[dict[str, Any]] = [
        {"key": "header", "value": {"summary": "lfs"}},
        {"key": "lfsFile", "value": {"path": "lfs.bin", "algo": "sha256", "oid": entry["sha256"], "size": entry["size"]}},
    ]
    body = b"".join(json.dumps(one).encode() + b"\n" for one in lines)
    head = f"POST /api/datasets/{NAME}/commit/main HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    said = house.ask(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    assert said.startswith(b"HTTP/1.1 200") and house.get(_file("main", "lfs.bin")).status == 403


def test_opened_again_everything_is_had_again(house: Running) -> None:
    assert house.get(_file("side")).status == 403
    closing.reopen(house.catalog.repository(NAME), "1.1.0", reason="误报", by="wang")
    for revision, path in (("v1.1.0", DATA), ("main", DATA), ("side", "data/copy.parquet")):
        assert house.get(_file(revision, path)).status == 200
    closing.withdraw(house.catalog.repository(NAME), "1.1.0", reason="确有其事", by="wang")
    assert house.get(_file("main")).status == 403


def test_all_versions_that_hold_it_are_named(house: Running) -> None:
    closing.withdraw(house.catalog.repository(NAME), "1.0.0", reason="同样", by="wang")
    said = json.loads(house.get(_file("main", SHARED)).body)["error"]
    assert "v1.0.0 已撤回：同样" in said and f"v1.1.0 已撤回：{REASON}" in said
    assert "alpha" not in json.loads(house.get(_file("alpha")).body)["error"], "the version is named, not any tag of it"


def test_a_purged_version_is_gone_at_every_revision(house: Running) -> None:
    """A commit on top of it keeps nothing open, though its bytes may lie there until the branch lets go of them."""
    repository = house.catalog.repository(NAME)
    closing.purge(repository, ["1.1.0"], reason="请求 7", by="wang")
    for revision in ("v1.1.0", "main", "side"):
        assert house.get(_file(revision)).status == 410, revision
    assert house.get(_file("main", SHARED)).status == 200
    held = closing.held(house.catalog.root, repository)
    assert set(held) == {f"{NAME} main", f"{NAME} side", "nb/other main"}
    assert house.get(_file("v1.0.0", corpus="nb/other")).status == 200
