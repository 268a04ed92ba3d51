"""Running heads and feet, page numbers and watermarks: lines that stand at the same place on page after page.

A head or foot stands in the outer twelfth of the page, apart from the body, and comes back, at the same height with
the same words, on two or more of the eight pages before and after; numbers in it may differ if they go up with the
pages. So do thumb tabs (第一篇, downwards at the page's edge). One that reads like data (病案号：…) stays once in each
document. Whatever is taken away is counted by its cause, and heads are kept beside the text: one may be all that says
what a form is.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpora.sources.pdf.page import Line, Page

AROUND = 8
_MARGIN = 0.085  # of the page's height: 2.5 cm of A4, where Word's body text begins
_SIDE = 0.1  # of its width
_APART = 0.8  # heights of free space between a head and the body: less is the first row of a table
_SAME = 3.0  # points
_OTHERS = 2
_NUMBER = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"(?i)[-–—·•~\s.()（）/|第共页page of]*")
_ROMAN = re.compile(r"(?i)[ivxlc]{1,7}")
_EXPLICIT = re.compile(r"第\s*(\d+)\s*页([，,/\s]*共\s*\d+\s*页)?|(?i:page)\s*\d+\s*(of|/)\s*\d+")
_DATA = re.compile(r"[^：:]{1,12}[：:]\s*\S")
_ADVERTISING = re.compile(r"www\.|https?:|微信号|QQ群|课程培训|扫描全能王|淘宝店|公众号")


@dataclass(slots=True)
class _Seen:
    """A page in the window: lines of its margins by their words without numbers, the others by their words.

    top, bottom: where heads end and feet begin.
    """

    page: Page
    top: float
    bottom: float
    margins: dict[str, list[Line]] = field(default_factory=dict)
    inner: dict[str, list[Line]] = field(default_factory=dict)

    @classmethod
    def of(cls, page: Page) -> _Seen:
        upright = [line for line in page.lines if not (line.tilted or line.vertical or _is_tab(line, page))]
        heads = _edge([(line.y0, line.y1, line.size) for line in upright], page.height)
        feet = _edge([(page.height - line.y1, page.height - line.y0, line.size) for line in upright], page.height)
        seen = cls(page, heads, page.height - feet)
        for line in page.lines:
            if seen.in_margin(line):
                seen.margins.setdefault(_mask(line.text), []).append(line)
            else:
                seen.inner.setdefault(line.text, []).append(line)
        return seen

    def in_margin(self, line: Line) -> bool:
        """Whether the line stands where heads, feet and thumb tabs do; a number alone may stand close to the body."""
        if line.y1 <= self.top or line.y0 >= self.bottom or _is_tab(line, self.page):
            return True
        outer = not _MARGIN * self.page.height < line.middle < (1 - _MARGIN) * self.page.height
        return outer and bool(_PAGE_NUMBER.fullmatch(_NUMBER.sub("", line.text)))


def _edge(lines: list[tuple[float, float, float]], height: float) -> float:
    """How far the margin reaches: the last line in it that has free space after it. lines: (nearer, farther, size)."""
    edge, block = 0.0, 0.0
    for near, far, size in sorted(lines):
        if near > block + _APART * size:
            edge = block
        if (near + far) / 2 > _MARGIN * height:
            return edge
        block = max(block, far)
    return block


def _is_tab(line: Line, page: Page) -> bool:
    """Chinese of one or two characters' width, wholly at the left or right edge."""
    at_edge = line.x1 < _SIDE * page.width or line.x0 > (1 - _SIDE) * page.width
    return at_edge and not line.text.isascii() and (line.vertical or len(line.text) <= 2)


def without(pages: Iterable[Page], not_text: Counter[str], *, by_page: bool = False) -> Iterator[Page]:
    """The pages without such lines, by_page if each is a document; each as soon as the pages around it are known: memory holds seventeen pages."""
    window: deque[_Seen] = deque()
    at = 0
    kept: set[str] | None = None if by_page else set()
    for page in pages:
        window.append(_Seen.of(page))
        if len(window) - at > AROUND:
            yield _cleaned(window, at, kept, not_text)
            at += 1
        if at > AROUND:
            window.popleft()
            at -= 1
    while at < len(window):
        yield _cleaned(window, at, kept, not_text)
        at += 1


def _cleaned(window: deque[_Seen], at: int, kept: set[str] | None, not_text: Counter[str]) -> Page:
    here = window[at]
    others = [seen for seen in list(window)[max(0, at - AROUND) : at + AROUND + 1] if seen is not here]
    lines: list[Line] = []
    heads: list[str] = []
    for line in here.page.lines:
        cause = _cause(line, here, others)
        if cause in ("running_head", "watermark") and _DATA.match(line.text) and (kept is None or line.text not in kept):
            cause = None
            if kept is not None:
                kept.add(line.text)
        if cause is None:
            lines.append(line)
        else:
            not_text[cause] += 1
            heads += [line.text] if cause == "running_head" else []
    # A new page: the window still compares with what stood on this one.
    return replace(here.page, lines=lines, heads=tuple(heads))


def _cause(line: Line, here: _Seen, others: list[_Seen]) -> str | None:
    if not here.in_margin(line):
        return "watermark" if _is_watermark(line, here, others) else None
    if _EXPLICIT.fullmatch(line.text.strip()):
        return "page_number"
    if _ROMAN.fullmatch(line.text):
        return "page_number" if _roman_steps(line, here, others) else None
    words = _mask(line.text)
    twins = [
        (seen.page.number - here.page.number, twin) for seen in others for twin in _near(line, seen.margins.get(words, ()))
    ]
    if sum(twin.text == line.text for _, twin in twins) >= _OTHERS and not _PAGE_NUMBER.fullmatch(
        _NUMBER.sub("", line.text)
    ):
        return "running_head"
    if sum(_steps(line.text, twin.text, apart) for apart, twin in twins) >= _OTHERS:
        return "page_number" if _PAGE_NUMBER.fullmatch(_NUMBER.sub("", line.text)) else "running_head"
    return None


def _near(line: Line, same: Sequence[Line]) -> list[Line]:
    """At most one of another page's lines with the same words: one at the same height."""
    return [twin for twin in same if abs(twin.middle - line.middle) <= _SAME][:1]


def _steps(text: str, other: str, apart: int) -> bool:
    """Whether one number goes up with the pages, all others being equal."""
    pairs = list(zip(_NUMBER.findall(text), _NUMBER.findall(other), strict=True))
    moved = [int(b) - int(a) for a, b in pairs if a != b and max(len(a), len(b)) < 7]
    return moved == [apart] and sum(a != b for a, b in pairs) == 1


def _roman_steps(line: Line, here: _Seen, others: list[_Seen]) -> bool:
    found = 0
    for seen in others:
        romans = [twin for lines in seen.margins.values() for twin in lines if _ROMAN.fullmatch(twin.text)]
        near = [twin for twin in romans if abs(twin.middle - line.middle) <= _SAME]
        found += any(_roman(twin.text) - _roman(line.text) == seen.page.number - here.page.number for twin in near)
    return found >= 1


def _roman(text: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}[letter] for letter in text.lower()]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def _is_watermark(line: Line, here: _Seen, others: list[_Seen]) -> bool:
    """Repeated in the middle of pages: tilted, lying over other text, or somebody's advertisement.

    The labels of a form that fills many pages are repeated too: they are upright and on a place of their own.
    """
    same = [found for seen in others if (found := seen.inner.get(line.text))]
    if len(same) < _OTHERS or sum(bool(_near(line, found)) for found in same) < _OTHERS:
        return False
    return (
        line.tilted
        or bool(_ADVERTISING.search(line.text))
        or any(line.over(one) for one in here.page.lines if one is not line)
    )


def distinct(heads: Iterable[str]) -> str:
    """Heads of a document's pages, a line each, once whatever number is in them."""
    found: dict[str, str] = {}
    for head in heads:
        found.setdefault(_mask(head), head)
    return "\n".join(found.values())


def _mask(text: str) -> str:
    return _NUMBER.sub("0", text).replace(" ", "")
