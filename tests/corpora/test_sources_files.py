"""What a pattern names: every file once, and what can't be read as well; names that are not UTF-8 become readable."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from corpora.errors import SourceMissing
from corpora.sources.files import expand, printable, unopened
from corpora.sources.streams import open_file
from corpora.sources.system_files import is_system_file


def tree(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("a\n")


def named(folder: Path, pattern: str) -> list[str]:
    found = expand(pattern, folder)
    assert len(found) == len(set(found))
    return sorted(os.path.relpath(path, folder) for path in found)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.csv", ["一.csv"]),
        ("**/*.csv", ["b/c/三.csv", "b/二.csv", "一.csv"]),
        ("b/**", ["b/c/三.csv", "b/二.csv"]),
        ("**/c/*.csv", ["b/c/三.csv"]),
        ("**/**/*.csv", ["b/c/三.csv", "b/二.csv", "一.csv"]),
        ("*/**/三.csv", ["b/c/三.csv"]),
        ("没有/**/*.csv", []),
    ],
)
def test_patterns(tmp_path: Path, pattern: str, expected: list[str]) -> None:
    tree(tmp_path, "一.csv", "b/二.csv", "b/c/三.csv", ".藏/四.csv")
    assert named(tmp_path, pattern) == expected


def test_a_loop_of_links_is_entered_once(tmp_path: Path) -> None:
    tree(tmp_path, "一.csv", "子/二.csv")
    (tmp_path / "环").symlink_to(".")
    (tmp_path / "子/上").symlink_to("..")
    (tmp_path / "别名").symlink_to("子")  # sorted before it, yet its files keep their own names
    assert named(tmp_path, "**/*.csv") == ["一.csv", "子/二.csv"]


def test_what_cannot_be_read_is_named_too(tmp_path: Path) -> None:
    tree(tmp_path, "a.csv")
    os.mkfifo(tmp_path / "管.csv")
    (tmp_path / "断.csv").symlink_to("没有")
    assert named(tmp_path, "*.csv") == ["a.csv", "断.csv", "管.csv"] and named(tmp_path, "断.csv") == ["断.csv"]
    causes = {name: unopened(str(tmp_path / name)) for name in ("a.csv", "断.csv", "管.csv")}
    assert causes == {"a.csv": None, "断.csv": "not_a_file", "管.csv": "not_a_file"}
    with pytest.raises(SourceMissing):  # at once: nobody writes into it
        open_file(str(tmp_path / "管.csv"))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (os.fsencode("病历.csv"), "病历.csv"),
        ("病历.csv".encode("gb18030"), "病历.csv"),
        (b"\xff\xff.csv", r"\xff\xff.csv"),
    ],
)
def test_names_are_printable(name: bytes, shown: str) -> None:
    path = printable(os.fsdecode(os.fsencode("/甲/") + name))
    assert path == f"/甲/{shown}" and path.encode()


@pytest.mark.parametrize(
    ("name", "data", "expected", "why"),
    [
        (".DS_Store", b"", True, "by its name"),
        ("a.zip!/x/Thumbs.db", b"1", True, "by its name, in an archive"),
        ("~$病历.xlsx", bytes(165), True, "the lock of an open workbook"),
        ("~$病历.xlsx", bytes(5000), False, "too large for a lock"),
        ("._病历.csv", b"\0\5\x16\7\0\2", True, "AppleDouble"),
        ("._病历.csv", b"a,b\n", False, "somebody's file with an odd name"),
        ("病历.csv", b"\0\5\x16\7", False, "the name is that of a file"),
    ],
)
def test_system_files(tmp_path: Path, name: str, data: bytes, expected: bool, why: str) -> None:
    (tmp_path / "a").write_bytes(data)
    assert is_system_file(str(tmp_path / "a"), name) is expected, why
