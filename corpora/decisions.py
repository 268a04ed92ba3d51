"""The log of human decisions of a dataset line: Parquet files that are only ever added, private to the workspace.

A decision is a row of forms.DECISIONS, about a finding or a whole row, and holds no text. It carries the keyed hash of the
text that was judged (law 7): where the text has changed, it no longer applies. A word is taken back by an entry that says
so; nothing is ever removed.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpora.errors import FormatUnknown
from corpora.forms import DECISIONS, FORMAT
from corpora.names import check_corpus
from corpora.vocabulary import ROW_DECISIONS
from corpora.workspace import Workspace, private_folder, write_atomically

ABOUT = ("id", "content_key", "leaf", "item", "start", "end", "kind")
"""What tells one thing that is decided about from another."""

ROW = "row"
"""`kind` of a decision about a whole row."""

WITHDRAW = "withdraw"
"""The word that takes a person's last one about a thing back."""

_EARLIER = [name for name in DECISIONS.names if name != "cluster"]


def about_row(
    id: str,  # noqa: A002
    content_key: str,
    decision: str,
    *,
    who: str,
    role: str,
    at: str,
    shown: str,
    project: str,
    cluster: str | None = None,
) -> dict[str, Any]:
    """An entry about a whole row. decision: keep, drop or unsure; shown: hash of what the person saw; cluster: id of the
    survivor where it was decided once for all its duplicates. Raises ValueError for another word."""
    if decision not in ROW_DECISIONS:
        raise ValueError(f"no decision about a row: {decision}")
    place = {"leaf": "", "item": 0, "start": 0, "end": 0, "kind": ROW}
    signed = {"who": who, "role": role, "at": at, "shown": shown, "project": project, "cluster": cluster}
    return {"id": id, "content_key": content_key, **place, "decision": decision, **signed}


class Log:
    """The decisions of one dataset line, over all its versions."""

    def __init__(self, workspace: Workspace, corpus: str) -> None:
        self.folder = workspace.root / "decisions"
        for part in ("", *check_corpus(corpus).split("/")):
            self.folder = private_folder(self.folder / part)
        self._files: dict[str, pa.Table] = {}  # a file that was written never changes: each is read once
        self._latest: tuple[tuple[str, ...], list[dict[str, Any]]] = ((), [])

    def append(self, entries: Iterable[Mapping[str, Any]]) -> int:
        """Adds decisions as one file and returns how many. Two processes may add at once."""
        table = pa.Table.from_pylist([dict(entry) for entry in entries], DECISIONS)
        if table.num_rows:
            sink = pa.BufferOutputStream()
            pq.write_table(table.replace_schema_metadata({"format": str(FORMAT)}), sink, compression="zstd")
            data = sink.getvalue().to_pybytes()
            number = len(list(self.folder.glob("*.parquet"))) + 1
            write_atomically(self.folder / f"{number:06}-{secrets.token_hex(4)}.parquet", data)  # never over another's
        return table.num_rows

    def undo(self, entries: Iterable[Mapping[str, Any]], *, at: str) -> int:
        """Takes decisions back, each the last word of its person about that thing: what was said before it counts again.

        entries: as they were appended; at: when, ISO 8601 UTC. Returns how many withdrawals were added.
        """
        return self.append({**entry, "decision": WITHDRAW, "at": at} for entry in entries)

    def read(self) -> pa.Table:
        """All decisions, oldest first, withdrawals among them. Raises FormatUnknown for a file of a later format."""
        names = self._names()
        for name in names:
            if name not in self._files:
                self._files[name] = _known(pq.read_table(self.folder / name))
        return pa.concat_tables([self._files[name] for name in names]) if names else DECISIONS.empty_table()

    def _names(self) -> tuple[str, ...]:
        return tuple(sorted(path.name for path in self.folder.glob("*.parquet")))

    def latest(self) -> list[dict[str, Any]]:
        """The last decision about every thing, in a fixed order. A loop over decisions: people made each of them."""
        if (names := self._names()) != self._latest[0]:
            self._latest = names, self._standing()
        return [dict(entry) for entry in self._latest[1]]

    def _standing(self) -> list[dict[str, Any]]:
        words: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
        for entry in self.read().to_pylist():
            about = tuple(entry[name] for name in ABOUT)
            if entry["decision"] == WITHDRAW:
                _take_back(words[about], entry["who"])
            else:
                words[about].append(entry)
        return [words[about][-1] for about in sorted(words) if words[about]]

    def about_rows(self) -> list[dict[str, Any]]:
        """Of the latest decisions those about whole rows."""
        return [entry for entry in self.latest() if entry["kind"] == ROW and entry["decision"] in ROW_DECISIONS]


def _known(part: pa.Table) -> pa.Table:
    if (part.schema.metadata or {}).get(b"format") != str(FORMAT).encode() or part.schema.names not in (
        DECISIONS.names,
        _EARLIER,
    ):
        raise FormatUnknown("不认识的决定记录 / decisions of an unknown format", hint="请升级 / upgrade yuliao")
    if part.schema.names == _EARLIER:
        part = part.append_column("cluster", pa.nulls(part.num_rows, pa.string()))
    return part.cast(DECISIONS)


def _take_back(said: list[dict[str, Any]], who: str) -> None:
    """Removes the last word of this person."""
    mine = [place for place, entry in enumerate(said) if entry["who"] == who]
    if mine:
        del said[mine[-1]]
