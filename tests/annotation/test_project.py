"""Projects: those that ship are whole and understood by Label Studio's own checker; every mistake is named at its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from annotation import project as projects
from annotation.label_studio import check_config
from corpora.errors import FormatUnknown, RecipeError, UsageError


def raw(**changes: Any) -> dict[str, Any]:
    return {**projects.load("keep_drop").model_dump(mode="json"), **changes}


@pytest.mark.parametrize("name", projects.shipped())
def test_shipped_projects_are_whole(name: str) -> None:
    one = projects.load(name)
    check_config(one.config())
    assert one.name == name and all(f'alias="{key}"' in one.config() for key in one.keys)
    assert all(choice.anchor in one.instruction() for choice in one.choices)
    assert projects.parse(one.model_dump(mode="json")) == one
    for line in one.guidelines.splitlines():
        assert line in one.instruction()


def test_the_three_kinds_ship() -> None:
    assert projects.shipped() == ["document_quality", "keep_drop", "pii_spans"]
    assert {projects.load(name).decides for name in projects.shipped()} == {"row", "spans", "nothing"}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"colour": "red"}, "colour"),
        ({"kind": "vote"}, "kind"),
        ({"version": "1"}, "version"),
        ({"sample": {"random": 0.5, "near": 0.2}}, "0.7"),
        ({"sample": {"random": 0.0, "rejected": 1.0}}, "sample.random"),
        ({"near": None}, "near"),
        ({"choices": [{"key": "keep", "label": "保留", "anchor": "完整可读的"}]}, "choice"),
        (
            {
                "choices": [
                    {"key": "yes", "label": "是", "anchor": "是的是的"},
                    {"key": "no", "label": "否", "anchor": "不是不是"},
                ]
            },
            "keep",
        ),
        ({"measure": "ordinal"}, "整数"),
        ({"label_config": "<View/>"}, "$text"),
        ({"kinds": ["person_nam"]}, "person_name"),
        ({"guidelines": "快点标"}, "guidelines"),
    ],
)
def test_a_mistake_is_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(RecipeError) as error:
        projects.parse(raw(**changes))
    assert said in str(error.value)


def test_one_s_own_file(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(yaml.safe_dump(raw(name="own"), allow_unicode=True), "utf-8")
    assert projects.load(str(path)).name == "own"
    path.write_text(yaml.safe_dump(raw(format=2)), "utf-8")
    with pytest.raises(FormatUnknown):
        projects.load(str(path))
    path.write_text("a: [", "utf-8")
    with pytest.raises(UsageError):
        projects.load(str(path))
    with pytest.raises(UsageError) as error:
        projects.load("keep_drip")
    assert "keep_drop" in error.value.hint


def test_hostile_words_stay_words() -> None:
    data = raw(question='<b onclick="x">"&')
    data["choices"][0]["anchor"] = '"/><script>alert(1)</script>'
    one = projects.parse(data)
    check_config(one.config())
    assert "<script>" not in one.config() + one.instruction() and "<b onclick" not in one.config() + one.instruction()


def test_a_template_that_label_studio_refuses_is_refused_before() -> None:
    with pytest.raises(UsageError):
        check_config(
            '<View><Text name="text" value="$text"/><Choices name="a" toName="elsewhere"><Choice value="x"/></Choices></View>'
        )
