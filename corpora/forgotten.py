"""Deletion requests of a dataset line: whose rows no run takes in any more. Only keyed hashes are kept, and why.

A person asks (《个人信息保护法》 art. 47); `yuliao forget` writes it here; the next run quarantines these rows without their
bytes (cause `forgotten`), so the version after it is without them, and `yuliao purge` removes the versions before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpora import schema, text_buffers
from corpora.catalog.audit import user, utc_now
from corpora.catalog.refs import locked
from corpora.errors import FormatUnknown, UsageError
from corpora.forms import FORMAT
from corpora.hashing import keyed_hashes
from corpora.names import check_corpus
from corpora.workspace import Workspace, private_folder, write_atomically


def subject_hashes(key: bytes, column: pa.Array) -> NDArray[np.uint64]:
    """uint64 (rows,): the keyed hash of each subject; 0 for null or an empty one."""
    view = text_buffers.texts(column)
    hashes = keyed_hashes(key, view, 8).copy().view(np.uint64).ravel() | np.uint64(1)
    return np.where(np.diff(view.offsets) > 0, hashes, np.uint64(0))


@dataclass(frozen=True)
class Forgotten:
    """Hashes of subjects and ids of rows (32 hex digits) that are not taken in."""

    subjects: tuple[int, ...] = ()
    ids: tuple[str, ...] = ()

    def rows(self, batch: pa.RecordBatch) -> NDArray[np.bool_]:
        """bool (rows,): which rows of a batch with `id` and `_subject` are asked to be forgotten."""
        found = np.isin(np.asarray(batch.column(schema.SUBJECT)), np.array(self.subjects, np.uint64))
        if self.ids:
            wanted = pa.array([bytes.fromhex(one) for one in self.ids], batch.schema.field(schema.ID).type)
            found |= np.asarray(pc.is_in(batch.column(schema.ID), value_set=wanted))
        return found

    def __bool__(self) -> bool:
        return bool(self.subjects or self.ids)


class Requests:
    """The deletion requests of one dataset line: {kind, hash, reason, by, date}, in the workspace."""

    def __init__(self, workspace: Workspace, corpus: str) -> None:
        namespace, name = check_corpus(corpus).split("/")
        self._path = private_folder(private_folder(workspace.root / "forgotten") / namespace) / f"{name}.json"
        self._workspace, self.corpus = workspace, corpus

    def entries(self) -> list[dict[str, Any]]:
        if not self._path.is_file():
            return []
        data = json.loads(self._path.read_bytes())
        if data.get("format") != FORMAT:
            raise FormatUnknown(
                "不认识的删除请求格式 / deletion requests of an unknown format", hint="请升级 / upgrade yuliao"
            )
        return list(data["requests"])

    def in_force(self) -> Forgotten:
        entries = self.entries()
        subjects = sorted({int(one["hash"], 16) for one in entries if one["kind"] == "subject"})
        return Forgotten(tuple(subjects), tuple(sorted({one["hash"] for one in entries if one["kind"] == "id"})))

    def add(self, *, subjects: Iterable[str] = (), ids: Iterable[str] = (), reason: str) -> int:
        """Adds requests and returns how many are new. Raises UsageError for an empty reason or what is not a row's id."""
        from corpora.catalog import Catalog

        wanted = [("subject", self._hash(one)) for one in subjects] + [("id", _checked(one)) for one in ids]
        if not reason.strip() or not wanted:
            raise UsageError(
                "要写明删谁、为什么 / say whom to forget, and why", hint="--subject 主体 或 --id 行编号，--reason 原因"
            )
        with locked(self._path.with_suffix(".lock")):
            there = self.entries()
            known = {(one["kind"], one["hash"]) for one in there}
            new = [
                {"kind": kind, "hash": value, "reason": reason.strip(), "by": user(), "date": utc_now()}
                for kind, value in dict.fromkeys(wanted)
                if (kind, value) not in known
            ]
            if new:
                Catalog(self._workspace.catalog).audit.append(
                    "forget", corpus=self.corpus, reason=reason.strip(), requests=[[one["kind"], one["hash"]] for one in new]
                )
                write_atomically(
                    self._path, json.dumps({"format": FORMAT, "requests": there + new}, ensure_ascii=False).encode()
                )
        return len(new)

    def _hash(self, subject: str) -> str:
        if not subject:
            raise UsageError("主体不能为空 / a subject must not be empty")
        key = self._workspace.key(self.corpus)
        return f"{int(subject_hashes(key, pa.array([subject], pa.large_string()))[0]):016x}"


def _checked(id: str) -> str:
    if len(id) != 32 or set(id) - set("0123456789abcdef"):
        raise UsageError("行编号是 32 位十六进制 / a row's id has 32 hex digits", hint="见发布的 id 列 / see the column id")
    return id
