"""The catalog: content-addressed blobs, commits, refs, an audit log."""

from corpora.catalog.refs import HeadMoved
from corpora.catalog.store import Catalog, Published

__all__ = ["Catalog", "HeadMoved", "Published"]
