"""Words that a search goes by: Chinese by jieba's search mode (a long word and the words in it), Latin ones as they stand."""

from __future__ import annotations

import re
import unicodedata

_WORD = re.compile(r"\w")
_LONGEST = 20_000


def of(text: str) -> list[str]:
    """Words of a text, in small letters and half width. `healthcare-notes` gives both its parts and the whole."""
    import rjieba

    plain = unicodedata.normalize("NFKC", text[:_LONGEST]).casefold()
    return [word for word in rjieba.cut_for_search(plain) if _WORD.search(word)]
