"""Dates in text: found, moved and cut short."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import text_buffers
from quality import calendar


def moved(text: str, days: int) -> str:
    """The definition: every date that is found, moved."""
    runs = calendar.candidates(text_buffers.texts(pa.array([text], pa.large_string())))
    out, at, year = "", 0, calendar.NO_YEAR
    for start, end in zip(runs.start.tolist(), runs.end.tolist(), strict=True):
        run = text[start:end]
        for date in calendar.read(run, text[max(0, start - 4) : start], year):
            year = date.day.year
            out += text[at : start + date.start] + calendar.moved(run, date, days)
            at = start + date.end
    return out + text[at:]


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("2024年3月5日入院", "2024年3月15日入院"),
        ("于2024-03-05复查", "于2024-03-15复查"),
        ("2024/3/5", "2024/3/15"),
        ("2024.3.5-2024.3.28", "2024.3.15-2024.4.7"),
        ("20240305入院", "20240315入院"),
        ("二〇二四年三月二十五日", "二〇二四年四月四日"),
        ("二零二四年三月五号", "二零二四年三月十五号"),
        ("２０２４年１２月３１日", "２０２５年１月１０日"),
        ("2024年2月25日入院，3月1日出院", "2024年3月6日入院，3月11日出院"),
        ("2024-03-05T10:20", "2024-03-15T10:20"),
    ],
)
def test_written_the_same_way(text: str, later: str) -> None:
    assert moved(text, 10) == later


@pytest.mark.parametrize(
    "text",
    [
        "批号20240305",  # a batch number
        "编号：20240305",
        "血压120/80mmHg",
        "版本2024.3.5.1",  # a fourth part
        "2024-13-01",  # no such month
        "X20240305",  # part of a code
        "202403051",
        "GB/T 37964-2019",
        "服药3个月",
        "38.5-39.0",
    ],
)
def test_what_is_no_date_stays(text: str) -> None:
    assert moved(text, 10) == text


FORMS = ("{y}年{m}月{d}日", "{y}-{m:02}-{d:02}", "{y}/{m}/{d}", "{y}.{m:02}.{d:02}", "{y}{m:02}{d:02}")


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(st.dates(dt.date(1950, 1, 1), dt.date(2060, 1, 1)), st.sampled_from(FORMS)), min_size=2, max_size=5),
    st.integers(-3650, 3650),
)
def test_order_and_distances_stay(dates: list[tuple[dt.date, str]], days: int) -> None:
    text = "，记".join(form.format(y=day.year, m=day.month, d=day.day) for day, form in dates)
    new = moved(text, days)
    runs = calendar.candidates(text_buffers.texts(pa.array([new], pa.large_string())))
    found = [one.day for a, b in zip(runs.start, runs.end, strict=True) for one in calendar.read(new[a:b])]
    assert found == [day + dt.timedelta(days) for day, _ in dates]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(st.sampled_from("2024年03月5日号-/.一二十〇 患X\U00020bb7é"), max_size=30), max_size=4))
def test_runs_are_where_they_say(strings: list[str]) -> None:
    runs = calendar.candidates(text_buffers.texts(pa.array(strings, pa.large_string())))
    for text, start, end, a, b in zip(*runs, strict=True):
        assert strings[text].encode()[a:b].decode() == strings[text][start:end]
        assert calendar.read(strings[text][start:end]) == calendar.read(strings[text][start:end])
    assert (np.diff(runs.text) >= 0).all()


@pytest.mark.parametrize(
    ("text", "year", "month"),
    [
        ("1990年1月12日", "1990年", "1990年1月"),
        ("1990-01-12", "1990", "1990-01"),
        ("一九九〇年一月一日", "一九九〇年", "一九九〇年一月"),
    ],
)
def test_cut_short(text: str, year: str, month: str) -> None:
    assert (calendar.cut(text, "year"), calendar.cut(text, "month")) == (year, month)


def test_nothing_to_cut() -> None:
    assert calendar.cut("生于昨天", "year") is None
