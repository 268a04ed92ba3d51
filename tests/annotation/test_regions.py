"""Regions: what the server would take in silently is refused here."""

from __future__ import annotations

from typing import Any

import pytest

from annotation import project as projects
from annotation import regions

TEXT = "😀患者王小明，𠮷林路3号"
SPANS, CHOICE = projects.load("pii_spans"), projects.load("keep_drop")


def span(**changes: Any) -> dict[str, Any]:
    value = {"start": 3, "end": 6, "text": "王小明", "labels": ["person_name"]} | changes.pop("value", {})
    return {"id": "r0", "from_name": "pii", "to_name": "text", "type": "labels", "value": value} | changes


@pytest.mark.parametrize(
    ("one", "why"),
    [
        (span(from_name="name"), "another control"),
        (span(to_name="other"), "another object"),
        (span(type="choices"), "another kind of region"),
        (span(value={"labels": ["姓名"]}), "what people see instead of the alias"),
        (span(value={"labels": ["planet"]}), "an unknown label"),
        (span(value={"labels": []}), "no label"),
        (span(value={"labels": ["person_name", "address"]}), "two labels in one region"),
        (span(value={"start": -1}), "before the text"),
        (span(value={"end": len(TEXT) + 1}), "beyond the text"),
        (span(value={"start": 6}), "empty"),
        (span(value={"start": "3"}), "a string for a place"),
        (span(value={"start": 4, "end": 7}), "UTF-16 places: they are one off behind an emoji, and the quoted text tells"),
    ],
)
def test_rubbish_is_refused(one: dict[str, Any], why: str) -> None:
    found = regions.faults(SPANS, TEXT, [one])
    assert len(found) == 1 and "王小明" not in found[0], why


def test_what_we_make_is_sound_and_comes_back() -> None:
    marks = [(3, 6, "person_name"), (7, len(TEXT), "address"), (0, 1, "uscc")]
    made = regions.of_marks(SPANS, TEXT, marks)
    assert regions.faults(SPANS, TEXT, made) == []
    assert regions.marks(made) == marks[:2]  # the project does not ask for the third kind
    assert made[0]["value"]["text"] == "王小明"
    (one,) = regions.of_choice(CHOICE, "drop")
    assert regions.faults(CHOICE, TEXT, [one]) == [] and regions.choice([one]) == "drop"
    assert regions.faults(CHOICE, TEXT, [{**one, "value": {"choices": ["剔除"]}}])
    assert regions.choice([]) == ""
