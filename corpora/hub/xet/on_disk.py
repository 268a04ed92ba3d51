"""A body that lies on the disk, read by slices: never more of it in memory than the slice, nothing of it mapped."""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from typing import Protocol


class Sliced(Protocol):
    """Bytes, or what is read like them: `len` and slices with a start and a stop not below zero."""

    def __len__(self) -> int: ...
    def __getitem__(self, part: slice, /) -> bytes | memoryview: ...


class OnDisk:
    """A file, open as long as this is held; its size is that of the moment of opening. Raises OSError.

    Mapped pages would count as the server's memory as long as the mapping lives: 64 MiB for each xorb.
    """

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._close = weakref.finalize(self, os.close, self._handle)
        self._size = os.fstat(self._handle).st_size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, part: slice) -> bytes:
        start, stop, _ = part.indices(self._size)
        return os.pread(self._handle, max(stop - start, 0), start)
