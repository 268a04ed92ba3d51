"""Who took how long: seconds, rows and bytes per step."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Spent:
    """Sums over all batches and workers of one step."""

    phase: str
    seconds: float = 0.0
    rows_in: int = 0
    rows_out: int = 0
    bytes: int = 0


@dataclass
class Clock:
    """A stopwatch that is always on exactly one step; `to(step)` moves it on."""

    steps: dict[str, Spent] = field(default_factory=dict)
    _step: str | None = None
    _since: float = 0.0

    def to(self, step: str | None, phase: str = "") -> None:
        now = time.perf_counter()
        if self._step is not None:
            self.steps[self._step].seconds += now - self._since
        self._step, self._since = step, now
        if step is not None and step not in self.steps:
            self.steps[step] = Spent(phase)

    def count(self, step: str, phase: str, rows_in: int, rows_out: int, size: int) -> None:
        spent = self.steps.setdefault(step, Spent(phase))
        spent.rows_in += rows_in
        spent.rows_out += rows_out
        spent.bytes += size

    def add(self, other: dict[str, dict[str, Any]]) -> None:
        """Adds what a worker reported (`to_dict` of its clock)."""
        for step, spent in other.items():
            mine = self.steps.setdefault(step, Spent(spent["phase"]))
            for name in ("seconds", "rows_in", "rows_out", "bytes"):
                setattr(mine, name, getattr(mine, name) + spent[name])

    def to_dict(self) -> dict[str, dict[str, Any]]:
        return {step: vars(spent).copy() for step, spent in self.steps.items()}
