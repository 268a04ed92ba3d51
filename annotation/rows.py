"""The treated rows of a release, kept and rejected, as people may see them. Tables only, all of them written by curation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corpora import text_buffers
from corpora.errors import UsageError
from corpora.forms import SHOWN
from corpora.release import Release
from corpora.text_buffers import Leaf
from corpora.workspace import Workspace

SHOWN_FOLDER, REJECTED = "shown", "rejected-"


@dataclass(frozen=True)
class Pool:
    """n rows that a sample is drawn from. ids uint8 (n, 16); source, reason: codes into sources, reasons (−1: kept);
    quality float32, near float64, sure float32 (lowest confidence of a finding), NaN where there is none."""

    ids: NDArray[np.uint8]
    source: NDArray[np.int32]
    reason: NDArray[np.int32]
    quality: NDArray[np.float32]
    near: NDArray[np.float64]
    sure: NDArray[np.float32]
    sources: list[str]
    reasons: list[str]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def kept(self) -> NDArray[np.bool_]:
        return self.reason < 0


@dataclass(frozen=True)
class Rows:
    """The rows of a release, and those that the run on this machine rejected."""

    release: Release
    run: Path

    @classmethod
    def open(cls, release: Release, workspace: Workspace) -> Rows:
        """Raises UsageError where this machine has no finished run of the release: nobody could hold decisions against it."""
        run = workspace.find_work(release=release.hash)
        if run is None or not (run / SHOWN_FOLDER).is_dir():
            raise UsageError(
                f"本机没有 {release.name} 的运行目录，或它出自旧版本 / no run of {release.name} on this machine, or one of an old version",
                hint="在做出它的机器上推送，或重新运行配方 / push where it was made, or run the recipe again",
            )
        return cls(release, run)

    @property
    def leaves(self) -> list[Leaf]:
        return [Leaf.parse(path) for path in self.release.manifest["leaves"]]

    @property
    def _sources(self) -> list[str]:
        return [one["label"] for one in self.release.manifest["sources"]]

    def pool(self, *, near: str | None, confidence: bool, rejected: bool) -> Pool:
        """near: a column of the signals; confidence: look at the findings as well; rejected: with the rejected rows."""
        parts = [self._kept(data, side, near, confidence) for data, side in self._pairs()]
        reasons: list[str] = []
        if rejected:
            known = np.concatenate([part["ids"] for part in parts]) if parts else np.zeros((0, 16), np.uint8)
            parts += [self._rejected(path, reasons, known) for path in self._rejected_files()]
        merged = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]} if parts else _nothing()
        return Pool(**merged, sources=self._sources, reasons=reasons)

    def _pairs(self) -> Iterator[tuple[Path, Path]]:
        return zip(self.release.tables(), self.release.tables("signals"), strict=True)

    def _rejected_files(self) -> list[Path]:
        return sorted((self.run / "rejected").glob("*.parquet"))

    def _kept(self, data: Path, side: Path, near: str | None, confidence: bool) -> dict[str, Any]:
        table = pq.read_table(data, columns=["id", "source", "quality"])
        names = pq.read_schema(side).names
        if near and near not in names:
            raise UsageError(
                f"发布里没有信号 {near} / the release has no signal {near}", hint="换一个 near.column / take another"
            )
        wanted = [name for name in dict.fromkeys([near, "spans" if confidence else None]) if name in names]
        signals = pq.read_table(side, columns=wanted)
        rows = table.num_rows
        code = pc.index_in(table["source"].cast(pa.string()), pa.array(self._sources, pa.string()))
        return {
            "ids": from_hex(table["id"]), "source": code.to_numpy().astype(np.int32), "reason": np.full(rows, -1, np.int32),
            "quality": _floats(table["quality"], np.float32),
            "near": _floats(signals[near], np.float64) if near else np.full(rows, np.nan),
            "sure": _lowest(signals["spans"]) if "spans" in wanted else np.full(rows, np.nan, np.float32),
        }  # fmt: skip

    def _rejected(self, path: Path, reasons: list[str], known: NDArray[np.uint8]) -> dict[str, Any]:
        table = pq.read_table(path, columns=["id", "reason"])
        side = self._side(f"{REJECTED}{path.name}")
        ids = from_hex(table["id"])
        free = ~np.isin(_words(ids), _words(known))  # a rejected copy of a kept row goes by the same id
        reasons += [one for one in table["reason"].unique().to_pylist() if one not in reasons]
        code = pc.index_in(table["reason"], pa.array(reasons, table["reason"].type)).to_numpy().astype(np.int32)
        none = np.full(int(free.sum()), np.nan)
        return {
            "ids": ids[free], "source": side["source"].to_numpy().astype(np.int32)[free], "reason": code[free],
            "quality": none.astype(np.float32), "near": none, "sure": _lowest(side["spans"])[free],
        }  # fmt: skip

    def _side(self, name: str) -> pa.Table:
        return pq.read_table(self.run / SHOWN_FOLDER / name, schema=SHOWN)

    def read(self, ids: NDArray[np.uint8]) -> dict[bytes, dict[str, Any]]:
        """id → leaves, spans, content_key, replaced of the wanted rows. One file in memory at a time; the rows found become
        Python objects: a sample, not the corpus."""
        found: dict[bytes, dict[str, Any]] = {}
        columns = list(dict.fromkeys(leaf.column for leaf in self.leaves))
        for data, side in self._pairs():
            more = ["spans"] if "spans" in pq.read_schema(side).names else []
            _collect(found, ids, pq.read_table(data, columns=["id", *columns]), pq.read_table(side, columns=more))
        for path in self._rejected_files():
            spans = self._side(f"{REJECTED}{path.name}").select(["spans"])
            rest = _missing(ids, found)
            _collect(found, rest, pq.read_table(path, columns=["id", *columns]), spans)
        self._tie(found, ids)
        return found

    def _tie(self, found: dict[bytes, dict[str, Any]], ids: NDArray[np.uint8]) -> None:
        """Content key and replacements; a kept row's before those of its rejected copy."""
        for path in sorted(
            (self.run / SHOWN_FOLDER).glob("*.parquet"), key=lambda one: (one.name.startswith(REJECTED), one.name)
        ):
            table = self._side(path.name)
            own = np.frombuffer(b"".join(table["id"].to_pylist()), np.uint8).reshape(-1, 16)
            at = np.flatnonzero(np.isin(_words(own), _words(ids)))
            for row in table.take(pa.array(at)).select(["id", "content_key", "replaced"]).to_pylist():
                if row["id"] in found and "content_key" not in found[row["id"]]:
                    found[row["id"]] |= {"content_key": row["content_key"].hex(), "replaced": row["replaced"]}
        if any("content_key" not in row for row in found.values()):
            raise UsageError(
                "运行目录与发布对不上 / the run and the release do not belong together", hint="重新运行 / run again"
            )


def _collect(found: dict[bytes, dict[str, Any]], ids: NDArray[np.uint8], table: pa.Table, side: pa.Table) -> None:
    own = from_hex(table["id"])
    at = pa.array(np.flatnonzero(np.isin(_words(own), _words(ids))))
    names = [name for name in table.column_names if name != "id"]
    spans = side["spans"].take(at).to_pylist() if "spans" in side.column_names else [[]] * len(at)
    for row, said in zip(table.take(at).to_pylist(), spans, strict=True):
        found[bytes.fromhex(row["id"])] = {"leaves": {name: row[name] for name in names}, "spans": said or []}


def _missing(ids: NDArray[np.uint8], found: dict[bytes, Any]) -> NDArray[np.uint8]:
    have = np.frombuffer(b"".join(found), np.uint8).reshape(-1, 16)
    return ids[~np.isin(_words(ids), _words(have))]


def from_hex(column: pa.ChunkedArray) -> NDArray[np.uint8]:
    """uint8 (n, 16) of n strings of 32 hex digits. Raises ValueError for others."""
    parts = [text_buffers.texts(chunk.cast(pa.large_string())) for chunk in column.chunks]
    if any(len(part) and not (np.diff(part.offsets) == 32).all() for part in parts):
        raise ValueError("ids of another length")
    data = [part.data[part.offsets[0] : part.offsets[-1]] for part in parts if len(part)]
    digits = np.concatenate(data).reshape(-1, 16, 2) if data else np.zeros((0, 16, 2), np.uint8)
    values = np.where(digits > 57, digits - 87, digits - 48).astype(np.uint8)
    return (values[:, :, 0] * 16 + values[:, :, 1]).astype(np.uint8)


def _words(ids: NDArray[np.uint8]) -> NDArray[Any]:
    return np.ascontiguousarray(ids).view("V16").ravel()


def _floats(column: pa.ChunkedArray, dtype: Any) -> NDArray[Any]:
    return column.cast(pa.float64()).to_numpy().astype(dtype)


def _lowest(column: pa.ChunkedArray) -> NDArray[np.float32]:
    """The lowest confidence among a row's findings, NaN where it has none."""
    out = np.full(len(column), np.nan, np.float32)
    lists = column.combine_chunks()
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    values = pc.struct_field(pc.list_flatten(lists), "confidence").to_numpy(zero_copy_only=False)
    some = np.flatnonzero(lengths)
    if len(some):
        out[some] = np.minimum.reduceat(values, (np.cumsum(lengths) - lengths)[some])
    return out


def _nothing() -> dict[str, Any]:
    none: Sequence[float] = ()
    return {
        "ids": np.zeros((0, 16), np.uint8), "source": np.zeros(0, np.int32), "reason": np.zeros(0, np.int32),
        "quality": np.array(none, np.float32), "near": np.array(none), "sure": np.array(none, np.float32),
    }  # fmt: skip
