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
from numpy.typing import NDArray

from corpora import text_buffers
from curation.clean import edit_tables
from curation.rewriting import Editor, Rewrite, Rows
from curation.step import Context
from quality import edits as edit_list
from quality import rejoining
from quality.triggers import Trigger


class RejoinLines(Rewrite):
    """接续断行：把句子中间的硬换行接上 / rejoin hard line breaks inside sentences."""

    step: Literal["rejoin_lines"] = "rejoin_lines"
    triggers: ClassVar[Trigger] = Trigger.BREAK

    def editor(self, context: Context) -> Editor:
        """Compiled, no model."""
        return _edit


def _edit(strings: pa.Array, rows: Rows) -> pa.RecordBatch:
    edits = rejoining.rejoin(text_buffers.texts(strings), rows)
    table = _table(edits)
    changed = np.unique(edits[:, 0]).astype(np.int64)
    if len(changed) == 0:
        return table
    again = rejoining.rejoin(text_buffers.texts(edit_list.apply(strings, table)), changed)
    unclear = np.isin(edits[:, 0], again[:, 0])
    return table.filter(pa.array(~unclear)) if unclear.any() else table


def _table(edits: NDArray[np.int32]) -> pa.RecordBatch:
    seams = pa.array(["", " "], pa.large_string()).take(pa.array(edits[:, 3]))
    causes = pa.repeat(pa.scalar("wrapped_line"), len(edits))
    return edit_tables.table(edits[:, 0], edits[:, 1], edits[:, 2], seams, causes)
