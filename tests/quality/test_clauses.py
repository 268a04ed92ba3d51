"""Clauses: runs of ideographs with a marked character, found and copied as a regular expression would."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import text_buffers
from quality import clauses
from quality.triggers import Trigger

RUN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text("體溫甲乙𠮷豈，。a1é\n々👩か", max_size=30), max_size=4), st.data())
def test_clauses(strings: list[str], data: st.DataObject) -> None:
    rows = [i for i in range(len(strings)) if data.draw(st.booleans())]
    texts = text_buffers.texts(pa.array(strings, pa.large_string()))
    found = clauses.find(texts, np.array(rows, np.int64), Trigger.TRADITIONAL)
    wanted = [(i, m) for i in rows for m in RUN.finditer(strings[i]) if set(m[0]) & set("體溫豈")]
    assert found.lines.data.tobytes().decode() == "".join(m[0] + "\n" for _, m in wanted)
    starts = [(i, len(strings[i][: m.start()].encode())) for i, m in wanted]
    assert list(zip(found.string.tolist(), found.start.tolist(), strict=True)) == starts
