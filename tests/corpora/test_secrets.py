"""Secrets: the environment first, then a file that only its owner reads; a value is never told."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora import secrets
from corpora.errors import UsageError


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / secrets.FILE
    file.write_text("# 注释\nTEST_A = 甲=乙 \n\nTEST_B=2\n", "utf-8")
    file.chmod(0o600)
    assert secrets.expand("x${TEST_A}y${TEST_B}$TEST_B", secrets.of(tmp_path)) == "x甲=乙y2$TEST_B"
    monkeypatch.setenv("TEST_A", "env")
    assert secrets.expand("${TEST_A}", secrets.of(tmp_path)) == "env"


def test_a_file_that_others_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / secrets.FILE).write_text("TEST_A=hidden")
    (tmp_path / secrets.FILE).chmod(0o644)
    with pytest.raises(UsageError, match="others can read") as caught:
        secrets.of(tmp_path)("TEST_A")
    assert "hidden" not in str(caught.value) + caught.value.hint


def test_a_missing_variable_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="TEST_NONE"):
        secrets.of(tmp_path)("TEST_NONE")
