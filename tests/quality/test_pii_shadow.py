"""What the shadow makes of single characters."""

from __future__ import annotations

import unicodedata

import pytest

from quality.pii import shadow

FOLDED = [
    ("5", "5"), ("５", "5"), ("٣", "3"), ("a", "A"), ("Ｚ", "Z"), ("－", "-"), ("—", "-"), ("·", "."), ("．", "."), ("＠", "@"), ("\u3000", " "),
]  # fmt: skip


@pytest.mark.parametrize(("char", "plain"), FOLDED)
def test_folded(char: str, plain: str) -> None:
    assert shadow.fold_table()[ord(char)] == ord(plain)


def test_weak_digits() -> None:
    for char, value in (
        ("一", 1),
        ("幺", 1),
        ("壹", 1),
        ("〇", 0),
        ("零", 0),
        ("九", 9),
        ("①", 1),
        ("⑨", 9),
        ("⓪", 0),
        ("²", 2),
    ):
        assert shadow.fold_table()[ord(char)] == shadow.WEAK + value, char


def test_what_is_not_there() -> None:
    table = shadow.fold_table()
    assert all(table[ord(c)] == shadow.INVISIBLE for c in "\u200b\u200d\ufeff\u202a\u00ad")
    assert all(table[ord(c)] == shadow.MARK for c in "\ufe0f\u20e3")
    assert all(table[ord(c)] == shadow.OTHER for c in "十百中、。，[]\n\t\0\uffff")


def test_mathematical_alphanumerics() -> None:
    table = shadow.math_table()
    for cp in range(0x1D7CE, 0x1D800):
        assert table[cp - shadow.MATH] == ord(unicodedata.normalize("NFKC", chr(cp)))
    assert table[ord("𝐀") - shadow.MATH] == table[ord("𝒂") - shadow.MATH] == ord("A")


def test_context_reads_radicals_and_one_case() -> None:
    table = shadow.context_table()
    for char, plain in (("⾝", "身"), ("⻋", "车"), ("Ｔ", "t"), ("T", "t"), ("：", ":"), ("证", "证")):
        assert chr(table[ord(char)]) == plain, char
