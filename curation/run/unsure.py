"""What became of the findings of treated rows. Those that were not sure enough to be replaced are counted in the rows of
real sources, for an officer to sign."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa

from corpora import schema
from corpora.vocabulary import PII_KINDS
from curation.recipe import Recipe
from quality import pii
from quality.pii import spans
from quality.pii.findings import EVIDENCE_INDEX


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


def fates(recipe: Recipe, signals: list[pa.Table]) -> dict[str, Counter[str]]:
    """Sure findings per kind, by what became of them: replaced, kept (as the recipe says), restored (as a review says)."""
    found: dict[str, Counter[str]] = {name: Counter() for name in ("replaced", "kept", "restored")}
    actions = [step.action for step in recipe.of_phase("treat") if hasattr(step, "action")]
    for table in signals:
        for chunk in table["spans"].chunks if "spans" in table.column_names else ():
            here = spans.from_column(chunk)
            sure = here.confidence >= np.float32(bar(recipe))
            back = here.evidence == EVIDENCE_INDEX["restored"]
            for name, chosen in (("replaced", sure & ~back), ("restored", sure & back)):
                numbers = np.bincount(here.kind[chosen], minlength=len(PII_KINDS)).tolist()
                found[name].update({kind: n for kind, n in zip(PII_KINDS, numbers, strict=True) if n})
    for kind in [kind for kind in found["replaced"] if any(action(kind) == "keep" for action in actions)]:
        found["kept"][kind] = found["replaced"].pop(kind)
    return found
