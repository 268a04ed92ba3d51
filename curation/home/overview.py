"""What Home tells: datasets with their newest versions, runs under way, and how much waits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpora.leases import Leases
from corpora.ui.shelf import Entry
from corpora.workspace import Workspace


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


def waiting(workspace: Workspace) -> int:
    """Rows that wait in the queues of reviews, those that somebody holds right now among them."""
    folder = workspace.root / "leases"
    queues = [path.stem.replace("+", "/") for path in folder.glob("*.json")] if folder.is_dir() else []
    counts = [Leases(workspace, queue).counts() for queue in sorted(queues)]
    return sum(one.waiting + one.leased for one in counts)


def failed_gates(entry: Entry) -> int:
    """Gates that this release does not pass."""
    return sum(one["passed"] is False for one in entry.manifest["gates"])
