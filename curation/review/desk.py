"""The desk of one reviewer: rows leased from a queue, shown treated, decisions written to the log of the dataset line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpora import schema, vocabulary
from corpora.catalog import Catalog
from corpora.catalog.audit import utc_now
from corpora.decisions import Log, about_row
from corpora.errors import YuliaoError
from corpora.leases import Leases
from corpora.ui.words import Words
from corpora.workspace import Workspace
from curation.look.opening import open_state
from curation.look.peeking import Run
from curation.look.reader import drawing, filters
from curation.look.replay import Replayer
from curation.look.treated import Treated
from curation.review import candidates
from curation.run.measuring import CONTENT_KEY

SECONDS, QUEUE, PROJECT = 900.0, 2000, "workbench/1"
"""How long a row stays with a reviewer; rows that a queue begins with; what the log says asked for the decision."""

WORDS = ("keep", "drop", "unsure")


@dataclass(frozen=True)
class Card:
    """A row as the component shows it. html and legend are made by corpora.ui.safe; shown: hash of the text that is seen."""

    id: str
    html: str
    legend: str
    facts: list[str]
    cluster: int
    shown: str

    def to_dict(self) -> dict[str, Any]:
        return dict(vars(self))


class Desk:
    """One person at one queue of a finished run."""

    def __init__(self, workspace: Workspace, work: Path, kind: str, *, who: str, role: str) -> None:
        self.workspace, self.kind, self.who, self.role = workspace, kind, who, role
        state, decided = open_state(workspace, work)
        self.run = Run(Replayer(state, workspace), decided, workspace)
        self.treated = Treated(state, decided)
        self.corpus = self.run.replayer.recipe.corpus
        self.log = Log(workspace, self.corpus)
        self._cards: dict[tuple[str, str], Card] = {}
        self._ids = self.run.replayer.rows.binary(schema.ID)
        self._number = {one.tobytes().hex(): row for row, one in enumerate(self._ids)}
        self.leases = Leases(workspace, f"{self.corpus}/{self.run.replayer.state.release[:16]}-{kind}")
        counts = self.leases.counts()
        if not counts.waiting + counts.leased + counts.done:
            known = {entry["id"] for entry in self.log.about_rows()}
            ids = (self._id(row) for row in candidates.of(self.run, kind, QUEUE).tolist())
            self.leases.add(one for one in ids if one not in known)

    def _id(self, row: int) -> str:
        return str(self._ids[row].tobytes().hex())

    def take(self, n: int, words: Words) -> list[Card]:
        """The next rows of this person, held for a while."""
        found = []
        for id in self.leases.take(self.who, n, SECONDS):  # noqa: A001  a screenful
            if id in self._number:
                key = (id, words.language)
                self._cards[key] = self._cards.get(key) or self._card(id, words)
                found.append(self._cards[key])
        return found

    def _card(self, id: str, words: Words) -> Card:  # noqa: A002
        number = self._number[id]
        texts, spans = self._texts(number)
        html = [drawing.redacted(text, [one for one in spans if one["text"] == i], words) for i, text in enumerate(texts)]
        shown = hashlib.sha256("\x1f".join(texts).encode()).hexdigest()
        facts = [self._source(number), *self._fate(number, words)]
        size = len(candidates.cluster(self.run, number))
        return Card(id, "".join(html), drawing.kinds(spans, words), facts, size, shown)

    def _texts(self, number: int) -> tuple[list[str], list[dict[str, Any]]]:
        """Treated strings, and spans with the place of their string; without spans where the source is not there any more."""
        try:
            replay = self.run.replayer.row(number)
        except YuliaoError:
            leaves = dict.fromkeys(leaf.column for leaf in self.treated.leaves)
            return [filters.text_of(self.treated.fetch(np.array([number], np.int64))[0], leaves)], []
        place = {one: i for i, one in enumerate(replay.places)}
        return replay.after, [{**span, "text": place[span["leaf"], span["item"]]} for span in replay.spans]

    def _source(self, number: int) -> str:
        row = self.run.replayer.rows.take(np.array([number], np.int64), [schema.SOURCE]).to_pylist()[0]
        return str(self.run.replayer.recipe.sources[row[schema.SOURCE]].label)

    def _fate(self, number: int, words: Words) -> list[str]:
        code = int(self.run.decided.drop[number])
        if code < 0:
            return [words("保留", "kept")]
        step, reason = self.run.decided.reasons[code]
        return [words("剔除", "dropped"), f"{words.term(vocabulary.STEPS, step)} · {words.term(vocabulary.REASONS, reason)}"]

    # --- decisions ---------------------------------------------------------------------------------

    def submit(self, decisions: Sequence[Mapping[str, Any]]) -> int:
        """Writes a batch in order and returns how many decisions count. A batch that comes twice counts once.

        The log comes first: what is acknowledged is on disk. A row that somebody else has meanwhile is theirs.
        """
        added = 0
        for said in decisions:  # a handful: people made each of them
            if said.get("id") in self._number and said.get("decision") == "undo":
                added += self._undo(str(said["id"]))
            elif said.get("id") in self._number and said.get("decision") in WORDS:
                added += self._decide(said)
        if added:
            details = {"corpus": self.corpus, "release": self.run.replayer.state.release, "decisions": added}
            Catalog(self.workspace.catalog).audit.append("review", who=self.who, role=self.role, where="app", **details)
        return added

    def _decide(self, said: Mapping[str, Any]) -> int:
        """Log, then queue: killed in between, the row is shown once more. A word about a row that is somebody else's by now
        is withdrawn at once."""
        id, word = str(said["id"]), str(said["decision"])  # noqa: A001
        whole = bool(said.get("cluster")) and word == "drop"
        rows = candidates.cluster(self.run, self._number[id]) if whole else [self._number[id]]
        mine = {entry["id"]: entry["decision"] for entry in self._mine()}
        entries = [self._entry(row, word, str(said.get("shown", "")), id if whole else None) for row in rows]
        added = self.log.append(fresh := [entry for entry in entries if mine.get(entry["id"]) != word])
        if id in self.leases.done(self.who, [id]):
            return added
        self.log.undo(fresh, at=utc_now())
        return 0

    def _entry(self, row: int, word: str, shown: str, cluster: str | None) -> dict[str, Any]:
        key = self.run.replayer.rows.take(np.array([row], np.int64), [CONTENT_KEY]).to_pylist()[0][CONTENT_KEY].hex()
        return about_row(
            self._id(row), key, word, who=self.who, role=self.role, at=utc_now(), shown=shown, project=PROJECT,
            cluster=cluster,
        )  # fmt: skip

    def _undo(self, id: str) -> int:  # noqa: A002
        """Takes back what this person said here about the row, and about the rows that were decided with it, corrections and
        all: an undo that comes twice takes back once."""
        self.leases.reopen(self.who, [id], SECONDS)
        undone = 0
        while going := [
            entry for entry in self._mine() if entry["project"] == PROJECT and id in (entry["id"], entry["cluster"])
        ]:
            undone += self.log.undo(going, at=utc_now())
        return undone

    def _mine(self) -> Iterable[dict[str, Any]]:
        return [entry for entry in self.log.about_rows() if entry["who"] == self.who]
