"""`split`: long documents become pieces, cut where their own structure allows it."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pydantic import Field

from corpora import schema, text_buffers
from corpora.hashing import keyed_hashes
from corpora.text_buffers import Leaf, Texts
from curation.reshape.reshaping import Reshape, Reshaped, Reshaper
from curation.step import Context
from quality import boundaries

DOCUMENT, PLACE = "document", "piece"


class Split(Reshape):
    """切分：长文档在章、标题、段落、句子处切开，不切断句子与表格行 / cut long documents at their own boundaries."""

    step: Literal["split"] = "split"
    target: int = Field(2000, ge=50, description="一段最多多少字 / characters of a piece at most")
    overlap: int = Field(
        0, ge=0, description="与上一段重叠的字数上限，整句重叠 / characters repeated from the piece before, whole sentences"
    )

    def adds(self) -> tuple[pa.Field, ...]:
        """The document that a piece is of, and its place in it."""
        return (pa.field(DOCUMENT, pa.large_string(), False), pa.field(PLACE, pa.int32(), False))

    def reshaper(self, context: Context) -> Reshaper:
        """Cuts the first leaf; the other columns go along with every piece."""
        leaf = context.leaves[0]

        def reshape(batch: pa.RecordBatch) -> Reshaped:
            long = np.flatnonzero(pc.fill_null(pc.greater(pc.utf8_length(batch.column(leaf.column)), self.target), False))
            if not len(long):
                return Reshaped(_placed(batch, batch.column(schema.ID)))
            return self._split(batch, leaf, long, context.content_key)

        return reshape

    def _split(self, batch: pa.RecordBatch, leaf: Leaf, long: NDArray[np.int64], key: bytes) -> Reshaped:
        pieces: dict[int, list[str]] = {}
        # A Python loop, over documents only that are longer than the target.
        for row, text in zip(long.tolist(), batch.column(leaf.column).take(pa.array(long)).to_pylist(), strict=True):
            spans = boundaries.cut(text, self.target, self.overlap)
            if len(spans) > 1:
                pieces[row] = [text[start:end] for start, end in spans]
        counts = np.ones(batch.num_rows, np.int64)
        counts[list(pieces)] = [len(parts) for parts in pieces.values()]
        rows = np.repeat(np.arange(batch.num_rows), counts)
        number = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
        split = counts[rows] > 1
        out = batch.take(pa.array(rows))
        texts = pa.array([text for parts in pieces.values() for text in parts], pa.large_string())
        spliced = text_buffers.splice(out.column(leaf.column), np.flatnonzero(split), texts)
        out = _with(out, leaf.column, spliced)
        out = _with(out, schema.PIECE, pa.array(np.where(split, number, -1), pa.int32()))
        out = _with(out, schema.SUBJECT, _subjects(out, split))
        out = _with(out, schema.ID, _piece_ids(out.column(schema.ID), number, split, key))
        return Reshaped(_placed(out, batch.column(schema.ID).take(pa.array(rows))), int(split.sum()), len(pieces))


def _placed(batch: pa.RecordBatch, documents: pa.Array) -> pa.RecordBatch:
    """With the public columns: the id of the document, and the number of the piece, 0 for a whole document."""
    piece = pc.max_element_wise(batch.column(schema.PIECE), pa.scalar(0, pa.int32()))
    return batch.append_column(DOCUMENT, text_buffers.hex_strings(documents)).append_column(PLACE, piece)


def _subjects(batch: pa.RecordBatch, split: NDArray[np.bool_]) -> pa.Array:
    """Pieces of a document without a subject share one, so that they never end in different splits."""
    subjects = batch.column(schema.SUBJECT).to_numpy().copy()
    own = text_buffers.binary_rows(batch.column(schema.ID))[:, :8].copy().view(np.uint64).ravel() | np.uint64(1)
    alone = split & (subjects == 0)
    subjects[alone] = own[alone]
    return pa.array(subjects)


def _with(batch: pa.RecordBatch, name: str, values: pa.Array) -> pa.RecordBatch:
    place = batch.schema.get_field_index(name)
    return batch.set_column(place, batch.schema.field(place), values)


def _piece_ids(ids: pa.Array, number: NDArray[np.int64], split: NDArray[np.bool_], key: bytes) -> pa.Array:
    """The document's id for whole documents; for a piece the keyed hash of that id and the piece's number."""
    plain = text_buffers.binary_rows(ids)
    named = np.concatenate([plain, number.astype(">u4").view(np.uint8).reshape(-1, 4)], axis=1)
    hashed = keyed_hashes(key, Texts(np.ascontiguousarray(named).ravel(), np.arange(len(named) + 1, dtype=np.int64) * 20))
    return text_buffers.binary_array(np.where(split[:, None], hashed, plain))
