"""The sample that readers get: treated rows of a release, chosen and ordered by keyed hashes of their ids."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from corpora.errors import UsageError
from corpora.forms import FORMAT
from corpora.hashing import keyed_hashes
from corpora.release import Release
from corpora.text_buffers import Leaf, texts
from corpora.workspace import Workspace, private_folder, write_atomically

SAMPLE, RESULT = "audit_sample.json", "audit.json"


@dataclass(frozen=True)
class String:
    """One string of a row: its leaf's path, its place in a list, its treated text."""

    leaf: str
    item: int
    text: str


@dataclass(frozen=True)
class Sampled:
    """A row of the sample."""

    id: str
    strings: tuple[String, ...]


def draw(release: Release, key: bytes, *, n: int, seed: int) -> list[Sampled]:
    """`n` rows of the release (all, if it has fewer), over all splits, in a drawn order. The same for the same seed."""
    own = hashlib.blake2b(b"residual audit %d" % seed, key=key, digest_size=32).digest()
    paths = release.tables("default")
    ids = pa.concat_tables([pq.read_table(path, columns=["id"]) for path in paths])["id"].cast(pa.large_string())
    hashes = keyed_hashes(own, texts(ids.combine_chunks()), 8).copy().view(np.uint64).ravel()
    return read(release, ids.take(pa.array(np.argsort(hashes, kind="stable")[:n])).to_pylist())


def read(release: Release, ids: list[str]) -> list[Sampled]:
    """These rows, in this order. Raises UsageError when the release lacks one."""
    leaves = [Leaf.parse(path) for path in release.manifest["leaves"]]
    leaves += [Leaf(name) for name in _published_strings(release, {leaf.column for leaf in leaves})]
    columns = ["id", *dict.fromkeys(leaf.column for leaf in leaves)]
    found: dict[str, Sampled] = {}
    for path in release.tables("default"):
        table = pq.read_table(path, columns=columns, filters=[("id", "in", ids)])
        for row in table.to_pylist():  # a sample: some hundred rows
            found[row["id"]] = Sampled(row["id"], tuple(_strings(row, leaves)))
    if missing := [one for one in ids if one not in found]:
        raise UsageError(
            f"发布里没有样本的 {len(missing)} 行 / {len(missing)} sampled row(s) are not in this release",
            hint="用抽样时的那个发布 / use the release that the sample was drawn from",
        )
    return [found[one] for one in ids]


def _published_strings(release: Release, leaves: set[str]) -> list[str]:
    """Declared columns of text: they are published, so what remains in them counts as well."""
    fields = [field for path in release.tables("default")[:1] for field in pq.read_schema(path)]
    return [
        f.name for f in fields if pa.types.is_large_string(f.type) and f.name not in leaves | {"id", "source", "licence"}
    ]


def _strings(row: dict[str, Any], leaves: list[Leaf]) -> list[String]:
    return [
        String(leaf.path, item, text or "")
        for leaf in leaves
        for item, text in enumerate(
            [row[leaf.column]] if leaf.field is None else [one[leaf.field] for one in row[leaf.column] or []]
        )
    ]


def folder(release: Release, workspace: Workspace) -> Path:
    """Where the audit of this release is kept: the run's work folder, else a private one in the workspace."""
    work = workspace.find_work(release=release.hash)
    return work if work is not None else private_folder(workspace.root / "audits" / release.hash)


def remember(release: Release, workspace: Workspace, rows: list[Sampled], *, seed: int) -> None:
    """Keeps which rows were drawn, so that sheets that come back can be held against them."""
    data = {"format": FORMAT, "tables": release.tables_hash, "seed": seed, "ids": [row.id for row in rows]}
    write_atomically(folder(release, workspace) / SAMPLE, json.dumps(data).encode())


def remembered(release: Release, workspace: Workspace) -> dict[str, Any]:
    """The last sample drawn from this release. Raises UsageError when there is none."""
    path = folder(release, workspace) / SAMPLE
    data = json.loads(path.read_bytes()) if path.is_file() else {}
    if data.get("tables") != release.tables_hash:
        raise UsageError(
            f"{release.name} 还没有抽样 / no sample has been drawn from {release.name}",
            hint=f"先抽样 / draw one first: yuliao pii audit {release.name} --out DIR",
        )
    return dict(data)
