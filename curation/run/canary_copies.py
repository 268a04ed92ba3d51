"""Canaries in a run: copies of some kept rows get made-up identities and go the way of all rows: rewrite, find, treat.

The copies are never written anywhere. Which rows, which identities and where they are set hangs on the workspace's key and
the rows' ids alone: same in, same out, whatever the workers.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpora import schema, text_buffers
from corpora.hashing import keyed_hashes
from corpora.text_buffers import Texts
from corpora.vocabulary import PII_KINDS
from curation.proof import Canaries
from curation.recipe import Recipe
from curation.run import canary_known
from curation.run.cleaner import Cleaner, Job
from curation.run.clock import Clock
from curation.run.measuring import BYTES
from curation.run.treating import Treater
from curation.run.working_rows import WorkingRows, one_batch
from quality import canaries, pii
from quality.identities import Draw


def asked(recipe: Recipe) -> Canaries | None:
    """The recipe's own setting, or the default where a real source is treated; None where nothing is to be planted."""
    if not recipe.of_phase("treat") or (recipe.canaries and not recipe.canaries.rows):
        return None
    return recipe.canaries or (Canaries() if any(source.watched for source in recipe.sources) else None)


BUDGET, MOST = 16 << 20, 64
"""Bytes of text that the copies may hold and canaries in one of them: however long the documents are, the time is bounded."""


def measure(
    recipe: Recipe, base: str, key: bytes, rows: WorkingRows, kept: NDArray[np.bool_], clock: Clock
) -> dict[str, Any]:
    """Metrics of the canaries: recall with its interval, by kind, form and context. {} where none are asked for."""
    since = time.perf_counter()
    settings = asked(recipe)
    chosen = _sample(recipe, settings, key, rows, kept) if settings else np.zeros(0, np.int64)
    if settings is None or len(chosen) == 0:
        return {}
    found = _measured(recipe, base, key, settings, one_batch(rows.take(chosen)))
    spent = {"seconds": time.perf_counter() - since, "rows_in": len(chosen), "rows_out": 0, "bytes": 0}
    clock.add({"canaries": {"phase": "treat", **spent}})
    return {"pii.canary_recall": found["recall"], "pii.canary_recall_low": found["low"], "pii.canaries": found}


def _measured(recipe: Recipe, base: str, key: bytes, settings: Canaries, originals: pa.RecordBatch) -> dict[str, Any]:
    own = hashlib.blake2b(b"canaries %d" % settings.seed, key=key, digest_size=32).digest()
    draw = Draw.keyed(own, "plant")
    path = _Path(recipe, base, key)
    originals = path.bare(originals)
    copy_of = np.resize(np.arange(originals.num_rows), _copies(originals, settings.rows))
    kinds = _kinds(recipe)
    made = canaries.make(draw, min(settings.rows * settings.each, len(copy_of) * MOST), kinds)
    shares = canaries.dealt(len(made), len(copy_of))
    rounds = max(len(made) // max(len(canaries.cells(kinds)), 1), 1)
    batch = originals.take(pa.array(copy_of))
    known = canary_known.of_the_house(draw, path.cleaner.context, rounds, len(copy_of), kinds)
    for one in known:
        shares[one.copy].append(len(made))
        made.append(one.canary)
    planted = _planted(draw, canary_known.entered(batch, known), path, made, shares)
    before, after = path.texts(originals), path.texts(planted)
    return canaries.recall(made, _survived(made, shares, [before[i] for i in copy_of], after, _kept_in_part(recipe)))


def _copies(originals: pa.RecordBatch, wanted: int) -> int:
    """How many copies: all that are wanted, or as many as the budget has room for (then each holds more canaries)."""
    mean = int(pc.sum(originals.column(BYTES)).as_py() or 0) // originals.num_rows
    return max(min(wanted, BUDGET // max(mean, 1)), 1)


def _survived(
    made: list[canaries.Canary], shares: list[list[int]], before: list[str], after: list[str], whole: tuple[str, ...]
) -> list[bool]:
    survived = [False] * len(made)
    for mine, old, new in zip(shares, before, after, strict=True):  # some hundred copies: a Python loop
        there = set(map(id, canaries.survivors([made[i] for i in mine], old, new, whole=whole)))
        for i in mine:
            survived[i] = id(made[i]) in there
    return survived


def _kinds(recipe: Recipe) -> list[str]:
    """Kinds that the recipe looks for and does not keep on purpose."""
    named = [step.kinds for step in recipe.of_phase("measure") if getattr(step, "step", "") == "find_pii"]
    wanted = {kind for kinds in named for kind in (pii.DEFAULT if kinds is None else kinds)}
    return [kind for kind in PII_KINDS if kind in wanted and _action(recipe, kind) != "keep"]


def _action(recipe: Recipe, kind: str) -> str:
    """What the recipe does with findings of a kind."""
    chosen = [step.action(kind) for step in recipe.of_phase("treat") if hasattr(step, "action")]
    return str(chosen[0]) if chosen else "placeholder"


def _kept_in_part(recipe: Recipe) -> tuple[str, ...]:
    """Kinds whose treatment leaves a part, or puts something alike in the place: they survive only whole."""
    return tuple(kind for kind in PII_KINDS if _action(recipe, kind) in ("mask", "generalise", "shift", "surrogate"))


def _sample(recipe: Recipe, settings: Canaries, key: bytes, rows: WorkingRows, kept: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Kept rows, of watched sources if there are any, by the smallest keyed hashes of their ids, as many as are wanted and
    the budget has room for; ascending."""
    real = np.array([source.watched for source in recipe.sources])
    candidates = np.flatnonzero(kept)
    if real.any():
        candidates = candidates[real[rows.column(schema.SOURCE, np.int16)[candidates]]]
    ids = np.ascontiguousarray(rows.binary(schema.ID)[candidates])
    view = Texts(ids.ravel(), np.arange(0, ids.size + 1, ids.shape[1], dtype=np.int64))
    own = hashlib.blake2b(b"canary rows %d" % settings.seed, key=key, digest_size=32).digest()
    order = np.argsort(keyed_hashes(own, view, 8).copy().view(np.uint64).ravel(), kind="stable")
    first = candidates[order[: settings.rows]]
    fits = np.cumsum(rows.column(BYTES, np.int64)[first]) <= BUDGET
    return np.sort(first[: max(int(fits.sum()), 1)]).astype(np.int64)


def _planted(
    draw: Draw, batch: pa.RecordBatch, path: _Path, made: list[canaries.Canary], shares: list[list[int]]
) -> pa.RecordBatch:
    """The copies, planted in the longest string of each row."""
    parts = [text_buffers.leaf_values(batch, leaf) for leaf in path.leaves]
    strings = [[text or "" for text in values.to_pylist()] for values, _ in parts]
    targets = [_longest(strings, [items for _, items in parts], row) for row in range(batch.num_rows)]
    planted = canaries.plant(draw, [strings[leaf][at] for leaf, at in targets], made, shares)
    for (number, at), one in zip(targets, planted, strict=True):
        strings[number][at] = one.text
    for leaf, texts in zip(path.leaves, strings, strict=True):
        batch = text_buffers.with_leaf_values(batch, leaf, pa.array(texts, pa.large_string()))
    return batch


def _longest(strings: list[list[str]], items: list[NDArray[np.int64]], row: int) -> tuple[int, int]:
    """(leaf, flat position) of the row's longest string."""
    places = [(leaf, at) for leaf, edges in enumerate(items) for at in range(int(edges[row]), int(edges[row + 1]))]
    return max(places, key=lambda place: (len(strings[place[0]][place[1]]), -place[0], -place[1]))


@dataclass
class _Path:
    """rewrite · find · treat, as the run does it."""

    recipe: Recipe
    base: str
    key: bytes

    def __post_init__(self) -> None:
        self.cleaner = Cleaner(Job(self.recipe, self.base, self.key, "", 1 << 20))
        self.leaves = self.cleaner.context.leaves
        self.finders = [s for s in self.recipe.of_phase("measure") if schema.SPANS in {f.name for f in s.adds()}]
        self.works = [step.start(self.cleaner.context) for step in self.finders]
        self.treat = Treater(self.recipe, self.base, self.key)

    def bare(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """A measured batch without what the finding steps added: they will add it anew."""
        added = {field.name for step in self.finders for field in step.adds()}
        return batch.select([name for name in batch.schema.names if name not in added])

    def texts(self, batch: pa.RecordBatch) -> list[str]:
        """The treated text of every row, all its strings on lines of their own."""
        batch = self.cleaner.rewriting(batch).batch
        for work in self.works:
            batch = work(batch)
        documents = text_buffers.documents(self.treat(batch, Clock()), self.leaves)
        edges = documents.leaf_offsets
        lines = [bytes(documents.data[a:b]).decode() for a, b in zip(edges, edges[1:], strict=False)]
        bounds = documents.document_offsets
        return ["\n".join(lines[a:b]) for a, b in zip(bounds, bounds[1:], strict=False)]
