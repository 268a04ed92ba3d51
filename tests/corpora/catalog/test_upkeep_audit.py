"""fsck: a catalog whose log went away says so; one that is new or whole does not."""

from __future__ import annotations

from pathlib import Path

from corpora.catalog import Catalog


def _kinds(root: Path) -> list[str]:
    database = f"sqlite:///{root / 'people.sqlite'}"
    return [str(one) for one in Catalog(root, database=database).fsck() if "no audit" in str(one)]


def test_datasets_without_a_log_are_a_finding(tmp_path: Path) -> None:
    assert not _kinds(tmp_path), "nothing there yet"
    database = f"sqlite:///{tmp_path / 'people.sqlite'}"
    Catalog(tmp_path, database=database).repository("demo/poems").create(by="an", private=True, pushed=True)
    assert not _kinds(tmp_path), "its creation is in the log"
    for file in tmp_path.glob("people.sqlite*"):
        file.unlink()
    assert len(_kinds(tmp_path)) == 1
