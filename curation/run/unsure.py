"""Findings that were not sure enough to be replaced: counted in the rows of real sources, for an officer to sign."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa

from corpora import schema
from corpora.vocabulary import PII_KINDS
from curation.recipe import Recipe
from quality import pii
from quality.pii import spans


def bar(recipe: Recipe) -> float:
    """The confidence from which findings are replaced."""
    return min((getattr(step, "min_confidence", pii.MEDIUM) for step in recipe.of_phase("treat")), default=0.0)


def count(recipe: Recipe, batch: pa.RecordBatch) -> tuple[Counter[str], int]:
    """(unsure findings per kind, rows) of one treated batch, in rows of sources that are neither generated nor public."""
    watched = np.array([source.watched for source in recipe.sources])
    mine = watched[batch.column(schema.SOURCE).to_numpy()]
    if schema.SPANS not in batch.schema.names or not recipe.of_phase("treat") or not mine.any():
        return Counter(), int(mine.sum())
    found = spans.from_column(batch.column(schema.SPANS))
    unsure = (found.confidence < np.float32(bar(recipe))) & mine[found.row]
    numbers = np.bincount(found.kind[unsure], minlength=len(PII_KINDS)).tolist()
    return Counter({kind: n for kind, n in zip(PII_KINDS, numbers, strict=True) if n}), int(mine.sum())
