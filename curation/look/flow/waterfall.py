"""The ledger as bars that start where the one before ends: law 1, drawn. Nothing is left between the last one and zero."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corpora import vocabulary
from corpora.ui.words import Words


@dataclass(frozen=True)
class Bar:
    """rows: how many; start, end: where the bar lies. key: `step/reason` of dropped rows, else the fate."""

    key: str
    label: str
    meaning: str
    fate: str
    rows: int
    start: int
    end: int
    share: str

    @property
    def figure(self) -> str:
        return f"{self.rows:,}"


def bars(ledger: Mapping[str, Any], words: Words) -> list[Bar]:
    """From read and made down to kept. ledger: `Ledger.to_dict()` of a source or of the whole."""
    came = int(ledger["read"]) + int(ledger["made"])
    found = [_bar("read", words("读入", "read"), "", "in", int(ledger["read"]), 0, came, words)]
    if ledger["made"]:
        found.append(_bar("made", words("新增", "made"), "", "in", int(ledger["made"]), int(ledger["read"]), came, words))
    left = came
    for key, label, meaning, fate, rows in _losses(ledger, words):
        if rows:
            found.append(_bar(key, label, meaning, fate, rows, left - rows, came, words))
            left -= rows
    return [*found, _bar("kept", words("保留", "kept"), "", "kept", int(ledger["kept"]), 0, came, words)]


def _bar(key: str, label: str, meaning: str, fate: str, rows: int, start: int, came: int, words: Words) -> Bar:
    return Bar(key, label, meaning, fate, rows, start, start + rows, words.share(rows, came))


def _losses(ledger: Mapping[str, Any], words: Words) -> list[tuple[str, str, str, str, int]]:
    consumed, quarantined = words("并入别的行", "consumed"), words("隔离", "quarantined")
    found = [
        (
            "quarantined",
            quarantined,
            words("读不成记录，原样另存", "could not be read"),
            "quarantined",
            int(ledger["quarantined"]),
        ),
        ("consumed", consumed, words("重组时并入别的行", "became part of other rows"), "consumed", int(ledger["consumed"])),
    ]
    order = list(vocabulary.STEPS)  # a manifest sorts its keys; steps decide in this order
    place = {step: order.index(step) if step in order else len(order) for step in ledger["dropped"]}
    for step, reasons in sorted(ledger["dropped"].items(), key=lambda pair: place[pair[0]]):
        for reason, rows in sorted(reasons.items(), key=lambda pair: -pair[1]):
            label = f"{words.term(vocabulary.STEPS, step)} · {words.term(vocabulary.REASONS, reason)}"
            found.append((f"{step}/{reason}", label, words.meaning(vocabulary.REASONS, reason), "dropped", rows))
    return found


def closes(ledger: Mapping[str, Any]) -> int:
    """Rows that no bar accounts for; 0 in every release that could be sealed."""
    dropped = sum(sum(reasons.values()) for reasons in ledger["dropped"].values())
    came = int(ledger["read"]) + int(ledger["made"])
    return came - int(ledger["kept"]) - dropped - int(ledger["quarantined"]) - int(ledger["consumed"])


def changed(ledger: Mapping[str, Any], words: Words) -> list[dict[str, Any]]:
    """Rows whose text each step changed, most first; steps that changed nothing are left out."""
    told = sorted(ledger["changed"].items(), key=lambda pair: -pair[1])
    return [{"label": words.term(vocabulary.STEPS, step), "value": rows} for step, rows in told if rows]
