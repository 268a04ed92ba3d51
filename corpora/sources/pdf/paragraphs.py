"""Lines → rows of text: cells side by side become a row with tabs, lines that a margin broke are joined again.

A line goes on if the next word had no room left on it: it ends where its column's text ends (two lines or more end
there, or it is the page's mirrored margin), and the next one stands right below, not indented, in the same size,
begins no list item, and this one ends no sentence (。！？；：… . ! ? ; :). Between Han nothing takes the place of the
break; where neither side is Chinese a space does, so that 12⏎5 becomes 12 5, never 125 (as `rejoin_lines` does). A
hyphen at the end stays, and no space follows it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpora.sources.pdf.contents import is_entry
from corpora.sources.pdf.order import is_next_cell
from corpora.sources.pdf.page import Line

_ENDS = re.compile(r"[。！？；：…!?;:.][”」』）)\"]?$|[”」』]$")
_ITEM = re.compile(
    r"[-*+•·●○◆◇■□▪▲△★☆※→>#|【〔⚫⚪➢✓√\uf06c\uf06e\uf0b7\uf0d8]|[①-⓿❶-➓]"
    r"|[(（]\s*[\d一二三四五六七八九十a-zA-Z]{1,3}\s*[)）]|第[\d一二三四五六七八九十百]+[章节条款篇部]"
    r"|[\d一二三四五六七八九十]{1,3}\s*[、.．)）：:](?!\d)|\d{1,2}(\.\d{1,3}){1,4}\s*[^\d\s.%°℃a-zA-Z/～~±×，。；]|[a-zA-Z][、.．)）]|注\s*[\d：:]|[=＝]\s*\w{1,4}\s*[：:]"
    r"|[GMNOTS]\d{1,5}\b|(IF|WHILE)\s*\[|#\d+\s*="  # blocks of an NC program
)
_MARK = re.compile(
    r"[●○◆◇■□▪▲△★☆※→⚫⚪➢✓√•·\uf06c\uf06e\uf0b7\uf0d8①-⓿❶-➓*-]|\d{1,2}(\.\d{1,3}){1,4}|[(（]?\d{1,2}[)）、.]|[a-z][)）.]"
)
_CLOSING = re.compile(r"[。，、；：）》」』”]")
_LABEL = re.compile(r"[^：:，。]{1,10}[：:]")
_HAN = r"\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff“”‘’—…"
_HAN_AT_END, _HAN_AT_START = re.compile(f"[{_HAN}]$"), re.compile(f"^[{_HAN}]")
_ANY_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WIDE = 10  # characters of a line of running text at least
_NUMBER = re.compile(r"[<>≤≥±+-]?\d[\d.,%～~–-]*")
_WORD = re.compile(r"[!-~±～×·°℃‰μµΩ≥≤]+")  # what a line break does not part


@dataclass(slots=True)
class Row:
    """text: cells parted by tabs; first and last: its first and last line; goes_on: joined to the next page's first
    row if that continues it; alone: one cell only."""

    text: str
    first: Line
    last: Line
    alone: bool


@dataclass(slots=True)
class Margins:
    """Where lines end: right: of the page's text; ends: (x0, x1) of every line, to see a column's own."""

    right: float
    ends: list[tuple[float, float]]

    @classmethod
    def of(cls, lines: Sequence[Line], width: float) -> Margins:
        """width: of the page, or 0 for one column of several."""
        if not lines:
            return cls(width, [])
        reached = max(line.x1 for line in lines)
        mirrored = width - min(line.x0 for line in lines)
        return cls(max(reached, mirrored) if mirrored < reached * 1.1 else reached, [(line.x0, line.x1) for line in lines])

    def full(self, line: Line, following: str) -> bool:
        """Whether the next word had no room left."""
        word = _WORD.match(following)
        room = line.size * ((min(sum(0.6 if c.isascii() else 1.0 for c in word[0]), 18.0) if word else 1.0) + 0.7)
        if line.x1 + room > self.right > line.x0 + _WIDE * line.size:
            return True
        column = [x1 for x0, x1 in self.ends if abs(x0 - line.x0) < 2.6 * line.size]
        edge = max(column)
        wide = edge - line.x0 > _WIDE * line.size
        return wide and line.x1 + room > edge and sum(x1 > edge - 1.6 * line.size for x1 in column) > 1


def rows(lines: Sequence[Line], margins: Margins) -> list[Row]:
    """The rows of one zone."""
    found: list[Row] = []
    for line in lines:
        last = found[-1] if found else None
        if last is None or not _added(last, line, margins):
            found.append(Row(line.text, line, line, True))
    return found


def _added(row: Row, line: Line, margins: Margins) -> bool:
    """Puts the line into the row, if it belongs there."""
    if is_next_cell(row.last, line) and (row.last.beside(line) or not row.alone or line.middle < row.last.middle):
        gap = _gap(row, line)
        row.text += gap + line.text
        row.last, row.alone = line, row.alone and gap != "\t"
        return True
    if goes_on(row.last, line, margins):
        row.text = joined(row.text, line.text)
        row.last = line
        return True
    return False


def _gap(row: Row, line: Line) -> str:
    """What parts two lines side by side: a tab, unless the first is a list mark or an inline picture left the gap."""
    if _CLOSING.match(line.text):
        return ""
    return " " if row.alone and _MARK.fullmatch(row.text) and line.x0 - row.last.x1 < 5 * line.size else "\t"


def goes_on(last: Line, line: Line, margins: Margins) -> bool:
    """Whether `line`, right below `last`, is the rest of its sentence."""
    step = line.middle - last.middle
    indent = line.x0 - last.x0
    hanging = bool(_ITEM.match(last.text) or _LABEL.match(last.text))
    return (
        0.5 * line.size < step < 2.4 * max(line.size, last.size)
        and -4 * line.size < indent < (0.8 * line.size if not hanging else 8 * line.size)
        and continues(last, line, margins)
    )


def continues(last: Line, line: Line, margins: Margins) -> bool:
    """The same by words and sizes alone, wherever the two stand: on two pages, in two columns."""
    return (
        0.8 < line.size / max(last.size, 0.1) < 1.25
        and not (line.vertical or last.vertical or line.tilted or last.tilted)
        and not (_ENDS.search(last.text) or is_entry(last.text))
        and (last.text[-1] in "，、" or not _ITEM.match(line.text))
        and _is_prose(last.text, line.text)
        and not _are_rows(last.text, line.text)
        and margins.full(last, line.text)
    )


def _is_prose(last: str, following: str) -> bool:
    """Chinese on both sides of the seam or English that goes on in small letters; listings of code are neither."""
    return bool(_ANY_HAN.search(last) and _ANY_HAN.search(following)) or (
        following[:1].islower() and last[-1:].isalpha() or last[-1:] in "，,-"
    )


def _are_rows(last: str, following: str) -> bool:
    """Rows of a narrow table without rules, whose cells only spaces part: two numbers or more, at the same places."""
    numbers = [[bool(_NUMBER.fullmatch(cell)) for cell in text.split()] for text in (last, following)]
    return numbers[0] == numbers[1] and len(numbers[0]) > 2 and sum(numbers[0]) > 1


def joined(text: str, following: str) -> str:
    """The two without the break between them."""
    bare = _HAN_AT_END.search(text) or _HAN_AT_START.search(following) or (text.endswith("-") and text[-2:-1].isalpha())
    return text + ("" if bare else " ") + following
