"""The recorder: audit lines of the server, many in one transaction. A download is on disk before its first byte leaves."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

from anyio import to_thread

from corpora.catalog.audit import Audit
from corpora.catalog.database import DatabaseAway
from corpora.catalog.people import People
from corpora.catalog.spool import LineRefused, Spool
from corpora.errors import UsageError

_MOST = 500
_PATIENCE = 5.0
"""Seconds until a database that was away is asked again for what waits in the spool."""
_Waiting = tuple[dict[str, Any], asyncio.Future[None] | None]
_log = logging.getLogger("yuliao.hub")


class Recorder:
    """One task writes what waits, in the order in which it came; whoever must not go on before waits for it.

    While the database is away, those who wait are told at once, and what nobody waits for goes to the spool.
    """

    def __init__(self, people: People, spool: Spool | None = None) -> None:
        self._people, self._spool = people, spool
        self._spooled = False
        self._waiting: asyncio.Queue[_Waiting] = asyncio.Queue(20_000)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._spooled = bool(self._spool and self._spool.waiting())
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Writes what still waits."""
        if self._task:
            await self._waiting.join()
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def record(self, **entry: Any) -> None:
        """A line that is on disk when this returns. Raises UsageError when the log can't be written: no log, no deed."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await self._waiting.put((entry, done))
        await done

    async def note(self, **entry: Any) -> None:
        """A line of what has happened, that may be written a moment later."""
        await self._waiting.put((entry, None))

    async def _run(self) -> None:
        while True:
            batch = await self._batch()
            if self._spooled:
                await self._drained()
            if batch:
                await self._write(batch)
            for _ in batch:
                self._waiting.task_done()

    async def _batch(self) -> list[_Waiting]:
        """What waits, at least one line; nothing after a while in which only the spool waits."""
        try:
            async with asyncio.timeout(_PATIENCE if self._spooled else None):
                batch = [await self._waiting.get()]
        except TimeoutError:
            return []
        return batch + self._more(_MOST - 1)

    def _more(self, most: int) -> list[_Waiting]:
        found = list[_Waiting]()
        while len(found) < most and not self._waiting.empty():
            found.append(self._waiting.get_nowait())
        return found

    async def _write(self, batch: list[_Waiting]) -> None:
        """In one transaction; where that fails for one of them, each by itself, so that it can't take the others along."""
        error = await self._written([entry for entry, _ in batch])
        if error:
            _log.error("audit: %s", type(error).__name__)
        away = error if error and not _about_a_line(error) else None
        left = list[dict[str, Any]]()
        for entry, done in batch:
            if error and not away and len(batch) > 1:
                failed = await self._written([entry])
                away = failed if failed and not _about_a_line(failed) else None
            else:
                failed = away or error
            if failed and done is None:
                left.append(entry)
            _tell(done, failed)
        if away:
            left += self._turned_away(away)
        if left:
            await self._kept(left)

    def _turned_away(self, error: Exception) -> list[dict[str, Any]]:
        """Those that came while the database was being waited for need not wait for it once more."""
        late = self._more(self._waiting.qsize())
        for _, done in late:
            _tell(done, error)
            self._waiting.task_done()
        return [entry for entry, done in late if done is None]

    async def _kept(self, entries: list[dict[str, Any]]) -> None:
        """Into the spool; where even that fails, the server's log says so."""
        _log.error("audit: %d lines wait in the spool", len(entries))
        try:
            if self._spool is None:
                raise OSError
            await to_thread.run_sync(self._spool.append, entries)
            self._spooled = True
        except (OSError, TypeError, ValueError) as error:
            _log.error("audit: %d lines are lost: %s", len(entries), type(error).__name__)

    async def _drained(self) -> None:
        """What waits in the spool, before what came later."""
        assert self._spool is not None
        audit = Audit(self._people.database)

        def known(since: str) -> set[str]:
            return {str(one["spool"]) for one in audit.entries(since=since) if "spool" in one}

        def write(lines: list[dict[str, Any]]) -> None:
            try:
                self._people.count_downloads(lines)
            except Exception as error:
                raise LineRefused from error if _about_a_line(error) else error

        error = await _caught(lambda: self._spool.drain(write, known))  # type: ignore[union-attr]
        self._spooled = error is not None

    async def _written(self, entries: list[dict[str, Any]]) -> Exception | None:
        """What went wrong; those who wait are told, the task goes on."""
        return await _caught(lambda: self._people.count_downloads(entries))


async def _caught(work: Callable[[], object]) -> Exception | None:
    try:
        await to_thread.run_sync(work)
    except Exception as error:  # noqa: BLE001
        return error
    return None


def _about_a_line(error: Exception) -> bool:
    """Whether another line might be taken: the line can't be told or stored. Else the database is away, for all of them."""
    return isinstance(error, TypeError | ValueError | UsageError) and not isinstance(error, DatabaseAway)


def _tell(done: asyncio.Future[None] | None, error: Exception | None) -> None:
    if done and not done.done():
        done.set_exception(error) if error else done.set_result(None)
