"""Text of records as HTML that can do nothing: escaped, direction isolated, control characters visible, long lines cut.

A record may hold markup, scripts, bidirectional controls (Unicode UAX #9: they reorder what is shown; CVE-2021-42574) or a
line of a megabyte. All of it is shown as the characters that it is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

LINE, TEXT = 2_000, 20_000
"""Characters that are shown of a line before 展开, and of a text at most."""

_NAMES = {
    0x00AD: "SHY", 0x061C: "ALM", 0x200B: "ZWSP", 0x200C: "ZWNJ", 0x200D: "ZWJ", 0x200E: "LRM", 0x200F: "RLM",
    0x2028: "LS", 0x2029: "PS", 0x202A: "LRE", 0x202B: "RLE", 0x202C: "PDF", 0x202D: "LRO", 0x202E: "RLO", 0x2060: "WJ",
    0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI", 0xFEFF: "BOM", 0x000D: "CR", 0x0000: "NUL", 0x001B: "ESC",
}  # fmt: skip
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")  # fmt: skip


def name(character: str) -> str:
    """Short name of a character that cannot be seen."""
    return _NAMES.get(ord(character), f"U+{ord(character):04X}")


def plain(text: object, limit: int = 300) -> str:
    """One cell of a table: control characters visible as ⟦RLO⟧, cut after `limit` characters. No HTML."""
    said = "" if text is None else str(text)
    shown = _HIDDEN.sub(lambda met: f"⟦{name(met[0])}⟧", said[:limit].replace("\n", " ⏎ "))
    return shown if len(said) <= limit else f"{shown} …（{len(said):,} 字）"


def escaped(text: str) -> str:
    """HTML of a text: every character that means something to a browser escaped, hidden ones as visible marks."""
    parts, at = [], 0
    for met in _HIDDEN.finditer(text):  # hidden characters are few
        parts += [html.escape(text[at : met.start()]), f'<span class="yl-hidden">{name(met[0])}</span>']
        at = met.end()
    return "".join([*parts, html.escape(text[at:])])


Mark = tuple[int, int, str, str]
"""(start, end, CSS classes or style hue, title) of a stretch, in code points; stretches do not overlap."""


def marked(text: str, marks: Sequence[Mark]) -> str:
    """A text with stretches marked, each line isolated in its direction; what is too long is folded behind 展开."""
    shown = text[:TEXT]
    boxes = [mark for mark in sorted(marks) if mark[0] < len(shown)]
    lines, at = [], 0
    for line in shown.split("\n"):
        inside = [mark for mark in boxes if mark[0] < at + len(line) + 1 and mark[1] > at]
        lines.append(_line(line, [(max(a - at, 0), min(b - at, len(line)), c, t) for a, b, c, t in inside]))
        at += len(line) + 1
    rest = f'<div class="yl-more">还有 {len(text) - TEXT:,} 字没有显示 / not shown</div>' if len(text) > TEXT else ""
    return f'<div class="yl-text">{"".join(lines)}{rest}</div>'


def _line(line: str, marks: list[Mark]) -> str:
    if len(line) <= LINE:
        return f'<div class="yl-line"><bdi>{_runs(line, marks) or "<br>"}</bdi></div>'
    head = _runs(line[:LINE], [(a, min(b, LINE), c, t) for a, b, c, t in marks if a < LINE])
    tail = _runs(line[LINE:], [(max(a - LINE, 0), b - LINE, c, t) for a, b, c, t in marks if b > LINE])
    fold = f"<details><summary>展开 {len(line) - LINE:,} 字 / more</summary><bdi>{tail}</bdi></details>"
    return f'<div class="yl-line"><bdi>{head}</bdi>{fold}</div>'


def _runs(text: str, marks: list[Mark]) -> str:
    parts, at = [], 0
    for start, end, kind, title in marks:
        start = max(start, at)
        if end <= start:
            continue
        parts += [escaped(text[at:start]), _mark(text[start:end], kind, title)]
        at = end
    return "".join([*parts, escaped(text[at:])])


def _mark(text: str, kind: str, title: str) -> str:
    return f'<mark class="{html.escape(kind)}" style="--hue:{hue(kind.split()[0])}" title="{html.escape(title)}">{escaped(text)}</mark>'


def hue(kind: str) -> int:
    """A colour of a kind, the same in every page and process."""
    return sum(ord(c) * (i * 37 + 11) for i, c in enumerate(kind)) * 47 % 360


def legend(kinds: Sequence[tuple[str, str]]) -> str:
    """HTML of what the colours mean: (kind, label)."""
    return '<div class="yl-legend">' + "".join(_mark(label, kind, label) for kind, label in kinds) + "</div>"
