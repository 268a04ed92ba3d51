"""`strip_boilerplate`: lines that belong to the page and not to the text go, whole lines only.

An edit's cause is `ai_generated_mark` where the line said that the text is machine-made: the driver then sets
`generated_data_indicator` for the row before the line is gone, as the labelling rules ask (nobody may lose a mark).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pydantic import Field, field_validator

from curation.clean import boilerplate_lines, revision
from curation.clean.revision import Edit, Group
from curation.rewriting import AI_MARK, Editor, Rewrite, Rows
from curation.step import Context
from quality.triggers import Trigger

_REGEX = "re:"


class StripBoilerplate(Rewrite):
    """去除模板行：版权、导航、扫码、转载一类的整行 / remove whole boilerplate lines."""

    step: Literal["strip_boilerplate"] = "strip_boilerplate"
    removals: ClassVar[frozenset[str]] = frozenset({"boilerplate", AI_MARK})

    shipped: bool = Field(True, description="使用内置的模板行（版权所有、上一篇、扫码关注……） / use the shipped patterns")
    lines: list[str] = Field(
        default_factory=list,
        description="另外要删的整行：原文，或以 re: 开头、匹配整行的正则 / more lines: literal, or a pattern after re:",
    )

    @field_validator("lines")
    @classmethod
    def _readable(cls, lines: list[str]) -> list[str]:
        for i, line in enumerate(lines):
            try:
                re.compile(_pattern(line))
            except re.error as error:
                raise ValueError(f"第 {i + 1} 项不是正则表达式 / item {i + 1}: {error.msg}") from error
            if not line.removeprefix(_REGEX).strip():
                raise ValueError(f"第 {i + 1} 项是空的 / item {i + 1} is empty")
        return lines

    @property
    def triggers(self) -> Trigger:  # type: ignore[override]
        """The cues of the shipped lines; a recipe's own lines may hold anything."""
        return Trigger.ANY if self.lines else Trigger.BOILERPLATE

    def editor(self, context: Context) -> Editor:
        """Regular expressions, line by line where a cue stands."""
        wanted = [*(boilerplate_lines.LINES if self.shipped else ()), *map(_pattern, self.lines)]
        line = re.compile("|".join(f"(?:{pattern})" for pattern in wanted) or "(?!)")
        edit = revision.editor([lambda text: _groups(text, line)])
        return edit if self.lines else lambda strings, rows: edit(strings, _with_such_lines(strings, rows, line))


def _with_such_lines(strings: pa.Array, rows: Rows, boilerplate: re.Pattern[str]) -> Rows:
    """The rows that hold a shipped line. Compiled code finds the lines with a cue; only those are looked at in Python."""
    rows = rows[_holds_cue(strings.take(pa.array(rows)))]
    lines = pc.split_pattern(strings.take(pa.array(rows)), "\n")
    cued = np.flatnonzero(_holds_cue(lines.values))
    row_of = np.searchsorted(lines.offsets.to_numpy(), cued, side="right") - 1
    found = [_is_such(line, boilerplate) for line in lines.values.take(pa.array(cued)).to_pylist()]
    return rows[np.unique(row_of[np.array(found, bool)])]


def _holds_cue(strings: pa.Array) -> NDArray[np.bool_]:
    return pc.match_substring_regex(strings, boilerplate_lines.CUES).to_numpy(zero_copy_only=False)


def _pattern(line: str) -> str:
    return line[len(_REGEX) :] if line.startswith(_REGEX) else re.escape(line.strip())


_MARK = re.compile(rf"(?:^|(?<=[。！？!?；;])){boilerplate_lines.AI_MARK}\s*$")
_LONGEST_MARK = 160


def _groups(text: str, boilerplate: re.Pattern[str]) -> Iterator[Group]:
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        mark = _mark(line)
        if mark is not None:
            yield (_gone(text, start + mark, end, AI_MARK),)
        elif _is_whole(line, boilerplate):
            yield (_gone(text, start, end, "boilerplate"),)
        start = end + 1


def _is_such(line: str, boilerplate: re.Pattern[str]) -> bool:
    return _mark(line) is not None or _is_whole(line, boilerplate)


def _is_whole(line: str, boilerplate: re.Pattern[str]) -> bool:
    stripped = line.strip()
    return bool(stripped) and boilerplate.fullmatch(stripped) is not None


def _mark(line: str) -> int | None:
    """Where a mark begins that reaches to the end of the line."""
    skipped = max(len(line) - _LONGEST_MARK, 0)
    match = _MARK.search(line[skipped:]) if line and not line.isspace() else None
    if match is None or not match[0].strip() or (skipped and match.start() == 0):
        return None
    return skipped + match.start()


def _gone(text: str, start: int, end: int, cause: str) -> Edit:
    """A whole line goes with one line break: the one after it, else the one before. Part of a line goes alone."""
    if start > 0 and text[start - 1] != "\n":
        return Edit(start, end, "", cause)
    if end < len(text):
        return Edit(start, end + 1, "", cause)
    return Edit(max(start - 1, 0), end, "", cause)
