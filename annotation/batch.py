"""A batch: rows that people judge, who judges which, and where each task stands on the server. Private to the workspace.

`batch.json` (written last: a batch with it is whole), `tasks.parquet`, `desks/` one file a person, `ids/` own id ↔ task id,
`answers/` what was said. Files are only added.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from annotation.project import Project, parse
from annotation.shown import Segment
from corpora import forms
from corpora.errors import FormatUnknown, UsageError
from corpora.names import did_you_mean
from corpora.workspace import Workspace, private_folder, write_atomically

if TYPE_CHECKING:
    from annotation.label_studio import LabelStudio

FACTS, TASKS = "batch.json", "tasks.parquet"
ANNOTATOR, REVIEWER = "annotator", "reviewer"
SEGMENT = pa.struct([pa.field(name, pa.int32(), False) for name in ("leaf", "item", "start", "end")])
MARK = pa.struct(
    [pa.field("start", pa.int32(), False), pa.field("end", pa.int32(), False), pa.field("kind", pa.string(), False)]
)
TASK_TABLE = pa.schema(
    [
        pa.field("task", pa.string(), False),  # our own id: 16 hex digits, a keyed hash of batch and row
        pa.field("id", pa.string(), False),
        pa.field("content_key", pa.string(), False),
        pa.field("reason", pa.string(), False),  # key of sampling.REASONS; never sent
        pa.field("kept", pa.bool_(), False),
        pa.field("drop_reason", pa.string(), False),  # key of vocabulary.REASONS, "" for a kept row
        pa.field("shown", pa.string(), False),  # sha256 of the text
        pa.field("text", pa.large_string(), False),  # treated, as it is sent
        pa.field("segments", pa.list_(SEGMENT), False),
        pa.field("replaced", pa.large_list(forms.REPLACED)),
        pa.field("engine", pa.list_(MARK), False),  # what the engine found, true kinds, places in the text
        pa.field("guess", pa.string(), False),  # the engine's own answer, "" where it has none
    ]
)
ANSWERS = pa.schema(
    [
        pa.field("desk", pa.int16(), False),
        pa.field("task", pa.string(), False),
        pa.field("annotation", pa.int64(), False),  # id on the server
        pa.field("gone", pa.bool_(), False),  # it was deleted there
        pa.field("at", pa.string(), False),  # ISO 8601, the server's time of the last change
        pa.field("account", pa.string(), False),
        pa.field("skipped", pa.bool_(), False),
        pa.field("seconds", pa.float32(), False),
        pa.field("choice", pa.string(), False),  # "" for none
        pa.field("marks", pa.list_(MARK), False),  # no text: positions and kinds
        pa.field("fault", pa.string(), False),  # why it does not count, "" where it does
    ]
)


@dataclass(frozen=True)
class Desk:
    """One person's part. name: as in decisions; account: e-mail on the server, "" for any; tasks: own ids in order."""

    number: int
    name: str
    account: str
    role: str
    tasks: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """facts: name, corpus, version, release, project, url, seed, leaves."""

    folder: Path
    facts: Mapping[str, Any]

    @classmethod
    def make(cls, folder: Path, facts: Mapping[str, Any], tasks: pa.Table, desks: Iterable[Desk]) -> Batch:
        """Writes a batch; one that is whole is returned as it is, so the same command makes the same batch."""
        if not (folder / FACTS).is_file():
            for part in (folder, folder / "desks", folder / "ids", folder / "answers"):
                private_folder(part)
            sink = pa.BufferOutputStream()
            pq.write_table(_stamped(tasks.cast(TASK_TABLE)), sink, compression="zstd")
            write_atomically(folder / TASKS, sink.getvalue().to_pybytes())
            for desk in desks:
                _write_desk(folder, desk)
            write_atomically(folder / FACTS, json.dumps({"format": forms.FORMAT, **facts}, ensure_ascii=False).encode())
        return cls.load(folder)

    @classmethod
    def load(cls, folder: Path) -> Batch:
        facts = _read(folder / FACTS)
        return cls(folder, facts)

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def key(self) -> str:
        return str(self.facts["key"])

    def door(self, desk: Desk, server: LabelStudio) -> LabelStudio:
        """The server for a desk; batches from before people had organisations of their own stay in the shared one."""
        return server.for_account(desk.account) if self.facts.get("apart") else server

    @cached_property
    def project(self) -> Project:
        return parse(dict(self.facts["project"]))

    @cached_property
    def tasks(self) -> dict[str, dict[str, Any]]:
        """Own id → row of the task table, in the order of showing. A sample: Python objects."""
        table = pq.read_table(self.folder / TASKS)
        _check(table)
        return {row["task"]: row for row in table.to_pylist()}

    def segments(self, task: str) -> list[Segment]:
        return [Segment(**one) for one in self.tasks[task]["segments"]]

    def desks(self) -> list[Desk]:
        found = [_read(path) for path in sorted((self.folder / "desks").glob("*.json"))]
        return [Desk(one["number"], one["name"], one["account"], one["role"], tuple(one["tasks"])) for one in found]

    def add_desk(self, *, name: str, account: str, role: str, tasks: Iterable[str]) -> Desk:
        desk = Desk(len(self.desks()), name, account, role, tuple(tasks))
        _write_desk(self.folder, desk)
        return desk

    # --- own id ↔ task id ----------------------------------------------------------------------------

    def record(self, desk: Desk, project: int, pairs: Mapping[str, int] | None = None) -> None:
        """Adds one file: the desk's project on the server, and tasks that are known to stand there."""
        said = {"format": forms.FORMAT, "project": project, "pairs": dict(pairs or {})}
        number = len(list((self.folder / "ids").glob(f"{desk.number:02}-*.json")))
        path = self.folder / "ids" / f"{desk.number:02}-{number:06}-{secrets.token_hex(3)}.json"
        write_atomically(path, json.dumps(said).encode())

    def known(self, desk: Desk) -> tuple[int | None, dict[str, int]]:
        """(project on the server, own id → task id) as recorded."""
        project, pairs = None, dict[str, int]()
        for path in sorted((self.folder / "ids").glob(f"{desk.number:02}-*.json")):
            said = _read(path)
            project = said["project"]
            pairs |= said["pairs"]
        return project, pairs

    # --- answers -------------------------------------------------------------------------------------

    def add_answers(self, rows: list[dict[str, Any]]) -> None:
        if rows:
            sink = pa.BufferOutputStream()
            pq.write_table(_stamped(pa.Table.from_pylist(rows, ANSWERS)), sink, compression="zstd")
            number = len(list((self.folder / "answers").glob("*.parquet")))
            path = self.folder / "answers" / f"{number:06}-{secrets.token_hex(3)}.parquet"
            write_atomically(path, sink.getvalue().to_pybytes())

    def files(self) -> int:
        """How many times answers came in."""
        return len(list((self.folder / "answers").glob("*.parquet")))

    def all_answers(self) -> list[dict[str, Any]]:
        """Everything that was ever pulled, oldest file first."""
        parts = [pq.read_table(path) for path in sorted((self.folder / "answers").glob("*.parquet"))]
        for part in parts:
            _check(part)
        return [row for part in parts for row in part.to_pylist()]

    def answers(self) -> dict[tuple[int, str], dict[str, Any]]:
        """(desk, task) → the answer that counts: of those that still stand there the last one, unless it is skipped or faulty."""
        now = {(row["desk"], row["task"], row["annotation"]): row for row in self.all_answers()}
        standing = sorted((row for row in now.values() if not row["gone"]), key=lambda row: (row["at"], row["annotation"]))
        last = {(row["desk"], row["task"]): row for row in standing}
        return {about: row for about, row in sorted(last.items()) if not row["skipped"] and not row["fault"]}

    def mark_pulled(self, desk: Desk, since: str) -> None:
        write_atomically(
            self.folder / f"pulled-{desk.number:02}.json", json.dumps({"format": forms.FORMAT, "since": since}).encode()
        )

    def pulled(self, desk: Desk) -> str:
        path = self.folder / f"pulled-{desk.number:02}.json"
        return str(_read(path)["since"]) if path.is_file() else ""


def _write_desk(folder: Path, desk: Desk) -> None:
    write_atomically(
        folder / "desks" / f"{desk.number:02}.json",
        json.dumps({"format": forms.FORMAT, **asdict(desk)}, ensure_ascii=False).encode(),
    )


def _stamped(table: pa.Table) -> pa.Table:
    return table.replace_schema_metadata({"format": str(forms.FORMAT)})


def _check(table: pa.Table) -> None:
    if (table.schema.metadata or {}).get(b"format") != str(forms.FORMAT).encode():
        raise _unknown()


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(path.read_bytes())
    if data.get("format") != forms.FORMAT:
        raise _unknown()
    return data


def _unknown() -> FormatUnknown:
    return FormatUnknown("不认识的标注批次 / a batch of an unknown format", hint="请升级 / upgrade yuliao")


def folder(workspace: Workspace) -> Path:
    return private_folder(workspace.root / "annotation")


def name_of(project: Project, facts: Mapping[str, Any]) -> str:
    """`keep_drop-1f3a9c…`: what was asked names the batch, so the same command finds it again."""
    return f"{project.name}-{digest(facts)[:10]}"


def digest(facts: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def every(workspace: Workspace) -> list[Batch]:
    """All whole batches, by name."""
    return [Batch.load(path.parent) for path in sorted(folder(workspace).glob(f"*/{FACTS}"))]


def find(workspace: Workspace, name: str) -> Batch:
    """The batch of this name, or of its beginning. Raises UsageError for none or several."""
    names = [one.name for one in every(workspace)]
    hits = [name] if name in names else [one for one in names if one.startswith(name)]
    if len(hits) != 1:
        raise UsageError(f"没有这个批次，或不止一个：{name} / no such batch, or several", hint=did_you_mean(name, names))
    return Batch.load(folder(workspace) / hits[0])
