"""What a step is: a frozen, strict spec that belongs to one phase and says which columns it needs and adds.

`start()` loads what the step needs and returns `work(batch) → batch`. A step holds no state, forwards no
arguments and registers itself nowhere: curation.recipe names the union of all steps in one line.

Rewriting steps only say how to rewrite strings (`Rewrite.rewriter`); picking the rows that need it, splicing
the result back and checking law 3 (values survive) is done once, in curation.rewriting.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

import pyarrow as pa
from pydantic import Field

from corpora.strict import Strict
from corpora.text_buffers import Leaf
from curation.identities import Identities

Phase = Literal["reshape", "rewrite", "measure", "decide", "treat"]
PHASES: tuple[Phase, ...] = ("reshape", "rewrite", "measure", "decide", "treat")

Work = Callable[[pa.RecordBatch], pa.RecordBatch]


@dataclass(frozen=True)
class Context:
    """What a step may know of the run besides its own settings."""

    leaves: tuple[Leaf, ...]
    content_key: bytes  # 32 bytes, per dataset line, for keyed hashes of text
    base: str  # folder of the recipe: relative paths in a step's settings start here
    identities: Identities | None = None  # what the house already knows
    gathered: str = ""  # folder in which joined tables lie (curation.run.gathering)


class Step(Strict, ABC):
    """Base of every step's spec."""

    phase: ClassVar[Phase]

    name: Annotated[
        str | None,
        Field(description="本步在账本里的名字；同一种步骤用两次时必填 / key in the ledger", pattern=r"^[a-z][a-z0-9_]*$"),
    ] = None

    @property
    def key(self) -> str:
        """Name of the step in ledger, marks and reports."""
        return self.name or str(getattr(self, "step"))  # noqa: B009  each subclass declares its own Literal

    def needs(self) -> tuple[str, ...]:
        """Columns (beside leaves) that must be there before this step."""
        return ()

    def adds(self) -> tuple[pa.Field, ...]:
        """Columns that are there after this step; those named with `_` stay private."""
        return ()

    def resources(self) -> tuple[str, ...]:
        """Names of shipped or local files that the step's result depends on (they enter the fingerprint)."""
        return ()

    @abstractmethod
    def start(self, context: Context) -> Work:
        """Loads what is needed and returns the function that is mapped over batches."""


@dataclass(frozen=True)
class Rewritten:
    """Result of rewriting n strings: the new strings (large_string, n) and `forms.EDITS` against the old ones."""

    texts: pa.Array
    edits: pa.RecordBatch


Rewriter = Callable[[pa.Array], Rewritten]
"""Strings in (large_string, no nulls), as many strings out. Unchanged strings have no edit."""
