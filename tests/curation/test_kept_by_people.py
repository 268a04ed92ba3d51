"""Groups of duplicates in which people kept rows, against a plain reading of the rule."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.dedup import store as columns
from curation.dedup.duplicates import EXACT, KEPT, NEAR, Duplicates
from curation.dedup.kept_by_people import stand


def store(texts: list[int]) -> Any:
    """Rows with the same number have the same text."""
    keys = {columns.EXACT: np.array(texts, np.uint64), columns.EXACT_LOW: np.zeros(len(texts), np.uint64)}
    return SimpleNamespace(column=lambda index: keys[index])


def group(clusters: list[int]) -> Duplicates:
    """As a run finds them: the first row of every cluster survives."""
    cluster = np.array(clusters, np.int64)
    alone = cluster == np.arange(len(cluster))
    return Duplicates(cluster.copy(), np.where(alone, KEPT, NEAR).astype(np.int8), cluster, np.ones(len(cluster), np.int32))


def stands(clusters: list[int], texts: list[int], people: list[int], **settings: Any) -> Duplicates:
    given = {"lengths": np.array([9, 1, 5, 7, 3, 2][: len(texts)]), "longest": False, "exact": True} | settings
    return stand(group(clusters), np.array(people, np.int64), store(texts), **given)


@pytest.mark.parametrize(
    ("people", "longest", "survivor", "reason", "why"),
    [
        ([], False, [0, 0, 0, 0], [0, 2, 2, 2], "nobody kept anything: as found"),
        ([2], False, [2, 2, 2, 2], [NEAR, NEAR, KEPT, NEAR], "the kept row stands for all"),
        ([1, 3], False, [1, 1, 1, 3], [NEAR, KEPT, NEAR, KEPT], "both were looked at, both stay"),
        ([1, 3], True, [3, 1, 3, 3], [NEAR, KEPT, NEAR, KEPT], "the longer one stands for the others"),
        ([0], False, [0, 0, 0, 0], [KEPT, NEAR, NEAR, NEAR], "the survivor itself was kept"),
    ],
)
def test_near_duplicates(people: list[int], longest: bool, survivor: list[int], reason: list[int], why: str) -> None:
    found = stands([0, 0, 0, 0], [10, 11, 12, 13], people, longest=longest)
    assert (found.survivor.tolist(), found.reason.tolist()) == (survivor, reason), why


def test_of_equal_texts_the_first_kept_one_stays() -> None:
    found = stands([0, 0, 0, 0], [10, 10, 10, 12], [1, 2])
    assert (found.survivor.tolist(), found.reason.tolist()) == ([1, 1, 1, 1], [EXACT, KEPT, EXACT, NEAR])
    assert stands([0, 0], [10, 10], [1], exact=False).reason.tolist() == [NEAR, KEPT], "a recipe without dedup_exact"


def test_other_groups_are_left_alone() -> None:
    found = stands([0, 0, 2, 2], [10, 11, 12, 13], [1])
    assert (found.survivor.tolist(), found.reason.tolist()) == ([1, 1, 2, 2], [NEAR, KEPT, KEPT, NEAR])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.booleans()), min_size=1, max_size=6), st.booleans())
def test_every_group_keeps_somebody_and_every_kept_text_stays_once(rows: list[tuple[int, int, bool]], longest: bool) -> None:
    groups = [number for number, _, _ in rows]
    texts = [10 * number + text for number, text, _ in rows]
    people = [row for row, (_, _, kept) in enumerate(rows) if kept]
    found = stands([groups.index(number) for number in groups], texts, people, longest=longest)
    stay = set(np.flatnonzero(found.reason == KEPT).tolist())
    for number in set(groups):
        mine = [row for row, one in enumerate(groups) if one == number]
        chosen = {texts[row] for row in mine if row in people}
        assert [texts[row] for row in mine if row in stay] if not chosen else True
        assert sorted(texts[row] for row in mine if row in stay) == sorted(chosen or {texts[mine[0]]})
        assert not chosen or all(row in people for row in mine if row in stay)
    assert all(
        int(found.survivor[row]) in stay and groups[int(found.survivor[row])] == groups[row] for row in range(len(rows))
    )
    assert all((int(found.survivor[row]) == row) == (row in stay) for row in range(len(rows)))
