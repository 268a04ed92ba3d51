"""The run's private table of what ties treated rows to the text that people judge: content keys and replacements, no text.

`annotation` and the pages read it: a mark that a person sets in the treated text is held against the cleaned one (law 7).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from corpora import forms, schema
from corpora.workspace import private_folder
from curation.run.measuring import CONTENT_KEY
from quality.pii.spans import Spans

FOLDER, REJECTED = "shown", "rejected-"


def table(
    batch: pa.RecordBatch, replaced: Sequence[tuple[Spans, Spans]], width: int, *, with_spans: bool = False
) -> pa.Table:
    """forms.SHOWN of a treated batch. replaced: of each treating step, where replacements stood and stand; width: leaves of text.

    Where two steps replaced something in one batch the column is null: nobody maps offsets through both.
    """
    spans = batch.column(schema.SPANS) if with_spans and schema.SPANS in batch.schema.names else None
    columns = [
        batch.column(schema.ID), batch.column(CONTENT_KEY), batch.column(schema.SOURCE),
        replacements(replaced, width, batch.num_rows), pa.nulls(batch.num_rows, forms.SPANS) if spans is None else spans,
    ]  # fmt: skip
    return pa.Table.from_arrays([column.cast(field.type) for column, field in zip(columns, forms.SHOWN, strict=True)],
                                schema=forms.SHOWN)  # fmt: skip


def replacements(replaced: Sequence[tuple[Spans, Spans]], width: int, rows: int) -> pa.Array:
    """A list of forms.REPLACED a row, or nulls; see `table`."""
    if len(replaced) > 1:
        return pa.nulls(rows, pa.large_list(forms.REPLACED))
    if not replaced:
        return pa.LargeListArray.from_arrays(pa.array(np.zeros(rows + 1, np.int64)), pa.array([], forms.REPLACED))
    old, new = replaced[0]
    keep = np.flatnonzero(old.leaf < width)
    old, new = old.take(keep), new.take(keep)
    columns = [pa.array(one) for one in (new.leaf, new.item, new.start, new.end, old.start, old.end)]
    values = pa.StructArray.from_arrays(columns, fields=list(forms.REPLACED))
    offsets = np.concatenate([[0], np.cumsum(np.bincount(new.row, minlength=rows))]).astype(np.int64)
    return pa.LargeListArray.from_arrays(pa.array(offsets), values)


def write(run: Path, name: str, parts: Sequence[pa.Table]) -> None:
    """One file of the run's folder, visible when complete."""
    path = private_folder(run / FOLDER) / name
    data = pa.concat_tables(parts).replace_schema_metadata({"format": str(forms.FORMAT)})
    pq.write_table(data, path.with_suffix(".part"), compression="zstd")
    os.replace(path.with_suffix(".part"), path)
