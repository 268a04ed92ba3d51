"""Reads whole files through plan and read, for the tests of all readers."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from corpora import forms
from corpora.errors import FileUnreadable
from corpora.sources import Want, plan, read
from corpora.vocabulary import QUARANTINE_CAUSES

KEY = b"k" * 32
Rows = list[dict[str, Any]]


def digest(data: bytes) -> bytes:
    """The id of these bytes."""
    return hashlib.blake2b(data, key=KEY, digest_size=16).digest()


def write(folder: Path, data: bytes, name: str) -> str:
    """Path of a file with these bytes."""
    path = folder / name
    path.write_bytes(data)
    return str(path)


def everything(
    path: str, want: Want, *, shard: int = 1 << 24, block: int = 1 << 23, limit: int = 1 << 28, **how: Any
) -> tuple[Rows, Rows, int]:
    """All documents, all quarantined records, and how many records were read."""
    documents, quarantine, count = [], [], 0
    try:
        parts = plan(path, source=3, file=5, shard_bytes=shard, **how)
    except FileUnreadable as unread:  # the run quarantines such a file
        return [], [{"cause": unread.cause}], 1
    for part in parts:
        for found in read(part, want, block_bytes=block, limit=limit):
            found.documents.validate(full=True)
            assert found.documents.schema == want.schema and found.quarantine.schema == forms.QUARANTINE
            assert found.read == found.documents.num_rows + found.quarantine.num_rows
            assert set(found.quarantine.column("cause").to_pylist()) <= set(QUARANTINE_CAUSES)
            documents += found.documents.to_pylist()
            quarantine += found.quarantine.to_pylist()
            count += found.read
    return documents, quarantine, count


def causes(path: str, want: Want, **how: Any) -> list[str]:
    """Causes of quarantine, in the order of the file."""
    return [row["cause"] for row in everything(path, want, **how)[1]]


def texts_of(path: str, want: Want, **how: Any) -> list[str]:
    """The first leaf of every document."""
    return [row[want.leaves[0].column] for row in everything(path, want, **how)[0]]
