"""What all reshaping steps share: a batch in, another one out, and how many rows were made and consumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar

import pyarrow as pa

from curation.step import Context, Phase, Step, Work


@dataclass(frozen=True)
class Reshaped:
    """The new batch; rows made and consumed on the way (law 1: read + made = … + consumed)."""

    batch: pa.RecordBatch
    made: int = 0
    consumed: int = 0


Reshaper = Callable[[pa.RecordBatch], Reshaped]


class Reshape(Step):
    """A step that makes or consumes rows. A row's result depends on that row alone, so that it can be replayed."""

    phase: ClassVar[Phase] = "reshape"

    def reshaper(self, context: Context) -> Reshaper:
        """Loads what is needed and returns the function that is mapped over batches."""
        raise NotImplementedError

    def start(self, context: Context) -> Work:
        """The plain map, without the accounts."""
        reshape = self.reshaper(context)
        return lambda batch: reshape(batch).batch


@dataclass
class Reshaping:
    """All reshaping steps of a recipe, with the accounts of each."""

    steps: list[tuple[str, Reshaper]]
    made: Counter[str] = field(default_factory=Counter)
    consumed: Counter[str] = field(default_factory=Counter)

    @classmethod
    def start(cls, steps: tuple[Reshape, ...], context: Context) -> Reshaping:
        return cls([(step.key, step.reshaper(context)) for step in steps])

    def __call__(self, batch: pa.RecordBatch) -> Reshaped:
        made = consumed = 0
        for _, reshape in self.steps:
            done = reshape(batch)
            batch, made, consumed = done.batch, made + done.made, consumed + done.consumed
        return Reshaped(batch, made, consumed)
