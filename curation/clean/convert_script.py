"""`convert_script`: Simplified and Traditional Chinese by OpenCC, only where it could act.

One deviation from OpenCC: 坏 stays 坏 (see `_keep_broken`). The edits are what differs line by line. Converting to
Simplified twice is converting once but for a handful of words; converting to Traditional twice is not (OpenCC reads
its input as Simplified, and 皇后 next to a word that has become Traditional may turn into 皇後): a recipe holds one
such step.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, ClassVar, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pydantic import Field

from corpora import text_buffers
from corpora.text_buffers import Texts
from curation.clean import edit_tables
from curation.rewriting import Editor, Rewrite, Rows
from curation.step import Context
from quality import alignment, clauses
from quality.triggers import Trigger

Config = Literal[
    "t2s", "tw2s", "tw2sp", "hk2s", "hk2sp", "s2t", "s2tw", "s2twp", "s2hk", "s2hkp",
    "t2tw", "t2hk", "tw2t", "hk2t", "t2jp", "jp2t",
]  # fmt: skip
_TRIGGERS: dict[str, Trigger] = {"t2s": Trigger.TRADITIONAL} | dict.fromkeys(("s2t", "s2tw", "s2hk"), Trigger.SIMPLIFIED)


class ConvertScript(Rewrite):
    """简繁转换：OpenCC / convert between Simplified and Traditional Chinese."""

    step: Literal["convert_script"] = "convert_script"
    removals: ClassVar[frozenset[str]] = frozenset()

    config: Config = Field("t2s", description="OpenCC 方案：t2s 繁→简，tw2sp 台湾繁体→简体并换用词 / OpenCC configuration")

    @property
    def triggers(self) -> Trigger:  # type: ignore[override]
        """Characters that the plain configurations change; the others also change words made of any characters."""
        return _TRIGGERS.get(self.config, Trigger.ANY)

    def editor(self, context: Context) -> Editor:
        """Loads the dictionaries of OpenCC."""
        import opencc

        convert = opencc.OpenCC(self.config).convert
        if self.config == "t2s":
            return _clause_by_clause(convert)
        simplifies = self.config.endswith(("2s", "2sp"))
        return _string_by_string(lambda text: _keep_broken(text, convert(text)) if simplifies else convert(text))


def _clause_by_clause(convert: Callable[[str], str]) -> Editor:
    """For t2s: only clauses with a TRADITIONAL character, all of them in one call.

    No word of its dictionaries holds anything but ideographs, so a clause is converted as it would be in its string.
    """

    def edit(strings: pa.Array, rows: Rows) -> pa.RecordBatch:
        found = clauses.find(text_buffers.texts(strings), rows, Trigger.TRADITIONAL)
        old = found.lines.data.tobytes().decode()
        data = np.frombuffer(_keep_broken(old, convert(old)).encode(), np.uint8)
        ends = np.concatenate([[0], np.flatnonzero(data == ord("\n")) + 1])
        view = text_buffers.texts(text_buffers.to_array(data, ends))
        clause, edits = alignment.align(found.lines, view)
        edits[:, :2] += found.start[clause][:, None]
        return _table(found.string[clause], edits, view)

    return edit


def _string_by_string(convert: Callable[[str], str]) -> Editor:
    """For the other configurations, whose words may hold anything: OpenCC takes one string at a time, hence the loop."""

    def edit(strings: pa.Array, rows: Rows) -> pa.RecordBatch:
        old = strings.take(pa.array(rows))
        view = text_buffers.texts(pa.array([convert(text) for text in old.to_pylist()], pa.large_string()))
        text, edits = alignment.align(text_buffers.texts(old), view)
        return _table(rows[text], edits, view)

    return edit


def _keep_broken(old: str, new: str) -> str:
    """`new` with every 坏 of `old` in its place: OpenCC's TSPhrases turn 刀具打坏 into 刀具打坯, seen in real text."""
    if "坏" not in old or len(old) != len(new):
        return new
    lost = [match.start() for match in re.finditer("坏", old) if new[match.start()] != "坏"]
    characters = list(new) if lost else []
    for at in lost:
        characters[at] = "坏"
    return "".join(characters) if lost else new


def _table(text: NDArray[Any], edits: NDArray[np.int64], new: Texts) -> pa.RecordBatch:
    pieces = alignment.pieces(new.data, edits[:, 2], edits[:, 3])
    replacement = text_buffers.to_array(pieces.data, pieces.offsets)
    return edit_tables.table(text, edits[:, 0], edits[:, 1], replacement, pa.repeat(pa.scalar("script"), len(text)))
