"""Verify: does what is stored still hold what the manifest says? Every hash, the ledger, the schema, the rows, the ids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corpora.errors import FormatUnknown, LawBroken
from corpora.facts import CONFIGS, check_public
from corpora.forms import Ledger
from corpora.release.manifest import BESIDE, CARD, CROISSANT, MANIFEST, Release, file_sha256, split_of
from corpora.schema import ID
from corpora.shards import open_shard
from corpora.text_buffers import texts

_NIBBLES = np.full(256, 255, np.uint8)
_NIBBLES[np.frombuffer(b"0123456789abcdef", np.uint8)] = np.arange(16)


class Finding(NamedTuple):
    """One thing that does not verify: a key, the file it is about, a sentence."""

    code: str
    path: str
    message: str


def verify(release: Release) -> list[Finding]:
    """All findings, none when the release is whole. Reads every byte; memory: 16 bytes a row."""
    found = list(_files(release))
    if found:
        return found  # what is broken on disk is not worth reading further
    found += _ledger(release)
    found += _public(release)
    for config, folder in CONFIGS.items():
        found += _tables(release, config, folder)
    return found or list(_ids(release))


def _files(release: Release) -> Iterator[Finding]:
    entries = {entry["path"]: entry for entry in release.manifest["files"]}
    for path in sorted(set(release.files) - set(entries) - {MANIFEST} - BESIDE):
        yield Finding("undeclared_file", path, "清单里没有这个文件 / not in the manifest")
    for path in sorted({*entries, CARD, CROISSANT}):
        if path not in release.files or path not in entries or not release.files[path].is_file():
            yield Finding("missing_file", path, "文件缺失 / missing")
        elif release.files[path].stat().st_size != entries[path]["bytes"]:
            yield Finding("wrong_size", path, "大小与清单不符 / size differs from the manifest")
        elif file_sha256(release.files[path]) != entries[path]["sha256"]:
            yield Finding("wrong_hash", path, "内容与清单不符 / sha256 differs from the manifest")


def _ledger(release: Release) -> Iterator[Finding]:
    said = release.manifest["ledger"]
    ledgers = {name: Ledger.from_dict(one) for name, one in said["sources"].items()}
    total = Ledger.from_dict(said["total"])
    for name, ledger in {"total": total, **ledgers}.items():
        if ledger.gap:
            yield Finding("ledger_open", MANIFEST, f"账不平：{name} 差 {ledger.gap} 行 / this ledger does not close")
    if ledgers and sum(ledgers.values(), Ledger()).to_dict() != total.to_dict():
        yield Finding("ledger_sum", MANIFEST, "各来源之和不等于总账 / the sources do not add up to the total")
    if total.kept != sum(release.splits.values()):
        yield Finding("ledger_kept", MANIFEST, "保留行数不等于划分之和 / kept rows are not the sum of the splits")


def _public(release: Release) -> Iterator[Finding]:
    said = {key: value for key, value in release.manifest.items() if key != "files"}
    try:
        check_public(said)
    except LawBroken as broken:
        yield Finding("private", MANIFEST, str(broken))


def _tables(release: Release, config: str, folder: str) -> Iterator[Finding]:
    declared = [(c["name"], c["type"], c["nullable"]) for c in release.manifest["configs"].get(config, [])]
    entries: dict[str, dict[str, Any]] = {entry["path"]: entry for entry in release.manifest["files"]}
    rows: dict[str, int] = {}
    for path in release.paths(config):
        try:
            file = open_shard(release.files[path])
        except (pa.ArrowException, FormatUnknown) as error:
            yield Finding("unreadable", path, f"读不了 / cannot be read: {type(error).__name__}")
            continue
        if [(f.name, str(f.type), f.nullable) for f in file.schema_arrow] != declared:
            yield Finding("wrong_schema", path, "列与清单不符 / columns differ from the manifest")
        if file.metadata.num_rows != entries[path]["rows"]:
            yield Finding("wrong_rows", path, "行数与清单不符 / rows differ from the manifest")
        rows[split_of(path)] = rows.get(split_of(path), 0) + file.metadata.num_rows
    if declared and rows != release.splits:
        yield Finding("wrong_rows", folder, "行数与划分不符 / rows differ from the splits")


def _ids(release: Release) -> Iterator[Finding]:
    try:
        ids = _read_ids(release, "default")
    except ValueError:
        yield Finding("bad_id", "data", "编号不是 32 位十六进制 / ids are not 32 hex digits")
        return
    ordered = np.sort(ids)
    repeated = int((ordered[1:] == ordered[:-1]).sum())
    if repeated:
        yield Finding("repeated_id", "data", f"{repeated} 个编号重复 / repeated ids")
    if "signals" in release.manifest["configs"] and not np.array_equal(ids, _read_ids(release, "signals")):
        yield Finding("signals_differ", "signals", "信号表的行与数据不对应 / rows of signals are not the rows of data")


def _read_ids(release: Release, config: str) -> NDArray[np.bytes_]:
    """All ids of a config as 16-byte strings (n), in order."""
    parts = [_packed(pq.ParquetFile(path).read([ID]).column(ID)) for path in release.tables(config)]
    return np.concatenate([np.zeros(0, "S16"), *parts])


def _packed(column: pa.ChunkedArray) -> NDArray[np.bytes_]:
    """Hex ids → 16 raw bytes each. Raises ValueError for anything else than 32 lower-case hex digits."""
    view = texts(column.combine_chunks().cast(pa.large_string()))
    if (np.diff(view.offsets) != 32).any():
        raise ValueError("length")
    digits = _NIBBLES[view.data[view.offsets[0] : view.offsets[-1]]]
    if (digits > 15).any():
        raise ValueError("digit")
    return (digits[0::2] << 4 | digits[1::2]).view("S16")
