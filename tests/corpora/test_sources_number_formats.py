"""Numbers under format codes, as a Chinese Excel shows them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.sources.number_formats import BUILT_IN, UnknownFormat, general, is_rounded, shower

SHOWN = [
    ("1.1", "0.00", "1.10"), ("1.005", "0.00", "1.01"), ("2.5", "0", "3"), ("-12", "0.0", "-12.0"), ("5", "0000", "0005"),
    ("1234567", "#,##0", "1,234,567"), ("-1234.5", "#,##0.00;[Red]-#,##0.00", "-1,234.50"), ("12345", "0.0,", "12.3"),
    ("0.125", "0%", "13%"), ("0.1256", "0.00%", "12.56%"), ("123456", "0.00E+00", "1.23E+05"), ("1.5", "0.##", "1.5"),
    ("36.5", "0.0℃", "36.5℃"), ("12.3", '0.0"mmHg"', "12.3mmHg"), ("5", '"第"0"号"', "第5号"), ("0.1", 'General"元"', "0.1元"),
    ("5", "0.00_);(0.00)", "5.00"), ("-5", "0.00_);(0.00)", "(5.00)"), ("0", '#,##0;-#,##0;"-"', "-"),
    ("5", '_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* "-"??_ ;_ @_ ', "¥5.00"), ("13800000000", "000-0000-0000", "138-0000-0000"),
    ("70", '[>=90]"优";[>=60]"及格";"差"', "及格"), ("5", '[>=90]"优";[>=60]"及格";"差"', "差"),
    ("5", ";;;", "5"),  # hidden by its format: it is in the file, so it is read
    ("45356", "yyyy/m/d", "2024/3/5"), ("45356", 'yyyy"年"m"月"d"日";@', "2024年3月5日"), ("45356", "[$-804]aaaa", "星期二"),
    ("45356.3541666667", "yyyy-mm-dd hh:mm", "2024-03-05 08:30"), ("0.3541666667", "h:mm", "8:30"), ("45356", "mmm-yy", "Mar-24"),
    ("1.5", "[h]:mm:ss", "36:00:00"), ("0.5", "mm:ss.0", "00:00.0"), ("45356.75", '上午/下午h"时"mm"分"', "下午6时00分"),
    ("45356.99999999", "yyyy/m/d h:mm", "2024/3/6 0:00"), ("60", "yyyy/m/d", "1900/2/29"), ("45356.5", "h:mm AM/PM", "12:00 PM"),
    ("45356", "[$-F800]dddd, mmmm dd, yyyy", "2024年3月5日"),
]  # fmt: skip


@pytest.mark.parametrize(("literal", "code", "text"), SHOWN)
def test_shown(literal: str, code: str, text: str) -> None:
    assert shower(code)(literal) == text


def test_days_since_1904() -> None:
    assert shower("yyyy/m/d", since_1904=True)("0") == "1904/1/1"


@pytest.mark.parametrize(
    ("literal", "code"),
    [
        ("0.5", "# ?/?"),  # fractions
        ("5", "[DBNum2]0"),  # 伍
        ("-5", "yyyy/m/d"),  # Excel shows ########
        ("3000000", "yyyy/m/d"),  # beyond 9999
    ],
)
def test_what_is_not_known_is_said(literal: str, code: str) -> None:
    with pytest.raises(UnknownFormat):
        shower(code)(literal)


@pytest.mark.parametrize(
    ("literal", "text"),
    [
        ("1.1", "1.1"), ("1.1000000000000001", "1.1"), ("0.30000000000000004", "0.3"), ("1.5E-7", "0.00000015"),
        ("-0", "0"), ("6901234567892", "6901234567892"), ("3.30102199001011E+17", "330102199001011000"), ("1e21", "1E+21"),
        ("330102199001011234", "330102199001011234"), ("100", "100"), ("1.50", "1.5"),
    ],
)  # fmt: skip
def test_general(literal: str, text: str) -> None:
    assert general(literal) == text


@pytest.mark.parametrize("literal", ["", "eins", "nan", "inf", "1e999", "1,5", "１２x"])
def test_no_number_is_a_value_error(literal: str) -> None:
    with pytest.raises(ValueError):
        shower("0.00")(literal)


@pytest.mark.parametrize(
    ("literal", "rounded"),
    [
        ("3.30102199001011E+17", True), ("330102199001011000", True), ("6222020000000000", True), ("1E+15", True),
        ("330102199001011234", False),  # all 18 digits are there
        ("123456789012345", False),  # 15
        ("1.23456789012345678", False),  # many digits, but behind the point
        ("1E+14", False),
    ],
)  # fmt: skip
def test_rounded(literal: str, rounded: bool) -> None:
    assert is_rounded(literal) is rounded


@given(st.floats(-1e14, 1e14), st.sampled_from([*BUILT_IN.values(), "0.0", "#,##0.0#", "yyyy-mm-dd", ";;;", "0.0,,"]))
def test_a_number_always_shows_something(number: float, code: str) -> None:
    try:
        assert shower(code)(repr(number))
    except UnknownFormat:
        assert general(repr(number))


@given(st.decimals(-(10**9), 10**9, places=2))
def test_two_places_are_two_places(number: object) -> None:
    assert shower("0.00")(f"{number:f}") == f"{number:.2f}"


@given(st.text('0#?.,;%E+-/\\"_*[]@yYmdhsae年月¥ ', max_size=12), st.sampled_from(["0", "1.5", "-3", "45356.25"]))
def test_any_code_shows_or_is_unknown(code: str, literal: str) -> None:
    with contextlib.suppress(UnknownFormat):
        assert shower(code)(literal)
