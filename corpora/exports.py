"""Exports: a release as JSONL, CSV, Excel, or one of the chat formats that training tools read. Streamed, batch by batch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from corpora.chat import Turns, alpaca, chat_turns, messages, sharegpt
from corpora.errors import UsageError
from corpora.names import did_you_mean
from corpora.release.manifest import Release
from corpora.spreadsheets import write_csv, write_xlsx

FORMATS = ("jsonl", "csv", "xlsx", "messages", "sharegpt", "alpaca")
_CHATS: dict[str, Callable[[Turns], dict[str, Any] | None]] = {
    "messages": messages,
    "sharegpt": sharegpt,
    "alpaca": alpaca,
}
_BATCH = 2048


@dataclass(frozen=True)
class Exported:
    """How many rows were written; `skipped` rows can't be said in the format, `truncated` cells were too long for it,
    `fragile` cells (0098123) are whole in the file but change when Excel opens it."""

    rows: int
    skipped: int = 0
    truncated: int = 0
    sheets: int = 0
    fragile: int = 0


def export(release: Release, form: str, out: IO[bytes], *, split: str | None = None) -> Exported:
    """Writes a release (one split, or all in order with a `split` column) to an open binary file.

    Raises UsageError for an unknown format or split, or a chat format for a release that has no questions and answers.
    """
    if form not in FORMATS:
        raise UsageError(f"不认识的格式：{form} / unknown format: {form}", hint=did_you_mean(form, FORMATS))
    if split is not None and split not in release.splits:
        raise UsageError(f"没有划分 {split} / no split {split}", hint=did_you_mean(split, release.splits))
    if form in _CHATS:
        return _write_chats(release, _CHATS[form], out, split)
    batches = read(release, split)
    if form == "csv":
        rows, fragile = write_csv(batches, out)
        return Exported(rows, fragile=fragile)
    if form == "xlsx":
        rows, truncated, sheets = write_xlsx(batches, out)
        return Exported(rows, truncated=truncated, sheets=sheets)
    return Exported(_write_lines((row for batch in batches for row in batch.to_pylist()), out))


def write_file(release: Release, form: str, path: Path, *, split: str | None = None) -> Exported:
    """`export` into a file that appears, complete, by one rename."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as out:
            done = export(release, form, out, split=split)
        partial.replace(path)
    except OSError as error:
        raise UsageError(
            f"写不到 {path.name}：{error.strerror} / cannot write {path.name}: {error.strerror}",
            hint="检查目录、权限与空间 / check folder, permissions and space",
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return done


def read(release: Release, split: str | None = None) -> Iterator[pa.RecordBatch]:
    """The rows of the default config in batches, with a `split` column where several splits are read."""
    several = split is None and len(release.splits) > 1
    for name in [split] if split else release.splits:
        for path in release.tables("default", name):
            for batch in pq.ParquetFile(path).iter_batches(_BATCH):
                batch = _short_floats(batch)
                yield batch.append_column("split", pa.array([name] * len(batch), pa.string())) if several else batch


def _short_floats(batch: pa.RecordBatch) -> pa.RecordBatch:
    """float32 as the shortest decimal that means it: 0.1, not 0.10000000149011612."""
    for index, field in enumerate(batch.schema):
        if pa.types.is_float32(field.type):
            short = pc.cast(pc.cast(batch.column(index), pa.string()), pa.float64())
            batch = batch.set_column(index, pa.field(field.name, pa.float64()), short)
    return batch


def _write_lines(rows: Iterable[dict[str, Any]], out: IO[bytes]) -> int:
    count = 0
    for row in rows:  # a Python loop: the JSON writer takes one object at a time
        out.write(json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n")
        count += 1
    return count


def _write_chats(
    release: Release, shape: Callable[[Turns], dict[str, Any] | None], out: IO[bytes], split: str | None
) -> Exported:
    turns_of = chat_turns(release.manifest["leaves"])
    skipped = 0

    def lines() -> Iterator[dict[str, Any]]:
        nonlocal skipped
        for batch in read(release, split):
            for row in batch.to_pylist():
                shaped = shape(turns_of(row))
                if shaped is None:
                    skipped += 1
                else:
                    yield {"id": row["id"], **shaped}

    return Exported(_write_lines(lines(), out), skipped)
