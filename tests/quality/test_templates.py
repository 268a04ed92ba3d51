"""Templates over columns: values stand where they are named, and lines without values go."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.templates import Template


def render(template: Template, **values: list[str | None]) -> list[str]:
    return template.render({name: pa.array(column, pa.large_string()) for name, column in values.items()}).to_pylist()


def test_empty_values_take_their_line_along() -> None:
    template = Template.parse("门诊病历\n主诉：{主诉}\n血压：{高}/{低} mmHg\n")
    found = render(template, 主诉=["头痛3天", None, " "], 高=["130", "120", ""], 低=["85", "", None])
    assert found == ["门诊病历\n主诉：头痛3天\n血压：130/85 mmHg", "门诊病历\n血压：120/ mmHg", ""]


def test_fields_are_labelled_lines() -> None:
    template = Template.of_fields(["主诉", {"诊断": "出院诊断"}])
    assert render(template, 主诉=["咳嗽"], 出院诊断=["肺炎"]) == ["主诉：咳嗽\n诊断：肺炎"]


def test_braces() -> None:
    assert render(Template.parse("{{{a}}}"), a=["1"]) == ["{1}"]


@pytest.mark.parametrize("text", ["{", "{a", "}", "{}", "{a!r}", "{a:>3}", "{a.b}", "{a[0]}"])
def test_only_names_stand_in_braces(text: str) -> None:
    with pytest.raises(ValueError):
        Template.parse(text)


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_value_stands_as_it_is(one: str, two: str) -> None:
    """No value is read as a template, whatever it holds."""
    found = render(Template.parse("甲{a}乙{b}"), a=[one], b=[two])[0]
    one, two = (pa.compute.utf8_trim_whitespace(pa.scalar(value)).as_py() for value in (one, two))
    assert found == (f"甲{one}乙{two}" if one or two else "")
