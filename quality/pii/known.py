"""What the house already knows: values of columns beside the text, and lists, found in the text with their variants.

Columns are looked for in the text of their own row: the name in full, 王先生, 王某某, 王XX, the given name alone where the row
has no other person of that name, 小王 and 老王 where the full name stands in the row too; numbers with any separators and
their last four digits behind 尾号 or 后四位; addresses also without province, city and district; dates in other ways of
writing. Lists are looked for in all text: every entry in full, with spaces, separators, widths and cases as they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpora.text_buffers import Texts, texts
from quality.identities.names import COMPOUND
from quality.identities.surrogate_names import PROFESSIONAL, TITLES
from quality.kernels import pii_known as rows_kernel
from quality.kernels import pii_known_match as kernel
from quality.pii.findings import EVIDENCE_INDEX, KIND, SUBTYPE, Findings
from quality.pii.known_lists import Entry, Lists, compiled
from quality.pii.known_values import CONFIDENCE, LEAST, UNSURE, everyday, filled, folds, frozen, mode_of, points, scratch

__all__ = ["Column", "Entry", "Lists", "compiled", "find_columns"]

_NOTHING = (
    "无",
    "不详",
    "未知",
    "暂无",
    "本人",
    "不明",
    "同上",
    "未填",
    "未提供",
    "无名氏",
    "null",
    "none",
    "nan",
    "n/a",
    "na",
    "-",
    "--",
    "/",
    "0",
)


@dataclass(frozen=True)
class Column:
    """An identity column: a string or null per row, and what it is."""

    values: pa.Array
    kind: str
    subtype: str = ""


def find_columns(strings: Texts, documents: NDArray[np.int64], columns: Sequence[Column]) -> Findings:
    """Every row's own values in its own strings. documents: int64 (rows+1) offsets over the strings."""
    values, row, column = _values(columns)
    if len(values) == 0:
        return Findings.none()
    view = texts(values)
    letters, starts = points(view)
    mode = np.array([mode_of(one.kind) for one in columns], np.int8)[column]
    least = np.array([LEAST[k] for k in sorted(LEAST)], np.int64)[mode]
    starts, keep = _without_short(letters, starts, least)
    table = (letters[keep], starts, mode, _surnames(values, mode), _dates(values, mode))
    row_starts = np.searchsorted(row, np.arange(len(documents)))
    text_row = np.repeat(np.arange(len(documents) - 1), np.diff(documents))
    found = filled(
        lambda room: rows_kernel.find_rows(
            *frozen(strings), text_row, row_starts, table, folds(), *_titles(), *scratch(strings), room
        )
    )
    return _findings(strings, found, values, columns, column)


def _findings(
    strings: Texts, found: NDArray[np.int64], values: pa.Array, columns: Sequence[Column], column: NDArray[np.int64]
) -> Findings:
    *_, value, form = found.T
    full = np.unique(value[form == kernel.FULL])
    found = found[(form != kernel.NICK) | np.isin(value, full)]  # 小王 only where the row names 王建国
    text, start, end, start_byte, end_byte, value, form = found.T
    # A full name counts in its own row even if it is an everyday word: better a word too many than the patient's name.
    common = everyday(pc.utf8_slice_codeunits(values, 1))[value] & (form == kernel.GIVEN)
    kinds = np.array([KIND[one.kind] for one in columns])[column[value]]
    subtypes = np.array([SUBTYPE[one.subtype] for one in columns])[column[value]]
    subtypes = np.where(_at_work(strings, found, subtypes), 0, subtypes)
    return Findings.of(
        text,
        start,
        end,
        start_byte,
        end_byte,
        kinds,
        subtypes,
        np.where(common, UNSURE, CONFIDENCE[form]),
        EVIDENCE_INDEX["column"],
    )


def _at_work(strings: Texts, found: NDArray[np.int64], subtypes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """王医生 beside a patient called 王 is a name, but hardly the patient's. A loop over such findings only."""
    out = np.zeros(len(found), bool)
    for k in np.flatnonzero((found[:, 6] == kernel.TITLED) & np.isin(subtypes, [SUBTYPE["patient"], SUBTYPE["relative"]])):
        base = strings.offsets[found[k, 0]]
        said = strings.data[base + found[k, 3] : base + found[k, 4]].tobytes().decode()
        out[k] = any(said.endswith(title) for title in PROFESSIONAL)
    return out


def _values(columns: Sequence[Column]) -> tuple[pa.Array, NDArray[np.int64], NDArray[np.int64]]:
    """All values of all columns, apart where a cell holds several, in order of rows; with their row and column."""
    parts, rows, places = [], [], []
    for place, one in enumerate(columns):
        sign = r"[、，,;；|\n]+" if mode_of(one.kind) in (kernel.TEXT, kernel.ADDRESS, kernel.DATE) else r"[、，,;；|/\n]+"
        cells = pc.split_pattern_regex(pc.fill_null(one.values.cast(pa.large_string()), ""), sign)
        row = np.repeat(np.arange(len(cells), dtype=np.int64), pc.list_value_length(cells).to_numpy(zero_copy_only=False))
        parts.append(pc.utf8_trim_whitespace(cells.flatten()))
        rows.append(row)
        places.append(np.full(len(row), place, np.int64))
    if not parts:
        return pa.array([], pa.large_string()), np.zeros(0, np.int64), np.zeros(0, np.int64)
    values = pa.concat_arrays([part.cast(pa.large_string()) for part in parts])
    row, place_of = np.concatenate(rows), np.concatenate(places)
    known = ~pc.is_in(pc.utf8_lower(values), pa.array(_NOTHING, pa.large_string())).to_numpy(zero_copy_only=False)
    known &= pc.utf8_length(values).to_numpy() > 1
    order = np.flatnonzero(known)[np.argsort(row[known], kind="stable")]
    return values.take(pa.array(order)), row[order], place_of[order]


def _without_short(
    points: NDArray[np.uint32], starts: NDArray[np.int64], least: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Starts with strings that are too short made empty, and which points stay."""
    lengths = np.diff(starts)
    short = lengths < least
    keep = np.ones(len(points), bool)
    keep[: starts[-1]] = np.repeat(~short, lengths)
    return np.concatenate([[0], np.cumsum(np.where(short, 0, lengths))]).astype(np.int64), keep


def _surnames(values: pa.Array, mode: NDArray[np.int8]) -> NDArray[np.int64]:
    """Length of the surname: 2 for compound ones, 0 for names with a dot in them, else 1."""
    compound = pc.is_in(pc.utf8_slice_codeunits(values, 0, 2), pa.array(sorted(COMPOUND), pa.large_string()))
    compound = compound.to_numpy(zero_copy_only=False) & (pc.utf8_length(values).to_numpy() > 2)
    dotted = pc.match_substring_regex(values, "[·•‧・･.．a-zA-Z]").to_numpy(zero_copy_only=False)
    return np.where(dotted, 0, np.where(compound, 2, 1)).astype(np.int64)


def _dates(values: pa.Array, mode: NDArray[np.int8]) -> NDArray[np.int64]:
    """yyyymmdd of values that are dates, else 0."""
    out = np.zeros(len(values), np.int64)
    here = np.flatnonzero(mode == kernel.DATE)
    if len(here):
        parts = pc.extract_regex(values.take(pa.array(here)), r"^(?P<y>\d{4})\D{0,2}(?P<m>\d{1,2})\D{0,2}(?P<d>\d{1,2})")
        y, m, d = (pc.struct_field(parts, name).cast(pa.int64()) for name in "ymd")
        day = pc.add(pc.add(pc.multiply(y, 10000), pc.multiply(m, 100)), d)
        out[here] = pc.fill_null(day, 0).to_numpy(zero_copy_only=False)
    return out


@cache
def _titles() -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Titles of two characters and more, longest first: a single 总 or 工 behind a surname says too little."""
    words = sorted((title for title in TITLES if len(title) > 1), key=len, reverse=True)
    letters = np.array([ord(c) for c in "".join(words)], np.uint32)
    return letters, np.concatenate([[0], np.cumsum([len(one) for one in words])]).astype(np.int64)
