"""Several recognisers, one report: what is sure stays covered, nothing overlaps, the longer and surer finding wins."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.pii.findings import KIND, MEDIUM, Findings, merge


def findings(*rows: tuple[int, int, str, float]) -> Findings:
    start, end, kind, confidence = zip(*rows, strict=True)
    return Findings.of([0] * len(rows), start, end, start, end, [KIND[k] for k in kind], 0, confidence, 0)


def spans(found: Findings) -> list[tuple[int, int, int, float]]:
    return [(int(s), int(e), int(k), float(c)) for s, e, k, c in
            zip(found.start, found.end, found.kind, np.round(found.confidence, 3), strict=True)]  # fmt: skip


def test_the_longer_of_two_sure_findings_wins() -> None:
    found = merge([findings((0, 20, "address", 0.8)), findings((5, 16, "mobile", 0.99))])
    assert [(s, e) for s, e, _, _ in spans(found)] == [(0, 20)]


def test_a_sure_loser_keeps_what_lies_outside() -> None:
    found = merge([findings((0, 20, "address", 0.8)), findings((17, 22, "person_name", 0.9))])
    assert [(s, e) for s, e, _, _ in spans(found)] == [(0, 20), (20, 22)]


def test_an_unsure_loser_goes_altogether() -> None:
    found = merge([findings((0, 20, "address", 0.3)), findings((17, 22, "person_name", 0.9))])
    assert [(s, e) for s, e, _, _ in spans(found)] == [(17, 22)]


ROW = st.tuples(st.integers(0, 30), st.integers(1, 12), st.sampled_from([0.2, 0.6, 0.9]))


@settings(max_examples=500, deadline=None)
@given(st.lists(st.lists(ROW, min_size=1, max_size=5), max_size=4))
def test_disjoint_sorted_and_every_sure_character_stays_covered(parts: list[list[tuple[int, int, float]]]) -> None:
    given_parts = [findings(*[(s, s + n, "mobile", c) for s, n, c in sorted(part)]) for part in parts]
    found = merge([merge([one.take(np.array([i])) for i in range(len(one))]) for one in given_parts])
    assert all(found.start < found.end) and all(found.end[:-1] <= found.start[1:])
    sure = {p for part in parts for s, n, c in part if c >= MEDIUM for p in range(s, s + n)}
    left = {p for s, e, _, c in spans(found) if c >= MEDIUM for p in range(s, e)}
    assert left == sure


def test_nothing_from_nothing() -> None:
    assert len(merge([])) == 0
