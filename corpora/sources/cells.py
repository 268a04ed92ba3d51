"""Rows of a table that a library gave cell by cell: their values are only made for the columns that somebody wants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from corpora.sources.records import Value


class Rounded(str):
    """The text of a number with more digits than Excel keeps: whatever it identified, it does so no more."""


class Cells(Mapping[str, Value]):
    """The fields of a row. columns: name → index, one object for all rows of a table; texts: "" is no value."""

    __slots__ = ("columns", "texts")

    def __init__(self, columns: Mapping[str, int], texts: Sequence[str]) -> None:
        self.columns, self.texts = columns, texts

    def __getitem__(self, name: str) -> Value:
        at = self.columns[name]
        text = self.texts[at] if at < len(self.texts) else ""
        if not text:
            raise KeyError(name)
        return Value("rounded" if type(text) is Rounded else "string", text)

    def __iter__(self) -> Iterator[str]:
        return (name for name, at in self.columns.items() if at < len(self.texts) and self.texts[at])

    def __len__(self) -> int:
        return sum(1 for _ in self)


def are_one_table(rows: Sequence[object]) -> bool:
    """Whether the rows are Cells with the same columns."""
    first = rows[0]
    return type(first) is Cells and all(type(row) is Cells and row.columns is first.columns for row in rows)


def column(rows: Sequence[Cells], name: str, *, key: bool = False) -> list[str | None]:
    """The texts of a column, None where there is none. key: rounded numbers are none either."""
    at = rows[0].columns.get(name)
    if at is None:
        return [None] * len(rows)
    found = [row.texts[at] or None if at < len(row.texts) else None for row in rows]
    return [None if type(text) is Rounded else text for text in found] if key else found
