"""Reads shards, and single records again from their origin."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from corpora.sources import csv, items, jsonl, parquet, text
from corpora.sources.spec import BLOCK_BYTES, LIMIT, Block, Shard, Want

_STREAMS = {"jsonl": jsonl.read, "csv": csv.read, "tsv": csv.read, "parquet": parquet.read, "text": text.read}

WHOLE = {
    "json": "json_document", "excel": "excel", "docx": "docx", "html": "html", "epub": "epub", "xml": "xml_records",
    "markdown": "markdown", "latex": "latex", "pdf": "pdf", "image": "image",
}  # fmt: skip
"""Formats that are read as a whole → the module with their `items`; it is imported when one is met."""
PACKAGES = frozenset({"docx", "epub", "pdf", "image"})
"""Formats whose bytes are no text: their encoding is not guessed."""
SCANS = frozenset({"pdf", "image"})
"""Formats in which OCR may be asked for."""
NEVER_EMPTY = frozenset({"html", "xml", "markdown", "latex"}) | PACKAGES
"""Formats of which a file is a document: one without a byte is lost, and said to be."""


def read(shard: Shard, want: Want, *, block_bytes: int = BLOCK_BYTES, limit: int = LIMIT) -> Iterator[Block]:
    """Blocks of documents and quarantined records, in the order of the file.

    block_bytes: bytes read at a time, a hint that never changes what is read; limit: bytes of the longest record.
    Raises SourceMissing if the file is not there.
    """
    if shard.cause is not None:
        return iter([items.quarantined(shard, want)])
    if shard.format in WHOLE:
        blocks = items.read(_items(shard), shard, want, block_bytes=block_bytes, limit=limit)
    else:
        blocks = _STREAMS[shard.format](shard, want, block_bytes=block_bytes, limit=limit)
    return _accounted(blocks, shard, want) if shard.alone else blocks


def _accounted(blocks: Iterator[Block], shard: Shard, want: Want) -> Iterator[Block]:
    """The blocks of a whole file; where no record was in them the file itself is quarantined."""
    count = 0
    for block in blocks:
        count += block.read
        yield block
    if not count:
        yield items.quarantined(replace(shard, cause="empty_file"), want)


def read_one(
    shard: Shard, want: Want, *, offset: int, length: int, record: int, part: int = -1, limit: int = LIMIT
) -> Block:
    """The block of one record, found by its origin (offset and length in bytes, or part and record number)."""
    if shard.format == "parquet":
        return parquet.read_one(shard, want, record)
    if shard.format in WHOLE:
        return items.read_one(_items(shard), shard, want, record=record, part=part, limit=limit)
    only = replace(shard, start=offset, stop=offset + length)
    return next(block for block in read(only, want) if block.read)


def whole_items(shard: Shard) -> Iterator[items.Item]:
    """The items of a file in a format that is read as a whole, as they come: for a look at its first ones."""
    return items.found(_items(shard), shard, Counter(), LIMIT)


def _items(shard: Shard) -> items.Items:
    return importlib.import_module(f"corpora.sources.{WHOLE[shard.format]}").items


def first(shard: Shard, limit: int = LIMIT) -> Iterator[items.Item]:
    """The items of a file that is read as a whole, those with fields only."""
    found = items.found(_items(shard), shard, Counter(), limit)
    return (item for item in found if item.fields is not None)
