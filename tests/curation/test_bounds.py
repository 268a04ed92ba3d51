"""Moved bounds go back into the recipe's YAML: its comments and everything else stay, however its rules are written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.errors import UsageError
from curation import recipe_yaml
from curation.look.bounds import edited, moved, rules_of, unified
from curation.recipe_file import parse

HEAD = """# 一份配方 # with comments
format: 1
corpus: test/notes
sources: [{label: 测试, files: [notes.jsonl], generated: true}]
steps:
  - step: signals   # measured first
"""
STYLES = {
    "none": "  - step: filter  # 随附规则\n  - step: dedup_exact\n",
    "none, at the end of the file": "  - step: filter",
    "preset after": "  - step: filter\n    preset: chinese_domain\n  - step: dedup_exact\n",
    "step last": "  - name: filter\n    step: filter\n",
    "block": "  - step: filter\n    rules:   # own\n      # 短行\n      - column: digit_share\n        at_most: 0.5  # half\n      - {column: entropy, at_least: 2.0, reason: monotonous}\n  - step: dedup_exact\n",
    "flow list": "  - step: filter\n    rules: [{column: digit_share, at_most: 0.5}]\n",
    "empty list": "  - step: filter\n    rules: []\n",
    "flow step": "  - {step: filter, preset: chinese_domain}\n",
    "windows": "  - step: filter\r\n    rules:\r\n      - {column: digit_share, at_most: 0.5}\r\n",
}  # fmt: skip
KEYS = [("filter", "too_short"), ("filter", "decoration"), ("filter", "digit_share_high")]


def recipe(text: str) -> object:
    return parse(recipe_yaml.read(text)[0])


@pytest.mark.parametrize("style", STYLES)
@settings(max_examples=12, deadline=None)
@given(values=st.lists(st.floats(0, 1e6, allow_nan=False), min_size=3, max_size=3), chosen=st.sets(st.sampled_from(KEYS)))
def test_what_is_written_says_what_was_meant(style: str, values: list[float], chosen: set[tuple[str, str]]) -> None:
    text = HEAD + STYLES[style]
    text = text.replace("\r", "").replace("\n", "\r\n") if style == "windows" else text
    before = recipe(text)
    there = {
        ("filter", reason) for step in before.of_phase("decide") if hasattr(step, "marks") for _, reason in rules_of(step)
    }  # type: ignore[attr-defined]
    bounds = {
        key: (value, None) if key[1] == "too_short" else (None, value)
        for key, value in zip(KEYS, values, strict=True)
        if key in chosen & there
    }
    after = edited(text, bounds)
    assert recipe(after) == moved(before, bounds)  # type: ignore[arg-type]
    assert [line for line in text.splitlines() if "#" in line] == [line for line in after.splitlines() if "#" in line] or (
        "digit_share_high" in {reason for _, reason in bounds}
    )
    assert text.count("#") == after.count("#") and (bounds or after == text)
    assert ("\r\n" in after) == ("\r\n" in text)
    assert edited(after, bounds) == after, "nothing is left to change"
    assert (unified(text, after, "x.yaml") == "") == (text == after)


def test_the_reason_is_given_in_the_same_order() -> None:
    before = recipe(HEAD + STYLES["block"])
    after = moved(before, {("filter", "too_short"): (9.0, None)})  # type: ignore[arg-type]
    (step,) = [one for one in after.steps if one.key == "filter"]
    assert [rule.column for rule in step.rules] == ["characters", "digit_share", "entropy"]
    assert step.rules[0].reason == "too_short" and step.rules[0].at_least == 9


@pytest.mark.parametrize(
    ("bounds", "why"),
    [
        ({("filter", "nothing"): (1.0, None)}, "no such rule"),
        ({("other", "too_short"): (1.0, None)}, "no such step"),
        ({("filter", "too_short"): (1.0, 5.0)}, "the rule has no upper bound"),
        ({("filter", "too_short"): (None, None)}, "no bound is left"),
    ],
)
def test_what_cannot_be_is_refused(bounds: dict, why: str) -> None:  # type: ignore[type-arg]
    with pytest.raises(UsageError):
        edited(HEAD + STYLES["none"], bounds)


def test_a_recipe_that_shares_a_rule_between_steps_is_not_edited() -> None:
    shared = "  - step: filter\n    rules: &own\n      - {column: digit_share, at_most: 0.5}\n  - step: filter\n    name: again\n    rules: *own\n"
    with pytest.raises(UsageError):
        edited(HEAD + shared, {("filter", "digit_share_high"): (None, 0.25)})
