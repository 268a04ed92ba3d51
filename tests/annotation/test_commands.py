"""What the commands understand, and what the engine guesses before people say anything."""

from __future__ import annotations

import pytest

from annotation import commands
from annotation import project as projects
from annotation.push import guess


def test_people_are_named_with_or_without_an_account() -> None:
    assert commands.people(["王芳", "李强=li@example.com", " 赵敏 = zhao@example.com "]) == [
        ("王芳", ""), ("李强", "li@example.com"), ("赵敏", "zhao@example.com"),
    ]  # fmt: skip


def test_the_server_s_address_comes_from_the_option_then_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    assert commands.where("") == "" and commands.where("http://team.example/") == "http://team.example"
    monkeypatch.setenv("LABEL_STUDIO_URL", "http://other.example")
    assert commands.where("") == "http://other.example" and commands.where("http://team.example") == "http://team.example"


@pytest.mark.parametrize(
    ("project", "kept", "quality", "expected"),
    [
        ("keep_drop", True, 0.1, "keep"),
        ("keep_drop", False, float("nan"), "drop"),
        ("document_quality", True, 0.0, "1"),
        ("document_quality", True, 0.5, "3"),
        ("document_quality", True, 1.0, "5"),
        ("document_quality", False, float("nan"), ""),
        ("pii_spans", True, 0.5, ""),
    ],
)
def test_guesses(project: str, kept: bool, quality: float, expected: str) -> None:
    assert guess(projects.load(project), kept=kept, quality=quality) == expected
