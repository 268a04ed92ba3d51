"""Value tokens: what must change the sum, what must not, and an oracle with regular expressions."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.text_buffers import texts
from quality.kernels import values as kernel
from quality.values import kind, tables, value_sums, value_sums_between

M = 2**64 - 1
ALPHABET = "0123456789..,,％．，＋-/<=>≥±×℃μgmMAＡ５①²㎡Ⅳ 　\n\t\x00\u200b\ufeff体温第〇。，（)|*α𝟗𠀀😀"


def sums(*strings: str) -> list[int]:
    return [int(x) for x in value_sums(texts(pa.array(strings, pa.large_string())))]


def _mix(x: int) -> int:
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9 & M
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB & M
    return x ^ (x >> 31)


def _hash(seed: int, token: str) -> int:
    h = seed
    for c in token:
        h = _mix((h ^ ord(c)) * 0x9E3779B97F4A7C15 & M)
    return h


def oracle(text: str) -> int:
    """Folds, drops what is skipped, names each class with one letter, then a regular expression cuts the tokens."""
    folded, _ = tables()
    text = "".join(chr(folded[ord(c)]) if ord(c) < 0x10000 else c for c in text)
    kinds = [kind(c) if ord(c) < 0x10000 else kernel.SYMBOL if "\U0001d400" <= c < "\U0001d800" else 0 for c in text]
    text = "".join(c for c, k in zip(text, kinds, strict=True) if k != kernel.SKIP)
    names = "".join("_?DLS"[k] if k != kernel.POINT else c for c, k in zip(text, [k for k in kinds if k != 1], strict=True))
    total = 0
    for m in re.finditer(r"\.?D+(?:[.,]D+)*|L+|S", names):
        token = text[m.start() : m.end()]
        name = m.group()[-1]
        total += _hash(int(kernel._SEEDS["__DLS".index(name)]), token)
    return total & M


@settings(deadline=None)
@given(st.lists(st.text(ALPHABET, max_size=30), max_size=8))
def test_kernel_equals_oracle(strings: list[str]) -> None:
    assert sums(*strings) == [oracle(s) for s in strings]


@settings(deadline=None)
@given(st.text(ALPHABET, max_size=20), st.text(ALPHABET, max_size=20))
def test_sum_of_parts_is_the_sum_of_the_whole(a: str, b: str) -> None:
    whole, left, right = sums(a + "。" + b, a, b)
    assert whole == (left + right) & M


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("体温38.5℃", "体温３８．５℃"),  # full width
        ("体 温 38.5 ℃", "体温38.5℃"),  # spaces
        ("体\n温38.5℃", "体温38.5℃"),  # line break
        ("体温3\u200b8\ufeff.5℃", "体温38.5℃"),  # zero width
        ("体温\x0038.5℃", "体温38.5℃"),  # control
        ("Ａ－１０２，ＧＢ／Ｔ", "A-102，GB/T"),
        ("⽉经3次", "月经3次"),  # radical
        ("剂量：５％", "剂量：5%"),
    ],
)
def test_normalising_keeps_the_sum(before: str, after: str) -> None:
    assert sums(before) == sums(after)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("体温38.5℃", "体温385℃", "decimal point lost"),
        ("0.5g", ".5g", "leading zero lost"),
        (".5g", "5g", "leading point lost"),
        ("体温38.5℃", "体温38.6℃", "digit changed"),
        ("体温38.5℃", "体温38.5", "unit lost"),
        ("5mg", "5mG", "unit changed"),
        ("血压≥120", "血压120", "operator lost"),
        ("3±0.2", "3+0.2", "operator changed"),
        ("12 3", "123", "numbers joined"),
        ("1、2", "12", "numbers joined across punctuation"),
        ("123", "12 3", "number split"),
        ("1,000", "1 000", "number split"),
        ("10²", "102", "superscript folded"),
        ("面积5㎡", "面积5m2", "squared unit folded"),
        ("-5", "5", "sign lost"),
        ("M8×25", "M8*25", "operator changed"),
        ("GB/T 19001", "GBT 19001", "identifier changed"),
        ("3～5天", "35天", "range lost"),
        ("步骤①", "步骤1", "enclosed number folded"),
    ],
)
def test_value_changes_change_the_sum(before: str, after: str, reason: str) -> None:
    assert sums(before) != sums(after), reason


def test_no_token_is_zero() -> None:
    assert sums("", "患者一般情况可。", "　\n") == [0, 0, 0]


def test_tokens_before_minus_removed_are_tokens_after() -> None:
    before, after = '<td colspan="2">血压120mmHg</td>', "血压120mmHg"
    view = texts(pa.array(["x", before], pa.large_string()))
    start = np.array([0, len(before.encode()) - 5])
    end = np.array([len('<td colspan="2">'), len(before.encode())])
    removed = value_sums_between(view, np.array([1, 1], np.int32), start, end)
    assert (sums(before)[0] - int(removed.sum())) & M == sums(after)[0]


def test_sliced_array_and_nulls() -> None:
    array = pa.array(["7", "a5", None, "b6"], pa.large_string()).slice(1)
    assert [int(x) for x in value_sums(texts(array))] == [*sums("a5"), 0, *sums("b6")]
