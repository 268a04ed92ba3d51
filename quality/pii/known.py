"""What the house already knows: values of columns beside the text, and lists, found in the text with their variants.

Columns are looked for in the text of their own row: the name in full, 王先生, 王某某, 王XX, the given name alone where the row
has no other person of that name, 小王 and 老王 where the full name stands in the row too; numbers with any separators and
their last four digits behind 尾号 or 后四位; addresses also without province, city and district; dates in other ways of
writing. Lists are looked for in all text: every entry in full, with spaces, separators, widths and cases as they come.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpora.text_buffers import Texts, texts
from quality.identities.names import COMPOUND
from quality.identities.surrogate_names import PROFESSIONAL, TITLES
from quality.kernels import pii_known as kernel
from quality.pii import shadow
from quality.pii.findings import EVIDENCE_INDEX, KIND, SUBTYPE, Findings
from quality.pii.normal_form import NUMBERS

CONFIDENCE = np.array([0.99, 0.95, 0.9, 0.9, 0.8, 0.9, 0.95], np.float32)
"""By form: full, with a title, veiled (王某某), given name, 小王, last digits, part of an address."""
UNSURE = np.float32(0.3)  # a given name or a short name that is an everyday word: counted, not replaced
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
_WORDS = (
    "国庆 健康 平安 和平 胜利 高峰 黎明 文化 文明 阳光 红旗 光明 建设 春天 向阳 新华 团结 幸福 永远 安全 安静 清明 家庭 "
    "长江 黄河 东方 时间 高原 高级 方法 方向 白天 石头 金属 马上 水平 明天 和平 成功 小雨 海洋 文学 万能 元旦 冰雪 温馨 程度 常规"
)
_COMPANY = re.compile(r"(?:股份有限公司|有限责任公司|有限公司)$")
_LEAST = {kernel.NAME: 2, kernel.TEXT: 2, kernel.NUMBER: 4, kernel.ADDRESS: 4, kernel.DATE: 6}


@dataclass(frozen=True)
class Column:
    """An identity column: a string or null per row, and what it is."""

    values: pa.Array
    kind: str
    subtype: str = ""


class Entry(NamedTuple):
    """A value of a list."""

    value: str
    kind: str
    subtype: str = ""


def find_columns(strings: Texts, documents: NDArray[np.int64], columns: Sequence[Column]) -> Findings:
    """Every row's own values in its own strings. documents: int64 (rows+1) offsets over the strings."""
    values, row, column = _values(columns)
    if len(values) == 0:
        return Findings.none()
    view = texts(values)
    points, starts = _points(view)
    mode = np.array([mode_of(one.kind) for one in columns], np.int8)[column]
    least = np.array([_LEAST[k] for k in sorted(_LEAST)], np.int64)[mode]
    starts, keep = _without_short(points, starts, least)
    table = (points[keep], starts, mode, _surnames(values, mode), _dates(values, mode))
    row_starts = np.searchsorted(row, np.arange(len(documents)))
    text_row = np.repeat(np.arange(len(documents) - 1), np.diff(documents))
    found = _filled(
        lambda room: kernel.find_rows(
            *_frozen(strings), text_row, row_starts, table, _folds(), *_titles(), *_scratch(strings), room
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
    everyday = _everyday(pc.utf8_slice_codeunits(values, 1))[value] & (form == kernel.GIVEN)
    everyday |= _everyday(values)[value] & (form == kernel.FULL)
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
        np.where(everyday, UNSURE, CONFIDENCE[form]),
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


def mode_of(kind: str) -> int:
    """How values of a kind are looked for."""
    if kind in NUMBERS:
        return kernel.NUMBER
    return {"person_name": kernel.NAME, "address": kernel.ADDRESS, "date_of_birth": kernel.DATE}.get(kind, kernel.TEXT)


def _points(view: Texts) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Folded code points of all strings, and where each string's begin."""
    points = np.empty(max(int(view.offsets[-1] - view.offsets[0]), 1), np.uint32)
    starts = np.empty(len(view) + 1, np.int64)
    kernel.fold_all(*_frozen(view), _folds(), points, starts)
    return points[: max(starts[-1], 1)], starts


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


@dataclass(frozen=True)
class Lists:
    """Compiled lists: see kernels.pii_known.find_listed. Holds the values: never logged, never published."""

    table: tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int8]]
    seen: NDArray[np.uint64]
    slots: NDArray[np.int32]
    pairs: NDArray[np.uint64]
    groups: NDArray[np.int64]
    kinds: NDArray[np.int8]
    subtypes: NDArray[np.int16]
    confidence: NDArray[np.float32]

    def __repr__(self) -> str:
        return f"Lists({len(self.kinds)} entries)"

    def find(self, strings: Texts) -> Findings:
        """Every entry in every string."""
        if len(self.kinds) == 0 or len(strings) == 0:
            return Findings.none()
        found = _filled(
            lambda room: kernel.find_listed(
                *_frozen(strings),
                self.table,
                self.seen,
                self.slots,
                self.pairs,
                self.groups,
                _folds(),
                *_scratch(strings),
                room,
            )
        )
        text, start, end, start_byte, end_byte, value, _ = found.T
        return Findings.of(
            text,
            start,
            end,
            start_byte,
            end_byte,
            self.kinds[value],
            self.subtypes[value],
            self.confidence[value],
            EVIDENCE_INDEX["list"],
        )


def compiled(entries: Iterable[Entry]) -> Lists:
    """Lists for `find`. Entries of one character are left out: they would stand everywhere. Loops over entries, once a run."""
    every = list(dict.fromkeys(one for entry in entries for one in _spelt(entry)))
    values = pa.array([one.value for one in every], pa.large_string())
    points, starts = _points(texts(values))
    text, bounds = points[: starts[-1]].tobytes().decode("utf-32-le"), starts.tolist()
    everyday = _everyday(values).tolist() if every else []
    rows = sorted(
        (text[bounds[k] : bounds[k + 1]], mode_of(one.kind), KIND[one.kind], SUBTYPE[one.subtype], everyday[k])
        for k, one in enumerate(every)
        if bounds[k + 1] - bounds[k] >= _LEAST[mode_of(one.kind)]
    )
    flat = np.frombuffer("".join(row[0] for row in rows).encode("utf-32-le") or bytes(4), np.uint32)
    first = np.concatenate([[0], np.cumsum([len(row[0]) for row in rows])]).astype(np.int64)
    pair = flat[first[:-1]].astype(np.uint64) << np.uint64(21) | flat[first[:-1] + 1] if rows else np.zeros(0, np.uint64)
    pairs, groups = np.unique(pair, return_index=True)
    mode, kind, subtype, unsure = (np.array([row[i] for row in rows]) for i in range(1, 5))
    return Lists(
        (flat, first, mode.astype(np.int8)),
        _seen(pairs), _slots(pairs), pairs, np.append(groups, len(rows)).astype(np.int64),
        kind.astype(np.int8), subtype.astype(np.int16), np.where(unsure.astype(bool), UNSURE, CONFIDENCE[0]).astype(np.float32),
    )  # fmt: skip


def _spelt(entry: Entry) -> list[Entry]:
    """The entry, and a company without its legal form."""
    value = entry.value.strip()
    short = _COMPANY.sub("", value) if entry.kind == "organisation" else value
    return [Entry(value, entry.kind, entry.subtype)] + (
        [Entry(short, entry.kind, entry.subtype)] if 3 < len(short) < len(value) else []
    )


_FACTOR = 0x9E3779B97F4A7C15


def _top(pairs: NDArray[np.uint64], bits: int) -> NDArray[np.int64]:
    hashed: Any = pairs * np.uint64(_FACTOR)
    return (hashed >> np.uint64(64 - bits)).astype(np.int64)


def _seen(pairs: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One bit in 64 is set at most, so that most places of a text end here."""
    bits = max(12, (64 * len(pairs)).bit_length())
    flags = np.zeros(1 << bits, np.uint8)
    flags[_top(pairs, bits)] = 1
    return np.packbits(flags, bitorder="little").view(np.uint64)


def _slots(pairs: NDArray[np.uint64]) -> NDArray[np.int32]:
    bits = max(6, (2 * len(pairs)).bit_length())
    slots = np.full(1 << bits, -1, np.int32)
    for group, slot in enumerate(_top(pairs, bits).tolist()):  # once per list, not per row
        while slots[slot] >= 0:
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = group
    return slots


@cache
def _folds() -> NDArray[np.uint16]:
    """uint16[65536]: context folding plus digits of every script, one hyphen, one dot (·), one space; × ○ ＊ for veils."""
    table = shadow.context_table().copy()
    plain = shadow.fold_table()
    digits = (plain >= 48) & (plain < 58)
    table[digits] = plain[digits]
    for sign in "-":
        table[plain == ord(sign)] = ord(sign)
    for signs, to in (("•‧・･.．﹒", "·"), ("\u00a0\u2002\u2003\u2009\u202f\t", " "), ("Ｘ✕✖╳", "x"), ("〇Ｏ◯", "○")):
        table[[ord(c) for c in signs]] = ord(to)
    return table


@cache
def _titles() -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """Titles of two characters and more, longest first: a single 总 or 工 behind a surname says too little."""
    words = sorted((title for title in TITLES if len(title) > 1), key=len, reverse=True)
    letters = np.array([ord(c) for c in "".join(words)], np.uint32)
    return letters, np.concatenate([[0], np.cumsum([len(one) for one in words])]).astype(np.int64)


def _everyday(values: pa.Array) -> NDArray[np.bool_]:
    return pc.is_in(values, pa.array(_WORDS.split(), pa.large_string())).to_numpy(zero_copy_only=False)


def _scratch(strings: Texts) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64]]:
    longest = int(np.diff(strings.offsets).max(initial=0)) + 1
    return np.empty(longest, np.uint32), np.empty(longest, np.int64), np.empty(longest, np.int64)


def _frozen(view: Texts) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Read-only: Arrow's buffers are, and kernels are compiled once."""
    data, offsets = view.data.view(), view.offsets.view()
    data.flags.writeable = offsets.flags.writeable = False
    return data, offsets


def _filled(fill: Any) -> NDArray[np.int64]:
    """The rows that `fill` writes; called again if they did not fit."""
    room = np.empty((4096, 7), np.int64)
    count = fill(room)
    if count > len(room):
        room = np.empty((count, 7), np.int64)
        fill(room)
    return room[:count]
