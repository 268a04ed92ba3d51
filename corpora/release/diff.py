"""Diff: which rows a version added, removed, edited or moved to another split, and why rows went.

DuckDB joins ids and content hashes of the two versions, and spills to disk: no text is held, memory stays bounded.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq

from corpora.errors import UsageError
from corpora.release.manifest import Release

KINDS = ("added", "removed", "edited", "moved")
_PAGE = 10_000
_MARK = "\x1f"  # between names of leaves


class Change(NamedTuple):
    """One row that differs. `leaves`: text columns that were edited; step and reason: why a removed row was dropped."""

    kind: str
    id: str
    old_split: str | None
    new_split: str | None
    leaves: tuple[str, ...]
    step: str | None
    reason: str | None


@dataclass
class Diff:
    """Counts, and a stream of the changed rows (by kind, then id)."""

    old: str
    new: str
    counts: dict[str, int]
    reasons: dict[str, dict[str, int]]  # step → reason → removed rows; step "" where the reason is not known
    columns_added: list[str]
    columns_removed: list[str]
    _connection: Any = field(repr=False)
    _folder: Any = field(repr=False)

    def changes(self, kind: str | None = None, *, limit: int | None = None) -> Iterator[Change]:
        """Changed rows, of one kind if named, page by page."""
        where = f"WHERE kind = '{kind}'" if kind in KINDS else ""
        cursor = self._connection.cursor()
        cursor.execute(f"SELECT * FROM changes {where} ORDER BY place, id" + (f" LIMIT {int(limit)}" if limit else ""))
        while page := cursor.fetchmany(_PAGE):
            for _, kind_, id_, old, new, leaves, step, reason in page:
                yield Change(kind_, id_, old, new, tuple(leaves.split(_MARK)) if leaves else (), step, reason)

    def to_dict(self) -> dict[str, Any]:
        return {
            "old": self.old,
            "new": self.new,
            **self.counts,
            "reasons": self.reasons,
            "columns_added": self.columns_added,
            "columns_removed": self.columns_removed,
        }


def diff(old: Release, new: Release, *, rejected: Path | None = None) -> Diff:
    """Compares two versions by id; a row is edited when one of its text leaves differs.

    `rejected`: the private table of dropped rows of the run that made `new` (a Parquet file or a folder of them with
    id, step, reason), where this machine has it. Raises UsageError for two different datasets.
    """
    if old.corpus != new.corpus:
        raise UsageError(
            f"不是同一数据集：{old.corpus} 与 {new.corpus} / these are two datasets",
            hint="只能比较同一数据集的两个版本 / compare two versions of one dataset",
        )
    import duckdb

    folder = tempfile.TemporaryDirectory(prefix="yuliao-diff-")
    connection = duckdb.connect(config={"memory_limit": "512MB", "temp_directory": folder.name})
    leaves = _leaf_columns(old), _leaf_columns(new)
    shared = [name for name in leaves[1] if name in leaves[0]]
    for name, release in (("o", old), ("n", new)):
        connection.execute(f"CREATE VIEW {name} AS {_numbered_query(connection, release, shared)}")
    connection.execute(_changes_query(shared, rejected))
    found = dict(connection.execute("SELECT kind, count(*) FROM changes GROUP BY kind").fetchall())
    counts = {kind: found.get(kind, 0) for kind in KINDS}
    counts["same"] = sum(new.splits.values()) - counts["added"] - counts["edited"] - counts["moved"]
    columns = [{c["name"] for c in release.manifest["configs"]["default"]} for release in (old, new)]
    return Diff(
        old.name,
        new.name,
        counts,
        _reasons(connection),
        sorted(columns[1] - columns[0]),
        sorted(columns[0] - columns[1]),
        connection,
        folder,
    )


def _leaf_columns(release: Release) -> list[str]:
    return list(dict.fromkeys(path.split("[]")[0] for path in release.manifest["leaves"]))


def _reasons(connection: Any) -> dict[str, dict[str, int]]:
    query = """SELECT coalesce(step, ''), coalesce(reason, ''), count(*) FROM changes
               WHERE kind = 'removed' GROUP BY ALL ORDER BY ALL"""
    found: dict[str, dict[str, int]] = {}
    for step, reason, rows in connection.execute(query).fetchall():
        found.setdefault(step, {})[reason] = rows
    return found


def _text(value: str | Path) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _rows_query(release: Release, leaves: list[str]) -> str:
    """id, split and one hash per leaf of every row of a release."""
    hashes = "".join(f", hash({_name(leaf)}) AS h{i}" for i, leaf in enumerate(leaves))
    parts = [
        f"SELECT id, {_text(split)} AS split{hashes} FROM read_parquet([{', '.join(map(_text, files))}])"
        for split in release.splits
        if (files := release.tables("default", split))
    ]
    return " UNION ALL ".join(parts)


def _numbered_query(connection: Any, release: Release, leaves: list[str]) -> str:
    """Those rows with `nth`: which one of its id it is. Ids are unique but in releases of before they had to be."""
    rows = _rows_query(release, leaves)
    repeats = connection.execute(f"SELECT count(*) - count(DISTINCT id) FROM ({rows})").fetchone()[0]
    order = ", ".join([*(f"h{i}" for i in range(len(leaves))), "split"])
    nth = f"row_number() OVER (PARTITION BY id ORDER BY {order})" if repeats else "1"
    return f"SELECT *, {nth} AS nth FROM ({rows})"


def _rejected_query(rejected: Path | None) -> str:
    """id, step, reason of dropped rows, one row an id; empty when the work folder is not here."""
    files = [] if rejected is None else [rejected] if rejected.is_file() else sorted(rejected.glob("**/*.parquet"))
    known = [path for path in files if {"id", "step", "reason"} <= set(pq.read_schema(path).names)]
    if not known:
        return "SELECT NULL::VARCHAR AS id, NULL::VARCHAR AS step, NULL::VARCHAR AS reason WHERE false"
    key = "lower(hex(id))" if "binary" in str(pq.read_schema(known[0]).field("id").type) else "id"
    return f"""SELECT {key} AS id, min(step) AS step, min_by(reason, (step, reason)) AS reason
               FROM read_parquet([{", ".join(map(_text, known))}]) GROUP BY 1"""


def _changes_query(leaves: list[str], rejected: Path | None) -> str:
    edited = [f"CASE WHEN o.h{i} <> n.h{i} THEN {_text(leaf)} END" for i, leaf in enumerate(leaves)]
    changed = f"concat_ws(chr({ord(_MARK)}), {', '.join(edited)})" if edited else "''"
    return f"""
    CREATE TABLE changes AS
    WITH joined AS (
        SELECT coalesce(o.id, n.id) AS id, o.split AS old_split, n.split AS new_split,
               CASE WHEN o.id IS NULL OR n.id IS NULL THEN '' ELSE {changed} END AS leaves
        FROM o FULL OUTER JOIN n ON o.id = n.id AND o.nth = n.nth
    ), kinds AS (
        SELECT CASE WHEN old_split IS NULL THEN 'added' WHEN new_split IS NULL THEN 'removed'
                    WHEN leaves <> '' THEN 'edited' ELSE 'moved' END AS kind, *
        FROM joined WHERE old_split IS DISTINCT FROM new_split OR leaves <> ''
    )
    SELECT list_position(['added', 'removed', 'edited', 'moved'], kind) AS place, kind, kinds.id,
           old_split, new_split, leaves, step, reason
    FROM kinds LEFT JOIN ({_rejected_query(rejected)}) AS r ON kind = 'removed' AND r.id = kinds.id
    """
