"""Readers that take a file as a whole: what a library found in it becomes blocks of documents and quarantined items.

Such a reader is one function, `items(data, shard, not_text)`: it takes the file's bytes and gives its records or
documents one by one, in the order of the file. It counts what is not text in `not_text` (keys of vocabulary.NOT_TEXT).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from corpora.hashing import keyed_hashes
from corpora.sources.columnar import body, empty_documents, key_ids, origin_columns, quarantine
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
    (at most PREFIX); part: sheet, page or element; record: row within the part.
    """

    raw: bytes
    fields: Fields | None = None
    cause: str | None = None
    part: int = -1
    record: int = -1

    @classmethod
    def text(cls, text: str, *, raw: bytes, part: int = -1, **fields: str) -> Item:
        """A document with its text and what else is known of it (title, author …)."""
        values = {name: Value("string", value) for name, value in fields.items()}
        return cls(raw, {**values, TEXT: Value("string", text)}, part=part)


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
    return bytes(held), shard.cause


def _block(items: Sequence[Item], shard: Shard, want: Want, not_text: Counter[str]) -> Block:
    # A Python loop: such formats are read by libraries that give one value at a time.
    verdicts = [(item, _verdict(item, want)) for item in items]
    good = [(item, row) for item, row in verdicts if isinstance(row, Row)]
    lost = [(item, cause) for item, cause in verdicts if isinstance(cause, str)]
    rejected = [
        (shard.source, shard.file, -1, len(item.raw), item.record, item.part, cause, item.raw[:PREFIX])
        for item, cause in lost
    ]
    size = sum(len(item.raw) for item in items)
    return Block(_documents(good, shard, want), quarantine(rejected), len(items), size, Counter(not_text))


def _verdict(item: Item, want: Want) -> Row | str:
    if item.fields is None:
        return item.cause or "not_readable"
    fields = item.fields
    if TEXT in fields:
        fields = {**fields, want.leaves[0].column: fields[TEXT]}
    try:
        return judged(fields, want, items_of)
    except BadRecord as bad:
        return bad.cause


def _documents(good: Sequence[tuple[Item, Row]], shard: Shard, want: Want) -> pa.RecordBatch:
    if not good:
        return empty_documents(want)
    raws = pa.array([item.raw for item, _ in good], pa.large_binary())
    keys = pa.array([row.key for _, row in good], pa.large_string())
    ids = key_ids(keys, want, lambda rows: keyed_hashes(want.key, texts(raws.take(pa.array(rows)))))
    nowhere = np.full(len(good), -1, np.int64)
    records, parts = (np.array([getattr(item, name) for item, _ in good], np.int64) for name in ("record", "part"))
    origin = origin_columns(ids, shard.source, shard.file, nowhere, nowhere, records, parts)
    columns = [pa.array([row.values[field.name] for _, row in good], field.type) for field in body(want)]
    return pa.record_batch([*origin, *columns], schema=want.schema)


def quarantined(shard: Shard, want: Want) -> Block:
    """The block of a file that could not even be planned: one item, with the shard's cause."""
    data, _ = _bytes(shard, PREFIX)
    return _block([Item(data, cause=shard.cause)], shard, want, Counter())
