"""Samples: as many as asked, no row twice, each for its reason, the same whatever the order of the table."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotation import project as projects
from annotation import sampling
from annotation.project import Project
from annotation.rows import Pool

KEY = b"k" * 32


def pool(n: int, *, rejected: int = 0, seed: int = 0) -> Pool:
    """n kept rows of three sources (one of them rare) and some rejected ones for two reasons."""
    generator = np.random.default_rng(seed)
    total = n + rejected
    kept = np.arange(total) < n
    nan = np.where(kept, 0.0, np.nan)
    return Pool(
        ids=generator.integers(0, 256, (total, 16), dtype=np.uint8),
        source=np.where(generator.random(total) < 0.9, 0, generator.integers(1, 3, total)).astype(np.int32),
        reason=np.where(kept, -1, np.arange(total) % 7 == 0).astype(np.int32),
        quality=(generator.random(total) + nan).astype(np.float32), near=generator.random(total) + nan,
        sure=np.where(generator.random(total) < 0.5, generator.random(total), np.nan).astype(np.float32),
        sources=["甲", "乙", "丙"], reasons=["too_short", "garbled"],
    )  # fmt: skip


def wanted(**shares: float) -> Project:
    near = {"column": "quality", "bound": 0.5} if shares.get("near") else None
    data: dict[str, Any] = projects.load("keep_drop").model_dump(mode="json") | {"sample": shares, "near": near}
    return projects.parse(data)


ALL = wanted(random=0.2, stratified=0.2, near=0.2, uncertain=0.2, rejected=0.2)


def chosen(one: Pool, sample: sampling.Sample, reason: str) -> np.ndarray[Any, Any]:
    return sample.rows[np.array(sample.reasons) == reason]


def test_every_reason_picks_what_it_is_for() -> None:
    one = pool(2000, rejected=300)
    sample = sampling.draw(one, ALL, n=250, seed=1, key=KEY)
    assert Counter(sample.reasons) == dict.fromkeys(ALL.sample.model_dump(), 50) and len(set(sample.rows.tolist())) == 250
    sources = Counter(one.source[chosen(one, sample, "stratified")].tolist())
    assert len(sources) == 3 and max(sources.values()) - min(sources.values()) <= 1
    near = one.near[chosen(one, sample, "near")]
    assert (np.abs(near - 0.5) < 0.05).all() and 20 <= (near < 0.5).sum() <= 30
    assert (np.abs(one.quality[chosen(one, sample, "uncertain")] - 0.5) < 0.1).all()
    rejected = one.reason[chosen(one, sample, "rejected")]
    assert (rejected >= 0).all() and Counter(rejected.tolist()) == {0: 25, 1: 25}


def test_the_control_is_drawn_from_everything_and_tells_nothing_by_its_place() -> None:
    one = pool(4000, rejected=4000)
    sample = sampling.draw(one, ALL, n=1000, seed=1, key=KEY)
    control = chosen(one, sample, "random")
    assert 60 < one.kept[control].sum() < 140, "half of the pool is kept, so is half of 200, within 5 sigma"
    for reason in ALL.sample.model_dump():
        assert 430 < np.flatnonzero(np.array(sample.reasons) == reason).mean() < 570, "20 a place, 3.5 sigma"


def test_what_cannot_be_filled_is_drawn_by_chance_and_no_part_of_the_control() -> None:
    one = pool(100, rejected=4)
    reasons = Counter(sampling.draw(one, ALL, n=100, seed=1, key=KEY).reasons)
    assert reasons["random"] == 20 and reasons["rejected"] <= 4 and reasons["filled"] >= 16


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 60), st.integers(0, 20), st.integers(1, 100), st.integers(0, 3))
def test_any_pool_gives_as_many_as_there_are(n: int, rejected: int, asked: int, seed: int) -> None:
    one = pool(n, rejected=rejected)
    sample = sampling.draw(one, ALL, n=asked, seed=seed, key=KEY)
    assert len(sample.rows) == len(set(sample.rows.tolist())) == min(asked, n + rejected) == len(sample.reasons)


def test_the_order_of_the_table_changes_nothing_and_the_seed_does() -> None:
    one = pool(500, rejected=100)
    turned = np.random.default_rng(3).permutation(600)
    other = Pool(**{name: getattr(one, name)[turned] for name in ("ids", "source", "reason", "quality", "near", "sure")},
                 sources=one.sources, reasons=one.reasons)  # fmt: skip

    def picked(table: Pool, seed: int = 1, key: bytes = KEY) -> list[tuple[bytes, str]]:
        sample = sampling.draw(table, ALL, n=100, seed=seed, key=key)
        return [(table.ids[row].tobytes(), reason) for row, reason in zip(sample.rows, sample.reasons, strict=True)]

    assert picked(one) == picked(other) != picked(one, seed=2) and picked(one) != picked(one, key=b"j" * 32)


@pytest.mark.parametrize("n", [1, 2, 3, 7, 99])
def test_shares_become_whole_numbers_that_add_up(n: int) -> None:
    counts = sampling._counts(wanted(random=0.34, stratified=0.33, rejected=0.33), n)
    assert sum(counts.values()) == n and counts["random"] >= 1
