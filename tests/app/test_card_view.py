"""A card that anybody may have pushed fetches nothing and runs nothing."""

from __future__ import annotations

import pytest

from corpora.catalog.card_view import prose

CARDS = [
    ("---\na: 1\n---\n# 题", "# 题", "the YAML head goes"),
    ("![x](http://evil.invalid/p.png)", "x", "an image would be fetched"),
    ("<script>1</script>", "&lt;script>1&lt;/script>", "a tag stays text"),
    ("[a](javascript:alert(1))", "[a])", "a target that runs goes"),
    ("[a](https://example.invalid)", "[a](https://example.invalid)", "a plain link stays"),
    ("5 < 6", "5 < 6", "a comparison is no tag"),
]


@pytest.mark.parametrize(("card", "shown", "why"), CARDS)
def test_prose(card: str, shown: str, why: str) -> None:
    assert prose(card) == shown, why
