"""Keys against a plain Python oracle; the sketch estimates Jaccard; values, templates and leaves as the docs say."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.text_buffers import Documents, texts
from quality.kernels import sketch as kernel
from quality.shadow import shadow
from quality.sketch import NO_SKETCH, Keys, concat, jaccard, keys

M = 2**64 - 1
P1, P2, P3 = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
ROUND, NOTHING = 0xD6E8FEB86659FD93, M
ALPHABET = "患者体温正常主轴轴承检查abA12.5，。 \n℃²é́𠀀"


def documents(*rows: str | list[str]) -> Documents:
    """One leaf per string, several per list."""
    leaves = [[row] if isinstance(row, str) else row for row in rows]
    view = texts(pa.array([leaf for row in leaves for leaf in row], pa.large_string()))
    return Documents(view.data, view.offsets, np.cumsum([0, *map(len, leaves)]).astype(np.int64))


def _mix(x: int) -> int:
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & M
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB & M
    return x ^ (x >> 31)


def _shingles(leaves: list[str], width: int = 5) -> list[int]:
    out = []
    for leaf in map(shadow, leaves):
        for gram in [leaf[i : i + width] for i in range(len(leaf) - width + 1)] or ([leaf] if leaf else []):
            h = 0
            for c in gram:
                h = (h * P1 + ord(c) + P3) & M
            h = (h ^ (h >> 32)) * P3 & M
            out.append(h ^ (h >> 29))
    return out


def _sketch(shingles: list[int], bins: int) -> list[int]:
    """Fast similarity sketching, Algorithm 1 of the paper, with this project's hash functions."""
    sketch = [NOTHING] * bins
    for turn in range(2 * bins if shingles else 0):
        for x in shingles:
            h = (x ^ (turn * ROUND & M)) * P2 & M
            place = (h >> 32) * bins >> 32 if turn < bins else turn - bins
            sketch[place] = min(sketch[place], turn << 32 | (h ^ (h >> 32)) & 0xFFFFFFFF)
        if NOTHING not in sketch:
            break
    return sketch


def _bands(sketch: list[int], bands: int, value: int) -> list[int]:
    rows, out = len(sketch) // bands, []
    for b in range(bands):
        h = ((b + 1) * P1 & M) ^ value
        for s in sketch[b * rows : (b + 1) * rows]:
            h = (h ^ s) * P2 & M
            h ^= h >> 29
        out.append(_mix(h))
    return out


@settings(deadline=None, max_examples=40)
@given(st.lists(st.lists(st.text(ALPHABET, max_size=25), min_size=1, max_size=3), min_size=1, max_size=4))
def test_sketch_equals_oracle(rows: list[list[str]]) -> None:
    found = keys(documents(*rows))
    for i, leaves in enumerate(rows):
        shingles = _shingles(leaves)
        assert found.size[i] == len(shingles)
        assert found.bands[:, i].tolist() == _bands(_sketch(shingles, 126), 21, int(found.value[i]))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.text(ALPHABET, max_size=25), min_size=1, max_size=3), min_size=2, max_size=5))
def test_jaccard_equals_sets(rows: list[list[str]]) -> None:
    pairs = np.array([(i, j) for i in range(len(rows)) for j in range(len(rows))])
    sets = [set(_shingles(leaves)) for leaves in rows]
    expected = [len(sets[i] & sets[j]) / len(sets[i] | sets[j]) if sets[i] | sets[j] else 1.0 for i, j in pairs]
    assert jaccard(documents(*rows), pairs).tolist() == [float(np.float32(x)) for x in expected]


@pytest.mark.parametrize("size", [3, 40, 126, 700, 3000])
def test_share_of_equal_bins_estimates_jaccard(size: int) -> None:
    """200 pairs of sets at Jaccard 0.8: the mean of the estimates is within 0.015 (over five standard errors)."""
    chance = np.random.default_rng(size)
    common = max(round(size * 0.8), 1)
    rest = (size - common) // 2
    true = common / (common + 2 * rest)
    left, right, shares = np.empty(126, np.uint64), np.empty(126, np.uint64), []
    for _ in range(200):
        x = chance.integers(0, M, common + 2 * rest, dtype=np.uint64)
        kernel._sketch(x[: common + rest].copy(), common + rest, left)
        y = np.concatenate([x[:common], x[common + rest :]])
        kernel._sketch(y, len(y), right)
        shares.append(np.mean(left == right))
    assert abs(np.mean(shares) - true) < 0.015


def value(*strings: str) -> list[int]:
    return keys(documents(*strings)).value.tolist()


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("体温38.5℃", "体温 ３８．５ ℃"),
        ("口服5mg每日两次", "口服 5 mg，每日两次"),
        ("血压120/80mmHg", "血压 120/80 mm Hg"),
        ("设备运行正常", "设备一直运行一般"),
        ("统一检查", "这一些检查"),
        ("the pump is running well", "this motor was stopped there"),
        ("- 检查", "检查"),
        ("体温38℃\n- 检查", "体温38℃\n检查"),
        ("检查、更换", "检查更换"),
        ("服药3天后好转", "用药3天，好转"),
    ],
)
def test_same_values(left: str, right: str) -> None:
    a, b = value(left, right)
    assert a == b


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        ("体温38.5℃", "体温38.6℃", "digit"),
        ("读数1 23", "读数12 3", "numbers cut elsewhere"),
        ("10²", "102", "superscript"),
        ("5mg", "5g", "unit"),
        ("5mg", "5mG", "case of a unit"),
        ("服药3天", "服药3周", "Han unit"),
        ("服药三天", "服药五天", "Han numeral before a measure word"),
        ("一级护理", "二级护理", "level"),
        ("两次", "三次", "count"),
        ("二十毫克", "二十毫升", "Han unit after a Han numeral"),
        ("第一章", "第二章", "ordinal"),
        ("二〇二四年", "二〇二三年", "Han date"),
        ("压力≥5", "压力≤5", "operator"),
        ("温度-5", "温度5", "sign"),
        ("3-5次", "3/5次", "operator between numbers"),
        ("M8×25", "M8×20", "identifier"),
        ("设备A-102", "设备B-102", "identifier"),
        ("A泵", "B泵", "letter that stands alone"),
        ("GB/T 19001", "GB 19001", "identifier"),
        ("左肺结节", "右肺结节", "side"),
        ("结果阴性", "结果阳性", "result"),
        ("1比2", "2比1", "order"),
        ("3万元", "3千元", "magnitude"),
        ("IgG升高", "IgM升高", "inner capital"),
    ],
)
def test_different_values(left: str, right: str, reason: str) -> None:
    a, b = value(left, right)
    assert a != b, reason


def test_template_masks_values_only() -> None:
    found = keys(documents("主轴温度35.2℃，振动1.1mm/s。", "主轴温度8℃，振动12mm/s。", "轴承温度8℃，振动12mm/s。")).template
    assert found[0] == found[1] != found[2]


def test_exact_knows_leaves_values_and_blanks() -> None:
    exact = keys(documents(["甲乙", "丙"], ["甲", "乙丙"], ["甲 乙", "丙"], "读数1 23", "读数12 3")).exact
    assert exact[0].tolist() == exact[2].tolist() != exact[1].tolist()
    assert exact[3].tolist() != exact[4].tolist()


def test_salt_keeps_unequal_values_out_of_every_bucket() -> None:
    left, right = "主轴温度35℃，" + "运行正常无异响" * 20, "主轴温度36℃，" + "运行正常无异响" * 20
    salted, plain = keys(documents(left, right)), keys(documents(left, right), salted=False)
    assert not (salted.bands[:, 0] == salted.bands[:, 1]).any()
    assert (plain.bands[:, 0] == plain.bands[:, 1]).any()


def test_batches_and_slow_rows_do_not_matter() -> None:
    chance = random.Random(5)
    rows = ["".join(chance.choices(ALPHABET, k=chance.randrange(60))) for _ in range(50)]
    whole, parts = keys(documents(*rows)), concat([keys(documents(*rows[:7])), keys(documents(*rows[7:]))])
    for name in ("exact", "value", "template", "bands", "size"):
        assert np.array_equal(getattr(whole, name), getattr(parts, name))


def test_nothing() -> None:
    none = keys(documents())
    assert isinstance(none, Keys) and len(none) == 0
    assert len(concat([])) == 0
    assert keys(documents("", " \n")).size.tolist() == [0, 0]


def test_without_sketch_the_other_keys_are_the_same() -> None:
    rows = documents("主轴温度35.2℃", "检查", "")
    whole, bare = keys(rows), keys(rows, **NO_SKETCH)
    assert bare.bands.shape == (0, 3)
    for name in ("exact", "value", "template", "size"):
        assert np.array_equal(getattr(whole, name), getattr(bare, name))


def test_permutations_must_fit() -> None:
    with pytest.raises(ValueError, match="bands × rows"):
        keys(documents("甲"), permutations=128)
