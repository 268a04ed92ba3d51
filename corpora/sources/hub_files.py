"""Which files of a dataset's repository are its data: by the configs of its card, else by name."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Any

import yaml

from corpora.errors import IntegrityError, UsageError

DATA = (".parquet", ".jsonl", ".ndjson", ".json", ".csv", ".tsv")
_PACKED = (".gz", ".zst")
_NO_DATA = ("dataset_infos.json", "croissant.json", "release.json", "run.json")
_FRONT = re.compile(r"\A\ufeff?---\r?\n(.*?)\r?\n---", re.S)


def choose(files: Sequence[str], card: str, config: str | None, split: str | None) -> list[str]:
    """Paths of the data, sorted; card: text of README.md or "". Raises UsageError where nothing fits, with what there is."""
    for name in files:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise IntegrityError(
                "数据集里有指向目录外的文件名 / a file name of the dataset leads out of its folder",
                hint="不要使用这个数据集 / do not use this dataset",
            )
    configs = _configs(card)
    if configs or config:
        found = _by_card(files, _config(configs, config), split)
    else:
        found = [name for name in files if _is_data(name) and (split is None or _of_split(name, split))]
    if not found:
        raise UsageError(
            f"数据集里没有可读的数据文件（划分 {split or '全部'}）/ no data files for this split",
            hint=f"可读的格式 / formats that are read: {' '.join(DATA)}；检查 config 与 split / check them",
        )
    return sorted(set(found), key=str.encode)


def _configs(card: str) -> dict[str, Any]:
    """config name → data_files, as the card's YAML says."""
    front = _FRONT.match(card)
    try:
        data = yaml.safe_load(front[1]) if front else None
    except yaml.YAMLError:
        return {}
    listed = data.get("configs") if isinstance(data, dict) else None
    entries = [one for one in listed or () if isinstance(one, dict) and one.get("data_files")]
    return {str(one.get("config_name", "default")): one["data_files"] for one in entries}


def _config(configs: dict[str, Any], wanted: str | None) -> Any:
    name = wanted or ("default" if "default" in configs else next(iter(configs)) if len(configs) == 1 else None)
    if name not in configs:
        raise UsageError(
            f"数据集没有配置 {wanted} / no such config"
            if wanted
            else "数据集有几个配置，要选一个 / choose one of its configs",
            hint=f"config 可以是 / one of: {', '.join(configs) or '（没有 / none）'}",
        )
    return configs[name]


def _by_card(files: Sequence[str], data_files: Any, split: str | None) -> list[str]:
    """data_files: a pattern, a list of patterns, or a list of {split, path}; without a split it is train."""
    entries = data_files if isinstance(data_files, list) else [data_files]
    patterns: list[str] = []
    for entry in entries:
        own, path = (entry.get("split"), entry.get("path")) if isinstance(entry, dict) else ("train", entry)
        if split in (None, own):
            patterns += [str(one) for one in (path if isinstance(path, list) else [path])]
    return [name for name in files if any(_fits(name, pattern) for pattern in patterns)]


def _fits(name: str, pattern: str) -> bool:
    """`*` crosses folders, `**/` may stand for none; a name with brackets is itself."""
    return name == pattern or any(fnmatch.fnmatchcase(name, one) for one in (pattern, pattern.replace("**/", "")))


def _is_data(name: str) -> bool:
    pure = PurePosixPath(name)
    if any(part.startswith(".") for part in pure.parts) or pure.name in _NO_DATA:
        return False
    return (pure.with_suffix("") if pure.suffix in _PACKED else pure).suffix.lower() in DATA


def _of_split(name: str, split: str) -> bool:
    """Whether the split's name stands in the path as a word, as `data/train-00000-of-00001.parquet`."""
    return re.search(rf"(?:^|[/._\-]){re.escape(split)}(?:[/._\-]|$)", name) is not None
