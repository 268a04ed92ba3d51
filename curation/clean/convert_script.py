"""`convert_script`: Simplified and Traditional Chinese by OpenCC, only on the strings that need it.

One deviation from OpenCC: 坏 stays 坏 (see `_keep_broken`). The edits are what differs line by line. Converting to
Simplified twice is converting once but for a handful of words; converting to Traditional twice is not (OpenCC reads
its input as Simplified, and 皇后 next to a word that has become Traditional may turn into 皇後): a recipe holds one
such step.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import pyarrow as pa
from pydantic import Field

from corpora import text_buffers
from curation.clean import edit_tables
from curation.rewriting import Rewrite
from curation.step import Context, Rewriter, Rewritten
from quality import alignment
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

    def rewriter(self, context: Context) -> Rewriter:
        """Strings → converted strings. OpenCC takes one string at a time, hence the loop; few strings get here."""
        import opencc

        convert = opencc.OpenCC(self.config).convert
        simplifies = self.config.endswith(("2s", "2sp"))

        def rewrite(strings: pa.Array) -> Rewritten:
            old = strings.to_pylist()
            fresh = [convert(text) for text in old]
            if simplifies:
                fresh = [_keep_broken(*pair) for pair in zip(old, fresh, strict=True)]
            new = pa.array(fresh, pa.large_string())
            return Rewritten(new, _edits(strings, new))

        return rewrite


def _keep_broken(old: str, new: str) -> str:
    """`new` with every 坏 of `old` in its place: OpenCC's TSPhrases turn 刀具打坏 into 刀具打坯, seen in real text."""
    if "坏" not in old or len(old) != len(new):
        return new
    return "".join("坏" if before == "坏" else after for before, after in zip(old, new, strict=True))


def _edits(old: pa.Array, new: pa.Array) -> pa.RecordBatch:
    view = text_buffers.texts(new)
    text, edits = alignment.align(text_buffers.texts(old), view)
    pieces = alignment.pieces(view.data, edits[:, 2], edits[:, 3])
    replacement = text_buffers.to_array(pieces.data, pieces.offsets)
    return edit_tables.table(text, edits[:, 0], edits[:, 1], replacement, pa.repeat(pa.scalar("script"), len(text)))
