"""`repair`: text read with the wrong codec is read again with the right one, where that is lossless and certain.

How it is found and when it is certain: quality.mojibake. A string is repaired in all its damaged parts or not at all;
what cannot be repaired keeps its signs, the signal `mojibake` counts them and a rule drops the row with its reason. It is
a rule and no quarantine, because the row was read: its text, its ledger entry and a person's decision to keep it stay
possible (laws 1 and 7). Law 3: the bytes of a repaired stretch are the bytes of the damaged one, so values are what the
source said; they change as seen through the wrong codec, hence `removals`. Private-use code points of old GBK tables
become the characters that GB 18030-2022 has there (quality.private_use). It runs before every other rewriting step:
`normalise` removes the control characters and no-break spaces that damage is made of.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import pyarrow as pa

from corpora import text_buffers
from curation.clean import edit_tables
from curation.rewriting import Editor, Rewrite, Rows
from curation.step import Context
from quality import alignment, mojibake, private_use
from quality.triggers import Trigger


class Repair(Rewrite):
    """修复乱码：用错编码读出的文字无损还原，私用区旧字换成正式码位 / repair mojibake where that is lossless."""

    step: Literal["repair"] = "repair"
    triggers: ClassVar[Trigger] = Trigger.DAMAGE
    removals: ClassVar[frozenset[str]] = frozenset({"mojibake", "private_use"})

    def editor(self, context: Context) -> Editor:
        """No model but a table of character frequencies. Few strings have the trigger, hence the loop."""
        return _edit


def _edit(strings: pa.Array, rows: Rows) -> pa.RecordBatch:
    old = strings.take(pa.array(rows)).fill_null("")
    new, causes = [], []
    for text in old.to_pylist():
        repaired = mojibake.repaired(text)
        new.append(repaired.translate(private_use.assigned()))
        causes.append("private_use" if repaired == text else "mojibake")
    view = text_buffers.texts(pa.array(new, pa.large_string()))
    text, edits = alignment.align(text_buffers.texts(old), view)
    pieces = alignment.pieces(view.data, edits[:, 2], edits[:, 3])
    replacement = text_buffers.to_array(pieces.data, pieces.offsets)
    return edit_tables.table(rows[text], edits[:, 0], edits[:, 1], replacement, np.array(causes, object)[text])
