"""A part of a file from the page cache to a connection, by sendfile: nothing of it passes through Python.

`loop.sendfile` would do it too, but tells neither how far it came nor whether it still moves; both are needed here: the
first for the audit, the second to let go of clients that stopped reading.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import BinaryIO

STALLED_AFTER = 120.0
"""Seconds without a byte of progress after which a download is given up."""
_STEP = 4 << 20  # at most so much at once: others have their turn


class BrokenOff(ConnectionError):
    """The client went away, or stopped reading, in the middle: `sent` bytes had gone to the system."""

    def __init__(self, sent: int) -> None:
        super().__init__("client went away")
        self.sent = sent


async def send_file(
    transport: asyncio.Transport,
    file: BinaryIO,
    offset: int,
    count: int,
    *,
    gone: Callable[[], bool],
    moved: Callable[[int], None] = lambda _: None,
) -> None:
    """Sends bytes [offset, offset + count), and tells `moved` how many went so far; whatever was written to the transport has to be on its way before (drained).

    Raises BrokenOff: the client went away (`gone` says so, or the system), nothing moved for STALLED_AFTER, or the file ended
    before its time.
    """
    loop, sent = asyncio.get_running_loop(), 0
    done: asyncio.Future[None] = loop.create_future()
    # a second handle of the same socket: the loop lends that of a transport to nobody
    handle = os.dup(transport.get_extra_info("socket").fileno())

    def more() -> None:
        nonlocal sent
        if done.done():
            return
        try:
            step = 0 if gone() else os.sendfile(handle, file.fileno(), offset + sent, min(count - sent, _STEP))
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            step = 0
        sent += step
        moved(sent)
        if not step:
            done.set_exception(BrokenOff(sent))
        elif sent == count:
            done.set_result(None)

    loop.add_writer(handle, more)
    try:
        while not done.done():
            before = sent
            await asyncio.wait([done], timeout=STALLED_AFTER)
            if not done.done() and sent == before:
                raise BrokenOff(sent)
        done.result()
    finally:
        loop.remove_writer(handle)
        os.close(handle)
