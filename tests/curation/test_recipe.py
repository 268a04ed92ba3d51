"""Recipes: every mistake at once, each with its address and a suggestion; the command line on top."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.errors import RecipeError, UsageError
from curation import recipe_file, recipe_yaml
from curation.recipe import Recipe, steps_by_name
from curation.step import PHASES
from tests.curation import corpus


def mistakes(tmp_path: Path, content: str) -> dict[str, str]:
    path = tmp_path / "r.yaml"
    path.write_text(content, "utf-8")
    with pytest.raises(RecipeError) as caught:
        recipe_file.load(str(path))
    return dict(caught.value.mistakes)


def test_all_mistakes_at_once_with_addresses_and_suggestions(tmp_path: Path) -> None:
    content = corpus.RECIPE
    for old, new in {
        "- step: normalise": "- step: normalize",
        "title:": "titel:",
        "- step: dedup_near": "- step: dedup_near\n    treshold: 0.7",
        "licence:": "license:",
        "corpus: test/notes": "corpus: Not A Name",
    }.items():
        content = content.replace(old, new)
    found = mistakes(tmp_path, content)
    assert "normalise" in found["steps.0.step"]
    assert "title" in found["titel"]
    assert "threshold" in found["steps.7.treshold"]
    assert "licence" in found["sources.0.license"]
    assert "corpus" in found


@pytest.mark.parametrize(
    ("old", "new", "address"),
    [
        ("- step: redact_pii", "- step: redact_pii\n  - step: signals\n    name: again", "steps.9"),  # a phase too late
        ("- step: find_pii", "- step: normalise\n    name: normalise", "steps.3"),  # out of order and twice
        ("  科室: {type: string, label: 科室}", "  id: {type: string}", "columns.id"),
        ("  科室: {type: string, label: 科室}", "  text: {type: string}", "columns.text"),
        ("files: [notes.jsonl]", "files: [notes.jsonl]\n    format: jsnol", "sources.0.format"),
        ("  - step: find_pii\n", "", "steps.7"),  # redact_pii needs what find_pii adds
        ("test: 0.1}", "test: 0.3}", "splits"),
        ("title: 测试病历", "title: 一\ntitle: 二", "第 6 行 / line 6"),
    ],
)
def test_what_the_schema_alone_cannot_see(tmp_path: Path, old: str, new: str, address: str) -> None:
    assert old in corpus.RECIPE
    assert address in mistakes(tmp_path, corpus.RECIPE.replace(old, new))


def test_not_yaml_and_not_a_mapping(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "a: [1")
    assert mistakes(tmp_path, "- 1")


def test_unknown_recipe_suggests_a_shipped_one() -> None:
    with pytest.raises(UsageError) as caught:
        recipe_file.load("helthcare")
    assert "healthcare" in caught.value.hint


def test_shipped_recipes_are_valid() -> None:
    assert {"healthcare", "manufacturing", "general"} <= set(recipe_file.shipped())
    for name in recipe_file.shipped():
        assert isinstance(recipe_file.load(name).recipe, Recipe)


def test_the_command_line_overrides_sources_and_leaves(tmp_path: Path) -> None:
    file = recipe_file.load(str(corpus.recipe(tmp_path)))
    changed = recipe_file.override(
        file, inputs=["a.csv", "b*.jsonl"], text=["正文", "备注"], id="号", subject="人", version="2.3.4"
    )
    recipe = changed.recipe
    assert [source.files for source in recipe.sources] == [["a.csv", "b*.jsonl"]]
    assert (recipe.text, recipe.id, recipe.subject, recipe.version) == (["正文", "备注"], "号", "人", "2.3.4")
    assert changed.base == Path.cwd()


def test_every_step_names_itself_and_its_phase() -> None:
    for name, kind in steps_by_name().items():
        assert kind.model_construct().key == name
        assert kind.phase in PHASES


@pytest.mark.parametrize(
    ("said", "header"), [("none", False), ("false", False), ("auto", True), ("true", True), (None, True)]
)
def test_a_source_may_say_that_its_tables_have_no_header(said: str | None, header: bool) -> None:
    line = f", header: {said}" if said else ""
    text = f"{{format: 1, corpus: a/b, sources: [{{label: 甲, files: [a.csv]{line}}}], steps: []}}"
    recipe = recipe_file.parse(recipe_yaml.read(text)[0])
    assert recipe.sources[0].layout.header is header
    again = recipe_file.parse(recipe.model_dump(by_alias=True))
    assert again == recipe


def test_no_header_has_no_row() -> None:
    text = "{format: 1, corpus: a/b, sources: [{label: 甲, files: [a.csv], header: none, header_row: 2}], steps: []}"
    with pytest.raises(RecipeError, match="header"):
        recipe_file.parse(recipe_yaml.read(text)[0])
