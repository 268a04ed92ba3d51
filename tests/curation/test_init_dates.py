"""Columns of dates, however they are written, are told from others and never offered for publishing."""

from __future__ import annotations

from pathlib import Path

import pytest

from curation.look import domain, draft, parts, roles
from curation.look.dates import is_date
from curation.look.groups import Group

CASES = [
    ("2025-03-09", True, "ISO 8601"),
    ("2025-03-09T08:30:00", True, "with a time"),
    ("2025.3.9", True, "dots"),
    ("2025/3/9 0:00", True, "as Excel shows a date and time"),
    ("2025 年 3 月 9 日", True, "with spaces"),
    ("20250309", True, "eight digits"),
    ("2025年3月", True, "a month"),
    ("2025-03", True, "a month"),
    ("3/9/25", True, "as Excel shows dates by default in the US format"),
    ("09/03/2025", True, "day or month first"),
    ("31.12.25", True, "day first"),
    ("25-3-9", True, "a short year first"),
    ("25/03/09 14:20", True, "a short year first, with a time"),
    ("3月9日", True, "no year"),
    ("3月9号 下午", True, "spoken"),
    ("3月9日（周日）", True, "with the day of the week"),
    ("25年3月9日", True, "a short year"),
    ("二〇二五年三月九日", True, "in words"),
    ("9-Mar-25", True, "month by name"),
    ("Mar 9, 2025", True, "month by name"),
    ("2025", False, "a year is a measure"),
    ("20251399", False, "there is no month 13"),
    ("13/32/25", False, "no such day or month"),
    ("3/9", False, "may be a ratio"),
    ("120/80", False, "blood pressure"),
    ("1.10", False, "a number"),
    ("192.168.1.25", False, "an address of a machine"),
    ("3-2-501", False, "building, unit, room"),
    ("M8×25", False, "a thread"),
    ("3月", False, "a month alone is a season, and a category"),
    ("3月9日入院", False, "a sentence about a date"),
    ("0755-12345678", False, "a telephone number"),
    ("", False, "nothing"),
]


@pytest.mark.parametrize(("value", "date", "why"), CASES, ids=[f"{case[0]} {case[2]}" for case in CASES])
def test_dates(value: str, date: bool, why: str) -> None:
    assert is_date(value) == date, why


NOTE = "患者第{}次就诊，诉头痛三天，体温升高，予以对症处理后好转，嘱门诊随访并复查血常规。"
COLUMNS = [
    (["3/9/25", "3/10/25"], False, "dates"),
    (["3月9日", "3月10日"], False, "dates without a year"),
    (["20250309", "20250310"], False, "dates that are numbers too"),
    (["3月9日", "3月9日", "待定", "待定"], False, "half of them dates"),
    (["内科", "外科"], True, "a category"),
    (["36.5", "37.2"], True, "a measure"),
]


@pytest.mark.parametrize(("values", "published", "why"), COLUMNS, ids=[case[2] for case in COLUMNS])
def test_dates_are_not_offered(values: list[str], published: bool, why: str) -> None:
    rows = 40
    columns = {"病程": [NOTE.format(i) for i in range(rows)], "列": [values[i % len(values)] for i in range(rows)]}
    group = Group("csv", ["/d/a.csv"], columns, rows=rows)
    assert (roles.find(group).of("column") != []) == published, why
    assert ("列" in parts.published(parts.together([group], Path("/d")))) == published, why


def test_the_draft_names_every_column_of_dates() -> None:
    days = [f"3/{i % 28 + 1}/25" for i in range(40)]
    columns = {"病程": [NOTE.format(i) for i in range(40)], "入院": days, "出院": days}
    whole = parts.together([Group("csv", ["/d/a.csv"], columns, rows=40)], Path("/d"))
    text = draft.write(whole, domain.Domain("healthcare", 0.1, 0.0), Path("/d"))
    assert "默认不公开：入院、出院" in text and "columns:" not in text
