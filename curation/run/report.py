"""What a run tells while it is under way, and what it reports in the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from corpora.forms import Ledger
from corpora.release import Release
from curation.recipe import Recipe
from curation.run.clock import Clock


class Progress(Protocol):
    """What a front door shows while a run is under way."""

    def begin(self, stage: str, total: int) -> None:
        """total: 0 where nobody knows."""

    def advance(self, amount: int) -> None: ...


class Silent:
    """No progress display."""

    def begin(self, stage: str, total: int) -> None:
        pass

    def advance(self, amount: int) -> None:
        pass


@dataclass
class Report:
    """What a run did: the JSON contract of `yuliao run --json`, and the release."""

    recipe: Recipe
    release: Release
    work: Path
    ledger: Ledger
    sources: dict[str, Ledger]
    seconds: float
    bytes_in: int
    clock: Clock
    notes: list[str] = field(default_factory=list)
    causes: dict[str, int] = field(default_factory=dict)  # of quarantine → records

    def to_dict(self) -> dict[str, Any]:
        ledger = self.ledger.to_dict()
        return {
            "corpus": self.recipe.corpus,
            "version": self.recipe.version,
            "release": str(self.release.folder),
            "work": str(self.work),
            **{name: ledger[name] for name in ("read", "made", "consumed", "kept", "dropped", "quarantined")},
            "quarantine_causes": self.causes,
            "seconds": round(self.seconds, 3),
            "bytes_in": self.bytes_in,
            "mb_per_second": round(self.bytes_in / 1e6 / max(self.seconds, 1e-9), 3),
            "gates": self.release.manifest["gates"],
            "steps": self.steps(),
            "notes": self.notes,
        }

    def steps(self) -> list[dict[str, Any]]:
        """Time of each step, summed over workers, in order of work."""
        return [
            {
                "step": step,
                "phase": spent.phase,
                "seconds": round(spent.seconds, 3),
                "rows_in": spent.rows_in,
                "rows_out": spent.rows_out,
                "mb_per_second": round(spent.bytes / 1e6 / spent.seconds, 3) if spent.seconds else 0.0,
            }
            for step, spent in self.clock.steps.items()
        ]
