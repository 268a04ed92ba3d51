"""What every cleaning step is held to, for use by test_clean_*.py."""

from __future__ import annotations

import pyarrow as pa

from corpora import forms, text_buffers
from corpora.vocabulary import CAUSES
from curation.rewriting import Rewrite
from curation.step import Context, Rewritten
from quality import edits as edit_list
from quality import triggers
from quality.triggers import Trigger

CONTEXT = Context(leaves=(text_buffers.Leaf("text"),), content_key=bytes(32), base=".")


def run(step: Rewrite, *strings: str) -> Rewritten:
    return step.rewriter(CONTEXT)(pa.array(strings, pa.large_string()))


def clean(step: Rewrite, *strings: str) -> list[str]:
    return run(step, *strings).texts.to_pylist()


def hold(step: Rewrite, *strings: str, twice: bool = True) -> list[str]:
    """Runs the step, checks what every step promises, returns the new strings.

    Edits are sorted, do not overlap, explain the whole difference, name a known cause and touch changed strings
    only; a changed string carried a trigger bit; applied twice is applied once.
    """
    result = run(step, *strings)
    edits = result.edits
    assert edits.schema == forms.EDITS
    assert result.texts.type == pa.large_string()
    new = result.texts.to_pylist()
    rows = edits.to_pylist()
    for before, after in zip(rows, rows[1:], strict=False):
        assert (before["text"], before["end"]) <= (after["text"], after["start"]) or before["text"] < after["text"]
    assert all(row["cause"] in CAUSES for row in rows)
    old = pa.array(strings, pa.large_string())
    assert edit_list.apply(old, edits).to_pylist() == new
    bits = triggers.scan(text_buffers.texts(old)).tolist()
    for string, fresh, bit in zip(strings, new, bits, strict=True):
        assert string == fresh or step.triggers & Trigger(bit)
        fresh.encode()
    assert {row["text"] for row in rows} >= {i for i, s in enumerate(strings) if s != new[i]}
    if twice:
        assert clean(step, *new) == new
    return new
