"""A search in slices finds what one look over everything finds, wherever it is stopped."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.text_buffers import Leaf
from curation.look.searching import Search
from curation.look.treated import File

TEXTS = st.lists(st.text(alphabet="高血压糖 a\n", max_size=12) | st.none(), min_size=1, max_size=40)


def written(folder: Path, texts: list[str | None], group: int, cut: int) -> Any:
    """Two tables as a release and its rejected rows are: the rows of one lie between those of the other."""
    numbers = np.arange(len(texts))
    parts = [numbers[numbers % cut == 0], numbers[numbers % cut != 0]]
    files = []
    for place, rows in enumerate(parts):
        path = folder / f"{place}.parquet"
        said = pa.table({"text": pa.array([texts[row] for row in rows], pa.string())})
        pq.write_table(said, path, row_group_size=group)
        files.append(File(path, rows, path, path))
    return SimpleNamespace(files=files, leaves=(Leaf("text"),))


@settings(deadline=None)
@given(TEXTS, st.text(alphabet="高血压糖 a", min_size=1, max_size=3), st.integers(1, 9), st.integers(1, 4))
def test_slices_find_what_is_there(texts: list[str | None], word: str, group: int, cut: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        search = Search(written(Path(folder), texts, group, cut), word)
        turns = 0
        while not search.over:
            before = search.seen
            search.advance(0)
            assert search.seen >= before and list(search.rows) == sorted(search.rows), "every slice goes on, in order"
            turns += 1
        assert search.share == 1.0 and search.seen == len(texts)
        assert search.rows.tolist() == [row for row, text in enumerate(texts) if text is not None and word in text]
        assert search.finish().tolist() == search.rows.tolist(), "the end is the end"


def test_a_stopped_search_knows_how_far_it_is(tmp_path: Path) -> None:
    search = Search(written(tmp_path, ["高血压"] * 64, 2, 64), "血")
    search.advance(0)
    assert 0 < search.seen < 64 and search.share == search.seen / 64 and len(search.rows) == search.seen
    assert len(search.finish()) == 64


def test_turns_of_a_conversation_are_read(tmp_path: Path) -> None:
    turns = [
        [{"role": "user", "content": "头晕"}, {"role": "assistant", "content": "量血压"}],
        [{"role": "user", "content": "没事"}],
        [],
    ]
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"messages": turns}), path)
    about: Any = SimpleNamespace(files=[File(path, np.arange(3), path, path)], leaves=(Leaf("messages", "content"),))
    assert Search(about, "血压").finish().tolist() == [0] and Search(about, "user").finish().tolist() == []


def test_a_run_without_rows(tmp_path: Path) -> None:
    about: Any = SimpleNamespace(files=[], leaves=(Leaf("text"),))
    search = Search(about, "x")
    assert search.over and search.share == 1.0 and len(search.rows) == 0
