"""Term lists: what a term matches, what it does not, and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.errors import SourceMissing, UsageError
from quality.lexicon import Lexicon, fold
from quality.signals import measure
from tests.quality.measuring import documents, lexicon_characters

SHIPPED = ("medical", "manufacturing", "advertising", "profanity")


def covered(terms: list[str], text: str) -> int:
    """Characters that the terms cover."""
    density = Lexicon.of("probe", terms).density(documents([[text]]))[0]
    return round(float(density) * len(fold(text)))


@pytest.mark.parametrize(
    ("terms", "text", "characters", "why"),
    [
        (["发热"], "患者发热三天", 2, "plain"),
        (["发热", "发热门诊"], "发热门诊", 4, "the longest"),
        (["发热门", "门诊"], "发热门诊", 3, "leftmost, no overlap"),
        (["发热"], "发 热，发\n热", 4, "spaces and line breaks are skipped"),
        (["心 电 图"], "心电图", 3, "in terms too"),
        (["胸部CT"], "胸部ct平扫", 4, "case of ASCII does not count"),
        (["CT"], "ACTH升高", 0, "inside a Latin word"),
        (["CT"], "CT1", 0, "a digit goes on"),
        (["CT"], "行CT检查", 2, "Chinese is an edge"),
        (["CT"], "a CT b", 2, "a space is an edge"),
        (["B12"], "维生素B12片", 3, "digits at the edge"),
        (["B12"], "B1 2", 3, "a space inside is skipped, digits or not"),
        (["𠮷野"], "𠮷野家", 2, "beyond the BMP"),
        (["啊啊"], "啊啊啊", 2, "no overlap with itself"),
        (["发热"], "发烧", 0, "another word"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else None,
)
def test_matches(terms: list[str], text: str, characters: int, why: str) -> None:
    assert covered(terms, text) == characters, why


def test_no_term_crosses_a_leaf() -> None:
    assert Lexicon.of("probe", ["发热"]).density(documents([["发", "热"]]))[0] == 0


def test_lexicons_do_not_hide_each_other() -> None:
    both = [Lexicon.of("a", ["发热门"]), Lexicon.of("b", ["热门诊"])]
    measured = measure(documents([["发热门诊"]]), both)
    assert [measured["lexicon_a"][0], measured["lexicon_b"][0]] == [0.75, 0.75]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.text("甲乙丙丁𠮷aB1", min_size=2, max_size=5), min_size=1, max_size=40),
    st.text("甲乙丙丁𠮷aB1 ", max_size=60),
)
def test_many_terms_equal_one_by_one_search(terms: list[str], text: str) -> None:
    """Against a search that tries every term at every place (edges: quality.test_signals)."""
    lexicon = Lexicon.of("probe", terms)
    assert covered(terms, text) == lexicon_characters([text], lexicon)


def test_terms_are_folded_unique_and_long_enough() -> None:
    assert Lexicon.of("probe", ["CT 平扫", "ct平扫", " ", "发热"]).terms == ("ct平扫", "发热")
    with pytest.raises(UsageError, match="probe"):
        Lexicon.of("probe", ["热"])


def test_loads_a_file_beside_the_recipe(tmp_path: Path) -> None:
    (tmp_path / "pumps.txt").write_text("# 泵\n离心泵\n\n计量泵  # 定量\n", "utf-8-sig")
    lexicon = Lexicon.load("pumps.txt", str(tmp_path))
    assert (lexicon.name, lexicon.terms) == ("pumps", ("离心泵", "计量泵"))
    with pytest.raises(SourceMissing):
        Lexicon.load("valves.txt", str(tmp_path))


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_lists_load(name: str) -> None:
    assert len(Lexicon.load(name).terms) > 30


def test_no_lexicon_measures_nothing() -> None:
    assert [name for name in measure(documents([["发热"]])) if name.startswith("lexicon_")] == []
    assert Lexicon.of("empty", []).density(documents([["发热"]])).tolist() == [0]
