"""Reads shards, and single records again from their origin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from corpora.sources import csv, jsonl, parquet, text
from corpora.sources.spec import BLOCK_BYTES, LIMIT, Block, Shard, Want

_READERS = {"jsonl": jsonl.read, "csv": csv.read, "tsv": csv.read, "parquet": parquet.read, "text": text.read}


def read(shard: Shard, want: Want, *, block_bytes: int = BLOCK_BYTES, limit: int = LIMIT) -> Iterator[Block]:
    """Blocks of documents and quarantined records, in the order of the file.

    block_bytes: bytes read at a time, a hint that never changes what is read; limit: bytes of the longest record.
    Raises SourceMissing if the file is not there.
    """
    return _READERS[shard.format](shard, want, block_bytes=block_bytes, limit=limit)


def read_one(shard: Shard, want: Want, *, offset: int, length: int, record: int) -> Block:
    """The block of one record, found by its origin (offset and length in bytes, or record number)."""
    if shard.format == "parquet":
        return parquet.read_one(shard, want, record)
    only = replace(shard, start=offset, stop=offset + length)
    return next(block for block in read(only, want) if block.read)
