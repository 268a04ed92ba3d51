"""CSV and Excel for people: cells that a spreadsheet would run as formulas are made safe (OWASP, CSV injection)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from corpora.text_buffers import splice

SHEET_ROWS = 1_048_576  # Excel's limit, head line included
CELL_UNITS = 32_767  # Excel's limit, in UTF-16 units
CUT = "…〔超出单元格上限，已截断〕"
_RISKY = r"^[=+\-@\t\r\n＝＋－＠]"  # full-width signs start a formula in some Chinese and Japanese set-ups
_NEGATIVE = r"^-[0-9]+(\.[0-9]+)?$"
_FRAGILE = r"^(0[0-9]+|[0-9]{16,})$"  # Excel opens a CSV as numbers: 0098123 → 98123, an ID of 18 digits loses three
_EXACT_INT = 10**15  # Excel keeps 15 digits


def safe_cells(texts: pa.Array) -> pa.Array:
    """Strings that a spreadsheet would run as a formula, with an apostrophe before them; a plain -12.5 stays."""
    texts = texts.cast(pa.large_string())
    risky = pc.and_(pc.match_substring_regex(texts, _RISKY), pc.invert(pc.match_substring_regex(texts, _NEGATIVE)))
    rows = np.flatnonzero(np.asarray(pc.fill_null(risky, False)))
    if not len(rows):
        return texts
    picked = texts.take(pa.array(rows))
    mark, nothing = (pa.scalar(text, pa.large_string()) for text in ("'", ""))
    return splice(texts, rows, pc.binary_join_element_wise(mark, picked, nothing))


def _flat(column: pa.Array) -> pa.Array:
    """Lists and structs as JSON text; scalars as they are."""
    if not pa.types.is_nested(column.type):
        return column
    said = [None if item is None else json.dumps(item, ensure_ascii=False) for item in column.to_pylist()]
    return pa.array(said, pa.large_string())


def _is_text(column: pa.Array) -> bool:
    return pa.types.is_string(column.type) or pa.types.is_large_string(column.type)


def _fragile(columns: Iterable[pa.Array]) -> int:
    """Strings of digits that a spreadsheet would take for another number."""
    found = (pc.sum(pc.match_substring_regex(column, _FRAGILE)).as_py() or 0 for column in columns if _is_text(column))
    return int(sum(found))


def write_csv(batches: Iterable[pa.RecordBatch], out: IO[bytes]) -> tuple[int, int]:
    """UTF-8 with BOM (Excel reads it as Chinese text), every string quoted. Returns (rows, cells that Excel would change).

    Such cells are written as they are: no way of writing them is safe in Excel and the same again when read as CSV.
    """
    rows = fragile = 0
    out.write(b"\xef\xbb\xbf")
    writer = None
    for batch in batches:
        columns = [_flat(column) for column in batch.columns]
        safe = [safe_cells(column) if _is_text(column) else column for column in columns]
        names = safe_cells(pa.array(batch.schema.names, pa.large_string())).to_pylist()
        ready = pa.RecordBatch.from_arrays(safe, names=names)
        writer = writer or pcsv.CSVWriter(pa.PythonFile(out, "w"), ready.schema)
        writer.write_batch(ready)
        rows += len(batch)
        fragile += _fragile(columns)
    if writer:
        writer.close()
    return rows, fragile


class _Cells:
    """Python values → Excel cells that are never formulas; counts the texts it had to cut."""

    def __init__(self, sheet: Any) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

        self._cell, self._illegal, self.sheet, self.truncated = WriteOnlyCell, ILLEGAL_CHARACTERS_RE, sheet, 0

    def __call__(self, value: Any) -> Any:
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _EXACT_INT:
            value = str(value)
        if value is None or isinstance(value, (int, float)):
            return value
        cell = self._cell(self.sheet, "")
        # set past openpyxl's own guess, which would take "=…" for a formula
        cell._value, cell.data_type = self._fit(self._illegal.sub("\ufffd", str(value))), "s"
        return cell

    def _fit(self, text: str) -> str:
        if len(text) <= CELL_UNITS // 2 or len(text.encode("utf-16-le")) // 2 <= CELL_UNITS:
            return text
        self.truncated += 1
        kept = text.encode("utf-16-le")[: 2 * (CELL_UNITS - len(CUT))]
        return kept.decode("utf-16-le", "ignore") + CUT


def write_xlsx(batches: Iterable[pa.RecordBatch], out: IO[bytes], *, sheet_rows: int = SHEET_ROWS) -> tuple[int, int, int]:
    """One workbook, as many sheets as the rows need. Returns (rows, cells cut short, sheets)."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    rows, cells, sheets = 0, _Cells(None), 0
    for head, values in _lines(batches):
        if rows % (sheet_rows - 1) == 0:
            sheets += 1
            cells.sheet = book.create_sheet("数据" if sheets == 1 else f"数据{sheets}")
            cells.sheet.freeze_panes = "A2"
            cells.sheet.append([cells(name) for name in head])
        cells.sheet.append([cells(value) for value in values])
        rows += 1
    if not sheets:
        book.create_sheet("数据")
    book.save(out)
    return rows, cells.truncated, max(sheets, 1)


def _lines(batches: Iterable[pa.RecordBatch]) -> Iterator[tuple[list[str], tuple[Any, ...]]]:
    """Row by row: openpyxl takes nothing else."""
    for batch in batches:
        columns = [_flat(column).to_pylist() for column in batch.columns]
        yield from ((batch.schema.names, values) for values in zip(*columns, strict=True))
