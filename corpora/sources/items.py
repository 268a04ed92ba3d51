"""Readers that take a file as a whole: what a library found in it becomes blocks of documents and quarantined items.

Such a reader is one function, `items(data, shard, not_text)`: it takes the file's bytes and gives its records or
documents one by one, in the order of the file. It counts what is not text in `not_text` (keys of vocabulary.NOT_TEXT).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import pyarrow as pa

from corpora.errors import SourceMissing
from corpora.hashing import keyed_hashes
from corpora.sources.cells import Cells, are_one_table, column
from corpora.sources.columnar import body, empty_documents, key_ids, origin_columns, quarantine
from corpora.sources.decoding import size_of
from corpora.sources.json_record import items_of
from corpora.sources.records import BadRecord, Fields, Row, Value, judged
from corpora.sources.spec import PREFIX, TO_THE_END, Block, Shard, Want
from corpora.sources.streams import StreamBroken, pieces
from corpora.text_buffers import texts

TEXT = ""
"""The field of an item that is its text, whatever the recipe calls the first leaf."""

_PIECE = 1 << 20
_ROWS = 4096  # items of a block at most: many short rows must not wait for their bytes


class BadFile(Exception):
    """What is left of the file can't be read: the cause of quarantine. Never leaves this package, never holds text."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(frozen=True)
class Item:
    """One record or document as a library gives it.

    fields: its values, or None with a `cause`; raw: bytes that stand for it: the id hashes them, quarantine keeps them
    (at most PREFIX); part: sheet, page or element; record: row within the part; offset: where its bytes begin in the
    file, where they are what is to be quarantined.
    """

    raw: bytes
    fields: Fields | None = None
    cause: str | None = None
    part: int = -1
    record: int = -1
    offset: int = -1

    @classmethod
    def text(cls, text: str, *, raw: bytes, part: int = -1, **fields: str) -> Item:
        """A document with its text and what else is known of it (title, author …)."""
        return cls(raw, text_fields(text, fields), part=part)


def broken_off(data: bytes, encoding: str, head: str, cause: str, record: int) -> Item:
    """What is left of a file behind the text `head` of its whole records: one item, with its place if that is known."""
    offset = size_of(head, data, encoding)
    return Item(data[max(offset, 0) :], cause=cause, record=record, offset=offset)


def text_fields(text: str, fields: Mapping[str, str]) -> Fields:
    """The fields of a document: its text and what else is known of it."""
    return {**{name: Value("string", value) for name, value in fields.items()}, TEXT: Value("string", text)}


Items = Callable[[bytes, Shard, "Counter[str]"], Iterator[Item]]


def read(find: Items, shard: Shard, want: Want, *, block_bytes: int, limit: int) -> Iterator[Block]:
    """Blocks of the file's items, in order. Raises SourceMissing if the file is not there."""
    held: list[Item] = []
    size, not_text = 0, Counter[str]()
    for item in found(find, shard, not_text, limit):
        held.append(item)
        size += len(item.raw)
        if len(held) >= _ROWS or size >= block_bytes:
            yield _block(held, shard, want, not_text)
            held, size = [], 0
            not_text.clear()  # emptied, not replaced: the reader holds on to it
    if held or not_text:
        yield _block(held, shard, want, not_text)


def read_one(find: Items, shard: Shard, want: Want, *, record: int, part: int, limit: int) -> Block:
    """The block of one item, by its origin. Raises IndexError if the file has no such item."""
    for item in found(find, shard, Counter(), limit):
        if (item.part, item.record) == (part, record):
            return _block([item], shard, want, Counter())
    raise IndexError(record)


def found(find: Items, shard: Shard, not_text: Counter[str], limit: int) -> Iterator[Item]:
    """The file's items; a file that breaks off ends with one that says why."""
    data, cause = _bytes(shard, limit)
    if cause is not None:
        yield Item(data[:PREFIX], cause=cause)
        return
    try:
        yield from find(data, shard, not_text)
    except BadFile as bad:
        yield Item(data[:PREFIX], cause=bad.cause)


def _bytes(shard: Shard, limit: int) -> tuple[bytes, str | None]:
    """The file, decompressed, or its beginning and the cause why it can't be taken."""
    held = bytearray()
    try:
        for piece in pieces(shard.path, shard.compression, 0, TO_THE_END, _PIECE):
            held += piece
            if len(held) > limit:
                return bytes(held[:PREFIX]), "too_long"
    except StreamBroken:
        return bytes(held[:PREFIX]), "broken_stream"
    return bytes(held), shard.cause or (None if held else "empty_file")


def _block(items: Sequence[Item], shard: Shard, want: Want, not_text: Counter[str]) -> Block:
    fast = None if want.nested or not want.leaves else _of_table(items, shard, want)
    documents, lost = fast or _one_by_one(items, shard, want)
    rejected = [
        (shard.source, shard.file, item.offset, len(item.raw), item.record, item.part, cause, item.raw[:PREFIX])
        for item, cause in lost
    ]
    size = sum(len(item.raw) for item in items)
    return Block(documents, quarantine(rejected), len(items), size, Counter(not_text))


_Judged = tuple[pa.RecordBatch, list[tuple[Item, str]]]  # documents; quarantined items with their causes


def _one_by_one(items: Sequence[Item], shard: Shard, want: Want) -> _Judged:
    # A Python loop: such formats are read by libraries that give one value at a time.
    verdicts = [(item, _verdict(item, want)) for item in items]
    good = [(item, row) for item, row in verdicts if isinstance(row, Row)]
    lost = [(item, cause) for item, cause in verdicts if isinstance(cause, str)]
    columns = [pa.array([row.values[field.name] for _, row in good], field.type) for field in body(want)]
    keys = pa.array([row.key for _, row in good], pa.large_string())
    return _documents([item for item, _ in good], keys, columns, shard, want), lost


def _of_table(items: Sequence[Item], shard: Shard, want: Want) -> _Judged | None:
    """The same for rows of one table, column by column; None if they are not, or if some text can't be encoded."""
    if not items or not are_one_table([item.fields for item in items]):
        return None
    rows = [cast(Cells, item.fields) for item in items]
    values = {field.name: column(rows, field.name) for field in body(want)}
    keys = [None] * len(rows) if want.id is None else column(rows, want.id, key=True)
    leaves = zip(*(values[name] for name in want.flat_leaves), strict=True)
    good = [any(text and not text.isspace() for text in row) for row in leaves]
    try:
        columns = [pa.array(values[field.name], field.type) for field in body(want)]
        key_column = pa.array(keys, pa.large_string())
    except UnicodeEncodeError:
        return None
    mask = pa.array(good)
    kept = [item for item, fine in zip(items, good, strict=True) if fine]
    lost = [(item, "no_text") for item, fine in zip(items, good, strict=True) if not fine]
    return _documents(kept, key_column.filter(mask), [one.filter(mask) for one in columns], shard, want), lost


def _verdict(item: Item, want: Want) -> Row | str:
    if item.fields is None:
        return item.cause or "not_readable"
    fields = item.fields
    if TEXT in fields:
        fields = {**fields, text_field(want): fields[TEXT]}
    try:
        return judged(fields, want, items_of)
    except BadRecord as bad:
        return bad.cause


def text_field(want: Want) -> str:
    """The column that a document's text goes to: the first leaf, or `text` where a later step makes the leaves."""
    return want.leaves[0].column if want.leaves else "text"


def _documents(
    items: Sequence[Item], keys: pa.Array, columns: Sequence[pa.Array], shard: Shard, want: Want
) -> pa.RecordBatch:
    if not items:
        return empty_documents(want)
    raws = pa.array([item.raw for item in items], pa.large_binary())
    ids = key_ids(keys, want, lambda rows: keyed_hashes(want.key, texts(raws.take(pa.array(rows)))))
    nowhere = np.full(len(items), -1, np.int64)
    records, parts = (np.array([getattr(item, name) for item in items], np.int64) for name in ("record", "part"))
    origin = origin_columns(ids, shard.source, shard.file, nowhere, nowhere, records, parts)
    return pa.record_batch([*origin, *columns], schema=want.schema)


def quarantined(shard: Shard, want: Want) -> Block:
    """The block of a file that could not even be planned: one item, with the shard's cause."""
    try:
        data, _ = _bytes(shard, PREFIX)
    except SourceMissing:  # it can't be opened, which is the cause
        data = b""
    return _block([Item(data, cause=shard.cause)], shard, want, Counter())
