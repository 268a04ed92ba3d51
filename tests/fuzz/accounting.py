"""The property that every reader has, whatever the bytes: typed errors only, every item accounted for, replay equal."""

from __future__ import annotations

from pathlib import Path

from corpora import forms
from corpora.errors import FileUnreadable
from corpora.sources import Shard, Want, plan, read, read_one
from corpora.text_buffers import Leaf
from corpora.vocabulary import NOT_TEXT, QUARANTINE_CAUSES

WANT = Want((Leaf("text"),), "no", ("title",), b"k" * 32, "来源")
LIMIT = 1 << 22  # bytes of a record: long ones come up without long inputs
_PLACE = ("_offset", "_length", "_record", "_part")


def check(kind: str, path: Path) -> tuple[int, int]:
    """(documents, quarantined) of the file read as format `kind`. Raises AssertionError, or what the reader raised."""
    try:
        shards = plan(str(path), source=1, file=2, format=kind, shard_bytes=1 << 12)
    except FileUnreadable as unread:  # a run quarantines such a file
        assert unread.cause in QUARANTINE_CAUSES
        return 0, 1
    found = [_read(shard) for shard in shards]
    return sum(kept for kept, _ in found), sum(lost for _, lost in found)


def _read(shard: Shard) -> tuple[int, int]:
    kept, lost = 0, 0
    for block in read(shard, WANT, block_bytes=1 << 12, limit=LIMIT):
        block.documents.validate(full=True)
        assert block.documents.schema == WANT.schema and block.quarantine.schema == forms.QUARANTINE
        assert block.read == block.documents.num_rows + block.quarantine.num_rows
        assert set(block.quarantine.column("cause").to_pylist()) <= set(QUARANTINE_CAUSES)
        assert set(block.not_text) <= set(NOT_TEXT) and all(count > 0 for count in block.not_text.values())
        if not kept and block.documents.num_rows:
            _replay(shard, block.documents.slice(block.documents.num_rows - 1).to_pylist()[0])
        kept, lost = kept + block.documents.num_rows, lost + block.quarantine.num_rows
    return kept, lost


def _replay(shard: Shard, row: dict[str, object]) -> None:
    """A document is found again by its origin, the same in every column."""
    offset, length, record, part = (int(str(row[name])) for name in _PLACE)
    again = read_one(shard, WANT, offset=offset, length=length, record=record, part=part, limit=LIMIT)
    assert again.documents.to_pylist() == [row], f"replay of {[row[name] for name in _PLACE]} differs"
