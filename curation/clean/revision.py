"""Revising one string in Python: edits in code points, put together over several passes until nothing changes.

For steps whose rules are regular expressions. Only strings with the step's trigger bits get here, so a loop over
strings is affordable; kernels serve the steps that touch most rows.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import pyarrow as pa

from curation.clean import edit_tables
from curation.rewriting import Editor, Rows

ROUNDS = 8
"""A string that is still changing after so many rounds is left as it was."""


class Edit(NamedTuple):
    """`text[start:end]` becomes `replacement`; start and end in code points of the text before."""

    start: int
    end: int
    replacement: str
    cause: str


Group = Sequence[Edit]
"""Edits that are made together or not at all: an opening and its closing mark."""
Pass = Callable[[str], Iterable[Group]]
"""Finds what to change, in order of priority: a group that overlaps an earlier one waits for the next round."""


def resolve(text: str, groups: Iterable[Group]) -> list[Edit]:
    """The groups that do not overlap, as one sorted list. Touching edits are joined; digits never are."""
    taken: list[Edit] = []
    for group in groups:
        if all(_free(taken, edit) for edit in group):
            for edit in group:
                taken.insert(bisect_left(taken, edit), edit)
    joined: list[Edit] = []
    for edit in taken:
        if joined and joined[-1].end == edit.start:
            last = joined.pop()
            edit = Edit(last.start, edit.end, last.replacement + edit.replacement, last.cause)
        joined.append(edit)
    return [_keep_apart(text, edit) for edit in joined]


def _free(taken: list[Edit], edit: Edit) -> bool:
    at = bisect_left(taken, edit)
    return (at == 0 or taken[at - 1].end <= edit.start) and (at == len(taken) or edit.end <= taken[at].start)


def _keep_apart(text: str, edit: Edit) -> Edit:
    """Where nothing would be left between two digits, a space is: two numbers never become one."""
    gone = not edit.replacement and edit.start > 0 and edit.end < len(text)
    return edit._replace(replacement=" ") if gone and text[edit.start - 1].isdigit() and text[edit.end].isdigit() else edit


def apply(text: str, edits: Sequence[Edit]) -> str:
    """The text after sorted edits."""
    parts, done = [], 0
    for edit in edits:
        parts += [text[done : edit.start], edit.replacement]
        done = edit.end
    return "".join([*parts, text[done:]])


def compose(between: str, first: Sequence[Edit], second: Sequence[Edit]) -> list[Edit]:
    """One list for `first` (old → between) and then `second` (between → new). Edits that meet become one."""
    spans: list[tuple[int, int, int, int, Edit]] = []  # begin and end in `between`, pass, how much later than in old, edit
    shift = 0
    for edit in first:
        begin = edit.start + shift
        shift += len(edit.replacement) - (edit.end - edit.start)
        spans.append((begin, begin + len(edit.replacement), 0, len(edit.replacement) - (edit.end - edit.start), edit))
    spans += [(edit.start, edit.end, 1, 0, edit) for edit in second]
    spans.sort(key=lambda span: span[:3])
    result: list[Edit] = []
    shift, i = 0, 0
    while i < len(spans):
        begin, end, j, grown = spans[i][0], spans[i][1], i + 1, spans[i][3]
        while j < len(spans) and spans[j][0] <= end:
            end, grown = max(end, spans[j][1]), grown + spans[j][3]
            j += 1
        later = [Edit(s[0] - begin, s[1] - begin, s[4].replacement, "") for s in spans[i:j] if s[2] == 1]
        replacement = apply(between[begin:end], later)
        result.append(Edit(begin - shift, end - shift - grown, replacement, spans[i][4].cause))
        shift += grown
        i = j
    return result


def settle(text: str, passes: Sequence[Pass]) -> tuple[str, list[Edit]]:
    """All passes, over and over until nothing changes: done twice is then the same as done once.

    A text that does not settle within ROUNDS (tags inside tags inside tags) stays as it was.
    """
    now, edits = text, list[Edit]()
    for _ in range(ROUNDS):
        before = now
        for one in passes:
            found = resolve(now, one(now))
            if found:
                edits = compose(now, edits, found)
                now = apply(now, found)
        if now == before:
            return now, [edit for edit in edits if text[edit.start : edit.end] != edit.replacement]
    return text, []


def editor(passes: Sequence[Pass]) -> Editor:
    """The edits that settle strings, one after the other in Python."""

    def edit(strings: pa.Array, rows: Rows) -> pa.RecordBatch:
        found: list[tuple[int, int, int, str, str]] = []
        for row, text in zip(rows.tolist(), strings.take(pa.array(rows)).to_pylist(), strict=True):
            found += [(row, *edit) for edit in _in_bytes(text, settle(text, passes)[1])]
        return edit_tables.table(*(list(zip(*found, strict=True)) or [()] * 5))

    return edit


def _in_bytes(text: str, edits: Sequence[Edit]) -> list[Edit]:
    if text.isascii():
        return list(edits)
    result, at, done = [], 0, 0
    for edit in edits:
        start = at + len(text[done : edit.start].encode())
        at = start + len(text[edit.start : edit.end].encode())
        done = edit.end
        result.append(Edit(start, at, edit.replacement, edit.cause))
    return result
