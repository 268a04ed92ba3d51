"""What the tests of signals and lexicons share: documents from rows of leaves, and a slow search for terms."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from corpora.text_buffers import Documents, texts
from quality.codepoints import CharacterClass, classify
from quality.lexicon import Lexicon


def documents(rows: list[list[str]]) -> Documents:
    """Rows of leaves, with a leaf before and after that belongs to no row (offsets are not rebased)."""
    leaves = [leaf for row in rows for leaf in row]
    view = texts(pa.array(["前面的", *leaves, "后面的"], pa.large_string()))
    return Documents(view.data, view.offsets[1:-1], np.cumsum([0, *map(len, rows)]).astype(np.int64))


def solid(text: str) -> list[str]:
    return [c for c in text if classify(c) != CharacterClass.SPACE]


def lexicon_characters(row: list[str], lexicon: Lexicon) -> int:
    return sum(_lexicon_characters(leaf, lexicon) for leaf in row)


def _lexicon_characters(leaf: str, lexicon: Lexicon) -> int:
    """Leftmost-longest by trying every term at every place."""
    where = [i for i, c in enumerate(leaf) if classify(c) != CharacterClass.SPACE]
    body = "".join(leaf[i].lower() if leaf[i].isascii() else leaf[i] for i in where)
    word = [classify(c) in (CharacterClass.LATIN, CharacterClass.DIGIT) for c in body]

    def free(i: int, j: int) -> bool:
        """No edge cuts through a run of Latin letters and digits; a space is an edge."""
        return not any(0 < k < len(body) and word[k - 1] and word[k] and where[k] == where[k - 1] + 1 for k in (i, j))

    i = total = 0
    while i < len(body):
        lengths = [len(t) for t in lexicon.terms if body.startswith(t, i) and free(i, i + len(t))]
        total += max(lengths, default=0)
        i += max(lengths, default=1)
    return total
