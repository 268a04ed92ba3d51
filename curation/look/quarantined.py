"""`yuliao quarantine`: what could not be read, where it lies, why, and what to do. Raw text only where somebody asks for it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpora import vocabulary
from corpora.errors import UsageError
from corpora.names import suggest
from corpora.sources.decoding import decode, is_utf16
from corpora.workspace import Workspace
from curation import recipe_file
from curation.look.replay import find_state
from curation.run import lost

SHOWN = 2000  # characters of a raw record
_PIECE = 1 << 20
_PARTS = {"excel": "第 {} 张工作表", "pdf": "第 {} 页", "image": "第 {} 页"}


@dataclass(frozen=True)
class Lost:
    """A quarantined record. file: private; offset and length: bytes; record and part: 0-based; line: 1-based, where the file
    has lines and is there; text: the raw record, if asked for."""

    source: str
    file: str
    cause: str
    label: str
    advice: str
    offset: int | None
    length: int
    record: int | None
    part: int | None
    line: int | None = None
    where: str = ""
    text: str | None = None

    def to_dict(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "text" or value is not None}


@dataclass(frozen=True)
class Quarantine:
    """causes: all of them, with their counts; total: records of those that are meant; rows: the first of these."""

    causes: dict[str, int]
    total: int
    rows: list[Lost]

    def to_dict(self) -> dict[str, Any]:
        return {"causes": self.causes, "total": self.total, "rows": [one.to_dict() for one in self.rows]}


def look(target: str, *, cause: str | None, n: int | None, with_text: bool = False) -> Quarantine:
    """The first n quarantined records of a run, in the order of the run; n None: all. Raises UsageError."""
    here = folder_of(target)
    causes: dict[str, int] = json.loads((here / lost.FOLDER / "causes.json").read_bytes())
    if cause is not None and cause not in causes:
        known = cause in vocabulary.QUARANTINE_CAUSES
        said = "这次运行没有因此隔离的 / nothing is in quarantine for this" if known else "没有这个原因 / no such cause"
        raise UsageError(f"{said}: {cause}", hint=suggest(cause, sorted(causes)) or "、".join(sorted(causes)))
    about = lost.about(here)
    rows: list[Lost] = []
    for batch in _tables(here, with_text):
        rows += _rows(batch, about, cause, with_text)
        if n is not None and len(rows) >= n:
            rows = rows[:n]
            break
    return Quarantine(causes, causes[cause] if cause else sum(causes.values()), _placed(rows, about))


def folder_of(target: str) -> Path:
    """The folder of the run that a run folder, a recipe, a release folder or NAME@VERSION means. Raises UsageError."""
    path = Path(target)
    if (path / lost.FOLDER / lost.ABOUT).is_file():
        return path
    if path.is_file() or target in recipe_file.shipped():
        return lost.find(recipe_file.load(target).recipe, Workspace())
    return find_state(target, Workspace()).here


def _tables(here: Path, with_text: bool) -> Iterator[pa.Table]:
    names = ["source", "file", "offset", "length", "record", "part", "cause", *(["raw"] if with_text else [])]
    for path in sorted((here / lost.FOLDER).glob("*.parquet")):
        yield pq.read_table(path, columns=names)


def _rows(table: pa.Table, about: dict[str, Any], cause: str | None, with_text: bool) -> list[Lost]:
    """A Python loop over quarantined records: people read them one by one."""
    rows = []
    for row in table.to_pylist():
        if cause not in (None, row["cause"]):
            continue
        term = vocabulary.QUARANTINE_CAUSES.get(row["cause"], vocabulary.Term(row["cause"], ""))
        file = about["files"][row["file"]]
        offset, record, part = (row[name] if row[name] >= 0 else None for name in ("offset", "record", "part"))
        rows.append(Lost(
            about["labels"][row["source"]], _printable(file), row["cause"], term.label, term.meaning, offset, row["length"],
            record, part, text=_text(row["raw"], file["encoding"]) if with_text else None,
        ))  # fmt: skip
    return rows


def _printable(file: dict[str, Any]) -> str:
    """Its name; one that is no text on this machine with marks in it."""
    return str(file["shown"]).encode("utf-8", "replace").decode()


def _text(raw: bytes, encoding: str) -> str:
    whole = decode(raw, encoding)
    return (raw.decode(encoding, "replace") if whole is None else whole)[:SHOWN]


def _placed(rows: list[Lost], about: dict[str, Any]) -> list[Lost]:
    """With the line and a place in words."""
    files = {_printable(file): file for file in about["files"]}
    wanted: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        file = files[row.file]
        if row.offset is not None and not file["compression"] and not is_utf16(file["encoding"]):
            wanted[row.file].add(row.offset)
    lines = {name: _lines(files[name]["path"], sorted(offsets)) for name, offsets in wanted.items()}
    placed = [replace(row, line=lines.get(row.file, {}).get(row.offset if row.offset is not None else -1)) for row in rows]
    return [replace(row, where=_where(row, files[row.file]["format"])) for row in placed]


def _where(row: Lost, kind: str) -> str:
    said = [_PARTS.get(kind, "第 {} 部分").format(row.part + 1)] if row.part is not None else []
    said += [f"第 {row.record + 1} 行"] if row.record is not None else []
    said += [f"第 {row.line} 行"] if row.line is not None else []
    said += [f"第 {row.offset:,} 字节起 {row.length:,} 字节"] if row.offset is not None else []
    return "，".join(said) or "整个文件"


def _lines(path: str, offsets: Sequence[int]) -> dict[int, int]:
    """The 1-based line of each byte offset (ascending); none where the file is gone."""
    found: dict[int, int] = {}
    at, line = 0, 1
    try:
        with open(path, "rb") as file:
            for offset in offsets:
                while at < offset and (piece := file.read(min(_PIECE, offset - at))):
                    at, line = at + len(piece), line + piece.count(b"\n")
                found[offset] = line
    except OSError:
        return {}
    return found


def write_csv(rows: list[Lost], path: Path) -> None:
    """The list as a CSV for spreadsheets; with text it is as private as the data."""
    from corpora import spreadsheets

    names = {
        "来源": "source", "文件": "file", "位置": "where", "原因": "label", "怎么办": "advice", "cause": "cause", "line": "line",
        "offset": "offset", "length": "length", "part": "part", "record": "record",
    }  # fmt: skip
    names |= {"原文": "text"} if any(row.text is not None for row in rows) else {}
    columns = {
        label: pa.array(["" if (value := getattr(row, name)) is None else str(value) for row in rows], pa.large_string())
        for label, name in names.items()
    }
    with path.open("wb") as out:
        spreadsheets.write_csv(pa.table(columns).to_batches(), out)
