"""Gold data: texts with the spans that people marked, and which of our kinds their labels stand for."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from corpora.errors import SourceMissing, UsageError
from corpora.names import did_you_mean, nearest
from corpora.vocabulary import PII_KINDS

ALIASES = {
    "name": "person_name", "person": "person_name", "PER": "person_name", "NR": "person_name", "vx": "wechat",
    "weixin": "wechat", "QQ": "qq", "phone": "mobile", "id_card": "resident_id", "LOC_ADDRESS": "address",
    "medical_record": "medical_record_number",
}  # fmt: skip
"""Labels of well-known gold sets that mean one of our kinds."""

MISTAKES = {
    "not_json": "不是 JSON 对象 / not a JSON object",
    "no_text": "没有文本列 / lacks the text column",
    "no_spans": "没有 spans，或写法不对 / lacks spans, or they are malformed",
    "out_of_range": "位置越界或颠倒 / a span is outside of the text, or ends before it starts",
    "overlapping": "两处重叠 / two spans overlap",
    "unknown_kind": "不认识的种类 / unknown kind",
}
"""What can be wrong with a row of a gold file."""
_LISTED = 10


@dataclass(frozen=True)
class Span:
    """start, end: code points, half-open."""

    start: int
    end: int
    kind: str


@dataclass
class Gold:
    """Rows in the order of the file. `unmeasured`: labels that are not to be measured, with their numbers; `skipped`: rows."""

    ids: list[Any] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    spans: list[list[Span]] = field(default_factory=list)
    unmeasured: Counter[str] = field(default_factory=Counter)
    skipped: int = 0

    @property
    def kinds(self) -> list[str]:
        """Our kinds that the gold has, in the vocabulary's order."""
        have = {span.kind for row in self.spans for span in row}
        return [kind for kind in PII_KINDS if kind in have]


def mapping(pairs: str) -> dict[str, str]:
    """`name=person_name,vx=wechat` as a dict. Raises UsageError for what is not a pair or not a kind."""
    found = {}
    for pair in filter(None, pairs.split(",")):
        label, equals, kind = (part.strip() for part in pair.partition("="))
        if not equals or kind not in PII_KINDS:
            raise UsageError(f"--map 要写成 标签=种类 / --map takes label=kind: {pair}", hint=did_you_mean(kind, PII_KINDS))
        found[label] = kind
    return found


class _Wrong(Exception):
    """A row's mistake: key of MISTAKES, and the labels that it is about."""

    def __init__(self, mistake: str, *labels: str) -> None:
        super().__init__(mistake)
        self.mistake, self.labels = mistake, labels or ("",)


def read(
    path: Path,
    *,
    text: str = "text",
    names: Mapping[str, str] | None = None,
    ignore: frozenset[str] = frozenset(),
    skip_wrong: bool = False,
) -> Gold:
    """Gold rows `{"id", "text", "spans": [{"kind", "start", "end"}]}`, one JSON object a line.

    ignore: labels that are not measured. Raises SourceMissing, and UsageError with every mistake by its cause and line
    (never with text) unless `skip_wrong`, or where no row is left.
    """
    known = {**{kind: kind for kind in PII_KINDS}, **ALIASES, **(names or {})}
    gold = Gold()
    wrong: dict[tuple[str, str], list[int]] = {}
    for number, line in _lines(path):  # gold sets are small: a Python loop
        try:
            row = _object(line)
            spans = _spans(row, text, known, ignore)
        except _Wrong as error:
            for label in error.labels:
                wrong.setdefault((error.mistake, label), []).append(number)
            gold.skipped += 1
            continue
        gold.ids.append(row.get("id", number - 1))
        gold.texts.append(row[text])
        gold.spans.append(spans)
        gold.unmeasured.update(span.kind for span in spans if span.kind not in PII_KINDS)
    if wrong and not skip_wrong:
        raise UsageError(_report(path, wrong, gold.skipped, known), hint=_hint(wrong, text))
    if not any(gold.spans):
        raise UsageError(
            f"金标是空的：{path.name} 没有一处标注 / the gold is empty: {path.name} has no span",
            hint='每行写成 {"id", "text", "spans": [{"kind", "start", "end"}]} / write one such object a line',
        )
    return gold


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").split(b"\n")
    except OSError as error:
        raise SourceMissing(
            f"打不开文件 / cannot open {path.name}: {error.strerror}", hint="检查路径 / check the path"
        ) from None
    return ((number, line) for number, line in enumerate(lines, 1) if line.strip())


def _object(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict):
        raise _Wrong("not_json")
    return row


def _spans(row: dict[str, Any], text: str, known: Mapping[str, str], ignore: frozenset[str]) -> list[Span]:
    """The row's spans by place, their kinds ours where they stand for one. Raises _Wrong."""
    if not isinstance(row.get(text), str):
        raise _Wrong("no_text")
    try:
        spans = [Span(_whole(s["start"]), _whole(s["end"]), str(s["kind"])) for s in row["spans"]]
    except (KeyError, TypeError, ValueError):
        raise _Wrong("no_spans") from None
    if any(not 0 <= span.start < span.end <= len(row[text]) for span in spans):
        raise _Wrong("out_of_range")
    if strange := sorted({s.kind for s in spans} - known.keys() - ignore):
        raise _Wrong("unknown_kind", *strange)
    spans = [Span(s.start, s.end, s.kind if s.kind in ignore else known[s.kind]) for s in spans]
    ours = sorted((s for s in spans if s.kind in PII_KINDS), key=lambda s: s.start)
    if any(one.end > other.start for one, other in pairwise(ours)):
        raise _Wrong("overlapping")
    return spans


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def _report(path: Path, wrong: dict[tuple[str, str], list[int]], rows: int, known: Mapping[str, str]) -> str:
    lines = [f"金标 {path.name} 有 {rows} 行有错 / {rows} row(s) of the gold are wrong"]
    for (mistake, label), numbers in sorted(wrong.items(), key=lambda item: list(MISTAKES).index(item[0][0])):
        where = "、".join(map(str, numbers[:_LISTED])) + ("…" if len(numbers) > _LISTED else "")
        near = nearest(label, known, cutoff=0.75) if label else ""
        about = (f": {label}" if label else "") + (f"，{near}" if near else "")
        lines.append(f"  {path.name} 第 {where} 行 / line(s)（{len(numbers)}）: {MISTAKES[mistake]}{about}")
    return "\n".join(lines)


def _hint(wrong: dict[tuple[str, str], list[int]], text: str) -> str:
    labels = [label for mistake, label in wrong if mistake == "unknown_kind"]
    if labels:
        return f"--map {labels[0]}=种类 指定，或 --ignore {','.join(labels)} 不算 / map them, or ignore them"
    if ("no_text", "") in wrong:
        return f"文本列不叫 {text}？用 --text 指定 / name the text column by --text"
    if ("not_json", "") in wrong:
        return "金标是 JSONL：一行一个 JSON 对象 / gold is JSONL: one JSON object a line"
    return "改好这些行，或 --skip-wrong 不算它们 / mend these rows, or leave them out by --skip-wrong"
