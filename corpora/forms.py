"""The forms that the other rooms fill in: ledger, marks, edits, spans. Each is a small table with one schema."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from corpora.errors import LawBroken

FORMAT = 1

EDITS = pa.schema(
    [
        pa.field("text", pa.int32(), False),  # index of the changed string in the array that the rewriter was given
        pa.field("start", pa.int32(), False),  # bytes of the text before this step, half-open
        pa.field("end", pa.int32(), False),
        pa.field("replacement", pa.large_string(), False),
        pa.field("cause", pa.string(), False),  # key of vocabulary.CAUSES
    ]
)
"""What a rewriting step did to the strings it changed: sorted by (text, start), not overlapping."""

SPAN = pa.struct(
    [
        pa.field("leaf", pa.int8(), False),  # index into the recipe's leaves
        pa.field("item", pa.int32(), False),  # index in the list for messages[].content, else 0
        pa.field("start", pa.int32(), False),  # code points, half-open
        pa.field("end", pa.int32(), False),
        pa.field("kind", pa.string(), False),  # key of vocabulary.PII_KINDS
        pa.field("subtype", pa.string(), False),  # key of vocabulary.PII_SUBTYPES, "" for none
        pa.field("confidence", pa.float32(), False),  # 0…1
        pa.field("evidence", pa.string(), False),  # one of quality.pii.findings.EVIDENCE
    ]
)
"""One finding. A row's findings are a `large_list(SPAN)`, sorted by (leaf, item, start), not overlapping."""

SPANS = pa.large_list(SPAN)

REPLACED = pa.struct(
    [
        pa.field("leaf", pa.int8(), False),  # index into the recipe's leaves
        pa.field("item", pa.int32(), False),
        pa.field("start", pa.int32(), False),  # code points of the treated text, half-open
        pa.field("end", pa.int32(), False),
        pa.field("old_start", pa.int32(), False),  # code points of the cleaned, untreated text
        pa.field("old_end", pa.int32(), False),
    ]
)

SHOWN = pa.schema(
    [
        pa.field("id", pa.binary(16), False),
        pa.field("content_key", pa.binary(16), False),
        pa.field("source", pa.int16(), False),  # index into the recipe's sources
        pa.field("replaced", pa.large_list(REPLACED)),  # sorted by (leaf, item, start), not overlapping; null: unknown
        pa.field("spans", SPANS),  # findings in the treated text; null for released rows: theirs are in the signals
    ]
)
"""What ties a treated row, as people see it, to the text that is judged: positions and keys, no text. Private to the run."""

RESTORED = pa.struct(
    [
        pa.field("leaf", pa.string(), False),  # path of the leaf, or name of the declared column
        pa.field("item", pa.int32(), False),
        pa.field("start", pa.int32(), False),  # code points of the released text
        pa.field("replacement", pa.large_string(), False),
        pa.field("kind", pa.string(), False),  # key of vocabulary.PII_KINDS, or date
        pa.field("original", pa.large_string(), False),
    ]
)
"""What stood where, for the sealed vault (corpora.vault); nowhere else."""

VAULT = pa.large_list(RESTORED)

MARKS = pa.schema(
    [
        pa.field("row", pa.int64(), False),  # number of the row in the run, in source order
        pa.field("step", pa.string(), False),
        pa.field("reason", pa.string(), False),
        pa.field("value", pa.float64()),  # what was measured
        pa.field("bound", pa.float64()),  # what the rule allows
        pa.field("order", pa.int16(), False),  # place of the rule in the recipe: the first one gives the reason
    ]
)
"""Why a row should be dropped. Marks only accumulate; one place resolves them (curation.decide)."""

DECISIONS = pa.schema(
    [
        pa.field("id", pa.string(), False),  # 32 hex digits, id of the row as it was read
        pa.field("content_key", pa.string(), False),  # 32 hex digits, keyed hash of the cleaned, untreated text judged
        pa.field("leaf", pa.string(), False),  # path of the leaf; "" where the whole row is judged
        pa.field("item", pa.int32(), False),  # index in the list for messages[].content, else 0
        pa.field("start", pa.int32(), False),  # code points of the cleaned, untreated text, half-open; 0, 0 for a row
        pa.field("end", pa.int32(), False),
        pa.field("kind", pa.string(), False),  # key of vocabulary.PII_KINDS; "row" for a whole row
        pa.field("decision", pa.string(), False),  # key of vocabulary.DECISIONS, ROW_DECISIONS, or "withdraw"
        pa.field("who", pa.string(), False),
        pa.field("role", pa.string(), False),
        pa.field("at", pa.string(), False),  # ISO 8601, UTC
        pa.field("shown", pa.string(), False),  # sha256 of the sheet or task that the person saw
        pa.field("project", pa.string(), False),  # what asked for it, with its version: pii_review/1
        pa.field(
            "cluster", pa.string()
        ),  # id of the survivor, where it was decided once for all duplicates; logs from before have none
    ]
)
"""What people decided. Rows are only added; of several about the same thing the last one counts. No text."""

QUARANTINE = pa.schema(
    [
        pa.field("source", pa.int16(), False),  # index into the recipe's sources
        pa.field("file", pa.int32(), False),  # index into the run's files
        pa.field("offset", pa.int64(), False),  # byte of the file as it lies on disk (decompressed, for .gz and .zst)
        pa.field("length", pa.int64(), False),  # bytes of the raw record
        pa.field("record", pa.int64(), False),  # row number where the format has rows instead of bytes, else -1
        pa.field("part", pa.int32(), False),  # sheet, page or element, else -1
        pa.field("cause", pa.string(), False),  # key of vocabulary.QUARANTINE_CAUSES
        pa.field("raw", pa.large_binary(), False),
    ]
)
"""What could not become a document, with the raw bytes. Private."""


@dataclass
class Ledger:
    """Row accounting of one source, or of the whole run. Law 1: read + made = kept + dropped + quarantined + consumed."""

    read: int = 0
    made: int = 0
    consumed: int = 0
    kept: int = 0
    quarantined: int = 0
    dropped: dict[str, Counter[str]] = field(default_factory=dict)
    changed: Counter[str] = field(default_factory=Counter)  # step → rows whose text it changed
    flagged: dict[str, Counter[str]] = field(default_factory=dict)  # step → reason → rows flagged, not dropped
    not_text: Counter[str] = field(default_factory=Counter)  # key of vocabulary.NOT_TEXT → how many the files hold

    def drop(self, step: str, reason: str, rows: int = 1) -> None:
        if rows:
            self.dropped.setdefault(step, Counter())[reason] += rows

    def flag(self, step: str, reason: str, rows: int = 1) -> None:
        if rows:
            self.flagged.setdefault(step, Counter())[reason] += rows

    @property
    def dropped_total(self) -> int:
        return sum(sum(reasons.values()) for reasons in self.dropped.values())

    @property
    def gap(self) -> int:
        """Rows in minus rows accounted for; 0 when the ledger closes."""
        return self.read + self.made - self.kept - self.dropped_total - self.quarantined - self.consumed

    def close(self, name: str) -> None:
        """Raises LawBroken unless the ledger closes."""
        if self.gap:
            raise LawBroken(
                f"账不平：{name} 差 {self.gap} 行 / ledger of {name} does not close: {self.gap} row(s) unaccounted for",
                hint="这是程序缺陷，请保留工作目录并报告 / this is a defect: keep the work folder and report it",
            )

    def __add__(self, other: Ledger) -> Ledger:
        total = Ledger(*(getattr(self, n) + getattr(other, n) for n in ("read", "made", "consumed", "kept", "quarantined")))
        for ledger in (self, other):
            total.changed.update(ledger.changed)
            total.not_text.update(ledger.not_text)
            for step, reasons in ledger.dropped.items():
                total.dropped.setdefault(step, Counter()).update(reasons)
            for step, reasons in ledger.flagged.items():
                total.flagged.setdefault(step, Counter()).update(reasons)
        return total

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON types, keys sorted."""
        return {
            **{n: getattr(self, n) for n in ("read", "made", "consumed", "kept", "quarantined")},
            "dropped": {step: dict(sorted(reasons.items())) for step, reasons in sorted(self.dropped.items())},
            "changed": dict(sorted(self.changed.items())),
            "flagged": {step: dict(sorted(reasons.items())) for step, reasons in sorted(self.flagged.items())},
            "not_text": dict(sorted(self.not_text.items())),
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Ledger:
        numbers = {n: int(data[n]) for n in ("read", "made", "consumed", "kept", "quarantined")}
        return cls(
            **numbers,
            dropped={step: Counter(reasons) for step, reasons in data["dropped"].items()},
            changed=Counter(data["changed"]),
            flagged={step: Counter(reasons) for step, reasons in data["flagged"].items()},
            not_text=Counter(data.get("not_text", {})),  # releases from before have none
        )
