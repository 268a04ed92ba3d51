"""A .gitignore means here what it means to git; git itself is the oracle."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.hub.writing.ignoring import Ignoring


@pytest.mark.parametrize(
    ("rules", "path", "ignored"),
    [
        ("*.key", "a.key", True),
        ("*.key", "深/处/a.key", True),  # no slash: at any depth
        ("/*.key", "a/b.key", False),  # anchored
        ("a/*.key", "a/b.key", True),
        ("a/*.key", "a/b/c.key", False),  # a star does not cross a slash
        ("a/**", "a/b/c", True),
        ("**/tmp", "x/y/tmp/z", True),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("tmp/", "tmp", False),  # only a folder of that name
        ("tmp/", "x/tmp/a", True),
        ("*.key\n!good.key", "good.key", False),
        ("tmp/\n!tmp/a", "tmp/a", True),  # what lies in an ignored folder stays ignored
        ("# 注释\n\n", "# 注释", False),
        ("\\#a", "#a", True),
        ("a\\ ", "a ", True),
        ("a ", "a", True),
        ("[ab]?.txt", "b1.txt", True),
        ("[!ab].txt", "a.txt", False),
        ("[a-c].txt", "d.txt", False),
        ("[a-c].txt", "b.txt", True),
        ("[^a-cx].txt", "x.txt", False),
        ("[a-].txt", "-.txt", True),  # a hyphen at the end is itself
        ("[", "[", True),  # as git reads it: nothing closes it, so it stands for itself
        ("", "a", False),
        ("/", "a", False),
    ],
)
def test_rules(rules: str, path: str, ignored: bool) -> None:
    assert (path in Ignoring(rules)) is ignored


def test_too_many_rules() -> None:
    with pytest.raises(ValueError):
        Ignoring("a\n" * 501)


def test_a_pattern_that_hangs_regular_expressions() -> None:
    assert "a" * 250 not in Ignoring("*a" * 100 + "b")
    assert "/".join(["a"] * 400) not in Ignoring("**/a/" * 100 + "b")


_NAMES = st.lists(st.text("ab.", min_size=1, max_size=4).filter(lambda one: one.strip(".")), min_size=1, max_size=4)
_RULES = st.lists(
    st.builds(lambda no, root, parts, end: no + root + "/".join(parts) + end, st.sampled_from(["", "!"]), st.sampled_from(["", "/"]),
              st.lists(st.one_of(st.text("ab.*?", min_size=1, max_size=4).filter(lambda one: "**" not in one), st.just("**")),
                       min_size=1, max_size=3), st.sampled_from(["", "/"])),
    max_size=4,
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rules=_RULES, paths=st.lists(_NAMES.map("/".join), min_size=1, max_size=20, unique=True))
def test_as_git(tmp_path: Path, rules: list[str], paths: list[str]) -> None:
    if not shutil.which("git"):
        pytest.skip("git, the oracle, is not installed")
    if not (tmp_path / ".git").exists():
        subprocess.run(["git", "init", "-q", tmp_path], check=True)
    text = "\n".join(rules)
    (tmp_path / ".gitignore").write_text(text)
    ask = ["git", "-C", tmp_path, "-c", "core.excludesFile=", "check-ignore", "--no-index", "--stdin"]
    done = subprocess.run(ask, input="\n".join(paths), capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    assert [path for path in paths if path in Ignoring(text)] == done.stdout.splitlines()
