"""What waits for a review: replaced findings of a run that are not beyond doubt, in kept rows, not decided yet.

Never among them: findings of high confidence, those that a check digit or the house's own lists and columns prove, and
kinds that the recipe keeps anyway. Declared columns are not reviewed: decisions hang on the text alone.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora import schema, text_buffers
from corpora.decisions import ABOUT
from corpora.hashing import keyed_hashes
from corpora.text_buffers import Texts
from curation.recipe import Recipe
from curation.run import restoring
from curation.run.measuring import CONTENT_KEY
from curation.run.working_rows import WorkingRows, one_batch
from curation.treat.labels import label
from quality.pii import spans
from quality.pii.spans import Spans

CONTEXT = 40
"""Characters that are shown on either side."""


@dataclass(frozen=True)
class Item:
    """A finding to judge. Text: `before`, `text` and `after`, other sure findings of the string replaced."""

    id: str
    content_key: str
    leaf: str
    item: int
    start: int
    end: int
    kind: str
    subtype: str
    confidence: float
    evidence: str
    again: bool  # the same finding's row was judged before, and its text has changed since
    before: str
    text: str
    after: str

    @property
    def about(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in ABOUT)


def waiting(
    recipe: Recipe,
    rows: WorkingRows,
    kept: NDArray[np.bool_],
    decided: list[dict[str, Any]],
    key: bytes,
    *,
    n: int,
    seed: int,
    unsure: bool = False,
) -> tuple[list[Item], int]:
    """(up to n findings, all that wait): those whose row was judged before first, then in an order drawn by keyed hash.

    unsure: findings that are only counted, instead of those that are replaced.
    """
    found = restoring.unsure(recipe, rows) if unsure else restoring.restorable(recipe, rows)
    found = found.take(np.flatnonzero(kept[found.row]))
    ids, contents = (rows.binary(name)[found.row] for name in (schema.ID, CONTENT_KEY))
    judged = b"".join(bytes.fromhex(one) for one in sorted({entry["id"] for entry in decided}))
    again = np.isin(np.ascontiguousarray(ids).view("V16").ravel(), np.frombuffer(judged, "V16"))
    done = {tuple(entry[name] for name in ABOUT) for entry in decided}
    kinds = spans.names(found)["kind"]

    def about(k: int) -> tuple[Any, ...]:
        place = (int(getattr(found, name)[k]) for name in ("item", "start", "end"))
        return (
            ids[k].tobytes().hex(),
            contents[k].tobytes().hex(),
            recipe.text[int(found.leaf[k])],
            *place,
            kinds[k].as_py(),
        )

    settled = {k for k in np.flatnonzero(again).tolist() if about(k) in done}
    order = np.lexsort((_draws(found, ids, key, seed), ~again)).tolist()
    chosen = list(islice((k for k in order if k not in settled), n))
    return [_shown(recipe, rows, found, k, about(k), bool(again[k])) for k in chosen], len(found) - len(settled)


def _draws(found: Spans, ids: NDArray[np.uint8], key: bytes, seed: int) -> NDArray[np.uint64]:
    """A keyed hash of every finding's row and place."""
    own = hashlib.blake2b(b"pii review %d" % seed, key=key, digest_size=32).digest()
    places = np.stack([getattr(found, name).astype(np.int64) for name in ("leaf", "item", "start", "end")], axis=1)
    packed = np.concatenate([ids, np.ascontiguousarray(places).view(np.uint8).reshape(-1, 32)], axis=1)
    edges = np.arange(0, packed.size + 1, 48, dtype=np.int64)
    return keyed_hashes(own, Texts(np.ascontiguousarray(packed).ravel(), edges), 8).copy().view(np.uint64).ravel()


def _shown(recipe: Recipe, rows: WorkingRows, found: Spans, k: int, about: tuple[Any, ...], again: bool) -> Item:
    """The finding in its context, cut from the cleaned text."""
    batch = one_batch(rows.take(found.row[k : k + 1]))
    values, _ = text_buffers.leaf_values(batch, recipe.leaves[int(found.leaf[k])])
    string = values[int(found.item[k])].as_py() or ""
    here = spans.from_column(batch.column(schema.SPANS))
    same = here.take(np.flatnonzero((here.leaf == found.leaf[k]) & (here.item == found.item[k])))
    start, end = int(found.start[k]), int(found.end[k])
    before, after = _around(string, same, start, restoring.bounds(recipe)[0])
    names = {name: column[0].as_py() for name, column in spans.names(found.take(np.array([k]))).items()}
    what = dict(zip(ABOUT, about, strict=True))
    return Item(
        **what, subtype=names["subtype"], confidence=round(float(found.confidence[k]), 3), evidence=names["evidence"],
        again=again, before=before[-CONTEXT:], text=string[start:end], after=after[:CONTEXT],
    )  # fmt: skip


def _around(string: str, found: Spans, start: int, sure: float) -> tuple[str, str]:
    """What stands before and after the finding at `start`, with every other sure finding under its label (law 2)."""
    names = {name: column.to_pylist() for name, column in spans.names(found).items()}
    parts, at, side = ["", ""], 0, 0
    for k, (a, b) in enumerate(zip(found.start.tolist(), found.end.tolist(), strict=True)):
        if a == start:
            parts[0] += string[at:a]
            at, side = b, 1
        elif found.confidence[k] >= np.float32(sure):
            parts[side] += string[at:a] + f"[{label(names['kind'][k], names['subtype'][k])}]"
            at = b
    return parts[0], parts[1] + string[at:]
