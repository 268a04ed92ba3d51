"""Where a release says that stand-ins, masks and pseudonyms stand: a scan of its text does not report them again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corpora import forms
from quality.pii import spans
from quality.pii.findings import EVIDENCE_INDEX, Findings
from quality.pii.spans import Spans

_NOTHING = spans.from_column(pa.array([], forms.SPANS))


@dataclass(frozen=True)
class Surrogates:
    """ids: large_string (n), of rows with stand-ins; spans: theirs, `row` an index into the ids; leaves: their paths."""

    ids: pa.Array
    spans: Spans
    leaves: tuple[str, ...]

    def among(self, ids: pa.Array, counts: NDArray[np.int64], paths: tuple[str, ...]) -> Findings:
        """Those of a batch, as findings in its strings. ids: large_string (rows), nulls welcome; counts: int64 (rows, leaves),
        strings in each leaf of each row; paths: the leaves that are read."""
        if not len(self.spans):
            return Findings.none()
        place = np.array([paths.index(leaf) if leaf in paths else -1 for leaf in self.leaves], np.int64)
        here = pc.fill_null(pc.index_in(self.ids, ids.cast(pa.large_string())), -1).to_numpy(zero_copy_only=False)
        mine = self.spans
        row, leaf = here[mine.row], place[mine.leaf]
        known = (row >= 0) & (leaf >= 0)
        row, leaf, item = row[known], leaf[known], mine.item[known]
        inside = item < counts[row, leaf]  # a row of another version may have fewer strings
        firsts = (np.cumsum(counts.ravel()) - counts.ravel()).reshape(counts.shape)
        text = (firsts[row, leaf] + item)[inside]
        start, end = mine.start[known][inside], mine.end[known][inside]
        return Findings.of(text, start, end, 0, 0, 0, 0, 1.0, 0)


@lru_cache(2)
def read(tables: tuple[str, ...], leaves: tuple[str, ...]) -> Surrogates:
    """The stand-ins in the signals tables of a release, read once a process. leaves: as the manifest names them."""
    found, ids, first = [], [], 0
    for path in tables:
        file = pq.ParquetFile(path)
        for batch in file.iter_batches(columns=["id", "spans"]) if "spans" in file.schema_arrow.names else ():
            some = spans.from_column(batch.column("spans"))
            some = some.take(np.flatnonzero(some.evidence == EVIDENCE_INDEX["surrogate"]))
            rows, row = np.unique(some.row, return_inverse=True)
            ids.append(batch.column("id").take(pa.array(rows)).cast(pa.large_string()))
            found.append(replace(some, row=row.astype(np.int64) + first))
            first += len(rows)
    return Surrogates(
        pa.concat_arrays(ids) if ids else pa.array([], pa.large_string()), spans.joined(found or [_NOTHING]), leaves
    )
