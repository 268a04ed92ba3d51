"""What Home tells: datasets with their newest versions, runs under way, and how much waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from corpora.leases import Leases
from corpora.ui.shelf import Entry
from corpora.workspace import Workspace
from curation.run.background import Handle


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


def waiting(workspace: Workspace) -> dict[str, int]:
    """Dataset → rows that wait in the queues of its reviews, those that somebody holds right now among them."""
    folder = workspace.root / "leases"
    queues = [path.stem.replace("+", "/") for path in folder.glob("*.json")] if folder.is_dir() else []
    found: dict[str, int] = {}
    for queue in sorted(queues):
        counts, corpus = Leases(workspace, queue).counts(), "/".join(queue.split("/")[:2])
        found[corpus] = found.get(corpus, 0) + counts.waiting + counts.leased
    return {corpus: rows for corpus, rows in found.items() if rows}


@dataclass(frozen=True)
class Todo:
    """Something that waits for a person. page: where it is done; about: release, dataset or job; number: gates or rows."""

    kind: Literal["failed", "gates", "publish", "review"]
    page: str
    about: str
    number: int = 0


def todo(entries: Sequence[Entry], jobs: Sequence[Handle], rows: Mapping[str, int]) -> list[Todo]:
    """What waits, most pressing first: runs whose last word is failed, drafts that do not pass, drafts that may go out, rows."""
    last: dict[str, Handle] = {}
    for job in jobs:  # newest first
        last.setdefault(str(job.about["corpus"]), job)
    drafts = [one.newest for one in datasets(entries) if not one.newest.published]
    failed = [Todo("failed", "run", job.id) for job in last.values() if job.status().state == "failed"]
    gates = [Todo("gates", "quality", one.name, failed_gates(one)) for one in drafts if failed_gates(one)]
    ready = [Todo("publish", "release", one.name) for one in drafts if not failed_gates(one)]
    return [*failed, *gates, *ready, *(Todo("review", "review", corpus, number) for corpus, number in rows.items())]


def failed_gates(entry: Entry) -> int:
    """Gates that this release does not pass."""
    return sum(one["passed"] is False for one in entry.manifest["gates"])
