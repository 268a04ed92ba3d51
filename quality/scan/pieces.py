"""What is asked of a scan, and what one shard of the file gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpora import schema, sources, text_buffers
from corpora.sources import Block, Shard, Want
from corpora.text_buffers import Leaf, Texts
from corpora.vocabulary import PII_KINDS
from quality import pii
from quality.pii import spans
from quality.pii.findings import Findings
from quality.pii.spans import Spans
from quality.scan import json_lines, surrogates
from quality.scan.json_lines import TEXT, join

BANDS = {"high": 0.8, "medium": pii.MEDIUM, "low": 0.0}
"""Name of a band of confidence → its lower end."""
_BLOCK = 4 << 20


@dataclass(frozen=True)
class Request:
    """What to scan: columns `texts` of a file of any source format. Picklable.

    id: the key column; rows without it are named by their number among the file's records, from 0. Only its values are
    read, and they are printed: a key that is personal itself should be left out (id=None).
    name: what each row says of its file, where several are scanned; "" for nothing.
    tables, leaves: the signals tables of the release that the rows come from, and its leaves: the stand-ins listed there
    are known, by the row's id, and not reported.
    """

    path: str
    texts: tuple[str, ...] = ("text",)
    id: str | None = "id"
    kinds: tuple[str, ...] | None = None
    min_confidence: float = 0.0
    with_text: bool = False
    unit: str = "file"
    format: str = "auto"
    encoding: str = "auto"
    numeric_ids: bool = False
    name: str = ""
    tables: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()

    @property
    def want(self) -> Want:
        columns = (self.id,) if self.id else ()
        return Want(tuple(Leaf.parse(path) for path in self.texts), self.id, columns, b"scan", "")


@dataclass(frozen=True)
class Piece:
    """One shard, scanned. Row i is `{"id": <key or number>` + tail i; counts: int64 (kinds, bands)."""

    file: str  # path
    keys: pa.Array  # JSON; null where the row has no key
    numbers: NDArray[np.int64]  # of the records, within the shard unless `absolute`
    absolute: bool
    tails: pa.Array
    records: int
    documents: int
    touched: int  # rows with a finding
    size: int  # bytes
    counts: NDArray[np.int64]

    def lines(self, first: int) -> bytes:
        """JSON lines; `first`: number of the shard's first record."""
        named = pc.coalesce(self.keys, json_lines.numbers(self.numbers + (0 if self.absolute else first)))
        rows = join('{"id":', named, self.tails, "\n")
        view = text_buffers.texts(rows)
        return view.data[view.offsets[0] : view.offsets[-1]].tobytes()


def scan(request: Request, shard: Shard) -> Piece:
    """Reads and searches one shard."""
    parts = [_block(request, shard, block) for block in sources.read(shard, request.want, block_bytes=_BLOCK)]
    absolute = shard.format == "parquet"
    first = np.concatenate([[0], np.cumsum([part.records for part in parts])])
    shifted = [part.numbers + (0 if absolute else int(at)) for part, at in zip(parts, first, strict=False)]
    none = np.zeros((len(PII_KINDS), len(BANDS)), np.int64)
    return Piece(
        request.path,
        pa.concat_arrays([part.keys for part in parts]) if parts else pa.nulls(0, TEXT),
        np.concatenate(shifted) if parts else np.zeros(0, np.int64),
        absolute,
        pa.concat_arrays([part.tails for part in parts]) if parts else pa.nulls(0, TEXT),
        records=int(first[-1]),
        documents=sum(part.documents for part in parts),
        touched=sum(part.touched for part in parts),
        size=sum(part.size for part in parts),
        counts=sum((part.counts for part in parts), none),
    )


def _block(request: Request, shard: Shard, block: Block) -> Piece:
    batch, lost = block.documents, block.quarantine
    texts, found, placed = _search(request, batch)
    order, numbers = _order(batch, lost, shard.format == "parquet")
    tails = pa.concat_arrays([_tails(request, texts, found, placed, batch.num_rows), _unread(request, lost)])
    keys = pa.concat_arrays([_keys(request, batch), pa.nulls(lost.num_rows, TEXT)])
    return Piece(
        request.path, keys.take(pa.array(order)), numbers, shard.format == "parquet", tails.take(pa.array(order)), block.read,
        batch.num_rows, len(np.unique(placed.row)), block.size, _counts(placed),
    )  # fmt: skip


def _search(request: Request, batch: pa.RecordBatch) -> tuple[Texts, Findings, Spans]:
    leaves = request.want.leaves
    documents = text_buffers.documents(batch, leaves)
    texts = Texts(documents.data, documents.leaf_offsets)
    counts = text_buffers.leaf_counts(batch, leaves)
    ours = _surrogates(request, batch, counts)
    found = pii.find(texts, request.kinds, documents=documents.document_offsets, ours=ours)
    found = found.take(found.confidence >= np.float32(request.min_confidence))
    return texts, found, spans.of_documents(found, counts)


def _surrogates(request: Request, batch: pa.RecordBatch, counts: NDArray[np.int64]) -> Findings | None:
    if not request.tables or request.id is None:
        return None
    known = surrogates.read(request.tables, request.leaves)
    return known.among(batch.column(batch.num_columns - 1), counts, request.texts)


def _order(batch: pa.RecordBatch, lost: pa.RecordBatch, by_record: bool) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Good and bad records in the order of the file, and their numbers."""
    pairs = ((schema.OFFSET, "offset"), (schema.RECORD, "record"), (schema.PART, "part"))
    places = [np.concatenate([batch.column(own).to_numpy(), lost.column(other).to_numpy()]) for own, other in pairs]
    order = np.lexsort(places)  # by part, then record, then offset: what a format does not have is -1 throughout
    return order, places[1][order] if by_record else np.arange(len(order), dtype=np.int64)


def _keys(request: Request, batch: pa.RecordBatch) -> pa.Array:
    if request.id is None:
        return pa.nulls(batch.num_rows, TEXT)
    values = batch.column(batch.num_columns - 1)  # by place: its name may be `id`, as the column of our own
    keys = json_lines.keys(values, numeric=request.numeric_ids)
    empty = pc.fill_null(pc.equal(values, pa.scalar("", values.type)), True)
    return pc.if_else(empty, pa.scalar(None, TEXT), keys)


def _tails(request: Request, texts: Texts, found: Findings, placed: Spans, rows: int) -> pa.Array:
    return join(
        _file(request), ',"spans":[', json_lines.grouped(_items(request, texts, found, placed), placed.row, rows), "]}"
    )


def _items(request: Request, texts: Texts, found: Findings, placed: Spans) -> pa.Array:
    """One JSON object a finding."""
    terms = spans.names(placed)
    leaves = pa.array([json.dumps(path, ensure_ascii=False) for path in request.texts], TEXT)
    parts: list[Any] = ['{"kind":"', terms["kind"], '","subtype":"', terms["subtype"], '","leaf":']
    parts += [leaves.take(pa.array(placed.leaf)), ',"item":', json_lines.numbers(placed.item), ',"start":']
    parts += [json_lines.numbers(placed.start), ',"end":', json_lines.numbers(placed.end), ',"confidence":']
    parts += [json_lines.numbers(placed.confidence), ',"evidence":"', terms["evidence"], '"']
    if request.with_text:
        parts += [',"text":', json_lines.quoted(json_lines.slices(texts, found.text, found.start_byte, found.end_byte))]
    return join(*parts, "}")


def _file(request: Request) -> str:
    return f',"file":{json.dumps(request.name, ensure_ascii=False)}' if request.name else ""


def _unread(request: Request, lost: pa.RecordBatch) -> pa.Array:
    """Records that give no text: nothing is lost, they say why."""
    return join(_file(request), ',"spans":[],"unread":"', lost.column("cause").cast(TEXT), '"}')


def _counts(placed: Spans) -> NDArray[np.int64]:
    bounds = np.array(list(BANDS.values()), np.float32)
    band = (placed.confidence[:, None] < bounds[None, :-1]).sum(axis=1)
    flat = placed.kind.astype(np.int64) * len(BANDS) + band
    return np.bincount(flat, minlength=len(PII_KINDS) * len(BANDS)).reshape(len(PII_KINDS), len(BANDS))


def per_kind(counts: NDArray[np.int64]) -> Iterator[tuple[str, dict[str, int]]]:
    """Kinds that were found, with the number of findings in each band."""
    for kind, row in zip(PII_KINDS, counts.tolist(), strict=True):
        if sum(row):
            yield kind, dict(zip(BANDS, row, strict=True))
