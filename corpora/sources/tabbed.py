"""Whether a plain text file is a table with tabs between its values: exports called .txt are common.

Only a file whose every sign says so is taken for one: a text read as a table would lose its first line to the header.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpora.sources.headers import is_fact

_ROWS = 3  # with the header; fewer say nothing
_MOST = 1000  # rows looked at
_EVEN = 0.95  # share of rows with as many values as the header: others are quarantined as ragged
_NAME = 20  # characters of a column's name at most
_LONG = 20  # mean characters of a column of texts
_SENTENCE = re.compile(r"[。！？；，…]|[.!?:：]$")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")


def is_table(text: str) -> bool:
    """Whether the lines that a text begins with are a header and its rows. text: whole lines."""
    lines = [line for line in text.splitlines() if line.strip()][: _MOST + 1]
    if len(lines) < _ROWS or "\t" not in lines[0]:
        return False
    rows = [line.split("\t") for line in lines]
    header, below = rows[0], [row for row in rows[1:] if len(row) == len(rows[0])]
    if len(below) < max(_EVEN * (len(rows) - 1), _ROWS - 1) or not _could_be_header(header):
        return False
    columns = list(zip(*below, strict=True))
    if any(_says_again(name, column) for name, column in zip(header, columns, strict=True)):
        return False
    return any(_is_named(name, column) for name, column in zip(header, columns, strict=True))


def _could_be_header(names: Sequence[str]) -> bool:
    plain = [name.strip() for name in names]
    return len(set(plain)) == len(plain) and not any(
        not name or len(name) > _NAME or is_fact(name) or _SENTENCE.search(name) for name in plain
    )


def _says_again(name: str, column: Sequence[str]) -> bool:
    """Whether the name is a value of its own column: labels of tokens, who speaks."""
    return any(value.strip() == name.strip() for value in column)


def _is_named(name: str, column: Sequence[str]) -> bool:
    """Whether the values are of another kind than the name over them: numbers and dates, texts, Chinese under a word of ASCII."""
    filled = [value.strip() for value in column if value.strip()]
    if not filled:
        return False
    facts = sum(map(is_fact, filled))
    long = sum(map(len, filled)) >= max(_LONG, 3 * len(name.strip())) * len(filled)
    others = _IDENTIFIER.fullmatch(name.strip()) and not any(value.isascii() for value in filled)
    return 5 * facts >= 4 * len(filled) or long or bool(others)
