"""Declared types: a source's strings become integers, floats or dates only where the recipe says so."""

from __future__ import annotations

from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

Kind = Literal["string", "int64", "float64", "date"]
_INT = r"^[+-]?\d{1,18}$"
_FLOAT = r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$"
_DATE = r"^\d{4}(-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2}|\.\d{1,2}\.\d{1,2}|年\d{1,2}月\d{1,2}日)"
ARROW = {"string": pa.large_string(), "int64": pa.int64(), "float64": pa.float64(), "date": pa.date32()}


def convert(values: pa.Array, kind: Kind) -> tuple[pa.Array, int]:
    """`values` (large_string) as the declared type, and how many non-empty values did not fit (they become null)."""
    if kind == "string":
        return values, 0
    if kind == "date":
        return as_date(values)
    trimmed = pc.utf8_trim_whitespace(values)
    fits = pc.match_substring_regex(trimmed, _INT if kind == "int64" else _FLOAT)
    plain = pc.replace_substring_regex(trimmed, r"^\+", "")
    return pc.cast(pc.if_else(fits, plain, None), ARROW[kind]), _misfits(values, fits)


def as_date(values: pa.Array) -> tuple[pa.Array, int]:
    """date32 of 2025-01-31, 2025/1/31, 2025.1.31, 2025年1月31日 (a time behind is cut off), and the number of misfits."""
    trimmed = pc.utf8_trim_whitespace(values)
    fits = pc.match_substring_regex(trimmed, _DATE)
    parts = pc.extract_regex(pc.if_else(fits, trimmed, None), r"^(?P<y>\d{4})\D(?P<m>\d{1,2})\D(?P<d>\d{1,2})")
    padded = [pc.utf8_lpad(pc.struct_field(parts, name).cast(pa.string()), 2, "0") for name in ("y", "m", "d")]
    text = pc.binary_join_element_wise(*padded, "-")
    stamps = pc.strptime(text, "%Y-%m-%d", "s", error_is_null=True)
    dates = pc.cast(stamps, pa.date32())
    # strptime accepts 2025-02-31 and rolls over: a date must print as it was read
    same = pc.fill_null(pc.equal(pc.strftime(stamps, "%Y-%m-%d"), text), False)
    return pc.if_else(same, dates, None), _misfits(values, same)


def _misfits(values: pa.Array, fits: pa.Array) -> int:
    filled = pc.fill_null(pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(values)), 0), False)
    return int(pc.sum(pc.and_(filled, pc.invert(pc.fill_null(fits, False)))).as_py() or 0)
