"""Gold data: texts with the spans that people marked, and which of our kinds their labels stand for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpora.errors import SourceMissing, UsageError
from corpora.names import did_you_mean
from corpora.vocabulary import PII_KINDS

ALIASES = {
    "name": "person_name", "person": "person_name", "PER": "person_name", "NR": "person_name", "vx": "wechat",
    "weixin": "wechat", "QQ": "qq", "phone": "mobile", "id_card": "resident_id", "LOC_ADDRESS": "address",
    "medical_record": "medical_record_number",
}  # fmt: skip
"""Labels of well-known gold sets that mean one of our kinds."""


@dataclass(frozen=True)
class Span:
    """start, end: code points, half-open."""

    start: int
    end: int
    kind: str


@dataclass
class Gold:
    """Rows in the order of the file. `unmeasured`: labels that stand for no kind of ours, with their numbers."""

    ids: list[Any] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    spans: list[list[Span]] = field(default_factory=list)
    unmeasured: Counter[str] = field(default_factory=Counter)

    @property
    def kinds(self) -> list[str]:
        """Our kinds that the gold has, in the vocabulary's order."""
        have = {span.kind for row in self.spans for span in row}
        return [kind for kind in PII_KINDS if kind in have]


def mapping(pairs: str) -> dict[str, str]:
    """`name=person_name,vx=wechat` as a dict. Raises UsageError for what is not a pair or not a kind."""
    found = {}
    for pair in filter(None, pairs.split(",")):
        label, equals, kind = pair.partition("=")
        if not equals or kind not in PII_KINDS:
            raise UsageError(f"--map 要写成 标签=种类 / --map takes label=kind: {pair}", hint=did_you_mean(kind, PII_KINDS))
        found[label.strip()] = kind.strip()
    return found


def read(path: Path, *, text: str = "text", names: Mapping[str, str] | None = None) -> Gold:
    """Gold rows `{"id", "text", "spans": [{"kind", "start", "end"}]}`, one JSON object a line.

    Raises SourceMissing, and UsageError with the line number (never its text) where a row is not one.
    """
    known = {**{kind: kind for kind in PII_KINDS}, **ALIASES, **(names or {})}
    gold = Gold()
    for number, row in _rows(path):  # gold sets are small: a Python loop
        try:
            spans = [Span(int(s["start"]), int(s["end"]), str(s["kind"])) for s in row["spans"]]
            words = str(row[text])
        except (KeyError, TypeError, ValueError):
            raise UsageError(
                f"第 {number + 1} 行缺少 {text} 或 spans / line {number + 1} lacks {text} or spans",
                hint='每行写成 {"id", "text", "spans": [{"kind", "start", "end"}]}；文本列用 --text / name the column by --text',
            ) from None
        gold.ids.append(row.get("id", number))
        gold.texts.append(words)
        gold.spans.append([Span(s.start, s.end, known[s.kind]) if s.kind in known else s for s in spans])
        gold.unmeasured.update(s.kind for s in spans if s.kind not in known)
    return gold


def _rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise SourceMissing(
            f"打不开文件 / cannot open {path.name}: {error.strerror}", hint="检查路径 / check the path"
        ) from None
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if not isinstance(row, dict):
            raise UsageError(
                f"第 {number + 1} 行不是 JSON 对象 / line {number + 1} is not a JSON object",
                hint="金标是 JSONL / gold is JSONL",
            )
        yield number, row
