"""Deduplication: keys per shard on disk, one band at a time in memory, verified edges, one survivor per component."""

from __future__ import annotations

from curation.dedup.duplicates import Duplicates
from curation.dedup.resolve import resolve
from curation.dedup.steps import DedupExact, DedupNear
from curation.dedup.store import KeyStore

__all__ = ["DedupExact", "DedupNear", "Duplicates", "KeyStore", "resolve"]
