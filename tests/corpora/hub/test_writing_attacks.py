"""What must not work: forged and replayed links, others' bytes, wrong hashes and lengths, rubbish. A refusal leaves nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpora.catalog import closing
from corpora.catalog.people import People
from corpora.catalog.xorbs import epoch, stale
from corpora.hub.writing.links import Links
from tests.corpora.hub import xet_files
from tests.corpora.hub.calls import Calls, gone, large, sha, small

DATA = b"PAR1" + os.urandom(30_000)
OTHER = b"PAR1" + b"other" * 999


@pytest.fixture
def calls(tmp_path: Path) -> Iterator[Calls]:
    with Calls(tmp_path / "catalog").open() as one:
        one.create()
        one.by("li").create("clinic/visits")
        yield one


# --- links -----------------------------------------------------------------------------------------


def test_forged_replayed_and_expired_links(calls: Calls) -> None:
    link = calls.link(DATA)
    place, _, ticket = link.partition("?ticket=")
    body, _, signature = ticket.partition(".")
    about, other = json.loads(base64.urlsafe_b64decode(body + "==")), ("B" if signature[0] == "A" else "A") + signature[1:]
    grown = base64.urlsafe_b64encode(json.dumps({**about, "who": "li"}).encode()).decode().rstrip("=")
    old = calls.app.writing.links.sign("lfs", seconds=-1, **{key: about[key] for key in ("corpus", "oid", "size", "who")})
    xet = calls.xet()[1]
    elsewhere = place.replace("nb/repairs", "clinic/visits")
    refused = [
        place, f"{place}?ticket=", f"{place}?ticket={body}", f"{place}?ticket={body}.{other}", f"{place}?ticket=é.é",
        f"{place}?ticket={grown}.{signature}", f"{place}?ticket={old}", f"{place}?ticket={xet}",
        f"{elsewhere}?ticket={ticket}", link.replace(sha(DATA), sha(OTHER)), link.replace(f"/{len(DATA)}?", "/7?"),
        link.replace(f"/{len(DATA)}?", f"/0{len(DATA)}?"),
    ]  # fmt: skip
    assert [calls.put(one, DATA).status_code for one in refused] == [403] * len(refused)
    other = Links(calls.catalog.root.parent).sign("lfs", corpus="nb/repairs", oid=sha(DATA), size=len(DATA), who="wang")
    assert calls.put(f"{place}?ticket={other}", DATA).status_code == 403  # signed by another catalog
    assert calls.stored() == [] and calls.put(link, DATA).status_code == 200


def test_the_secret_is_private_and_stays(tmp_path: Path) -> None:
    ticket = Links(tmp_path).sign("lfs", a=1)
    assert Links(tmp_path).read(ticket, "lfs")["a"] == 1 and (tmp_path / "hub.key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "hub.key").chmod(0o644)
    with pytest.raises(Exception, match="hub.key"):
        Links(tmp_path)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (OTHER, 400),  # another length, announced
        (bytes(len(DATA)), 422),  # another hash
        (iter([DATA, b"x"]), 413),  # longer, not announced
        (iter([DATA[:-1]]), 422),  # shorter, not announced
        (iter([]), 422),
        (b"", 400),
    ],
)
def test_wrong_bytes_leave_nothing(calls: Calls, body: Any, status: int) -> None:
    assert calls.put(calls.link(DATA), body).status_code == status
    assert calls.stored() == [] and calls.commit(large("a.parquet", DATA)).status_code == 400
    assert calls.deeds == ["create", "create"]


@pytest.mark.parametrize("length", ["-1", "1e9", "９", "99999999999999999999", " "])
def test_lengths_that_are_no_numbers(calls: Calls, length: str) -> None:
    answer = calls.client.request("PUT", calls.link(DATA), content=DATA, headers=[(b"content-length", length.encode())])
    assert answer.status_code in (400, 413) and calls.stored() == []


@pytest.mark.parametrize(
    "body",
    [
        {"operation": "download", "objects": []},
        {"operation": "upload"},
        {"operation": "upload", "objects": [7]},
        {"operation": "upload", "objects": [{"oid": "../x", "size": 1}]},
        {"operation": "upload", "objects": [{"oid": "a" * 64, "size": -1}]},
        {"operation": "upload", "objects": [{"oid": "a" * 64, "size": 1 << 60}]},
        {"operation": "upload", "objects": [{"oid": "a" * 64, "size": True}]},
        {"operation": "upload", "objects": [{"oid": ["a"], "size": 1}]},
    ],
)
def test_bad_batches(calls: Calls, body: dict[str, Any]) -> None:
    assert calls.call("POST", "/datasets/nb/repairs.git/info/lfs/objects/batch", body).status_code == 400


def test_too_many_files_and_too_large_requests(calls: Calls) -> None:
    assert calls.batch(*[("a" * 64, 1)] * 257).status_code == 413
    assert len(calls.batch(*[(f"{n:064x}", 1) for n in range(256)]).json()["objects"]) == 256
    files = [{"path": f"a{n}", "size": 1, "sample": "YQ=="} for n in range(257)]
    preupload = "/api/datasets/nb/repairs/preupload/main"
    assert calls.call("POST", preupload, {"files": files}).status_code == 413
    assert calls.call("POST", preupload, {"files": files[:256]}).status_code == 200
    assert calls.call("POST", preupload, b" " * (5 << 20)).status_code == 413
    endless = iter([b'{"key":"header","value":{"summary":"' + b"a" * (1 << 20)] + [b"a" * (1 << 20)] * 30)
    assert calls.call("POST", "/api/datasets/nb/repairs/commit/main", endless).status_code == 413
    assert calls.batch(("a" * 64, 1 << 40)).status_code == 507  # more than the disk holds


@pytest.mark.parametrize(
    "file",
    [7, {}, {"path": "a"}, {"path": "a", "size": "1"}, {"path": "a", "size": 1, "sample": "%"}, {"path": "../a", "size": 1},
     {"path": "a", "size": 1, "sample": "é"}, {"path": "\ud800", "size": 1}, {"path": "nul.txt", "size": 1}, {"path": "a" * 2000, "size": 1}],
)  # fmt: skip
def test_bad_preuploads(calls: Calls, file: Any) -> None:
    body = json.dumps({"files": [file]}).encode()
    assert calls.call("POST", "/api/datasets/nb/repairs/preupload/main", body).status_code == 400


@pytest.mark.parametrize("body", [b"", b"[", b"[]", b"7", b'{"name":', b"\xff", b"[" * 100_000])
def test_rubbish_where_json_should_be(calls: Calls, body: bytes) -> None:
    api = "/api/datasets/nb/repairs"
    for call in (
        "POST /api/repos/create", "DELETE /api/repos/delete", "POST /api/validate-yaml", f"PUT {api}/settings",
        f"POST {api}/preupload/main", f"POST {api}/tag/main", f"POST {api}/branch/x", f"POST {api}/commit/main",
        "POST /datasets/nb/repairs.git/info/lfs/objects/batch", "POST /datasets/nb/repairs.git/info/lfs/objects/verify",
    ):  # fmt: skip
        assert calls.call(*call.split(), body).status_code == 400, call


# --- others' bytes ---------------------------------------------------------------------------------


def test_knowing_a_hash_gives_nothing(calls: Calls) -> None:
    """The bytes of another tenant are neither named by a commit nor told to be there."""
    li = calls.by("li")
    li.put(li.link(DATA, "clinic/visits"), DATA)
    assert li.commit(large("a.parquet", DATA), corpus="clinic/visits").status_code == 200
    stolen = calls.commit(large("a.parquet", DATA))
    never = calls.commit(large("a.parquet", OTHER))
    assert stolen.status_code == never.status_code == 400
    assert stolen.json()["error"].replace(sha(DATA)[:12], "") == never.json()["error"].replace(sha(OTHER)[:12], "")
    (offer,) = calls.batch((sha(DATA), len(DATA))).json()["objects"]
    assert "upload" in offer["actions"]
    asked = {"oid": sha(DATA), "size": len(DATA)}
    assert calls.call("POST", "/datasets/nb/repairs.git/info/lfs/objects/verify", asked).status_code == 404
    copy = {"key": "copyFile", "value": {"path": "a", "srcPath": "a.parquet", "srcRepo": "clinic/visits"}}
    assert calls.commit(copy).status_code == 400
    assert calls.put(calls.link(DATA), DATA).status_code == 200  # who has the bytes may send them
    assert calls.commit(large("a.parquet", DATA)).status_code == 200


def test_an_upload_counts_for_its_repository_and_its_principal(calls: Calls) -> None:
    calls.put(calls.link(DATA), DATA)
    calls.create("lab/notes")
    assert calls.commit(large("a.parquet", DATA), corpus="lab/notes").status_code == 400
    assert calls.by("wang2").commit(large("a.parquet", DATA)).status_code == 400
    assert calls.commit(large("a.parquet", DATA)).status_code == 200
    assert calls.by("wang2").commit(large("b.parquet", DATA)).status_code == 200  # now the repository has it
    assert calls.commit(large("a.parquet", DATA[:-1])).status_code == 400
    wrong = {"key": "lfsFile", "value": {"path": "c", "oid": sha(DATA), "size": 3}}
    assert calls.commit(wrong).status_code == 400  # another size than it has


def test_another_tenants_xorbs(calls: Calls) -> None:
    li = calls.by("li")
    name, body, shard, sha256 = xet_files.upload([DATA, OTHER])
    cas, ticket = li.xet("clinic/visits")
    assert li.call("POST", f"{cas}/v1/xorbs/default/{name}", body, token=ticket).status_code == 200
    mine, my_ticket = calls.xet()
    assert calls.call("POST", f"{mine}/v1/shards", shard, token=my_ticket).status_code == 400
    assert calls.call("POST", f"{cas}/v1/shards", shard, token=my_ticket).status_code == 403  # their address, my ticket
    assert calls.call("POST", f"{mine}/v1/shards", shard, token=ticket).status_code == 403
    assert calls.stored() == [] and calls.commit(large("a", DATA + OTHER)).status_code == 400 and sha256 == sha(DATA + OTHER)


def test_who_lost_the_right_to_write(calls: Calls) -> None:
    """A ticket lives for an hour, but the right behind it is asked for at every call."""
    name, body, shard, _ = xet_files.upload([DATA])
    (cas, ticket), link = calls.xet(), calls.link(DATA)
    People(calls.catalog.database).users.take("wang", "nb", "owner", by="test")
    assert calls.call("POST", f"{cas}/v1/xorbs/default/{name}", body, token=ticket).status_code == 404
    assert calls.call("POST", f"{cas}/v1/shards", shard, token=ticket).status_code == 404
    assert calls.put(link, DATA).status_code == 404 and calls.stored() == []


def test_readers_and_strangers_write_nothing(calls: Calls) -> None:
    api, reader = "/api/datasets/nb/repairs", calls.by("reader")
    for call in (f"POST {api}/commit/main", f"POST {api}/tag/main", f"DELETE {api}/tag/x", f"POST {api}/branch/x",
                 f"DELETE {api}/branch/x", f"PUT {api}/settings", f"POST {api}/preupload/main",
                 f"GET {api}/xet-write-token/main", "POST /datasets/nb/repairs.git/info/lfs/objects/batch"):  # fmt: skip
        assert reader.call(*call.split()).status_code == 403, call
        hidden = calls.by("li").call(*call.split())
        assert (hidden.status_code, hidden.headers["x-error-code"]) == (404, "RepoNotFound"), call
        assert calls.by("nobody").call(*call.split()).status_code == 401, call


# --- xet -------------------------------------------------------------------------------------------


def _seg(name: str, raw: int, start: int, stop: int) -> bytes:
    return xet_files.shard(xet_files.file(sha(DATA), [xet_files.segment(name, raw, start, stop)]))


def test_shards_that_do_not_fit(calls: Calls) -> None:
    name, body = xet_files.xorb([DATA, OTHER])
    cas, ticket = calls.xet()
    send = lambda shard: calls.call("POST", f"{cas}/v1/shards", shard, token=ticket).status_code
    assert send(_seg(name, len(DATA), 0, 1)) == 400  # no such xorb yet
    assert calls.call("POST", f"{cas}/v1/xorbs/default/{name}", body, token=ticket).status_code == 200
    assert [send(_seg(name, len(DATA), 0, 3)), send(_seg(name, 7, 0, 1)), send(_seg(name, len(DATA), 2, 3))] == [400] * 3
    assert send(_seg(name, len(OTHER), 1, 2)) == 422  # sound, but another file than its sha256 says
    assert [send(b""), send(b"rubbish"), send(iter([b"x" * 100, b"y"]))] == [400] * 3
    assert calls.stored() == [] and not list(calls.catalog.root.glob("datasets/*/*/uploads/*/*"))
    good, bad = (
        xet_files.file(sha(DATA), [xet_files.segment(name, len(DATA), 0, 1)]),
        xet_files.file(sha(OTHER), [b"\1" * 48]),
    )
    assert send(xet_files.shard(good, bad)) == 400 and calls.stored() == []  # checked as a whole before anything is made
    assert send(xet_files.shard(good)) == 200 and calls.stored() == [sha(DATA)]


def test_xorbs_that_do_not_fit(calls: Calls) -> None:
    name, body = xet_files.xorb([DATA, OTHER], 1)
    cas, ticket = calls.xet()
    send = lambda at, data: calls.call("POST", f"{cas}/v1/xorbs/default/{at}", data, token=ticket).status_code
    other = xet_files.xorb([OTHER])[0]
    assert [
        send(name, body[:-1]),
        send(other, body),
        send("x" * 64, body),
        send("..%2F..%2Fhub.key", body),
        send(name, b""),
    ] == [400] * 5
    assert send(name, iter([body] + [b"\0" * (1 << 20)] * 70)) == 413
    for wrong in ("", "x.y", calls.who):
        assert calls.call("POST", f"{cas}/v1/xorbs/default/{name}", body, token=wrong or "-").status_code == 403
    assert not [path for path in calls.catalog.root.glob("xet/**/*") if path.is_file() and path.name != ".mark"]


def test_a_shard_that_would_fill_the_disk(calls: Calls) -> None:
    name, body = xet_files.xorb([bytes(1 << 20)] * 60, 1)
    cas, ticket = calls.xet()
    assert (
        len(body) < 1 << 20 and calls.call("POST", f"{cas}/v1/xorbs/default/{name}", body, token=ticket).status_code == 200
    )
    bomb = xet_files.shard(xet_files.file(sha(DATA), [xet_files.segment(name, 60 << 20, 0, 60)] * 30_000, verified=False))
    assert calls.call("POST", f"{cas}/v1/shards", bomb, token=ticket).status_code in (400, 507)
    assert calls.stored() == []


def test_epochs(tmp_path: Path) -> None:
    import datetime as dt

    day = dt.date(2026, 1, 31)
    now = epoch(tmp_path, day)
    assert now.startswith("2026q1-") and epoch(tmp_path, dt.date(2025, 12, 1)) == now.replace("2026q1", "2025q4")
    assert epoch(tmp_path / "other", day) != now  # a new catalog at an old address is not taken for the old one
    for name in ("2025q3-0000aaaa", "2025q4-0000aaaa", now, "other"):
        (tmp_path / "xet/nb" / name).mkdir(parents=True)
    assert [path.name for path in stale(tmp_path, day)] == ["2025q3-0000aaaa"]


def test_a_purge_takes_the_chunks_too(calls: Calls) -> None:
    """Else a shard could bring purged data back under another hash. Clients get a new address and send everything again."""
    name, body, shard, sha256 = xet_files.upload([DATA, OTHER])
    cas, ticket = calls.xet()
    calls.call("POST", f"{cas}/v1/xorbs/default/{name}", body, token=ticket)
    calls.call("POST", f"{cas}/v1/shards", shard, token=ticket)
    calls.commit(large("a.parquet", DATA + OTHER))
    calls.catalog.repository("nb/repairs").tag("v1.0.0", "main", by="test")
    calls.commit(gone("a.parquet"))
    assert closing.purge(calls.catalog.repository("nb/repairs"), ["1.0.0"], reason="本人要求", by="li") == [sha256]
    assert {path.name for path in calls.catalog.root.glob("xet/*")} == {".uploads", ".mark"}
    for path in (f"{cas}/v1/xorbs/default/{name}", f"{cas}/v1/shards"):
        assert calls.call("POST", path, shard, token=ticket).status_code == 403
    new, new_ticket = calls.xet()
    part = xet_files.shard(xet_files.file(sha(DATA), [xet_files.segment(name, len(DATA), 0, 1)]))
    assert new != cas and calls.call("POST", f"{new}/v1/shards", part, token=new_ticket).status_code == 400
    assert calls.call("POST", f"{new}/v1/xorbs/default/{name}", body, token=new_ticket).status_code == 200
    assert calls.call("POST", f"{new}/v1/shards", shard, token=new_ticket).status_code == 410  # the file itself stays purged


def test_a_purge_in_the_middle_of_an_upload(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    from corpora.catalog import xorbs
    from corpora.hub.xet import xorb

    name, body, _, _ = xet_files.upload([DATA])
    cas, ticket = calls.xet()
    sound = xorb.check
    monkeypatch.setattr(xorb, "check", lambda *given: (sound(*given), xorbs.clear(calls.catalog.root)))
    assert calls.call("POST", f"{cas}/v1/xorbs/default/{'0' * 64}", body, token=ticket).status_code == 400
    cas, ticket = calls.xet()
    assert calls.call("POST", f"{cas}/v1/xorbs/default/{name}", body, token=ticket).status_code == 403
    assert not [path for path in calls.catalog.root.glob("xet/nb/*/*/*")]


def test_a_shard_that_jumps_about(calls: Calls, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each jump reads a xorb anew once they do not fit in memory: a bound, or a shard of 64 MiB would take hours."""
    from corpora.hub.xet import rebuild

    monkeypatch.setattr(rebuild, "_OPEN", 1)
    monkeypatch.setattr(rebuild, "_MOST_READS", 9)
    cas, ticket = calls.xet()
    names = []
    for chunk in (b"a", b"b"):
        name, body = xet_files.xorb([chunk])
        assert calls.call("POST", f"{cas}/v1/xorbs/default/{name}", body, token=ticket).status_code == 200
        names.append(name)
    segments = [xet_files.segment(name, 1, 0, 1) for name in names]
    send = lambda times: calls.call(
        "POST", f"{cas}/v1/shards", xet_files.shard(xet_files.file(sha(b"ab" * times), segments * times)), token=ticket
    )
    assert send(2).status_code == 200 and send(9).status_code == 400 and calls.stored() == [sha(b"abab")]


def test_gc_clears_old_xorbs_and_old_notes_of_uploads(calls: Calls) -> None:
    name, body, shard, sha256 = xet_files.upload([DATA])
    cas, ticket = calls.xet()
    calls.call("POST", f"{cas}/v1/xorbs/default/{name}", body, token=ticket)
    calls.call("POST", f"{cas}/v1/shards", shard, token=ticket)
    old = calls.catalog.root / "xet/nb/2020q1-0000aaaa/ab"
    old.mkdir(parents=True)
    (old / name).write_bytes(body)
    calls.catalog.gc()
    assert not old.exists() and calls.commit(large("a", DATA)).status_code == 200  # the young ones stay
    for note in calls.catalog.root.glob("datasets/*/*/uploads/*/*"):
        os.utime(note, (0, 0))
    calls.catalog.gc()
    assert not list(calls.catalog.root.glob("datasets/*/*/uploads/*/*")) and calls.catalog.blobs.has(sha256)
    assert calls.commit(large("b", DATA)).status_code == 200  # the repository has it


# --- time and place --------------------------------------------------------------------------------


def test_two_at_once_lose_nothing(calls: Calls) -> None:
    from concurrent.futures import ThreadPoolExecutor

    head = calls.catalog.repository("nb/repairs").refs.head
    with ThreadPoolExecutor(4) as pool:
        raced = list(pool.map(lambda n: calls.commit(small(f"{n}.md", b"1"), parentCommit=head).status_code, range(4)))
        free = list(pool.map(lambda n: calls.commit(small(f"free{n}.md", b"1")).status_code, range(4)))
    assert sorted(raced) == [200, 412, 412, 412] and free == [200] * 4
    assert len(calls.catalog.repository("nb/repairs").files()) == 5 and calls.catalog.fsck(deep=True) == []


def test_a_deleted_repository_takes_nothing_in(calls: Calls) -> None:
    link, (cas, ticket) = calls.link(DATA), calls.xet()
    calls.call("DELETE", "/api/repos/delete", {"name": "repairs", "organization": "nb", "type": "dataset"})
    assert calls.put(link, DATA).status_code == 404
    assert calls.call("POST", f"{cas}/v1/xorbs/default/{'0' * 64}", b"x", token=ticket).status_code == 404
    assert calls.commit(small("a", b"1")).status_code == 404 and calls.catalog.datasets() == ["clinic/visits"]


def test_purged_bytes_do_not_come_back(calls: Calls) -> None:
    calls.put(calls.link(DATA), DATA)
    calls.commit(large("a.parquet", DATA))
    calls.catalog.blobs.purge(sha(DATA), {"reason": "本人要求", "by": "li", "date": "2026-01-01"})
    assert calls.put(calls.link(DATA), DATA).status_code == 410
    assert calls.commit(large("b.parquet", DATA)).status_code == 400
    assert calls.commit({"key": "copyFile", "value": {"path": "c", "srcPath": "a.parquet"}}).status_code == 400
    assert calls.commit(gone("a.parquet")).status_code == 200


def test_no_link_no_ticket_no_key_in_the_log(calls: Calls) -> None:
    link, (_, ticket) = calls.link(DATA), calls.xet()
    calls.put(link, DATA)
    log = b"".join(path.read_bytes() for path in calls.catalog.root.glob("audit*") if path.is_file())
    for secret in (ticket, link.partition("ticket=")[2], hashlib.sha256(b"").hexdigest()):
        assert secret.encode() not in log
    assert time.time() < json.loads(base64.urlsafe_b64decode(ticket.split(".")[0] + "=="))["until"] <= time.time() + 3600


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:80@evil.example", "evil.example:80", "127.0.0.1 evil.example"])
def test_a_forged_host_makes_no_link(calls: Calls, host: str) -> None:
    """A link carries a right to upload: it leads here or nowhere."""
    told, forged = {"operation": "upload", "objects": [{"oid": sha(DATA), "size": len(DATA)}]}, {"host": host}
    for method, path, body in (
        ("POST", "/datasets/nb/repairs.git/info/lfs/objects/batch", told),
        ("GET", "/api/datasets/nb/repairs/xet-write-token/main", None),
        ("POST", "/api/repos/create", {"name": "b", "organization": "nb", "type": "dataset"}),
    ):
        refused = calls.call(method, path, body, headers=forged)
        assert refused.status_code == 421 and "--url" in refused.headers["x-error-message"]
        assert "evil" not in refused.text and "ticket" not in refused.text
    assert not calls.catalog.repository("nb/b").exists
    answer = calls.call("GET", "/datasets/nb/repairs", headers=forged)
    assert "evil.example" not in answer.text
