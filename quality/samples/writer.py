"""Writes one document from a grammar, and remembers where every identity, reading and decoy stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from quality.identities import Draw, numbers
from quality.samples.disguise import disguise
from quality.samples.grammar import Alternative, Grammar, Part

KINDS = {
    "name": "name",
    "resident_id": "resident_id",
    "old_resident_id": "resident_id",
    "mobile": "mobile",
    "landline": "landline",
    "email": "email",
    "bank_card": "bank_card",
    "address": "address",
    "plate": "plate",
    "medical_record": "medical_record",
    "employee": "employee_number",
    "serial": "device_serial",
    "uscc": "uscc",
    "ip": "ipv4",
}
"""Attribute of a member of the cast → kind of personal information in the truth record."""

DECOYS: dict[str, Callable[[Draw], str]] = {
    "ean": numbers.article_number,
    "approval": lambda d: f"国药准字{d.pick('HZS')}20{d.digits(6)}",
    "hotline": lambda d: f"400-{d.digits(3)}-{d.digits(4)}",
    "lot": lambda d: f"{d.between(20, 26)}{d.between(1, 12):02d}{d.digits(4)}",
    "drawing": lambda d: f"{d.pick('ABEGJT')}{d.digits(2)}-{d.digits(3)}-{d.digits(2)}",
    "version": lambda d: f"V{d.between(1, 9)}.{d.below(20)}.{d.below(10)}",
}
"""Numbers that resemble identities and are none: a recogniser that hides them does harm."""

_DATES = (
    "{0:%Y-%m-%d}",
    "{0.year}年{0.month}月{0.day}日",
    "{0.year}.{0.month}.{0.day}",
    "{0:%Y/%m/%d}",
    "{0.month}月{0.day}日",
)


@dataclass(frozen=True)
class Identity:
    """A planted identity: text[start:end] is how it is written, `value` its plain form; code points."""

    kind: str
    value: str
    start: int
    end: int
    form: str = "plain"  # plain, or how it is disguised
    leaf: str = ""

    def moved(self, start: int, end: int) -> Identity:
        return replace(self, start=start, end=end)


@dataclass
class Written:
    """A document's text with its identities, readings [start, end) and decoys [start, end), all in code points."""

    text: str
    identities: list[Identity] = field(default_factory=list)
    readings: list[tuple[int, int]] = field(default_factory=list)
    decoys: list[tuple[int, int]] = field(default_factory=list)


class Writer:
    """State of one document: cast (role → Person or device), values, the profile that answers before the grammar."""

    def __init__(self, draw: Draw, grammar: Grammar, profile: Grammar, day: dt.date, values: Mapping[str, Any]) -> None:
        self.draw, self.day, self.values = draw, day, values
        self._grammar, self._profile = grammar, profile
        self._out: list[str] = []
        self._length = 0
        self._last: dict[str, int] = {}
        self._chosen: dict[str, Alternative] = {}
        self._written = Written("")
        self.disguised_percent = 12.0
        self.zero_width = True  # whether the file's encoding has bytes for zero-width characters

    def write(self, symbol: str) -> Written:
        """The text of `symbol`; the writer is good for one document, and may write several leaves of it in turn."""
        self._out, self._length, self._written = [], 0, Written("")
        self.expand(symbol)
        self._written.text = "".join(self._out)
        return self._written

    def _put(self, text: str) -> int:
        start = self._length
        self._out.append(text)
        self._length += len(text)
        return start

    def _run(self, alternative: Alternative) -> None:
        for part in alternative:
            self._do(part)

    def _do(self, part: Part) -> None:
        if isinstance(part, str):
            self._out.append(part)
            self._length += len(part)
        else:
            part(self)

    def _alternatives(self, symbol: str) -> tuple[Alternative, ...]:
        found = self._profile.get(symbol)
        return self._grammar[symbol] if found is None else found

    def expand(self, symbol: str) -> None:
        choices = self._alternatives(symbol)
        place = self.draw.below(len(choices))
        if place == self._last.get(symbol) and len(choices) > 1:  # nobody lists the same thing twice in a row
            place = (place + 1 + self.draw.below(len(choices) - 1)) % len(choices)
        self._last[symbol] = place
        self._run(choices[place])

    def sticky(self, symbol: str) -> None:
        if symbol not in self._chosen:
            self._chosen[symbol] = self.draw.pick(self._alternatives(symbol))
        self._run(self._chosen[symbol])

    def maybe(self, part: Part, percent: int) -> None:
        if self.draw.chance(percent):
            self._do(part)

    def several(self, symbol: str, low: int, high: int, glue: str) -> None:
        chosen = self.draw.some(self._alternatives(symbol), self.draw.between(low, high))
        for i, alternative in enumerate(chosen):
            if i:
                self._put(glue)
            self._run(alternative)

    def reading(self, first: int, last: int, decimals: int) -> None:
        value = self.draw.between(first, last)
        start = self._put(f"{value / 10**decimals:.{decimals}f}" if decimals else str(value))
        self._written.readings.append((start, self._length))

    def plain(self, key: str) -> None:
        self._put(str(self.values[key]))

    def date(self, low: int, high: int) -> None:
        style = self._chosen.setdefault("_date", (self.draw.pick(_DATES),))[0]
        self._put(str(style).format(self.day - dt.timedelta(days=self.draw.between(low, high))))

    def decoy(self, kind: str) -> None:
        self._written.decoys.append((self._put(DECOYS[kind](self.draw)), self._length))

    def identity(self, role: str, attribute: str) -> None:
        member = self.values[role]
        value = str(getattr(member, attribute))
        kind = KINDS[attribute]
        written, form = value, "plain"
        if self.draw.chance(self.disguised_percent):
            written, form = disguise(self.draw, kind, value, zero_width=self.zero_width)
        start = self._put(written)
        self._written.identities.append(Identity(kind, value, start, self._length, form))
