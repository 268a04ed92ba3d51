"""Before base rows are measured, the tables that `assemble` joins to them are read, matched and joined by key.

`gathered/` in the stage's folder: one table of (key, text) a part, and for every shard of a joined source its facts and its
quarantined rows. Reading the base tables' keys first costs one more pass, and makes the accounts plain: a row whose
key is there is consumed, any other is quarantined.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from corpora import schema, sources
from corpora.sources import Shard, Want, columnar
from corpora.workspace import private_folder, write_atomically
from curation.recipe import Recipe
from curation.reshape.assemble import Assemble, Part, gathered_path, part_labels

_TEXT = pa.large_string()
_MOMENT = r"^\s*(?P<y>\d{4})\D(?P<m>\d{1,2})\D(?P<d>\d{1,2})(?:\D+(?P<h>\d{1,2}):(?P<n>\d{1,2})(?::(?P<s>\d{1,2}))?)?"


@dataclass
class Gathered:
    """What became of one shard of a joined source."""

    read: int = 0
    consumed: int = 0
    bytes: int = 0
    causes: Counter[str] = field(default_factory=Counter)
    not_text: Counter[str] = field(default_factory=Counter)
    quarantine: list[pa.RecordBatch] = field(default_factory=list)


def gather(recipe: Recipe, shards: list[Shard], key: bytes, folder: Path, block_bytes: int) -> None:
    """Fills `gathered/`. Does nothing if there is nothing to join, or if it was done before."""
    steps = [step for step in recipe.of_phase("reshape") if isinstance(step, Assemble)]
    place = folder / "gathered"
    if not steps or (place / "done").is_file():
        return
    private_folder(place)
    joined = part_labels(tuple(steps))
    read = _Reader(recipe, shards, key, block_bytes)
    for step in steps:
        for number, part in enumerate(step.parts):
            table = _part(part, read, _base_keys(part, joined, read), place)
            _save(table, gathered_path(str(folder), step.key, number))
    write_atomically(place / "done", b"")


def load(folder: Path, shard: int) -> Gathered:
    """The facts of a joined source's shard."""
    path = folder / "gathered" / f"{shard:05}.json"
    data = json.loads(path.read_bytes())
    found = Gathered(data["read"], data["consumed"], data["bytes"], Counter(data["causes"]), Counter(data["not_text"]))
    lost = path.with_suffix(".lost.arrow")
    if lost.is_file():
        with pa.memory_map(str(lost)) as source:
            found.quarantine = pa.ipc.open_file(source).read_all().to_batches()
    return found


@dataclass(frozen=True)
class _Reader:
    """Reads columns of the sources of one run."""

    recipe: Recipe
    shards: list[Shard]
    key: bytes
    block_bytes: int

    def of(self, labels: frozenset[str], *, others: bool = False) -> Iterator[tuple[int, Shard]]:
        """The shards of these sources, or of all other ones."""
        for number, shard in enumerate(self.shards):
            if (self.recipe.sources[shard.source].label in labels) != others:
                yield number, shard

    def blocks(self, shard: Shard, columns: tuple[str, ...]) -> Iterator[sources.Block]:
        want = Want((), None, columns, self.key, self.recipe.sources[shard.source].label)
        yield from sources.read(shard, want, block_bytes=self.block_bytes)


def _base_keys(part: Part, joined: frozenset[str], read: _Reader) -> pa.Array:
    """The distinct keys of the base rows."""
    found = [
        pc.unique(pc.utf8_trim_whitespace(block.documents.column(part.base_column)))
        for _, shard in read.of(joined, others=True)
        for block in read.blocks(shard, (part.base_column,))
    ]
    keys = pc.unique(pa.concat_arrays(found)) if found else pa.array([], _TEXT)
    return keys.filter(pc.fill_null(pc.not_equal(keys, ""), False))


def _part(part: Part, read: _Reader, keys: pa.Array, place: Path) -> pa.Table:
    """Reads one joined source: (key, text), one row a key."""
    rows: list[pa.RecordBatch] = []
    for number, shard in read.of(frozenset([part.source])):
        done = Gathered()
        for block in read.blocks(shard, part.columns):
            rows.append(_matched(part, block, keys, done))
        _save_facts(done, place / f"{number:05}.json")
    return _joined(part, pa.Table.from_batches(rows) if rows else None)


def _matched(part: Part, block: sources.Block, keys: pa.Array, done: Gathered) -> pa.RecordBatch:
    """The rows whose key a base row has; the others are quarantined."""
    batch = block.documents
    own = pc.utf8_trim_whitespace(batch.column(part.key))
    known = pc.fill_null(pc.is_in(own, value_set=keys), False)
    lost = _unmatched(batch.filter(pc.invert(known)))
    done.read += block.read
    done.bytes += block.size
    done.consumed += pc.sum(known).as_py() or 0
    done.not_text.update(block.not_text)
    for one in (block.quarantine, lost):
        if one.num_rows:
            done.quarantine.append(one)
            done.causes.update(one["cause"].to_pylist())
    return pa.RecordBatch.from_arrays(
        [own, part.row.render({n: batch.column(n) for n in part.row.fields}), *(batch.column(n) for n in part.order)],
        names=["key", "text", *(f"order{i}" for i in range(len(part.order)))],
    ).filter(known)


def _unmatched(batch: pa.RecordBatch) -> pa.RecordBatch:
    """forms.QUARANTINE of documents without a base row; their bytes are where their origin says."""
    names = (schema.SOURCE, schema.FILE, schema.OFFSET, schema.LENGTH, schema.RECORD, schema.PART)
    columns = [batch.column(name) for name in names]
    n = batch.num_rows
    arrays = [*columns, pa.array(["unmatched"] * n, pa.string()), pa.array([b""] * n, pa.large_binary())]
    return pa.RecordBatch.from_arrays(arrays, schema=columnar.quarantine([]).schema)


def _joined(part: Part, rows: pa.Table | None) -> pa.Table:
    """Texts of each key, in order, with the separator between them."""
    if rows is None or not rows.num_rows:
        return pa.table({"key": pa.array([], _TEXT), "text": pa.array([], _TEXT)})
    rows = rows.filter(pc.not_equal(rows["text"], "")).combine_chunks()
    orders = {f"order{i}": order_key(rows[f"order{i}"].combine_chunks()) for i in range(len(part.order))}
    seats = pa.table({"key": rows["key"], **orders, "seat": pa.array(np.arange(rows.num_rows))})
    rows = rows.take(pc.sort_indices(seats, [(name, "ascending") for name in seats.column_names]))
    key, text = rows["key"].combine_chunks(), rows["text"].combine_chunks()
    last = np.ones(len(key), np.bool_)
    last[:-1] = np.asarray(pc.not_equal(key[1:], key[:-1]))
    ends = pc.if_else(pa.array(last), pa.scalar("", _TEXT), pa.scalar(part.separator, _TEXT))
    whole = pc.binary_join_element_wise(text, ends, pa.scalar("", _TEXT))
    offsets = np.frombuffer(whole.buffers()[1], np.int64)[: len(whole) + 1]
    bounds = np.concatenate([[0], offsets[1:][last]])
    joined = pa.Array.from_buffers(_TEXT, int(last.sum()), [None, pa.py_buffer(bounds.astype(np.int64)), whole.buffers()[2]])
    return pa.table({"key": key.filter(pa.array(last)), "text": joined})


def order_key(values: pa.Array) -> pa.Array:
    """What sorts the values as people would: dates and times by time, numbers by size, anything else by characters."""
    filled = pc.fill_null(pc.utf8_trim_whitespace(values), "")
    some = filled.filter(pc.not_equal(filled, ""))
    if len(some) and pc.all(pc.match_substring_regex(some, _MOMENT)).as_py():
        parts = pc.extract_regex(filled, _MOMENT)
        padded = [pc.utf8_lpad(pc.fill_null(pc.struct_field(parts, name), ""), 2, "0") for name in "ymdhns"]
        return pc.binary_join_element_wise(*padded, pa.scalar("", padded[0].type))
    if len(some) and pc.all(pc.match_substring_regex(some, r"^[+-]?\d+(\.\d+)?$")).as_py():
        return pc.cast(pc.if_else(pc.equal(filled, ""), None, filled), pa.float64())
    return filled


def _save(table: pa.Table, path: Path) -> None:
    part = path.with_suffix(".part")
    with pa.ipc.new_file(str(part), table.schema) as file:
        file.write_table(table)
    os.replace(part, path)


def _save_facts(done: Gathered, path: Path) -> None:
    if done.quarantine:
        _save(pa.Table.from_batches(done.quarantine), path.with_suffix(".lost.arrow"))
    names = ("read", "consumed", "bytes", "causes", "not_text")
    data: dict[str, Any] = {name: getattr(done, name) for name in names}
    write_atomically(path, json.dumps(data, ensure_ascii=False).encode())
