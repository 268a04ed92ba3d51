"""Edits: what they did to values and trigger bits is found by looking around them only."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import text_buffers
from corpora.forms import EDITS
from quality import edits, triggers, values

PIECE = st.text("甲 乙1２.,mg-%\n\u200b<#*版权所", max_size=6)
CUT = st.tuples(PIECE, st.none() | PIECE)  # a piece of text, and what takes its place


def revised(strings: list[list[tuple[str, str | None]]]) -> tuple[pa.Array, pa.Array, pa.RecordBatch]:
    rows, old, new = [], [], []
    for i, pieces in enumerate(strings):
        at = 0
        for piece, instead in pieces:
            size = len(piece.encode())
            if instead is not None:
                rows.append({"text": i, "start": at, "end": at + size, "replacement": instead, "cause": "space"})
            at += size
        old.append("".join(piece for piece, _ in pieces))
        new.append("".join(piece if instead is None else instead for piece, instead in pieces))
    return pa.array(old, pa.large_string()), pa.array(new, pa.large_string()), pa.RecordBatch.from_pylist(rows, EDITS)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.lists(CUT, max_size=6), max_size=4))
def test_values_around_edits_are_values_of_strings(strings: list[list[tuple[str, str | None]]]) -> None:
    old, new, table = revised(strings)
    assert edits.apply(old, table).to_pylist() == new.to_pylist()
    sums = [values.value_sums(text_buffers.texts(side)) for side in (old, new)]
    assert edits.changes_values(old, new, table).tolist() == [i for i in range(len(old)) if sums[0][i] != sums[1][i]]


@settings(max_examples=500, deadline=None)
@given(st.lists(st.lists(CUT, max_size=6), min_size=1, max_size=4))
def test_no_trigger_of_the_new_text_is_missed(strings: list[list[tuple[str, str | None]]]) -> None:
    old, new, table = revised(strings)
    if table.num_rows == 0:
        return
    bits, wanted = (triggers.scan(text_buffers.texts(side)) for side in (old, new))
    changed, fresh = edits.bits_around(new, table)
    bits[changed] |= fresh
    assert not (wanted & ~bits).any()


def test_a_slice_of_an_array_is_edited_where_it_lies() -> None:
    old = pa.array(["前", "甲1", "乙"], pa.large_string()).slice(1)
    table = pa.RecordBatch.from_pylist([{"text": 0, "start": 3, "end": 4, "replacement": "2", "cause": "space"}], EDITS)
    new = edits.apply(old, table)
    assert new.to_pylist() == ["甲2", "乙"] and edits.changes_values(old, new, table).tolist() == [0]
