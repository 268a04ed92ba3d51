"""The house: who may import whom, where heavy libraries live, and that nothing tracked names a machine or an index."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("corpora", "quality", "curation", "annotation")
FILES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]

HEAVY = {  # library → files that may import it, as a pattern of the path
    "pypdfium2_raw": r"corpora/sources/pdf/child\.py",
    "rapidocr": r"corpora/sources/pdf/ocr\.py",
    "numba": r"(.*/)?kernels(/.*)?\.py",
    "streamlit": r"((.*/)?page|corpora/ui/(address|door|widget_words))\.py",
    "ray": r"curation/ray_runner\.py",
    "label_studio_sdk": r"annotation/label_studio\.py",
    "spacy": r"quality/pii/names/component\.py",
    "duckdb": r"(corpora/release/diff|curation/look/rows|quality/portrait)\.py",
    "datasets": r"(corpora/sources/hub|curation/look/demo)\.py",
    "opencc": r"(curation/clean/convert_script|quality/script_characters)\.py",
}


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    return names | {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}


def test_rooms_and_kernels() -> None:
    done = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("library", HEAVY)
def test_heavy_libraries_live_in_one_place_each(library: str) -> None:
    users = {str(path.relative_to(ROOT)) for path in FILES if library in {name.split(".")[0] for name in imported(path)}}
    assert {user for user in users if not re.fullmatch(HEAVY[library], user)} == set()


def test_files_are_short_and_say_what_they_are() -> None:
    for path in FILES:
        text = path.read_text("utf-8")
        assert text.count("\n") <= 320, path
        assert ast.get_docstring(ast.parse(text)), path


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return listed.stdout.splitlines()


def test_the_top_level_is_what_was_asked_for() -> None:
    wanted = {
        "curation", "corpora", "annotation", "quality", "app.py", "configs", "tests", "pyproject.toml", "README.md", "cli.py",
        "benchmarks", "Makefile", "requirements.lock", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md",
    }  # fmt: skip
    top = {name.split("/")[0] for name in tracked()}
    assert {name for name in top - wanted if not name.startswith(".")} == set()


def test_no_index_address_in_the_lock_file() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in lock and "--index" not in lock and "--find-links" not in lock
    pinned = re.findall(r"^[A-Za-z0-9_.-]+==", lock, re.M)
    assert len(pinned) > 100 and len(re.findall(r"--hash=sha256:", lock)) >= len(pinned)


def test_the_package_carries_recipes_lexicons_and_demo_data() -> None:
    from importlib import resources

    folder = Path(str(resources.files("configs")))
    assert (
        (folder / "healthcare.yaml").is_file()
        and list(folder.glob("demo/**/*.jsonl"))
        and list(folder.glob("lexicons/*.txt"))
    )
