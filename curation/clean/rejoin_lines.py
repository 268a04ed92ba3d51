"""`rejoin_lines`: line breaks that a page's width put inside a sentence go. Conservative on purpose.

A line joins the next one if all of this holds:

- the string looks wrapped: at least three lines are as wide as its widest (3 columns less at most; a Han character
  is two columns), and the widest has 30 to 200 columns. One long unwrapped line is enough to leave a string alone;
- the line is one of these, and does not end a sentence or clause (。！？；：… . ! ? ; : ” 」 』);
- neither line is a list item, a numbered heading, a table row (tab, two spaces, bars, dot leaders) or a
  `key: value` line, the next one is not blank and not indented, and one of the two has Chinese punctuation.

Where a digit stands at the seam, a space takes the place of the break: 12⏎5 becomes 12 5, never 125, so no value
changes. Latin words get a space, Han nothing. A string that would be joined further if done again stays as it was:
its wrapping is not clear.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
import pyarrow as pa

from corpora import text_buffers
from curation.clean import edit_tables
from curation.rewriting import Rewrite
from curation.step import Context, Rewriter, Rewritten
from quality import rejoining
from quality.triggers import Trigger


class RejoinLines(Rewrite):
    """接续断行：把句子中间的硬换行接上 / rejoin hard line breaks inside sentences."""

    step: Literal["rejoin_lines"] = "rejoin_lines"
    triggers: ClassVar[Trigger] = Trigger.BREAK

    def rewriter(self, context: Context) -> Rewriter:
        """Strings → strings with rejoined lines; compiled, no model."""
        return _rewrite


def _rewrite(strings: pa.Array) -> Rewritten:
    new, edits = rejoining.rejoin(text_buffers.texts(strings))
    texts = text_buffers.to_array(new.data, new.offsets)
    changed = np.unique(edits[:, 0])
    _, again = rejoining.rejoin(text_buffers.texts(texts.take(pa.array(changed))))
    unclear = changed[np.unique(again[:, 0])]
    if len(unclear):
        texts = text_buffers.splice(texts, unclear, strings.take(pa.array(unclear)))
        edits = edits[~np.isin(edits[:, 0], unclear)]
    seams = pa.array(["", " "], pa.large_string()).take(pa.array(edits[:, 3]))
    causes = pa.repeat(pa.scalar("wrapped_line"), len(edits))
    return Rewritten(texts, edit_tables.table(edits[:, 0], edits[:, 1], edits[:, 2], seams, causes))
