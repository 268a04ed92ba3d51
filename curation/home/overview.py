"""What Home tells: datasets with their newest versions, runs under way, and how much waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpora.ui.shelf import Entry


@dataclass(frozen=True)
class Dataset:
    """A dataset line: its newest release, and how many there are."""

    newest: Entry
    versions: int
    drafts: int

    @property
    def state(self) -> str:
        """draft, published, or what closed it."""
        return self.newest.closed or ("published" if self.newest.published else "draft")


def datasets(entries: Sequence[Entry]) -> list[Dataset]:
    """One a line, by name. entries: newest version first within a line."""
    lines: dict[str, list[Entry]] = {}
    for entry in entries:
        lines.setdefault(entry.corpus, []).append(entry)
    return [Dataset(of[0], sum(one.published for one in of), sum(not one.published for one in of)) for of in lines.values()]


def failed_gates(entry: Entry) -> int:
    """Gates that this release does not pass."""
    return sum(one["passed"] is False for one in entry.manifest["gates"])
