"""Every mistake that a person can make in a recipe: both languages, where it is, and what was probably meant."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from corpora.errors import RecipeError
from curation import recipe, recipe_file
from curation.recipe_mistakes import mistake
from curation.recipe_yaml import read
from tests.curation import corpus

# (what stands in the recipe, what is written instead, address, line, words of the message)
WRONG_YAML = [
    ("title: 测试病历", "\ttitle: 测试病历", 5, "空格"),
    ("  - label: 测试来源", "\t- label: 测试来源", 12, "spaces"),
    ("title: 测试病历", "title：测试病历", 5, "半角冒号"),
    ("title: 测试病历", "title:测试病历", 5, "ASCII colon"),
    ("title: 测试病历", "title: 病历: 2026", 5, "needs quotes"),
    ("title: 测试病历", " title: 测试病历", 5, "缩进"),
    ("title: 测试病历", "title: '测试病历", 5, "引号没有配对"),
    ("title: 测试病历", "title: [测试病历", 5, "括号没有配对"),
    ("title: 测试病历", "title: @病历", 5, "quote a value"),
    ("title: 测试病历", "title: !病历", 5, "要加引号"),
    ("title: 测试病历", 'title: "C:\\病历"', 5, "反斜杠"),
    ("files: [notes.jsonl]", "files: [*.jsonl]", 13, '"*.jsonl"'),
    ("files: [notes.jsonl]", "files: *.jsonl", 13, '"*.jsonl"'),
    ("title: 测试病历", "title: 甲\ntitle: 乙", 6, "键写了两次"),
    ("licence: CC0-1.0", "licence: CC0-1.0\n    licence: MIT", 15, "第 14 行"),
    ("obtained: 2026-11-01", "obtained: 2026-13-01", 15, "没有这一天"),
    ("title: 测试病历", "? [甲]\n: 乙", 5, "键要是文字"),
    ("title: 测试病历", "title: 甲\n---\nformat: 1", 6, "一个文件只写一份"),
    ("title: 测试病历", "title: \x07", 5, "控制字符"),
]
WRONG_SHAPE = [
    ("format: 1", "format: 2", "format", 2, "known: 1"),
    ("format: 1", "format: '1'", "format", 2, "cannot be '1'"),
    ("version: 1.0.0", "version: 1.0", "version", 4, '"1.0.0"'),
    ("version: 1.0.0", "version: v1", "version", 4, "1.0.0"),
    ("corpus: test/notes", "corpus: 病历", "corpus", 3, "命名空间/名称"),
    ("title: 测试病历", "title: yes", "title", 5, "quote it"),
    ("title: 测试病历", "title: 2026", "title", 5, '"2026"'),
    ("title: 测试病历", "title:", "title", 5, "值是空的"),
    ("title: 测试病历", "titel: 测试病历", "titel", 5, "是不是 title"),
    ("title: 测试病历", "1: 测试病历", "1", 5, "键要是文字"),
    ("text: [text]", "text: text", "text", 6, "[text]"),
    ("text: [text]", "text: ['a[].b[].c']", "text.0", 6, "只能有一层"),
    ("subject: 患者", "subject: [患者]", "subject", 8, "应是文字"),
    ("  科室: {type: string, label: 科室}", "  科室: {type: int, label: 科室}", "columns.科室.type", 10, "int64"),
    ("  科室: {type: string, label: 科室}", "  科室: string", "columns.科室", 10, "键值表"),
    ("  科室: {type: string, label: 科室}", "  score: {tpye: string}", "columns.score.tpye", 10, "是不是 type"),
    ("  科室: {type: string, label: 科室}", "  科室: {pii: moblie}", "columns.科室.pii", 10, "mobile"),
    ("  - label: 测试来源", "  - lable: 测试来源", "sources.0.lable", 12, "label"),
    ("  - label: 测试来源", "  - subject: X", "sources.0.label", 12, "missing key"),
    ("files: [notes.jsonl]", "files: notes.jsonl", "sources.0.files", 13, "[notes.jsonl]"),
    ("files: [notes.jsonl]", "files: []", "sources.0.files", 13, "at least 1"),
    ("files: [notes.jsonl]", "files: [a]\n    separator: ', '", "sources.0.separator", 14, "最多 1 个字符"),
    ("files: [notes.jsonl]", "files: [a]\n    format: jsnol", "sources.0.format", 14, "jsonl"),
    ("generated: true", "generated: 是", "sources.0.generated", 16, "write true"),
    ("generated: true", "generated: 'true'", "sources.0.generated", 16, "不加引号"),
    ("obtained: 2026-11-01", "obtained: 2026/11/01", "sources.0.obtained", 15, "2026-11-01"),
    ("obtained: 2026-11-01", "obtained: 2026-11-01 10:00:00", "sources.0.obtained", 15, "2026-11-01"),
    ("- step: normalise", "- step: normalize", "steps.0.step", 18, "normalise"),
    ("- step: normalise", "- stp: normalise", "steps.0.step", 18, "stp 是不是 step"),
    ("- step: normalise", "- normalise", "steps.0", 18, "- step: normalise"),
    ("steps:", "stesp:", "stesp", 17, "steps"),
    ("- step: find_pii", "- step: find_pii\n    kinds: [moblie]", "steps.3.kinds", 22, "mobile"),
    ("- step: dedup_near", "- step: dedup_near\n    threshold: high", "steps.7.threshold", 26, "应是数字"),
    ("- step: dedup_near", "- step: dedup_near\n    threshold: 7", "steps.7.threshold", 26, "不能大于 1 "),
    ("- step: dedup_near", "- step: dedup_near\n    treshold: 0.7", "steps.7.treshold", 26, "threshold"),
    ("- step: filter", "- step: filter\n    preset: chinese", "steps.5.preset", 24, "chinese_web"),
    ("- step: filter", "- step: filter\n    rules: [{column: characters}]", "steps.5.rules.0", 24, "at_least"),
    ("- step: filter", "- step: filter\n    name: Über", "steps.5.name", 24, "小写字母"),
    ("- step: score", "- step: score\n    components: [{column: x, worst: 0, best: 1}]", "steps.4.components.0.weight", 23, "缺少"),
    ("- step: redact_pii", "- step: redact_pii\n    actions: moblie", "steps.8.actions", 27, "是不是 mobile"),
    ("- step: redact_pii", "- step: redact_pii\n    actions: {moblie: mask}", "steps.8", 26, "是不是 mobile"),
    ("- step: redact_pii", "- step: redact_pii\n    actions: {mobile: maks}", "steps.8.actions.mobile", 27, "是不是 mask"),
    ("- step: redact_pii", "- step: redact_pii\n    pseudonym_digits: 8.5", "steps.8.pseudonym_digits", 27, "整数"),
    ("train: 0.8", "train: 80%", "splits.train", 27, "write 0.8"),
    ("test: 0.1}", "test: 0.3}", "splits", 27, "add up to 1"),
    ("splits:", "citation: {author: x}\nsplits:", "citation.author", 27, "authors"),
    ("splits:", "gates: {kept_shar: {at_least: 1}}\nsplits:", "gates.kept_shar", 27, "kept_share"),
    ("splits:", "canaries: {rows: -1}\nsplits:", "canaries.rows", 27, "不能小于 0"),
    ("splits:", "risk: {quasi: [科室]}\nsplits:", "risk.k", 27, "scene"),
    ("splits:", "industry: 医疗行业\nsplits:", "industry", 27, "医疗？"),
    ("splits:", "identities: {columns: {患者: person}}\nsplits:", "identities.columns", 27, "person_name"),
]  # fmt: skip


def mistakes(tmp_path: Path, old: str, new: str) -> dict[str, str]:
    assert old in corpus.RECIPE
    path = tmp_path / "r.yaml"
    path.write_text(corpus.RECIPE.replace(old, new, 1), "utf-8")
    with pytest.raises(RecipeError) as caught:
        recipe_file.load(str(path))
    return dict(caught.value.mistakes)


def both_languages(said: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff].* / .*[a-z]", said))


@pytest.mark.parametrize(("old", "new", "line", "words"), WRONG_YAML)
def test_what_yaml_cannot_read(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    found = mistakes(tmp_path, old, new)
    said = found[f"第 {line} 行 / line {line}"]
    assert words in said and both_languages(said)


@pytest.mark.parametrize(("old", "new", "address", "line", "words"), WRONG_SHAPE)
def test_what_the_schema_refuses(tmp_path: Path, old: str, new: str, address: str, line: int, words: str) -> None:
    said = mistakes(tmp_path, old, new)[address]
    assert said.startswith(f"第 {line} 行 / line {line}: ") and words in said and both_languages(said)


ODD: list[Any] = [
    None, True, -1, 7, 0.5, -1e9, float("inf"), "", "x", "X y", [], ["x"], [1], [{}], {}, {"x": "y"}, {"x": 1}, {1: 2}, [[]],
    [{"x": 1}], {"x": {}}, {"x": None}, dt.date(2026, 1, 2), dt.datetime(2026, 1, 2, 3),
]  # fmt: skip


def models() -> Iterator[type[BaseModel]]:
    """Every model that a recipe is made of."""
    seen: list[type[BaseModel]] = [recipe.Recipe, *recipe.steps_by_name().values()]
    for model in seen:
        yield model
        todo = [field.annotation for field in model.model_fields.values()]
        while todo:
            one = todo.pop()
            todo += getattr(one, "__args__", ())
            if isinstance(one, type) and issubclass(one, BaseModel) and one not in seen:
                seen.append(one)


@pytest.mark.parametrize("model", list(models()), ids=lambda model: model.__name__)
def test_no_message_of_the_library_gets_through(model: type[BaseModel]) -> None:
    """Odd values for every key of every part: each error has our words."""
    for name, field in model.model_fields.items():
        for value in ODD:
            try:
                model.model_validate({field.alias or name: value})
            except ValidationError as error:
                for item in error.errors():
                    address, said = mistake(item)
                    assert both_languages(said) and "should be a valid" not in said, (name, value, item["type"], said)


def test_lines_of_keys_that_hold_dots() -> None:
    _, lines = read("gates:\n  pii:\n    x: 1\n  pii.k:\n    at_least: 1\n")
    assert [lines.of(a) for a in ("gates", "gates.pii.x", "gates.pii.k.at_least", "gates.pii.none", "nothing")] == [
        1,
        3,
        5,
        2,
        1,
    ]
