"""Readers: files of any supported format become blocks of documents and quarantined records.

`plan` cuts a file into shards, `read` reads one, `read_one` replays a single record from its origin.
"""

from __future__ import annotations

from corpora.sources.plan import plan
from corpora.sources.reading import read, read_one
from corpora.sources.spec import ENCODINGS, FORMATS, UNITS, Block, Layout, Shard, Want

__all__ = ["ENCODINGS", "FORMATS", "UNITS", "Block", "Layout", "Shard", "Want", "plan", "read", "read_one"]
