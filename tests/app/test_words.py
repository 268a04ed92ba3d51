"""Two languages, one place for terms."""

from __future__ import annotations

import pytest

from corpora import vocabulary
from corpora.catalog.people import ANONYMOUS, LOCAL, Principal
from corpora.ui import access
from corpora.ui.words import Words


def test_both_languages() -> None:
    zh, en = Words("zh"), Words("en")
    assert (zh("行", "rows"), en("行", "rows")) == ("行", "rows")
    assert zh.term(vocabulary.REASONS, "too_short") == "太短" and en.term(vocabulary.REASONS, "too_short") == "too short"
    assert zh.term(vocabulary.REASONS, "of_a_rule_of_their_own") == "of_a_rule_of_their_own"
    assert (zh.half("中文 / English"), en.half("中文 / English"), en.half("只有中文")) == ("中文", "English", "只有中文")
    assert (zh.count(None), zh.count(1234), zh.share(1, 0), zh.share(1, 8)) == ("–", "1,234", "–", "12.5%")
    assert (zh.size(999), zh.size(1_500_000)) == ("999 B", "1.5 MB")


ROLES = [
    ("developer", {"home", "quality", "catalog"}, "models are trained elsewhere: no rows, no runs"),
    ("auditor", {"home", "quality", "catalog", "flow", "annotation", "release"}, "numbers and papers, no rows"),
    ("reviewer", {"home", "quality", "catalog", "flow", "rows", "review", "annotation"}, "judges rows, releases nothing"),
    ("owner", set(access.PAGES), "everything"),
]


@pytest.mark.parametrize(("role", "pages", "why"), ROLES)
def test_a_role_opens_what_it_may(role: str, pages: set[str], why: str) -> None:
    person = Principal("li", "write", {"nb": frozenset({role})})
    assert {page for page in access.PAGES if access.may_open(person, page)} == pages, why


def test_on_ones_own_machine_everything_is_open() -> None:
    assert all(access.may_open(LOCAL, page) for page in access.PAGES)
    assert not access.may_open(ANONYMOUS, "rows")
