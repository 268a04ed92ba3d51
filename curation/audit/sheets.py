"""Readers' sheets: JSONL and Excel with the same rows in the same order, and no hint of what was found before.

A reader fills in `remains` (残留): what still tells who somebody is, quoted, or by offsets. Nothing left: `[]` (无).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from corpora.errors import SourceMissing, UsageError
from corpora.spreadsheets import write_xlsx
from curation.audit.sample import Sampled
from quality.residual import Remain

READERS = ("reader1", "reader2")
HEAD = ("序号", "编号", "文本", "残留（逐字摘抄，一处一行；没有写 无）")
NONE = frozenset(["无", "没有", "none", "[]", "-"])
_BREAK = "\n———\n"


def write(rows: list[Sampled], out: Path) -> list[Path]:
    """Two sheets for each of two readers. Raises UsageError when one is there already: it may be filled in."""
    paths = [out / f"{reader}.{suffix}" for reader in READERS for suffix in ("jsonl", "xlsx")]
    if there := [path.name for path in paths if path.exists()]:
        raise UsageError(
            f"已有审读表 {'、'.join(there)} / sheets are there already",
            hint="换一个目录，以免覆盖已填的内容 / name another folder",
        )
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in paths:
        with path.open("xb") as file:
            write_xlsx([_batch(rows)], file) if path.suffix == ".xlsx" else file.write(_lines(rows))
    return paths


def _lines(rows: list[Sampled]) -> bytes:
    listed = [
        {"row": number, "id": row.id, "texts": [vars(string) for string in row.strings], "remains": None}
        for number, row in enumerate(rows, 1)
    ]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in listed).encode()


def _batch(rows: list[Sampled]) -> pa.RecordBatch:
    shown = [_BREAK.join(string.text for string in row.strings) for row in rows]
    columns = [list(range(1, len(rows) + 1)), [row.id for row in rows], shown, [""] * len(rows)]
    return pa.RecordBatch.from_arrays([pa.array(column) for column in columns], names=list(HEAD))


def take(path: Path, rows: list[Sampled]) -> list[Remain]:
    """A reader's finds. Raises UsageError where the sheet is of another sample, not read to the end, or quotes what is
    not there (row numbers only, never text)."""
    filled = list(_xlsx(path) if path.suffix.lower() == ".xlsx" else _jsonl(path))
    if [one for one, _ in filled] != [row.id for row in rows]:
        raise UsageError(
            f"{path.name} 的行与样本不符 / its rows are not those of the sample",
            hint="不要增删或调换行；样本以最近一次抽样为准 / keep every row in its place; the latest sample counts",
        )
    if unread := [number for number, (_, remains) in enumerate(filled, 1) if remains is None]:
        raise UsageError(
            f"{path.name} 还有 {len(unread)} 行没有填，从第 {unread[0]} 行起 / {len(unread)} row(s) are not filled in",
            hint="没有残留的行写 []（Excel 写 无）/ write [] (无 in Excel) where nothing remains",
        )
    return [
        remain
        for number, (row, (_, remains)) in enumerate(zip(rows, filled, strict=True))
        for said in remains or ()
        for remain in _remains(said, row, number, path.name)
    ]


def _remains(said: Any, row: Sampled, number: int, name: str) -> Iterator[Remain]:
    """A quote stands for every place where it occurs; an object has leaf, item, start and end."""
    found = list(_quoted(said, row, number)) if isinstance(said, str) else list(_placed(said, row, number))
    if not found:
        raise UsageError(
            f"{name} 第 {number + 1} 行填的内容不在文本里 / row {number + 1} quotes what is not in its text",
            hint="逐字摘抄，或写 {start, end}（码点）/ quote literally, or give start and end in code points",
        )
    yield from found


def _quoted(quote: str, row: Sampled, number: int) -> Iterator[Remain]:
    for place, string in enumerate(row.strings):
        yield from (Remain(number, place, m.start(), m.end()) for m in re.finditer(re.escape(quote), string.text) if quote)


def _placed(said: Any, row: Sampled, number: int) -> Iterator[Remain]:
    if not isinstance(said, dict):
        return
    if "start" not in said and isinstance(said.get("text"), str):
        yield from _quoted(said["text"], row, number)
        return
    start, end = said.get("start"), said.get("end")
    for place, string in enumerate(row.strings):
        here = said.get("leaf", string.leaf) == string.leaf and said.get("item", 0) == string.item
        if here and type(start) is int and type(end) is int and 0 <= start < end <= len(string.text):
            yield Remain(number, place, start, end)
            return


def _jsonl(path: Path) -> Iterator[tuple[str, list[Any] | None]]:
    for number, line in enumerate(_bytes(path).splitlines(), 1):
        try:
            row = json.loads(line)
            remains = row.get("remains")
            yield row["id"], remains if isinstance(remains, list) or remains is None else [remains]
        except (ValueError, KeyError, TypeError, AttributeError):
            raise UsageError(
                f"{path.name} 第 {number} 行不是审读表的一行 / line {number} is no row of a sheet",
                hint="每行一个 JSON 对象 / JSONL",
            ) from None


def _xlsx(path: Path) -> Iterator[tuple[str, list[Any] | None]]:
    import io

    from openpyxl import load_workbook

    try:
        sheet = load_workbook(io.BytesIO(_bytes(path)), read_only=True).worksheets[0]
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(
            f"{path.name} 不是 Excel 工作簿 / not a workbook", hint="用 .xlsx 保存 / save it as .xlsx"
        ) from error
    for cells in sheet.iter_rows(min_row=2, values_only=True):
        if len(cells) > 1 and cells[1] is not None:
            yield str(cells[1]), _cell(cells[3] if len(cells) > 3 else None)


def _cell(value: Any) -> list[Any] | None:
    lines = [line.strip() for line in str(value or "").splitlines() if line.strip()]
    if not lines:
        return None
    return [] if len(lines) == 1 and lines[0].lower() in NONE else lines


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceMissing(
            f"打不开 {path.name} / cannot open: {error.strerror}", hint="检查路径 / check the path"
        ) from None
