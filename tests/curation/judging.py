"""For tests: people's words about rows of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from corpora.decisions import Log, about_row
from corpora.workspace import Workspace
from curation import recipe_file
from curation.look.rows import Rows
from curation.run import pipeline
from tests.curation import corpus

STEP = {"  - step: redact_pii": "  - step: apply_decisions\n  - step: redact_pii"}


def go(folder: Path, changes: dict[str, str] | None = None, **settings: Any) -> pipeline.Report:
    """Runs the made-up corpus, with `apply_decisions` in the recipe."""
    path = corpus.recipe(folder, {**STEP, **(changes or {})})
    return pipeline.run(recipe_file.load(str(path)), workspace=Workspace(), **settings)


def rows(report: pipeline.Report) -> Rows:
    return Rows.open(Workspace(), report.work)


def entry(of: Rows, number: int, decision: str, who: str = "周明", **more: Any) -> dict[str, Any]:
    from curation.look.passport import content_key

    (name,) = of.ids(of.table["row"].to_numpy()[number : number + 1])
    return about_row(
        name, content_key(of, number), decision, who=who, role="复核员", at="2026-11-01T00:00:00Z", shown="f" * 64,
        project="review/1",
    ) | more  # fmt: skip


def say(report: pipeline.Report, *said: tuple[int, str]) -> list[dict[str, Any]]:
    """Adds decisions (number of the row, word) to the log."""
    of = rows(report)
    entries = [entry(of, number, word) for number, word in said]
    Log(Workspace(), report.recipe.corpus).append(entries)
    return entries


def fates(report: pipeline.Report) -> dict[int, str]:
    """Row → reason, of dropped rows."""
    decided = rows(report).decided
    return {int(row): decided.reasons[code][1] for row, code in enumerate(decided.drop.tolist()) if code >= 0}
