"""Files from xorbs: the segments of a shard, unpacked chunk by chunk into a blob whose sha256 is checked."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.catalog.blobs import Blobs, BlobWriter
from corpora.catalog.xorbs import Xorbs
from corpora.hub.protocol import broken
from corpora.hub.xet.hashes import to_text
from corpora.hub.xet.on_disk import OnDisk
from corpora.hub.xet.shard import ShardFile
from corpora.hub.xet.xorb import Chunk, chunks, unpack

_OPEN = 32  # xorbs held open: a file mostly reads one after the other
_MOST_READS = 50_000  # of xorbs for one shard: 64 MiB each are 3 TB


@dataclass(frozen=True)
class _Xorb:
    """An open xorb; `before[i]` raw bytes lie before chunk i. `chunks`: (chunks, 4), start, stored, scheme and raw of each."""

    body: OnDisk
    chunks: NDArray[np.int64]
    before: NDArray[np.int64]


class Shelf:
    """The xorbs that files are rebuilt from, the last few of them open."""

    def __init__(self, xorbs: Xorbs) -> None:
        self._xorbs = xorbs
        self._open: OrderedDict[bytes, _Xorb] = OrderedDict()
        self._reads = 0

    def get(self, name: bytes) -> _Xorb:
        """Raises ProtocolError when this namespace has no such xorb."""
        if name not in self._open:
            self._open[name] = self._read(name)
            if len(self._open) > _OPEN:
                self._open.popitem(last=False)
        self._open.move_to_end(name)
        return self._open[name]

    def _read(self, name: bytes) -> _Xorb:
        self._reads += 1
        if self._reads > _MOST_READS:
            raise broken("shard 引用的 xorb 太零散", "the shard jumps between too many xorbs")
        path = self._xorbs.path(to_text(name))
        try:
            body = OnDisk(path)
        except FileNotFoundError as error:
            raise broken("shard 引用了没有上传的 xorb", "the shard refers to a xorb that was not uploaded here") from error
        numbers = (number for one in chunks(body) for number in (one.start, one.stored, one.scheme, one.raw))
        found = np.fromiter(numbers, np.int64).reshape(-1, 4)
        return _Xorb(body, found, np.concatenate([[0], found[:, 3].cumsum()]))


def check(file: ShardFile, shelf: Shelf) -> None:
    """Raises ProtocolError unless every segment lies in a xorb and has as many bytes as it says."""
    for segment in file.segments:  # few: a segment covers a run of chunks
        xorb, start, stop = shelf.get(bytes(segment["xorb"])), int(segment["start"]), int(segment["stop"])
        if stop > len(xorb.chunks) or xorb.before[stop] - xorb.before[start] != segment["raw"]:
            raise broken("shard 的区段与 xorb 不符", "a segment of the shard does not fit its xorb")


def rebuild(file: ShardFile, shelf: Shelf, blobs: Blobs) -> str:
    """Stores the file as a blob and returns its sha256. Raises IntegrityError when that is not the announced one."""
    with blobs.writing() as blob:
        for segment in file.segments:
            _copy(shelf.get(bytes(segment["xorb"])), int(segment["start"]), int(segment["stop"]), blob)
        return blob.finish(sha256=file.sha256, size=file.size)


def _copy(xorb: _Xorb, start: int, stop: int, blob: BlobWriter) -> None:
    for chunk in (Chunk(*numbers) for numbers in xorb.chunks[start:stop].tolist()):
        blob.write(unpack(xorb.body[chunk.start : chunk.stop], chunk))
