"""The plain CSV reader: one record, RFC 4180, every value with its literal characters."""

from __future__ import annotations

from collections.abc import Sequence

from corpora.sources.decoding import decode
from corpora.sources.records import BadRecord, Fields, Value, Verdict, judged
from corpora.sources.spec import LIMIT, Want

SEPARATORS = ",;\t|"
AROUND = ' \t\u3000\ufeff"'
"""Around the names of a repeated header: padding, the byte order mark of the second file, quotes behind that."""


def verdict(
    raw: bytes, encoding: str, want: Want, header: tuple[str, ...], separator: str, *, limit: int = LIMIT,
    cells: tuple[str, ...] = (),
) -> Verdict:  # fmt: skip
    """The row in the raw bytes of one record (without its line end), or the cause why there is none. cells: the header as
    it is written, () where the file has none."""
    if len(raw) > limit:
        return "too_long"
    text = decode(raw, encoding)
    if text is None:
        return "undecodable"
    try:
        values = split(text, separator)
        if cells and bare(values) == bare(cells):
            return "repeated_header"
        if len(values) != len(header):
            return "ragged"
        fields = {name: Value("string", value) for name, value in zip(header, values, strict=True)}
        return judged(fields, want, _no_items)
    except BadRecord as bad:
        return bad.cause


def bare(cells: Sequence[str]) -> tuple[str, ...]:
    """Cells of a header without what files that are stuck together put around them."""
    return tuple(cell.strip(AROUND) for cell in cells)


def _no_items(text: str) -> list[Fields]:
    raise BadRecord("wrong_type")


def split(text: str, separator: str) -> list[str]:
    """The values of one record. A value that begins with a quote ends with one; raises BadRecord where it doesn't."""
    values: list[str] = []
    i = 0
    while True:
        value, i = _quoted(text, i + 1) if text.startswith('"', i) else _bare(text, i, separator)
        values.append(value)
        if i == len(text):
            return values
        if text[i] != separator:
            raise BadRecord("truncated")
        i += 1


def _bare(text: str, i: int, separator: str) -> tuple[str, int]:
    end = text.find(separator, i)
    end = len(text) if end < 0 else end
    return text[i:end], end


def _quoted(text: str, i: int) -> tuple[str, int]:
    parts: list[str] = []
    while True:
        end = text.find('"', i)
        if end < 0:
            raise BadRecord("truncated")
        parts.append(text[i:end])
        if not text.startswith('"', end + 1):
            return "".join(parts), end + 1
        parts.append('"')
        i = end + 2


def separator_of(header: str) -> str:
    """The separator that the header line holds most of, outside of quotes; a comma if it holds none."""
    bare = "".join(header.split('"')[::2])
    return max(SEPARATORS, key=bare.count)
