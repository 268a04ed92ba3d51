"""Keys of all shards in a folder: one .npy file per shard, a matrix whose rows are the columns of the keys.

Row layout (uint64, shape (5 + bands, n)): exact high, exact low, value, template, size, band 0, band 1, …
One row of the matrix lies in one piece, so that a band of all shards is read alone: n × 8 bytes.
"""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora.errors import IntegrityError
from quality.sketch import Keys

EXACT, EXACT_LOW, VALUE, TEMPLATE, SIZE, BANDS = range(6)
_NAME = re.compile(r"keys-1-(\d{6})\.npy")  # 1 is the format


class KeyStore:
    """A folder of keys, written shard by shard in any order, read column by column in shard order."""

    def __init__(self, folder: str | os.PathLike[str]) -> None:
        self.folder = Path(folder)

    def write(self, shard: int, keys: Keys) -> None:
        """Stores the keys of a shard by one rename; writing a shard again replaces it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        head = (keys.exact[:, 0], keys.exact[:, 1], keys.value, keys.template, keys.size.astype(np.uint64))
        target = self.folder / f"keys-1-{shard:06d}.npy"
        partial = target.with_suffix(f".{os.getpid()}.tmp")
        with partial.open("wb") as file:
            np.save(file, np.concatenate([np.stack(head), keys.bands]))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)

    @property
    def shards(self) -> list[int]:
        """Numbers of the stored shards, ascending."""
        names = (_NAME.fullmatch(path.name) for path in self.folder.iterdir()) if self.folder.is_dir() else ()
        return sorted(int(name[1]) for name in names if name)

    @cached_property
    def _matrices(self) -> list[_Matrix]:
        """Where each shard's matrix lies, looked up once: a store is read when all shards are written."""
        return [_matrix(self.folder / f"keys-1-{shard:06d}.npy") for shard in self.shards]

    @property
    def rows(self) -> int:
        """Rows of all shards together."""
        return sum(matrix.rows for matrix in self._matrices)

    @property
    def bands(self) -> int:
        """Bands per row; 0 for an empty store. Raises IntegrityError where shards disagree."""
        counts = {matrix.columns - BANDS for matrix in self._matrices if matrix.rows}
        if len(counts) > 1:
            raise IntegrityError(
                "各分片的去重键段数不一 / shards hold keys with different numbers of bands",
                hint="删除工作目录里的去重键后重跑 / delete the keys in the work folder and run again",
            )
        return counts.pop() if counts else 0

    def column(self, index: int) -> NDArray[np.uint64]:
        """One column (EXACT … SIZE, or BANDS + b) of all rows, in shard order: uint64[rows]. Reads nothing else."""
        out = np.empty(self.rows, np.uint64)
        start = 0
        for matrix in self._matrices:
            with matrix.path.open("rb") as file:
                file.seek(matrix.offset + index * matrix.rows * 8)
                part: Any = out[start : start + matrix.rows]
                file.readinto(part.view(np.uint8))
            start += matrix.rows
        return out

    def templates(self) -> NDArray[np.uint64]:
        """uint64[rows]: equal where texts differ in nothing but their values."""
        return self.column(TEMPLATE)


class _Matrix(NamedTuple):
    """A stored uint64 matrix (columns of the keys × rows), as its file's header describes it."""

    path: Path
    offset: int
    columns: int
    rows: int


npy: Any = np.lib.format


def _matrix(path: Path) -> _Matrix:
    try:
        with path.open("rb") as file:
            npy.read_magic(file)
            shape, by_column, kind = npy.read_array_header_1_0(file)
            found = _Matrix(path, file.tell(), *shape)
            whole = path.stat().st_size == found.offset + 8 * found.columns * found.rows
        if by_column or kind != np.uint64 or not whole:
            raise ValueError
    except (ValueError, TypeError, EOFError) as error:
        raise IntegrityError(
            f"去重键文件损坏：{path.name} / damaged key file: {path.name}",
            hint="删除该文件后重跑 / delete the file and run again",
        ) from error
    return found
