"""Columns of the working tables. Names that begin with `_` are private to the work folder, never published."""

from __future__ import annotations

import pyarrow as pa

ID = "id"  # public: 32 hex digits, keyed hash of the source's key or of the raw row
SOURCE = "_source"  # int16, index into the recipe's sources
FILE = "_file"  # int32, index into the run's files (sorted by source order, then name bytes)
OFFSET = "_offset"  # int64, byte offset of the record in the file (decompressed), or -1
LENGTH = "_length"  # int64, bytes of the raw record, or -1
RECORD = "_record"  # int64, row number in the file or part (0-based) where the format has no bytes, else -1
PART = "_part"  # int32, sheet, page or element of the file (0-based), else -1
PIECE = "_piece"  # int32, number of the piece that a `split` made of the document (0-based), else -1
SUBJECT = "_subject"  # uint64, hash of the subject's key, 0 for none
SPANS = "_spans"  # large_list(forms.SPAN)
VAULT = "_vault"  # forms.VAULT
GENERATED = "generated_data_indicator"  # int8, 1 = text carries or is declared with an AI-generated mark
QUALITY = "quality"  # float32, 0…1

ORIGIN = pa.schema(
    [
        pa.field(ID, pa.binary(16), False),
        pa.field(SOURCE, pa.int16(), False),
        pa.field(FILE, pa.int32(), False),
        pa.field(OFFSET, pa.int64(), False),
        pa.field(LENGTH, pa.int64(), False),
        pa.field(RECORD, pa.int64(), False),
        pa.field(PART, pa.int32(), False),
        pa.field(PIECE, pa.int32(), False),
    ]
)
"""The columns every batch of documents begins with; leaves and carried columns follow."""

RESERVED = frozenset({ID, "source", "licence", QUALITY, GENERATED, "split"})
"""Names that the release gives meaning to: a recipe's own column must be renamed if it clashes."""
