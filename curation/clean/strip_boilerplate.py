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
from pydantic import Field, field_validator

from corpora import text_buffers
from curation.clean import boilerplate_lines, revision
from curation.clean.revision import Edit, Group
from curation.rewriting import AI_MARK, Rewrite
from curation.step import Context, Rewriter, Rewritten
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

    def rewriter(self, context: Context) -> Rewriter:
        """Strings → strings without boilerplate lines."""
        wanted = [*(boilerplate_lines.LINES if self.shipped else ()), *map(_pattern, self.lines)]
        line = re.compile("|".join(f"(?:{pattern})" for pattern in wanted) or "(?!)")
        rewrite = revision.rewriter([lambda text: _groups(text, line)])
        return rewrite if self.lines else _only_with_cues(rewrite)


def _only_with_cues(rewrite: Rewriter) -> Rewriter:
    """Looks for the shipped cues first, in compiled code: most strings that the trigger lets through hold none."""

    def selective(strings: pa.Array) -> Rewritten:
        rows = np.flatnonzero(pc.match_substring_regex(strings, boilerplate_lines.CUES).to_numpy(zero_copy_only=False))
        result = rewrite(strings.take(pa.array(rows)))
        text = pa.array(rows[result.edits["text"].to_numpy()].astype(np.int32))
        edits = result.edits.set_column(0, result.edits.schema.field(0), text)
        return Rewritten(text_buffers.splice(strings, rows, result.texts), edits)

    return selective


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
        elif line and boilerplate.fullmatch(line.strip()) and line.strip():
            yield (_gone(text, start, end, "boilerplate"),)
        start = end + 1


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
