"""read · reshape · rewrite for one recipe: what the run, `peek` and `explain` do to rows before they are measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from corpora import schema
from corpora.forgotten import Forgotten, subject_hashes
from corpora.sources import Want
from corpora.text_buffers import Leaf
from curation import identities
from curation.recipe import Recipe, Source, own_columns
from curation.reshape import reshaping
from curation.reshape.reshaping import Reshaping
from curation.rewriting import Rewriting
from curation.step import Context


@dataclass(frozen=True)
class Job:
    """What every worker of the stage needs to know."""

    recipe: Recipe
    base: str
    key: bytes
    folder: str
    block_bytes: int
    forgotten: Forgotten = Forgotten()


def want(recipe: Recipe, source: Source, key: bytes) -> Want:
    """What the recipe asks of a record of this source, in the source's own column names."""
    made = reshaping.made(recipe.of_phase("reshape"))
    read = [path for path, leaf in zip(recipe.text, recipe.leaves, strict=True) if leaf.column not in made]
    leaves = tuple(Leaf.parse(source.text.get(path, path)) for path in read)
    subject = source.subject or recipe.subject
    columns = [column.source or name for name, column in recipe.columns.items()] + ([subject] if subject else [])
    columns += [*identities.column_names(recipe.identities), *reshaping.reads(recipe.of_phase("reshape"))]
    columns = [name for name in columns if name.partition("[].")[0] not in made or "[]." not in name]
    own_id = source.id or recipe.id
    if own_id and own_id != schema.ID:  # carried only to tell a misspelt name: `id` itself is optional
        columns.append(own_id)
    return Want(leaves, own_id, tuple(dict.fromkeys(columns)), key, source.label)


class Cleaner:
    """read · rewrite for one recipe: also used by `explain` and `peek` to replay single rows."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.context = Context(job.recipe.leaves, job.key, job.base, job.recipe.identities, job.folder)
        self.reshaping = Reshaping.start(job.recipe.of_phase("reshape"), self.context)
        self.rewriting = Rewriting.start(job.recipe.of_phase("rewrite"), self.context)

    def conform(self, batch: pa.RecordBatch, source: Source) -> pa.RecordBatch:
        """The reader's batch with the recipe's column names: origin, leaves, declared columns, hashed subject."""
        recipe = self.job.recipe
        names, arrays = list(schema.ORIGIN.names), [batch.column(n) for n in schema.ORIGIN.names]
        steps = recipe.of_phase("reshape")
        for path in dict.fromkeys(leaf.column for leaf in recipe.leaves if leaf.column not in reshaping.made(steps)):
            names.append(path)
            arrays.append(batch.column(Leaf.parse(_source_path(recipe, source, path)).column))
        for name, column in own_columns(recipe):
            names.append(name)
            arrays.append(batch.column(column.source or name))
        for name in identities.column_names(recipe.identities):
            names.append(identities.private(name))
            arrays.append(batch.column(name))
        for name in reshaping.reads(steps):
            names.append(reshaping.field(name))
            arrays.append(batch.column(name))
        subject = source.subject or recipe.subject
        names.append(schema.SUBJECT)
        arrays.append(_subject(batch, subject, self.job.key))
        names.append(schema.GENERATED)
        arrays.append(pa.array(np.full(batch.num_rows, int(source.generated), np.int8)))
        return pa.RecordBatch.from_arrays(arrays, names=names)

    def about(self, documents: pa.RecordBatch, source: Source, wanted: Want) -> NDArray[np.uint64]:
        """uint64 (rows,): the hash of whom each row is about, for deletion requests: its subject, or its key where none is named."""
        recipe = self.job.recipe
        name = source.subject or recipe.subject or wanted.id
        if name not in wanted.carried:
            return np.zeros(documents.num_rows, np.uint64)
        return subject_hashes(self.job.key, documents.column(name))


def _source_path(recipe: Recipe, source: Source, column: str) -> str:
    """The source's path of the leaf that lives in the recipe's `column`."""
    path = next(path for path, leaf in zip(recipe.text, recipe.leaves, strict=True) if leaf.column == column)
    return source.text.get(path, path)


def _subject(batch: pa.RecordBatch, name: str | None, key: bytes) -> pa.Array:
    if name is None:
        return pa.array(np.zeros(batch.num_rows, np.uint64))
    return pa.array(subject_hashes(key, batch.column(name)))
