"""What all reshaping steps share: a batch in, another one out, and how many rows were made and consumed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpora import schema, text_buffers
from curation.step import Context, Phase, Step, Work


@dataclass(frozen=True)
class Reshaped:
    """The new batch; rows made and consumed on the way (law 1: read + made = … + consumed)."""

    batch: pa.RecordBatch
    made: int = 0
    consumed: int = 0


Reshaper = Callable[[pa.RecordBatch], Reshaped]


def field(name: str) -> str:
    """Name, among a run's private columns, of a source's column that a reshaping step reads."""
    return f"_field.{name}"


class Reshape(Step):
    """A step that makes or consumes rows. A row's result depends on that row alone, so that it can be replayed."""

    phase: ClassVar[Phase] = "reshape"

    def reads(self) -> tuple[str, ...]:
        """Columns of the source that this step needs, by the source's names."""
        return ()

    def gives(self) -> tuple[str, ...]:
        """Columns that this step adds for the reshaping steps behind it."""
        return ()

    def makes(self) -> str | None:
        """The text column that this step makes: it is not asked of the source."""
        return None

    def reshaper(self, context: Context) -> Reshaper:
        """Loads what is needed and returns the function that is mapped over batches."""
        raise NotImplementedError

    def start(self, context: Context) -> Work:
        """The plain map, without the accounts."""
        reshape = self.reshaper(context)
        return lambda batch: reshape(batch).batch


@dataclass(frozen=True)
class Reshaping:
    """All reshaping steps of a recipe: what they read of a source, and the work."""

    steps: tuple[Reshape, ...]
    work: tuple[Reshaper, ...]

    @classmethod
    def start(cls, steps: tuple[Reshape, ...], context: Context) -> Reshaping:
        return cls(steps, tuple(step.reshaper(context) for step in steps))

    def __call__(self, batch: pa.RecordBatch) -> Reshaped:
        made = consumed = 0
        for reshape in self.work:
            done = reshape(batch)
            batch, made, consumed = done.batch, made + done.made, consumed + done.consumed
        private = [name for name in batch.schema.names if name.startswith(field(""))]
        return Reshaped(batch.drop_columns(private), made, consumed)


def reads(steps: tuple[Reshape, ...]) -> tuple[str, ...]:
    """Columns of the source that these steps need, but for what an earlier one gives."""
    given, needed = set[str](), dict[str, None]()
    for step in steps:
        needed |= dict.fromkeys(name for name in step.reads() if name not in given)
        given |= set(step.gives())
    return tuple(needed)


def made(steps: tuple[Reshape, ...]) -> frozenset[str]:
    """Text columns that these steps make."""
    return frozenset(step.makes() or "" for step in steps) - {""}


def has_text(batch: pa.RecordBatch, leaves: tuple[text_buffers.Leaf, ...]) -> NDArray[np.bool_]:
    """bool (n): rows with a leaf that holds more than spaces."""
    some = np.zeros(batch.num_rows, np.bool_)
    for leaf in leaves:
        values, offsets = text_buffers.leaf_values(batch, leaf)
        full = np.asarray(pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(values), ""), False))
        rows = np.repeat(np.arange(batch.num_rows), np.diff(offsets))
        some |= np.bincount(rows[full], minlength=batch.num_rows) > 0
    return some


def turned_away(batch: pa.RecordBatch, rows: NDArray[np.bool_], cause: str) -> list[tuple[object, ...]]:
    """Rows of forms.QUARANTINE, without their bytes, for documents that go no further: nothing is lost, they say why."""
    names = (schema.SOURCE, schema.FILE, schema.OFFSET, schema.LENGTH, schema.RECORD, schema.PART)
    places = batch.select(names).filter(pa.array(rows)).to_pylist()
    return [(*(place[name] for name in names), cause, b"") for place in places]
