"""Stage → seal: names get their final form, card, Croissant and manifest are written, one rename makes it a release."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpora import card, croissant, disk
from corpora.errors import LawBroken, VersionTaken
from corpora.facts import CONFIGS, Facts, check_public
from corpora.forms import FORMAT, Ledger
from corpora.release.manifest import (
    CARD,
    CROISSANT,
    MANIFEST,
    RUN,
    Release,
    file_sha256,
    load,
    release_files,
    split_of,
    to_json,
)
from corpora.shards import ShardInfo
from corpora.vocabulary import COLUMNS, SIGNALS, Term
from corpora.workspace import sync_folder

_STAGED = re.compile(r"(?:data|signals)/(?P<split>[A-Za-z0-9_.]+)-(?P<number>\d{5})(?:-of-\d{5})?\.parquet")


def stage(folder: str | Path) -> Path:
    """An empty folder for a release in the making, with `data/` and `signals/`. What was there before is removed.

    Write `data/<split>-00000.parquet`, `signals/<split>-00000.parquet`, … with shards.write_shard: row i of a split's
    signals is row i of its data. Put it on the file system of the target, so that sealing is one rename.
    """
    path = Path(folder)
    shutil.rmtree(path, ignore_errors=True)
    for name in CONFIGS.values():
        (path / name).mkdir(parents=True, mode=0o755)
    return path


def seal(stage: Path, facts: Facts, run: dict[str, Any], target: Path, *, shards: Sequence[ShardInfo] = ()) -> Release:
    """Makes the staged tables the release `target`: complete, checked, read-only, by one rename.

    `run` (times, machine) goes to run.json, outside the hash. `shards` spares hashing what write_shard hashed.
    Sealing the same content at the same place again gives the release that is there.
    Raises LawBroken (ledger, undeclared column, private name) and VersionTaken (`target` holds other content).
    """
    check_public(asdict(facts), "facts")
    _clear(stage)
    known = {info.path.resolve(): info for info in shards}
    entries = [_entry(path, final, known) for path, final in _final_names(stage)]
    _check_rows(facts, entries)
    document = _manifest(facts, entries, _columns(stage, facts))
    (stage / CARD).write_text(card.render(document), encoding="utf-8")
    (stage / CROISSANT).write_bytes(to_json(croissant.render(document)))
    for name in (CARD, CROISSANT):
        path = stage / name
        document["files"].append({"path": name, "bytes": path.stat().st_size, "sha256": file_sha256(path)})
    document["files"].sort(key=lambda entry: entry["path"])
    (stage / MANIFEST).write_bytes(to_json(document))
    (stage / RUN).write_bytes(to_json({"format": FORMAT, **run}))
    return _place(stage, Path(target))


def _clear(stage: Path) -> None:
    """A split without rows has no file, a config without files no folder; what a killed sealing wrote is made anew."""
    for name in (CARD, CROISSANT, MANIFEST, RUN):
        (stage / name).unlink(missing_ok=True)
    for path in sorted(stage.glob("*/*.parquet")):
        if not pq.read_metadata(path).num_rows:
            path.unlink()
    for name in CONFIGS.values():
        if (stage / name).is_dir() and not any((stage / name).iterdir()):
            (stage / name).rmdir()


def _final_names(stage: Path) -> Iterable[tuple[Path, Path]]:
    """(staged path, path with `-of-NNNNN`) of every table; anything else in the stage is refused."""
    names = list(release_files(stage))
    for name in names:
        if not (found := _STAGED.fullmatch(name)):
            raise LawBroken(f"发布里有多余的文件：{name} / an undeclared file: {name}", hint="只写表格 / write tables only")
        folder, split = name.split("/")[0], found["split"]
        total = sum(n.startswith(f"{folder}/{split}-") for n in names)
        final = stage / folder / f"{split}-{found['number']}-of-{total:05d}.parquet"
        yield stage / name, final


def _entry(path: Path, final: Path, known: dict[Path, ShardInfo]) -> dict[str, Any]:
    info = known.get(path.resolve())
    digest = info.sha256 if info else file_sha256(path)
    path.rename(final)
    final = final.resolve()
    rows = pq.read_metadata(final).num_rows
    return {"path": "/".join(final.parts[-2:]), "bytes": final.stat().st_size, "sha256": digest, "rows": rows}


def _check_rows(facts: Facts, entries: list[dict[str, Any]]) -> None:
    """Law 1 at the door: ledgers close, and what they say was kept is what lies in the files."""
    for name, ledger in {"total": facts.ledger["total"], **facts.ledger["sources"]}.items():
        Ledger.from_dict(ledger).close(name)
    for folder in CONFIGS.values():
        counted = rows_by_split(entries, folder)
        if counted and counted != facts.filled_splits:
            raise LawBroken(f"{folder} 行数与划分不符 / rows in {folder} differ from the splits", hint="程序缺陷 / a defect")
    if not facts.rows:
        raise LawBroken("没有一行被保留，不发布 / no row was kept: nothing to release", hint="看账本 / look at the ledger")
    if facts.rows != facts.ledger["total"]["kept"]:
        raise LawBroken("保留行数与账本不符 / rows differ from the ledger", hint="程序缺陷 / this is a defect")


def rows_by_split(entries: Iterable[dict[str, Any]], folder: str) -> dict[str, int]:
    """Rows of every split in `data` or `signals`, by the manifest's file entries."""
    counted: dict[str, int] = {}
    for entry in entries:
        if entry["path"].startswith(folder + "/"):
            split = split_of(entry["path"])
            counted[split] = counted.get(split, 0) + entry["rows"]
    return counted


def _columns(stage: Path, facts: Facts) -> dict[str, list[dict[str, Any]]]:
    """Config → columns as the files have them, with labels. Law 2: only declared columns are published."""
    declared = {"default": facts.columns, "signals": facts.signals}
    configs = {}
    for config, folder in CONFIGS.items():
        schemas = [pq.read_schema(path) for path in sorted((stage / folder).glob("*.parquet"))]
        if not schemas:
            continue
        labels = {column["name"]: column for column in declared[config]}
        strange = set(schemas[0].names) ^ set(labels) if labels or config == "default" else set()
        if strange or any(not schema.equals(schemas[0]) for schema in schemas):
            raise LawBroken(
                f"{folder} 的列与声明不符：{'、'.join(sorted(strange))} / columns of {folder} differ from the declared ones",
                hint="只能发布声明过的列 / only declared columns are published",
            )
        configs[config] = [_column(field, labels.get(field.name, {})) for field in schemas[0]]
    return configs


def _column(field: pa.Field, said: Any) -> dict[str, Any]:
    item = field.type.value_type if pa.types.is_list(field.type) else field.type
    inner = [{"name": one.name, "type": str(one.type)} for one in item] if pa.types.is_struct(item) else []
    term = COLUMNS.get(field.name) or SIGNALS.get(field.name) or Term(field.name, "")
    return {
        "name": field.name,
        "type": str(field.type),
        "nullable": field.nullable,
        **({"fields": inner} if inner else {}),
        "label": said.get("label") or term.label,
        "meaning": said.get("meaning") or term.meaning,
    }


def _manifest(facts: Facts, entries: list[dict[str, Any]], configs: dict[str, Any]) -> dict[str, Any]:
    facts_said = {key: value for key, value in asdict(facts).items() if key not in ("columns", "signals")}
    return {
        "format": FORMAT,
        **facts_said,
        "date": facts.published,
        "splits": facts.filled_splits,
        "rows": facts.rows,
        "generated": facts.generated,
        "configs": configs,
        "files": entries,
    }


def _place(stage: Path, target: Path) -> Release:
    """fsync, read-only, one rename."""
    sealed = load(stage)
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        return _already_there(stage, sealed, target)
    for path in sealed.files.values():
        path.chmod(0o444)
        _sync(path)
    for folder in (*(path for path in stage.iterdir() if path.is_dir()), stage):
        folder.chmod(0o755)
        sync_folder(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    _rename(stage, target)
    return load(target)


def _rename(stage: Path, target: Path) -> None:
    try:
        os.rename(stage, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # another file system: bring it beside the target first, so that it still appears at once
        _bring(stage, target.with_name(f".{target.name}.partial"), target)
        shutil.rmtree(stage)
    sync_folder(target.parent)


def _bring(stage: Path, near: Path, target: Path) -> None:
    """Copies the release to `near` and renames it. Raises UsageError where the disk is full; nothing half-done stays."""
    shutil.rmtree(near, ignore_errors=True)
    try:
        shutil.copytree(stage, near)
        for path in release_files(near).values():
            _sync(path)
        os.rename(near, target)
    except BaseException as error:
        shutil.rmtree(near, ignore_errors=True)
        if isinstance(error, OSError) and disk.is_full(error):
            raise disk.full(target.parent) from None
        raise


def _already_there(stage: Path, sealed: Release, target: Path) -> Release:
    if (target / MANIFEST).is_file() and (there := load(target)).hash == sealed.hash:
        shutil.rmtree(stage)
        return there
    raise VersionTaken(
        f"目标已存在且内容不同：{target.name} / {target.name} exists and holds something else",
        hint="换一个版本号或目录；发布不会被覆盖 / choose another version or folder: releases are never overwritten",
    )


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
