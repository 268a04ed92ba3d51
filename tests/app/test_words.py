"""Two languages, one place for terms."""

from __future__ import annotations

import pytest

from annotation import overview
from corpora import vocabulary
from corpora.catalog.people import ANONYMOUS, LOCAL, Principal
from corpora.errors import RecipeError
from corpora.ui import access, english
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


MISTAKES = [
    ("zh", "第 3 行 / line 3: 要三段数字 / three numbers", "第 3 行：要三段数字", "its line, once"),
    ("en", "第 3 行 / line 3: 要三段数字 / three numbers", "line 3: three numbers", "the same in English"),
    (
        "en",
        "第 3 行 / line 3: 写法不对 / not well-formed: 写成三段数字 / write three numbers",
        "line 3: not well-formed: write three numbers",
        "what to do is kept",
    ),
    (
        "zh",
        "第 3 行 / line 3: 写法不对 / not well-formed: 写成三段数字 / write three numbers",
        "第 3 行：写法不对：写成三段数字",
        "in Chinese too",
    ),
    ("en", "第 3 行 / line 3", "line 3", "an address that is a line alone"),
    ("zh", "第 3 行 / line 3", "第 3 行", "the same in Chinese"),
    ("en", "要三段数字 / three numbers", "three numbers", "no line is known"),
    ("en", "只有中文", "只有中文", "nothing is lost where there is one half only"),
]


@pytest.mark.parametrize(("language", "said", "told", "why"), MISTAKES)
def test_a_mistake_with_its_line_is_in_one_language(language: str, said: str, told: str, why: str) -> None:
    assert Words(language).mistake(said) == told, why


def test_an_error_of_several_lines_is_english_line_by_line() -> None:
    error = RecipeError(
        [("steps.2.rules", "第 7 行 / line 7: 没有这列 / no such column"), ("version", "要三段数字 / three numbers")]
    )
    assert Words("en").error(str(error)) == (
        "2 mistake(s) in the recipe\n  steps.2.rules: line 7: no such column\n  version: three numbers"
    )
    assert Words("zh").error(str(error)) == str(error), "in Chinese as it is told in the terminal"
    assert Words("en").error("读不出: a.csv / cannot be read: a.csv") == "cannot be read: a.csv"


def test_english_words_are_of_terms_that_exist_and_say_more_than_their_keys() -> None:
    known = {**vocabulary.STEPS, **vocabulary.REASONS, **vocabulary.SIGNALS, **vocabulary.PII_KINDS}
    assert set(english.TERMS) <= set(known) and set(english.COLUMNS) == set(vocabulary.COLUMNS)
    assert set(english.PROJECTS) == set(overview.PROJECTS)
    said = [*english.TERMS.items(), *english.COLUMNS.items()]
    assert not [key for key, label in said if label == key.replace("_", " ") or not label.isascii()]
    tables = [vocabulary.STEPS, vocabulary.REASONS, vocabulary.SIGNALS, vocabulary.PII_KINDS]
    assert all(sum(key in table for table in tables) == 1 for key in english.TERMS), "one word for one thing"
    assert Words("en").term(vocabulary.REASONS, "human_keep") == "kept by a person"
    assert Words("en").term(vocabulary.REASONS, "of_a_rule_of_their_own") == "of a rule of their own"
