"""Numbers that Word puts before paragraphs: 第一章, 1.2, （3）. They are no text of the file, but of the page.

Source: ECMA-376 part 1, 17.9 (numbering) and 17.18.59 (number formats).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from corpora.sources.xml_tree import attribute, child, local

_LEVELS = 9
_LONGEST = 1000  # letters repeat (27 = aa) and Roman numbers grow: no label is longer


def _chinese(number: int, digits: str = "〇一二三四五六七八九", tens: str = "十百千") -> str:
    if not 0 < number < 10_000:
        return str(number)
    out = ""
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            out += digits[digit] + (tens[place - 1] if place else "")
        elif out and number % 10**place and not out.endswith(digits[0]):
            out += digits[0]
    return out[1:] if out.startswith(digits[1] + tens[0]) and digits[1] == "一" else out


def _letters(number: int) -> str:
    return chr(97 + (number - 1) % 26) * min(1 + (number - 1) // 26, _LONGEST) if number > 0 else ""


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    out = ""
    for value, sign in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    ):
        out += sign * (number // value)
        number %= value
    return out


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if 1 <= number <= 20 else str(number)


def _stems(number: int) -> str:
    return "甲乙丙丁戊己庚辛壬癸"[number - 1] if 1 <= number <= 10 else str(number)


_FORMATS: Mapping[str, Callable[[int], str]] = {
    "upperLetter": lambda n: _letters(n).upper(), "lowerLetter": _letters,
    "upperRoman": lambda n: _roman(n).upper(), "lowerRoman": _roman,
    "decimalZero": lambda n: f"{n:02}", "decimalEnclosedCircle": _circled, "decimalEnclosedCircleChinese": _circled,
    "chineseCounting": _chinese, "chineseCountingThousand": _chinese, "japaneseCounting": _chinese,
    "taiwaneseCounting": _chinese, "taiwaneseCountingThousand": _chinese, "ideographTraditional": _stems,
    "chineseLegalSimplified": lambda n: _chinese(n, "零壹贰叁肆伍陆柒捌玖", "拾佰仟"), "none": lambda n: "",
}  # fmt: skip


@dataclass(frozen=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    legal: bool = False


@dataclass
class Numbering:
    """The lists of a document and where they have got to."""

    lists: dict[str, str] = field(default_factory=dict)  # numId → abstractNumId
    levels: dict[str, list[_Level]] = field(default_factory=dict)  # abstractNumId → levels
    restarts: dict[tuple[str, int], int] = field(default_factory=dict)  # (numId, level) → first number, once
    counts: dict[str, list[int | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Element | None) -> Numbering:
        """From word/numbering.xml; without it no paragraph has a number."""
        made = cls()
        for element in root if root is not None else ():
            if local(element) == "abstractNum":
                made.levels[attribute(element, "abstractNumId") or ""] = _levels(element)
            elif local(element) == "num":
                made._list(element)
        return made

    def _list(self, element: Element) -> None:
        number, target = attribute(element, "numId") or "", child(element, "abstractNumId")
        self.lists[number] = (attribute(target, "val") or "") if target is not None else ""
        for override in element:
            start = child(override, "startOverride")
            if local(override) == "lvlOverride" and start is not None:
                self.restarts[number, _number(attribute(override, "ilvl"), 0)] = _number(attribute(start, "val"), 1)

    def label(self, number: str, level: int) -> str:
        """What stands before the next paragraph of the list, its distance included; "" if it has none."""
        kind = self.lists.get(number, "")
        levels = self.levels.get(kind)
        if not levels or not 0 <= level < _LEVELS:
            return ""
        counts = self.counts.setdefault(kind, [None] * _LEVELS)
        restart = self.restarts.pop((number, level), None)
        now = counts[level]
        counts[level] = restart if restart is not None else levels[level].start if now is None else now + 1
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        return _label(levels, level, counts)


def _label(levels: list[_Level], level: int, counts: list[int | None]) -> str:
    own = levels[level]
    text = "•" if own.format == "bullet" else own.text
    for place in range(_LEVELS) if own.format != "bullet" else ():
        if f"%{place + 1}" in text:
            count = counts[place]
            form = "decimal" if own.legal else levels[place].format
            shown = _FORMATS.get(form, str)(levels[place].start if count is None else count)
            text = text.replace(f"%{place + 1}", shown)
    return text if not text or own.suffix == "nothing" else f"{text} "


def _levels(element: Element) -> list[_Level]:
    levels = [_Level()] * _LEVELS
    for each in element:
        place = _number(attribute(each, "ilvl"), -1)
        if local(each) == "lvl" and 0 <= place < _LEVELS:
            levels[place] = _Level(
                _number(_value(each, "start"), 1), _value(each, "numFmt") or "decimal", _value(each, "lvlText") or "",
                _value(each, "suff") or "tab", child(each, "isLgl") is not None,
            )  # fmt: skip
    return levels


def _value(element: Element, name: str) -> str | None:
    found = child(element, name)
    return None if found is None else attribute(found, "val")


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.lstrip("-").isdigit() and len(text) < 9 else otherwise
