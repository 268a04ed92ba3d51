"""`normalise`: fold look-alikes, drop characters without a glyph, put white space right. Punctuation stays.

What is folded and why it is not NFKC: quality.folding. Private-use characters stay (`repair` maps those of old GBK
tables, a signal counts the others). Punctuation in vertical shape (︵ ﹁) gets its usual one. Joiners stay inside emoji sequences, because without them one family becomes three people, and between letters of
scripts that need them (Persian, Tibetan, Mongolian …); variation selectors stay, they are part of the character before
them. White space:

- a single space between two ideographs or CJK punctuation marks goes (患 者 → 患者), never beside Latin or digits;
- a run of spaces becomes one space; between ideographs, where it separates columns, one tab (姓名  张三 → 姓名⇥张三),
  unless both neighbours stand alone (目　　录 → 目录); a run with a tab becomes one tab;
- ideographic and non-breaking indents go, ASCII indents stay (lists, code); spaces at a line's end go;
- \\r\\n, \\r, vertical tab, form feed, NEL, U+2028 and U+2029 become \\n; more than two line breaks become two.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import pyarrow as pa
from pydantic import Field

from corpora import text_buffers
from curation.clean import edit_tables
from curation.rewriting import Editor, Rewrite, Rows
from curation.step import Context
from quality import normalising
from quality.normalising import SpacesInChinese
from quality.triggers import Trigger


class Normalise(Rewrite):
    """规范化：部首、全角字母数字、控制与零宽字符、汉字间空格 / fold look-alikes and clean white space."""

    step: Literal["normalise"] = "normalise"
    triggers: ClassVar[Trigger] = Trigger.FOLD | Trigger.SPACE

    spaces_in_chinese: SpacesInChinese = Field(
        "runs",
        description="汉字之间的单个空格：remove 全部删除，runs 只删逐字空格（患 者 姓 名），keep 保留 "
        "/ single spaces between ideographs: remove all, only in character-spaced runs, or keep",
    )

    def editor(self, context: Context) -> Editor:
        """Compiled, no model."""

        def edit(strings: pa.Array, rows: Rows) -> pa.RecordBatch:
            edits, replacements = normalising.normalise(text_buffers.texts(strings), rows, self.spaces_in_chinese)
            causes = pa.array(normalising.CAUSES, pa.string()).take(pa.array(edits[:, 3]))
            values = text_buffers.to_array(replacements.data, replacements.offsets)
            return edit_tables.table(edits[:, 0], edits[:, 1], edits[:, 2], values, causes)

        return edit
