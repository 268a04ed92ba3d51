"""One value of a recipe changes in place: comments and everything else stay."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from corpora.errors import RecipeError
from curation.form import editing, fields

TEXT = """# 抬头注释
format: 1
corpus: nb/notes   # 名字
title:
text: [a, b]
columns: {科室: {label: 科室}}
sources:
  - label: 门诊
    files:
      - a.csv
      - b.csv
steps:
  - step: filter   # 规则
    rules:
      - {column: characters, at_least: 10}
  - step: signals
"""

CASES = [
    ("corpus", "nb/other", "a scalar"), ("title", "病历", "an empty value"), ("text", ["c"], "a flow list"),
    ("version", "2.0.0", "a new key of the whole"), ("steps.0.rules.0.at_least", 12.5, "a bound inside a flow mapping"),
    ("steps.0.rules.0.at_most", 900, "a new key of a flow mapping"), ("sources.0.files", ["x.csv"], "a block list"),
    ("sources.0.licence", "CC0-1.0", "a new key of a mapping in a list"), ("steps.1.name", "again", "a step with one key"),
    ("title", "含: 冒号 # 井号", "a value that has to be quoted"), ("columns.科室.label", "就诊科室", "a nested flow mapping"),
]  # fmt: skip


@pytest.mark.parametrize(("address", "value", "why"), CASES)
def test_only_this_value_changes(address: str, value: object, why: str) -> None:
    before, text = yaml.safe_load(TEXT), editing.set_value(TEXT, address, value)
    after = yaml.safe_load(text)
    assert editing.value_at(after, address) == value, why
    for comment in ("# 抬头注释", "# 名字", "# 规则"):
        assert comment in text, why
    changed = [key for key in {*before, *after} if before.get(key) != after.get(key)]
    assert changed == [address.split(".")[0]]


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=40))
def test_any_title_comes_back(title: str) -> None:
    assert yaml.safe_load(editing.set_value(TEXT, "title", title))["title"] == title


def test_there_has_to_be_something_around_it() -> None:
    with pytest.raises(RecipeError):
        editing.set_value(TEXT, "steps.9.rules.0.at_least", 1)


def test_fields_are_the_schema() -> None:
    data = yaml.safe_load(TEXT)
    basics = {field.key: field for field in fields.basics(data)}
    assert basics["corpus"].kind == "text" and basics["industry"].kind == "choice" and basics["text"].kind == "list"
    assert basics["corpus"].given and not basics["version"].given and basics["version"].value == "1.0.0"
    assert fields.steps(data) == ["filter", "signals"]
    (bound,) = fields.rules(data, 0)
    assert (bound.address, bound.value) == ("steps.0.rules.0.at_least", 10.0)
    assert fields.of_step({"steps": [{"step": "nonsense"}]}, 0) == []
    assert fields.steps(None) == [] and fields.steps({"steps": 5}) == []
