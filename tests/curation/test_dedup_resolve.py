"""Duplicates: what merges, what never does, and that nothing depends on shards, chunks or what was dropped before."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from corpora.text_buffers import Documents, texts
from curation.dedup import DedupExact, DedupNear, Duplicates, KeyStore, resolve
from curation.dedup.duplicates import EXACT, KEPT, NEAR
from curation.dedup.store import BANDS
from quality.sketch import jaccard, keys

WORDS = [
    "主轴",
    "轴承",
    "温度",
    "振动",
    "异常",
    "检查",
    "更换",
    "润滑",
    "油泵",
    "电机",
    "皮带",
    "松动",
    "噪声",
    "停机",
    "报警",
    "传感器",
    "清洁",
    "滤芯",
    "压力",
    "液压",
    "阀门",
    "泄漏",
    "密封",
    "紧固",
]
LONG = "主轴箱体振动异常经检查为轴承磨损更换后运行正常无异响操作人员已确认并恢复生产请继续观察油温油压变化情况"


def documents(strings: list[str]) -> Documents:
    view = texts(pa.array(strings, pa.large_string()))
    return Documents(view.data, view.offsets, np.arange(len(view) + 1))


def resolved(
    folder: Path,
    strings: list[str],
    *,
    shard: int = 1000,
    exact: DedupExact | None = DedupExact(),  # noqa: B008  frozen
    near: DedupNear | None = DedupNear(),  # noqa: B008
    eligible: NDArray[np.bool_] | None = None,
) -> Duplicates:
    store = KeyStore(folder / f"keys-{shard}-{len(strings)}")
    settings_ = near.sketch_settings() if near else {}
    for number, start in enumerate(range(0, len(strings), shard)):
        store.write(number, keys(documents(strings[start : start + shard]), **settings_))

    def fetch(rows: NDArray[np.int64]) -> Documents:
        assert (np.diff(rows) > 0).all()
        return documents([strings[row] for row in rows])

    return resolve(
        store,
        exact=exact,
        near=near,
        eligible=np.ones(len(strings), bool) if eligible is None else eligible,
        lengths=np.array([len(s.encode()) for s in strings]),
        fetch=fetch,
    )


def note(chance: random.Random) -> str:
    return "，".join("".join(chance.choices(WORDS, k=3)) for _ in range(chance.randint(12, 25))) + "。"


def corpus() -> list[str]:
    """8 500 notes, 500 readings in one template, 700 light edits of the first notes, 300 exact copies with more blanks."""
    chance = random.Random(7)
    notes = [note(chance) for _ in range(8500)]
    readings = [
        f"设备E-01点检：主轴温度{30 + i // 10}.{i % 10}℃，油压{chance.randint(40, 60)}MPa，紧固螺栓，清洁滤芯，运行正常，无异响，无泄漏，交接班已确认。"
        for i in range(500)
    ]
    cuts = [chance.randrange(10, len(text) - 10) for text in notes[:700]]
    edited = [text[:cut] + "已" + text[cut:] for text, cut in zip(notes, cuts, strict=False)]
    copies = [text.replace("，", "， \n") for text in notes[700:1000]]
    return notes + readings + edited + copies


def same(a: Duplicates, b: Duplicates) -> bool:
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in ("survivor", "reason", "cluster", "size"))


def test_ten_thousand_rows(tmp_path: Path) -> None:
    strings = corpus()
    found = resolved(tmp_path, strings)
    assert (found.reason[8500:9000] == KEPT).all(), "500 readings of one template are 500 records"
    assert (found.size[8500:9000] == 1).all()
    edited, copies = np.arange(9000, 9700), np.arange(9700, 10000)
    assert np.array_equal(found.survivor[:700], edited), "the longer of a near pair survives"
    assert (found.reason[:700] == NEAR).all() and (found.reason[edited] == KEPT).all()
    assert np.array_equal(found.cluster[edited], np.arange(700))
    exact = np.concatenate([np.arange(700, 1000), copies])
    assert np.array_equal(found.cluster[copies], np.arange(700, 1000))
    assert (found.reason[exact] == EXACT).sum() == 300
    assert (found.reason != KEPT).sum() == 1000
    assert (found.size[[0, 700, 9000, 9700]] == 2).all() and (found.size[1000:8500] == 1).all()
    assert same(found, resolved(tmp_path, strings, shard=777))


def test_many_copies_of_one_text_form_one_cluster(tmp_path: Path) -> None:
    strings = [LONG[:i] + "的" + LONG[i:] for i in range(len(LONG))] * 2
    found = resolved(tmp_path, strings, near=DedupNear(keep="first"))
    assert (found.cluster == 0).all() and (found.survivor == 0).all() and (found.size == len(strings)).all()
    assert found.reason[: len(LONG)].tolist() == [KEPT] + [NEAR] * (len(LONG) - 1)
    assert (found.reason[len(LONG) :] == EXACT).all()


def test_template_without_value_rule_merges(tmp_path: Path) -> None:
    strings = [f"{LONG}主轴温度{i}度" for i in range(30, 40)]
    assert (resolved(tmp_path / "a", strings).reason == KEPT).all()
    merged = resolved(tmp_path / "b", strings, near=DedupNear(same_values=False))
    assert (merged.reason == KEPT).sum() == 1


def test_dropped_rows_take_no_part(tmp_path: Path) -> None:
    strings = [LONG, LONG, LONG + "好"]
    found = resolved(tmp_path, strings, near=None, eligible=np.array([False, True, True]))
    assert found.reason.tolist() == [KEPT, KEPT, KEPT] and found.survivor.tolist() == [0, 1, 2]
    near = resolved(tmp_path / "b", strings, eligible=np.array([False, True, True]))
    assert near.survivor.tolist() == [0, 2, 2] and near.size.tolist() == [1, 2, 2] and near.cluster.tolist() == [0, 1, 1]


@pytest.mark.parametrize(
    ("exact", "near", "reasons"),
    [
        (DedupExact(), None, [KEPT, EXACT, KEPT]),
        (None, DedupNear(keep="first"), [KEPT, NEAR, NEAR]),
        (DedupExact(), DedupNear(keep="first"), [KEPT, EXACT, NEAR]),
        (DedupExact(), DedupNear(keep="longest"), [NEAR, EXACT, KEPT]),
        (None, None, [KEPT, KEPT, KEPT]),
    ],
)
def test_reasons(tmp_path: Path, exact: DedupExact | None, near: DedupNear | None, reasons: list[int]) -> None:
    assert resolved(tmp_path, [LONG, LONG, LONG + "好"], exact=exact, near=near).reason.tolist() == reasons


def test_text_is_fetched_in_bounded_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strings = [LONG[:i] + "的" + LONG[i:] for i in range(len(LONG))]
    whole = resolved(tmp_path / "a", strings)
    module = __import__("curation.dedup.resolve", fromlist=["CHUNK"])
    sizes: list[int] = []

    def noted(docs: Documents, pairs: NDArray[np.int64], *, shingle: int) -> NDArray[np.float32]:
        sizes.append(int(docs.leaf_offsets[-1]))
        return jaccard(docs, pairs, shingle=shingle)

    monkeypatch.setattr(module, "CHUNK", 1000)
    monkeypatch.setattr(module, "jaccard", noted)
    assert same(whole, resolved(tmp_path / "b", strings))
    assert len(sizes) > 5 and max(sizes) <= 1000


def compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, strings: list[str], *, forged: bool) -> tuple[Duplicates, int]:
    """The result and the number of pairs that were verified; `forged` puts all rows into one bucket of every band."""
    module = __import__("curation.dedup.resolve", fromlist=["jaccard"])
    counts: list[int] = []

    def noted(docs: Documents, pairs: NDArray[np.int64], *, shingle: int) -> NDArray[np.float32]:
        counts.append(len(pairs))
        return jaccard(docs, pairs, shingle=shingle)

    monkeypatch.setattr(module, "jaccard", noted)
    if forged:
        real = KeyStore.column
        monkeypatch.setattr(
            KeyStore, "column", lambda self, i: np.ones(self.rows, np.uint64) if i >= BANDS else real(self, i)
        )
    return resolved(tmp_path, strings), sum(counts)


def test_a_bucket_of_copies_costs_one_comparison_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    strings = [LONG[:i] + "的" + LONG[i:] for i in range(len(LONG))]
    found, pairs = compared(tmp_path, monkeypatch, strings, forged=True)
    assert (found.cluster == 0).all() and pairs == len(strings) - 1


def test_pairs_that_fail_are_not_compared_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(1)
    found, pairs = compared(tmp_path, monkeypatch, [note(chance) for _ in range(12)], forged=True)
    assert (found.reason == KEPT).all() and pairs == 12 * 11 // 2, "21 bands, each pair once"


def test_a_bucket_has_a_bounded_number_of_leaders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(1)
    monkeypatch.setattr(__import__("curation.dedup.resolve", fromlist=["LEADERS"]), "LEADERS", 3)
    _, pairs = compared(tmp_path, monkeypatch, [note(chance) for _ in range(40)], forged=True)
    assert pairs == 39 + 38 + 37


def test_texts_without_content_are_exact_copies_but_not_near(tmp_path: Path) -> None:
    assert resolved(tmp_path / "a", ["", "", "甲"]).reason.tolist() == [KEPT, EXACT, KEPT]
    assert resolved(tmp_path / "b", [], near=DedupNear()).reason.tolist() == []


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text("甲乙丙1", min_size=0, max_size=6), max_size=12), st.integers(1, 5))
def test_laws_hold_for_any_rows(tmp_path_factory: pytest.TempPathFactory, strings: list[str], shard: int) -> None:
    found = resolved(tmp_path_factory.mktemp("any"), strings, shard=shard)
    kept = found.survivor == np.arange(len(strings))
    assert np.array_equal(kept, found.reason == KEPT)
    assert kept[found.survivor].all() and (found.cluster <= np.arange(len(strings))).all()
    assert np.array_equal(found.size, np.bincount(found.cluster, minlength=len(strings))[found.cluster])
    assert same(found, resolved(tmp_path_factory.mktemp("whole"), strings, shard=100))
    values = keys(documents(strings)).value
    assert (values == values[found.survivor]).all(), "unequal values never merge"
