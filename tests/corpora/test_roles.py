"""Roles: the catalog's are the only ones; a file says which of them may do what. Invented people."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora import roles
from corpora.catalog import Catalog
from corpora.catalog.people import LOCAL, ROLES, People, Principal
from corpora.errors import UsageError
from corpora.workspace import Workspace

CORPUS = "nb/notes"


@pytest.fixture()
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "home")


@pytest.fixture()
def people(workspace: Workspace) -> People:
    """wang is an officer of nb, li its reviewer, zhao an officer elsewhere."""
    found = People(Catalog(workspace.catalog).database)
    for org in ("nb", "qc"):
        found.users.add_organisation(org, by="test")
    for name, org, role in (("wang", "nb", "officer"), ("li", "nb", "reviewer"), ("zhao", "qc", "officer")):
        found.users.add(name, by="test")
        found.users.give(name, org, role, by="test")
    return found


@pytest.mark.parametrize("key", ROLES)
def test_a_role_is_read_by_its_key_and_by_its_label(key: str) -> None:
    assert roles.parse(key) == roles.parse(ROLES[key].label) == roles.known(ROLES[key].label) == key
    assert roles.said(key) == roles.said(ROLES[key].label) == ROLES[key].label


@pytest.mark.parametrize("word", ["审核员", "Officer", "", "annotator"])
def test_another_word_is_no_role_and_the_error_lists_those_there_are(word: str) -> None:
    with pytest.raises(UsageError) as told:
        roles.parse(word)
    assert all(f"{key}（{one.label}）" in str(told.value.hint) for key, one in ROLES.items())
    assert roles.known(word) == roles.said(word) == word, "an old log may hold it: it is shown as it is"


def test_who_may_do_what_comes_from_the_shipped_file_or_the_workspace_s_own(workspace: Workspace) -> None:
    assert roles.may(workspace, "restore") == roles.may(workspace, "sign") == ("officer",)
    own = workspace.root / roles.FILE
    own.write_text("format: 1\nreview: {restore: [数据安全官, officer, 复核员]}\n", "utf-8")
    assert roles.may(workspace, "restore") == ("officer", "reviewer"), "an older file with labels; each once"
    assert roles.may(workspace, "sign") == ("officer",), "what it does not say stays as shipped"
    own.write_text("format: 1\nreview: {restore: []}\nrelease: {sign: [owner]}\n", "utf-8")
    assert roles.may(workspace, "restore") == () and roles.may(workspace, "sign") == ("owner",)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("format: 2\nreview: {restore: [officer]}", "another format"),
        ("[", "no YAML"),
        ("", "empty"),
        ("format: 1\nreview: {restore: officer}", "no list"),
        ("format: 1\nreview: {restore: [1]}", "no word"),
        ("format: 1\nreveiw: {restore: [officer]}", "a section that there is not"),
        ("format: 1\nreview: {restores: [officer]}", "a deed that there is not"),
        ("format: 1\nreview: {restore: [审核员]}", "a role that there is not"),
    ],
)
def test_a_file_that_is_none_is_told_with_the_roles_there_are(workspace: Workspace, text: str, why: str) -> None:
    (workspace.root / roles.FILE).write_text(text, "utf-8")
    with pytest.raises(UsageError) as told:
        roles.may(workspace, "restore")
    assert "officer（数据安全官）" in str(told.value.hint), why


def test_without_users_whoever_sits_there_holds_all(workspace: Workspace) -> None:
    for role in ROLES:
        roles.check(workspace, "周明", role, CORPUS)
    assert roles.acting(workspace, "周明", CORPUS, "sign") == "officer"
    assert roles.of(workspace, LOCAL, CORPUS, "restore") == "officer"
    assert not (workspace.catalog / "people.sqlite").exists(), "asking makes no database"


def test_an_older_file_of_people_still_narrows_while_there_are_no_users(workspace: Workspace) -> None:
    (workspace.root / roles.PEOPLE).write_text("format: 1\nroles: {数据安全官: [李安], reviewer: [钱进]}\n", "utf-8")
    assert roles.acting(workspace, "李安", CORPUS, "sign") == "officer"
    roles.check(workspace, "钱进", "复核员", CORPUS)
    with pytest.raises(UsageError, match="没有角色"):
        roles.acting(workspace, "钱进", CORPUS, "sign")
    (workspace.root / roles.PEOPLE).write_text("format: 1\nroles: {审核员: [钱进]}\n", "utf-8")
    with pytest.raises(UsageError, match="审核员") as told:
        roles.check(workspace, "钱进", "reviewer", CORPUS)
    assert "reviewer（复核员）" in str(told.value.hint)
    (workspace.root / roles.PEOPLE).write_text("roles", "utf-8")
    with pytest.raises(UsageError, match="不是角色表"):
        roles.check(workspace, "钱进", "reviewer", CORPUS)


def test_with_users_the_catalog_alone_says_who_holds_a_role(workspace: Workspace, people: People) -> None:
    (workspace.root / roles.PEOPLE).write_text("format: 1\nroles: {数据安全官: [李安, li]}\n", "utf-8")
    assert roles.acting(workspace, "wang", CORPUS, "sign") == roles.acting(workspace, "wang", CORPUS, "sign", "数据安全官")
    for who, why in (("li", "another role"), ("zhao", "elsewhere"), ("李安", "named in the old file only"), ("", "nobody")):
        with pytest.raises(UsageError) as told:
            roles.acting(workspace, who, CORPUS, "sign")
        assert "yuliao user role" in str(told.value.hint) and roles.PEOPLE in str(told.value.hint), why
    with pytest.raises(UsageError, match="不能签字"):
        roles.acting(workspace, "li", CORPUS, "sign", "reviewer")
    people.users.disable("wang", by="test")
    with pytest.raises(UsageError):
        roles.acting(workspace, "wang", CORPUS, "sign")


@pytest.mark.parametrize(
    ("person", "role", "why"),
    [
        (Principal("wang", "write", {"nb": frozenset({"reviewer", "officer"})}), "officer", "the role that may, of several"),
        (Principal("wang", "write", {"*": frozenset({"officer"})}), "officer", "of the whole catalog"),
        (Principal("wang", "read", {"nb": frozenset({"officer"})}), None, "the token may only read"),
        (
            Principal("wang", "write", {"nb": frozenset({"officer"})}, only=frozenset({"qc"})),
            None,
            "the token is for others",
        ),
        (Principal("wang", "write", {"qc": frozenset({"officer"})}), None, "elsewhere"),
        (Principal("li", "write", {"nb": frozenset({"owner", "curator", "reviewer"})}), None, "another role"),
        (Principal(), None, "nobody"),
    ],
)
def test_whoever_is_signed_in_acts_by_his_token(workspace: Workspace, person: Principal, role: str | None, why: str) -> None:
    assert roles.of(workspace, person, CORPUS, "restore") == roles.of(workspace, person, CORPUS, "sign") == role, why
