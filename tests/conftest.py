"""Shared by all tests: a workspace of their own, and the data beside the project where there is any."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import postgresql_server
import pytest
from hypothesis import settings

if not os.environ.get("CI"):  # there hypothesis loads a profile of its own, without a deadline too
    settings.register_profile("here", deadline=None)
    settings.load_profile("here")

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has its own empty workspace; nobody's real one is touched."""
    folder = tmp_path_factory.mktemp("home") / "workspace"
    monkeypatch.setenv("YULIAO_HOME", str(folder))
    monkeypatch.delenv("YULIAO_DATABASE", raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_CACHE", str(folder.parent / "hf"))
    return folder


@pytest.fixture(scope="session")
def postgresql() -> Iterator[postgresql_server.Server]:
    """A PostgreSQL server of this test session's own."""
    yield from postgresql_server.started()


@pytest.fixture()
def shared() -> Path:
    """The real data beside the project; a stranger's clone has none, and then these tests are skipped."""
    if not SHARED.is_dir():
        if os.environ.get("CI"):
            pytest.fail("../shared/data is absent in CI")
        pytest.skip("../shared/data absent: this test needs the real data sets")
    return SHARED
