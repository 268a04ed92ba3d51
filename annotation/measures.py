"""The agreement of a batch: its answers as arrays, the measures that suit its project, over everything and the control alone."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation import agreement
from annotation.agreement import Figure, Level, Values
from annotation.batch import ANNOTATOR, Batch
from annotation.outcome import Outcome, outcomes

Rows = NDArray[np.int64]


def of(batch: Batch, *, seed: int = 0, draws: int = agreement.DRAWS) -> dict[str, dict[str, Figure]]:
    """Group of tasks → measure → figure. Groups: all, random (never pre-annotated), shown (pre-annotated): where `shown` agrees far
    better than `random`, people follow the engine. Reviewers are left out: they saw a choice of disputes."""
    every = [one for one in outcomes(batch) if len(annotated(one)) > 1]
    control = [one for one in every if batch.tasks[one.task]["reason"] == "random"]
    rest = [one for one in every if batch.tasks[one.task]["reason"] != "random"]
    measure = _spans if batch.project.kind == "spans" else _choices
    return {
        name: measure(batch, group, seed, draws)
        for name, group in (("all", every), ("random", control), ("shown", rest))
        if group
    }


def annotated(one: Outcome) -> list[tuple[Any, Any]]:
    """Answers of annotators."""
    return [pair for pair in one.said if pair[0].role == ANNOTATOR]


def values(batch: Batch, group: list[Outcome]) -> tuple[Values, list[str]]:
    """(tasks, annotators) of choices as numbers, NaN where somebody did not answer, and the annotators' names."""
    names = [desk.name for desk in batch.desks() if desk.role == ANNOTATOR]
    codes = {key: float(key) if batch.project.measure != "nominal" else float(i) for i, key in enumerate(batch.project.keys)}
    out = np.full((len(group), len(names)), np.nan)
    for row, one in enumerate(group):
        for desk, answer in annotated(one):
            out[row, names.index(desk.name)] = codes[answer["choice"]]
    return out, names


def _choices(batch: Batch, group: list[Outcome], seed: int, draws: int) -> dict[str, Figure]:
    table, names = values(batch, group)
    level: Level = batch.project.measure

    def figure(measure: Callable[[Values], float], data: Values) -> Figure:
        return agreement.interval(lambda rows: measure(data[rows]), len(data), seed=seed, draws=draws)

    found = {
        "percent": figure(agreement.percent, table),
        f"alpha_{level}": figure(lambda t: agreement.alpha(t, level=level), table),
    }
    for a, b in combinations(range(len(names)), 2):
        pair = table[:, [a, b]]
        pair = pair[~np.isnan(pair).any(axis=1)]
        if len(pair):
            found[f"cohen {names[a]}–{names[b]}"] = figure(lambda t: agreement.cohen(t[:, 0], t[:, 1]), pair)
    whole = table[~np.isnan(table).any(axis=1)]
    if len(whole) and len(names) > 2:
        found["fleiss"] = figure(agreement.fleiss, whole)
    return found


def _spans(batch: Batch, group: list[Outcome], seed: int, draws: int) -> dict[str, Figure]:
    names = [desk.name for desk in batch.desks() if desk.role == ANNOTATOR]
    pairs: dict[tuple[str, str], list[tuple[int, int, int]]] = {pair: [] for pair in combinations(names, 2)}
    for one in group:
        said = {desk.name: [(m["start"], m["end"], m["kind"]) for m in answer["marks"]] for desk, answer in annotated(one)}
        for a, b in combinations([name for name in names if name in said], 2):
            pairs[a, b].append(agreement.span_counts(said[a], said[b]))
    every = {"span_f1": [counts for some in pairs.values() for counts in some]}
    if len(pairs) > 1:
        every |= {f"span_f1 {a}–{b}": some for (a, b), some in pairs.items()}
    return {label: _f1(np.array(counts, np.int64), seed, draws) for label, counts in every.items() if counts}


def _f1(counts: NDArray[np.int64], seed: int, draws: int) -> Figure:
    return agreement.interval(lambda rows: agreement.span_f1(counts[rows]), len(counts), seed=seed, draws=draws)
