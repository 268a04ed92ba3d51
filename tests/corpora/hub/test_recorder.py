"""The recorder: one line that can't be written takes no other along, and a database that is away is asked once."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest

from corpora.catalog import Catalog
from corpora.catalog.database import DatabaseAway
from corpora.catalog.people import People
from corpora.catalog.spool import Spool
from corpora.hub import recorder as module
from corpora.hub.recorder import Recorder
from tests.corpora.hub.threaded import add, running


class Log:
    """Stands for People: writes all of a batch or none, refuses the lines that say so, and may be away."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.calls, self.away = 0, False

    def count_downloads(self, entries: list[dict[str, Any]]) -> None:
        self.calls += 1
        if any(one["what"].startswith("bad") for one in entries):
            raise ValueError("refused")
        if self.away or any(one["what"] == "away" for one in entries):
            raise DatabaseAway("away")
        self.lines += [one["what"] for one in entries]


async def _recorded(log: Log, names: list[str]) -> list[BaseException | None]:
    recorder = Recorder(log)  # type: ignore[arg-type]
    recorder.start()
    results = await asyncio.gather(*(recorder.record(what=name) for name in names), return_exceptions=True)
    await recorder.stop()
    return results


@pytest.mark.parametrize("names", [["a", "bad", "b"], ["bad"], ["bad1", "a", "bad2"], ["a", "b"]])
def test_only_the_line_that_cannot_be_written_fails(names: list[str]) -> None:
    log = Log()
    results = asyncio.run(_recorded(log, names))
    assert [isinstance(one, ValueError) for one in results] == [name.startswith("bad") for name in names]
    assert log.lines == [name for name in names if not name.startswith("bad")]


def test_a_database_that_is_away_is_asked_once() -> None:
    log = Log()
    log.away = True
    results = asyncio.run(_recorded(log, [str(number) for number in range(1200)]))  # more than one transaction takes
    assert all(isinstance(one, DatabaseAway) for one in results) and log.calls == 1 and log.lines == []


def test_it_goes_away_among_lines_that_are_written_one_by_one() -> None:
    log = Log()
    results = asyncio.run(_recorded(log, ["a", "bad", "b", "away", "c", "d"]))
    assert log.lines == ["a", "b"] and [type(one).__name__ for one in results] == [
        "NoneType", "ValueError", "NoneType", "DatabaseAway", "DatabaseAway", "DatabaseAway",
    ]  # fmt: skip
    assert log.calls == 1 + 4


# --- the spool -------------------------------------------------------------------------------------


@pytest.fixture()
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    monkeypatch.setattr(module, "_PATIENCE", 0.01)
    return Catalog(tmp_path / "catalog", database=f"sqlite:///{tmp_path / 'catalog' / 'people.sqlite'}")


def _away(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    def count(entries: Any) -> int:
        raise DatabaseAway("away")

    monkeypatch.setattr(people, "count_downloads", count)


def _told(catalog: Catalog) -> list[Any]:
    return [one.get("result") for one in catalog.audit.entries() if one["what"] == "refused"]


def test_what_nobody_waits_for_is_kept_and_written_when_it_is_back(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    people, spool = People(catalog.database), Spool(catalog.root)

    async def story() -> None:
        recorder = Recorder(people, spool)
        recorder.start()
        with monkeypatch.context() as patched:
            _away(people, patched)
            for number in range(3):
                await recorder.note(what="refused", result=number, path="病历.txt")
            with pytest.raises(DatabaseAway):
                await recorder.record(what="download", bytes=1)
            await recorder._waiting.join()
            assert spool.waiting() == 3 and (catalog.root / "audit.spool").stat().st_mode & 0o777 == 0o600
        await recorder.record(what="refused", result=3)  # the first to come when it is back: those before it come first
        assert spool.waiting() == 0
        await recorder.stop()

    with caplog.at_level(logging.ERROR, "yuliao.hub"):
        asyncio.run(story())
    assert _told(catalog) == [0, 1, 2, 3] and catalog.audit.broken() is None
    assert [one["what"] for one in catalog.audit.entries()] == ["refused"] * 4, "what was not done is not told"
    assert "病历" not in caplog.text and not (catalog.root / "audit.spool").exists()


def test_a_spool_is_drained_without_any_call(catalog: Catalog) -> None:
    """By the next start of the server, too."""
    spool = Spool(catalog.root)
    spool.append([{"what": "refused", "result": number, "who": "anonymous"} for number in range(1001)])

    async def story() -> None:
        recorder = Recorder(People(catalog.database), spool)
        recorder.start()
        while spool.waiting():
            await asyncio.sleep(0.01)
        await recorder.stop()

    asyncio.run(asyncio.wait_for(story(), 60))
    assert _told(catalog) == list(range(1001))


def test_a_drain_that_was_killed_doubles_nothing(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the log was written, before the file was emptied."""
    spool, people = Spool(catalog.root), People(catalog.database)
    spool.append([{"what": "refused", "result": number} for number in range(3)])
    with monkeypatch.context() as patched:
        patched.setattr("corpora.catalog.spool._keep", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            spool.drain(people.count_downloads, lambda since: set())
    spool.append([{"what": "refused", "result": 3}])

    async def story() -> None:
        recorder = Recorder(people, spool)
        recorder.start()
        await recorder.record(what="refused", result=4)
        await recorder.stop()

    asyncio.run(story())
    assert _told(catalog) == [0, 1, 2, 3, 4]


def test_a_line_that_cannot_be_stored_holds_up_no_other(catalog: Catalog) -> None:
    spool = Spool(catalog.root)
    spool.append([{"what": "refused", "result": 0}, {"what": "refused", "seq": 7}, {"what": "refused", "result": 1}])
    with (catalog.root / "audit.spool").open("ab") as file:
        file.write(b'{"what": "ref')  # the machine stopped
    spool.append([{"what": "refused", "result": 2}])

    async def story() -> None:
        recorder = Recorder(People(catalog.database), spool)
        recorder.start()
        await recorder.record(what="refused", result=3)
        await recorder.stop()

    asyncio.run(story())
    assert _told(catalog) == [0, 1, 2, 3] and (spool.waiting(), spool.refused()) == (0, 2)


def test_a_broken_download_in_the_spool_still_counts_for_its_grant(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    people, spool = People(catalog.database), Spool(catalog.root)
    people.users.add("li", by="root")
    grant = people.grants.request("li", "nb/notes", "训练", auto=True)
    people.count_download(grant.id, 100, who="li", corpus="nb/notes")

    async def story() -> None:
        recorder = Recorder(people, spool)
        recorder.start()
        with monkeypatch.context() as patched:
            _away(people, patched)
            await recorder.note(what="download_broken", grant=grant.id, bytes=30, promised=100)
            await recorder._waiting.join()
        await recorder.record(what="refused")
        await recorder.stop()

    asyncio.run(story())
    assert [(one.downloads, one.bytes) for one in people.grants.all()] == [(1, 30)]


def test_readers_get_a_503_and_refusals_are_not_forgotten(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    add(catalog, "nb/open", {"data/x.parquet": b"x" * 100})
    with running(catalog, loopback=False) as server:
        with monkeypatch.context() as patched:
            patched.setattr(People, "count_downloads", lambda *_: (_ for _ in ()).throw(DatabaseAway("away / it is away")))
            found = server.get("/datasets/nb/open/resolve/main/data/x.parquet")
            assert (found.status, found.headers["retry-after"], found.headers["x-error-message"]) == (503, "5", "it is away")
            assert b"xxx" not in found.body, "no log, no deed"
            assert server.get("/api/datasets/nb/none").status == 401
            while not Spool(catalog.root).waiting():
                pass
        (line,) = server.audit("refused")
        assert line["corpus"] == "nb/none" and line["noted"] <= line["at"]
        assert server.get("/datasets/nb/open/resolve/main/data/x.parquet").body == b"x" * 100
