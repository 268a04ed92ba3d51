"""Where a long text may be cut: before chapters and headings, between paragraphs, lines and sentences. Never elsewhere.

A line end that only a page's width made is no boundary, nor is anything inside a table row. The levels are those of
recursive splitters (paragraph before sentence), with the headings of Chinese manuals, statutes and textbooks on top.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

SENTENCE, LINE, PARAGRAPH, HEADING, CHAPTER = range(1, 6)
"""Levels of a boundary, the weakest first."""

_SENTENCE = re.compile(r"[。！？!?…]+[”’」』）)\]】》]*|(?<=[a-z0-9)\]])\.(?=\s+[A-Z\u4e00-\u9fff])")
_CHAPTER = re.compile(r"\s*(?:第[一二三四五六七八九十百千零〇两\d]{1,7}[编篇章卷部]|#\s|\\(?:part|chapter)\*?\{|CHAPTER\s)")
_HEADING = re.compile(
    r"\s*(?:#{2,6}\s|\\(?:sub)*section\*?\{|第[一二三四五六七八九十百千零〇\d]{1,7}[节条]|[一二三四五六七八九十]{1,3}、|\d{1,2}(?:\.\d{1,3}){1,4}\s*\S|【[^】\n]{1,20}】)"
)
_ITEM = re.compile(r"\s*(?:[-*+•·●○■]\s|[（(]?[\d一二三四五六七八九十]{1,3}[）).、．]|[①-⑳])")
_ROW = re.compile(r"\|.*\||\t|\S {3,}\S|&.*\\\\")
_CLOSED = re.compile(r"[。！？；：!?;:…”」』》】}]\s*$")
_LONGEST_HEADING = 60


@dataclass(frozen=True)
class Boundaries:
    """Positions (code points, ascending, the end of the text last) and the level of each."""

    at: list[int]
    level: list[int]


def find(text: str) -> Boundaries:
    """All boundaries of a text; the last one is its end, at CHAPTER level."""
    levels: dict[int, int] = {}
    before = ""
    for start, line in _lines(text):
        level = _between(before, line)
        if level and start:
            levels[start] = max(level, levels.get(start, 0))
        if not _ROW.search(line):
            for mark in _SENTENCE.finditer(line):
                levels.setdefault(start + mark.end(), SENTENCE)
        before = line
    levels[len(text)] = CHAPTER
    at = sorted(levels)
    return Boundaries(at, [levels[place] for place in at])


def _lines(text: str) -> Iterator[tuple[int, str]]:
    start = 0
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield start, text[start:end]
        start = end


def _between(before: str, line: str) -> int:
    """Level of the boundary between two lines, 0 for none. Blank lines belong to what stands before them."""
    if not line.strip():
        return 0
    if _is_heading(line, _CHAPTER):
        return CHAPTER
    if _is_heading(line, _HEADING):
        return HEADING
    if before and not before.strip():
        return PARAGRAPH
    starts = line[0] in "\u3000" or line.startswith("  ") or _ITEM.match(line) or _ROW.search(line)
    closes = _CLOSED.search(before) or _ROW.search(before) or _is_heading(before, _CHAPTER) or _is_heading(before, _HEADING)
    return LINE if starts or closes else 0


def _is_heading(line: str, form: re.Pattern[str]) -> bool:
    """A short line of this form that does not end like a sentence; statutes set 第…条 before the text itself."""
    return form.match(line) is not None and (
        len(line.strip()) <= _LONGEST_HEADING and not line.rstrip().endswith(("。", "；", "，")) or "条" in line[:9]
    )


def cut(text: str, target: int, overlap: int = 0) -> list[tuple[int, int]]:
    """Spans (code points) of pieces of at most `target` characters, end to end, but for one sentence that is longer itself
    and blank lines at the end, which are not counted.

    A piece ends at the strongest boundary in the second half of its room, else at the last one within it. With
    `overlap`, a piece begins at the first boundary at most so many characters before its own text.
    """
    if len(text) <= target:
        return [(0, len(text))]
    bounds, pieces, start = find(text), list[tuple[int, int]](), 0
    while start < len(text):
        end = _end(bounds, start, target, len(text))
        if not text[end:].strip():
            end = len(text)  # no piece of spaces only
        if pieces and not text[start:end].strip():
            start = pieces.pop()[0]  # blank lines belong to what stands before them, and are not counted
        pieces.append((start, end))
        start = end
    return [(_begin(bounds, a, overlap), b) for a, b in pieces]


def _end(bounds: Boundaries, start: int, target: int, size: int) -> int:
    if size - start <= target:
        return size
    first, half, last = (
        bisect_right(bounds.at, start),
        bisect_left(bounds.at, start + target // 2),
        bisect_right(bounds.at, start + target),
    )
    room = range(max(first, half), last) or range(first, last)
    if not room:
        return bounds.at[first]
    return bounds.at[max(room, key=lambda k: (bounds.level[k], k))]


def _begin(bounds: Boundaries, start: int, overlap: int) -> int:
    if not overlap or not start:
        return start
    place = bisect_left(bounds.at, max(0, start - overlap))
    return min(bounds.at[place], start)
