"""The desk of one reviewer: rows leased from a queue, shown treated, decisions written to the log of the dataset line."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpora import roles, schema, vocabulary
from corpora.catalog import Catalog
from corpora.catalog.audit import utc_now
from corpora.decisions import ABOUT, Log, about_row
from corpora.leases import Leases
from corpora.ui.words import Words
from corpora.vocabulary import DECISIONS, PII_KINDS
from corpora.workspace import Workspace
from curation.look import row_ids
from curation.look.opening import open_state
from curation.look.peeking import Run
from curation.look.reader import drawing
from curation.look.replay import Replayer
from curation.look.treated import Treated, TreatedRow
from curation.review import candidates
from curation.review.marks import Marked
from curation.run import restoring
from curation.run.measuring import CONTENT_KEY

SECONDS, QUEUE, PROJECT = 900.0, 2000, "workbench/1"
"""How long a row stays with a reviewer; rows that a queue begins with; what the log says asked for the decision."""

WORDS = ("keep", "drop", "unsure")
KEPT = 96
"""Rows that stay in memory: more than are shown ahead."""


def _hash(texts: Sequence[str]) -> str:
    """Of the strings that a person sees."""
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()


@dataclass(frozen=True)
class Card:
    """A row as the component shows it. html and legend are made by corpora.ui.safe; shown: hash of the text that is seen; marks:
    see marks.Marked.findings; markable: whether a stretch of it can be pointed at."""

    id: str
    html: str
    legend: str
    facts: list[str]
    cluster: int
    shown: str
    marks: list[dict[str, Any]]
    markable: bool

    def to_dict(self) -> dict[str, Any]:
        return dict(vars(self))


class Desk:
    """One person at one queue of a finished run. restores_as: the role in which this person gives findings back, "" where he
    may not; by default `role`, if that one may."""

    def __init__(
        self, workspace: Workspace, work: Path, kind: str, *, who: str, role: str, restores_as: str | None = None
    ) -> None:
        self.workspace, self.kind, self.who, self.role = workspace, kind, who, role
        state, decided = open_state(workspace, work)
        self.run = Run(Replayer(state, workspace), decided, workspace)
        self.treated = Treated(state, decided)
        self.corpus = self.run.replayer.recipe.corpus
        self.log = Log(workspace, self.corpus)
        own = role if roles.known(role) in roles.may(workspace, "restore") else ""
        self.restores_as = own if restores_as is None else restores_as
        self._cards: dict[tuple[str, str], Card] = {}
        self._rows: dict[int, TreatedRow] = {}
        self._ids = self.run.replayer.rows.binary(schema.ID)
        self._number = row_ids.Numbers(self._ids)
        self.leases = Leases(workspace, f"{self.corpus}/{self.run.replayer.state.release[:16]}-{kind}")
        counts = self.leases.counts()
        if not counts.waiting + counts.leased + counts.done:
            known = {(entry["id"], entry["content_key"]) for entry in self.log.about_rows()}
            rows = candidates.of(self.run, kind, QUEUE).tolist()
            keys = self.run.replayer.rows.binary(CONTENT_KEY)
            self.leases.add(
                self._id(row) for row in rows if (self._id(row), keys[row].tobytes().hex()) not in known
            )  # judged already, but in another text, is judged again

    def _id(self, row: int) -> str:
        return str(self._ids[row].tobytes().hex())

    def take(self, n: int, words: Words) -> list[Card]:
        """The next rows of this person, held for a while."""
        held = [id for id in self.leases.take(self.who, n, SECONDS) if id in self._number]  # noqa: A001  a screenful
        fresh = [id for id in held if (id, words.language) not in self._cards]  # noqa: A001
        said = [entry for entry in self.log.latest() if entry["decision"] in DECISIONS] if fresh else []
        self._read(fresh)
        for id in fresh:  # noqa: A001
            self._cards[id, words.language] = self._card(id, words, [entry for entry in said if entry["id"] == id])
        return [self._cards[id, words.language] for id in held]  # noqa: A001

    def counts(self) -> dict[str, int]:
        """left: rows that this person may still decide; others: those that somebody else looks at."""
        counts, others = self.leases.counts(), self.leases.with_others(self.who)
        return {"left": counts.waiting + counts.leased - others, "others": others}

    def _card(self, id: str, words: Words, said: Sequence[Mapping[str, Any]]) -> Card:  # noqa: A002
        number, row = self._number[id], self._row(id)
        place = {one: i for i, one in enumerate(row.places)}
        spans = [{**span, "text": place[span["leaf"], span["item"]]} for span in row.spans]
        html = [
            drawing.redacted(text, [one for one in spans if one["text"] == i], words) for i, text in enumerate(row.texts)
        ]
        marked, key = self._marked(id), self._content_key(number)
        standing = [entry for entry in said if entry["content_key"] == key]
        marks = marked.findings(words, standing, who=self.who, may_restore=bool(self.restores_as)) if marked else []
        facts = [self._source(number), *self._fate(number, words)]
        size, legend = len(candidates.cluster(self.run, number)), drawing.kinds(spans, words)
        return Card(id, "".join(html), legend, facts, size, _hash(row.texts), marks, marked is not None)

    def _read(self, ids: Sequence[str]) -> None:
        """Those rows, read in one go, in front of the last few that are kept: a mark comes soon after its card."""
        if wanted := [number for id in ids if (number := self._number[id]) not in self._rows]:  # noqa: A001
            self._rows |= self.treated.read(np.array(wanted, np.int64))
            for old in list(self._rows)[: -max(KEPT, len(wanted))]:
                del self._rows[old]

    def _row(self, id: str) -> TreatedRow:  # noqa: A002
        self._read([id])
        return self._rows[self._number[id]]

    def _marked(self, id: str) -> Marked | None:  # noqa: A002
        """The row as something to point at; None where the recipe treats nothing or nobody knows what was replaced."""
        row, recipe = self._row(id), self.run.replayer.recipe
        high = restoring.bounds(recipe)[1]
        return Marked(row, recipe.text, high) if row.replaced is not None and high else None

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
            elif said.get("id") in self._number and said.get("decision") in DECISIONS:
                added += self._mark(said)
        if added:
            details = {"corpus": self.corpus, "release": self.run.replayer.state.release, "decisions": added}
            Catalog(self.workspace.catalog).audit.append("review", who=self.who, role=self.role, where="app", **details)
        return added

    def _decide(self, said: Mapping[str, Any]) -> int:
        """Log, then queue: killed in between, the row is shown once more. A word about a row that is somebody else's by now
        is withdrawn at once."""
        id, word = str(said["id"]), str(said["decision"])  # noqa: A001
        group = candidates.cluster(self.run, self._number[id]) if said.get("cluster") else ()
        rows, survivor = (group, self._survivor(id)) if len(group) > 1 else ([self._number[id]], None)
        mine = {entry["id"]: entry["decision"] for entry in self._mine()}
        entries = [self._entry(row, word, str(said.get("shown", "")), survivor) for row in rows]
        added = self.log.append(fresh := [entry for entry in entries if mine.get(entry["id"]) != word])
        if id in self.leases.done(self.who, [id]):
            return added
        self.log.undo(fresh, at=utc_now())
        return 0

    def _mark(self, said: Mapping[str, Any]) -> int:
        """A word about a stretch of the text that is on the screen; `undo` takes this person's own back. What was shown must be
        what would be shown now, or the place means nothing; who may not give a finding back does not."""
        number, word = self._number[str(said["id"])], str(said["decision"])
        marked = self._marked(str(said["id"]))
        if marked is None or said.get("kind") not in PII_KINDS or said.get("shown") != _hash(marked.row.texts):
            return 0
        place = marked.place(int(said["text"]), int(said["start"]), int(said["end"]))
        if place is None or (word == "restore" and not self.restores_as):
            return 0
        about = {"id": str(said["id"]), "content_key": self._content_key(number), **place, "kind": str(said["kind"])}
        mine = [e for e in self.log.latest() if e["who"] == self.who and all(e[name] == about[name] for name in ABOUT)]
        if said.get("undo"):
            return self.log.undo(mine, at=utc_now()) if mine and mine[0]["decision"] == word else 0
        self._cards = {key: card for key, card in self._cards.items() if key[0] != about["id"]}
        role = self.restores_as if word == "restore" else self.role
        signed = {"who": self.who, "role": role, "at": utc_now(), "shown": str(said["shown"]), "project": PROJECT}
        return self.log.append([{**about, "decision": word, **signed}]) if not mine or mine[0]["decision"] != word else 0

    def _survivor(self, id: str) -> str:  # noqa: A002
        """Id of the row that stands for the cluster of this one."""
        return self._id(int(self.run.decided.survivor[self._number[id]]))

    def _content_key(self, row: int) -> str:
        """32 hex digits."""
        return str(self.run.replayer.rows.take(np.array([row], np.int64), [CONTENT_KEY]).to_pylist()[0][CONTENT_KEY].hex())

    def _entry(self, row: int, word: str, shown: str, cluster: str | None) -> dict[str, Any]:
        return about_row(
            self._id(row), self._content_key(row), word, who=self.who, role=self.role, at=utc_now(), shown=shown, project=PROJECT,
            cluster=cluster,
        )  # fmt: skip

    def _undo(self, id: str) -> int:  # noqa: A002
        """Takes back what this person said here about the row, and about the rows that were decided with it, corrections and
        all: an undo that comes twice takes back once."""
        self.leases.reopen(self.who, [id], SECONDS)
        undone = 0
        while going := self._said_with(id):
            undone += self.log.undo(going, at=utc_now())
        return undone

    def _said_with(self, id: str) -> list[dict[str, Any]]:  # noqa: A002
        """This person's last words here about the row, and about all rows that were decided in one with it."""
        mine = [entry for entry in self._mine() if entry["project"] == PROJECT]
        clusters = {entry["cluster"] for entry in mine if entry["id"] == id} - {None}
        return [entry for entry in mine if entry["id"] == id or entry["cluster"] in clusters]

    def _mine(self) -> Iterable[dict[str, Any]]:
        return [entry for entry in self.log.about_rows() if entry["who"] == self.who]
