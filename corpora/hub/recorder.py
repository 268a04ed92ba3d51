"""The recorder: audit lines of the server, many in one transaction. A download is on disk before its first byte leaves."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any

from anyio import to_thread

from corpora.catalog.people import People

_MOST = 500
_Waiting = tuple[dict[str, Any], asyncio.Future[None] | None]
_log = logging.getLogger("yuliao.hub")


class Recorder:
    """One task writes what waits, in the order in which it came; whoever must not go on before waits for it."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._waiting: asyncio.Queue[_Waiting] = asyncio.Queue(20_000)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
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
        """A line that may be written a moment later."""
        await self._waiting.put((entry, None))

    async def _run(self) -> None:
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < _MOST and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            await self._write(batch)
            for _ in batch:
                self._waiting.task_done()

    async def _write(self, batch: list[_Waiting]) -> None:
        """In one transaction; where that fails, each line by itself, so that one of them can't take the others along."""
        error = await self._written([entry for entry, _ in batch])
        for entry, done in batch:
            failed = await self._written([entry]) if error and len(batch) > 1 else error
            if failed:
                _log.error("audit: %s", type(failed).__name__)
            if not done or done.done():
                continue
            if failed:
                done.set_exception(failed)
            else:
                done.set_result(None)

    async def _written(self, entries: list[dict[str, Any]]) -> Exception | None:
        """What went wrong; those who wait are told, the task goes on."""
        try:
            await to_thread.run_sync(lambda: self._people.count_downloads(entries))
        except Exception as error:  # noqa: BLE001
            return error
        return None
