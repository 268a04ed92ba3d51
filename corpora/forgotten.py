"""Deletion requests of a dataset line: whose rows no run takes in any more. Only keyed hashes are kept, and why.

A person asks (《个人信息保护法》 art. 47); `yuliao forget` writes it here; the next run quarantines these rows without their
bytes (cause `forgotten`), so the version after it is without them, and `yuliao purge` removes the versions before.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from corpora import text_buffers
from corpora.catalog.audit import user, utc_now
from corpora.catalog.refs import locked
from corpora.errors import FormatUnknown, UsageError
from corpora.forms import FORMAT
from corpora.hashing import frombytes, keyed_hashes, span_hashes
from corpora.names import check_corpus, version_order
from corpora.release import Release, load
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

    def rows(self, ids: pa.Array, subjects: NDArray[np.uint64]) -> tuple[NDArray[np.bool_], Counter[str]]:
        """(bool (rows,): which rows are asked to be forgotten; how many rows each request met, by its hash or id).

        ids: binary(16) (rows,); subjects: uint64 (rows,), 0 for nobody.
        """
        found = np.isin(subjects, np.array(self.subjects, np.uint64))
        met = Counter(f"{one:016x}" for one in subjects[found].tolist())
        if self.ids:
            wanted = pa.array([bytes.fromhex(one) for one in self.ids], ids.type)
            named = np.asarray(pc.is_in(ids, value_set=wanted))
            met.update(one.hex() for one in ids.filter(pa.array(named)).to_pylist())
            found |= named
        return found, met

    def __len__(self) -> int:
        return len(self.subjects) + len(self.ids)


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

    def ids_of(self, keys: Iterable[str]) -> list[str]:
        """Ids of the rows whose key (a value of the recipe's `id` column) is one of these, in each source of any version so far.

        Raises UsageError when there is no version, whose sources would be known.
        """
        labels = {one["label"] for release in self.releases() for one in release.manifest["sources"]}
        if not labels:
            raise UsageError(
                f"{self.corpus} 还没有版本，不知道有哪些来源 / there is no version, so its sources are unknown",
                hint="先运行一次，或写 --subject / run once, or use --subject",
            )
        return [row_id(self._workspace.key(self.corpus), label, one) for one in keys for label in sorted(labels)]

    def releases(self) -> list[Release]:
        """What there is of this dataset on this machine, oldest version first: published and open, or a draft."""
        from corpora.catalog import Catalog

        catalog = Catalog(self._workspace.catalog)
        known = catalog.versions(self.corpus, closed=False) if catalog.repository(self.corpus).exists else []
        drafts = [load(one) for one in self._workspace.drafts() if "/".join(one.parts[-3:-1]) == self.corpus]
        found = {one.hash: one for one in (*drafts, *(catalog.release(self.corpus, one) for one in known))}
        return sorted(found.values(), key=lambda one: version_order(one.version))

    def rows(self, ids: Iterable[str]) -> dict[str, int]:
        """Version → how many of its rows have one of these ids; versions without any are left out."""
        import pyarrow.parquet as pq

        wanted, found = pa.array(sorted(set(ids)), pa.string()), dict[str, int]()
        for release in self.releases() if len(wanted) else ():
            columns = (pq.read_table(path, columns=["id"])["id"] for path in release.tables())
            count = sum(int(pc.sum(pc.is_in(one, value_set=wanted)).as_py() or 0) for one in columns)
            found |= {release.version: count} if count else {}
        return found

    def _hash(self, subject: str) -> str:
        if not subject:
            raise UsageError("主体不能为空 / a subject must not be empty")
        key = self._workspace.key(self.corpus)
        return f"{int(subject_hashes(key, pa.array([subject], pa.large_string()))[0]):016x}"


def row_id(key: bytes, label: str, value: str) -> str:
    """The id (32 hex digits) of a row: the keyed hash of its source's label and the value of its key."""
    data = value.encode()
    ends = np.array([len(data)], np.int64)
    return span_hashes(key, frombytes(data), np.zeros(1, np.int64), ends, prefix=label.encode() + b"\0")[0].tobytes().hex()


def _checked(id: str) -> str:
    if len(id) != 32 or set(id) - set("0123456789abcdef"):
        raise UsageError("行编号是 32 位十六进制 / a row's id has 32 hex digits", hint="见发布的 id 列 / see the column id")
    return id
