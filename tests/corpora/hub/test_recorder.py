"""The recorder: one line that can't be written takes no other along."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from corpora.hub.recorder import Recorder


class Log:
    """Stands for People: writes all of a batch or none, and refuses the lines that say so."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def count_downloads(self, entries: list[dict[str, Any]]) -> None:
        if any(one["what"].startswith("bad") for one in entries):
            raise ValueError("refused")
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
