"""What a dataset's card has to be: a YAML head that `load_dataset` can work with. Errors stop a client, warnings are shown.

Keys: https://huggingface.co/docs/hub/datasets-cards (status [V]). Messages name keys and positions, never values.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from corpora.catalog import cards
from corpora.catalog.paths import check_path
from corpora.errors import PathRefused
from corpora.licences import LICENCES

_HEAD = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_LONGEST = 1 << 16  # characters of a head
_MOST_PATHS = 20_000
_LISTS = ("language", "tags", "task_categories", "task_ids", "size_categories", "annotations_creators", "source_datasets")
_HUB = {entry.hub for entry in LICENCES.values()} | LICENCES.keys() | {"unknown", "other"}
Found = tuple[list[str], list[str]]


def check(card: str) -> Found:
    """(errors, warnings), bilingual."""
    if not (found := _HEAD.match(card)):
        return [], ["卡片没有 YAML 头 / the card has no YAML head"]
    if len(found[1]) > _LONGEST:
        return ["YAML 头太长 / the YAML head is too long"], []
    try:
        head = cards.load(found[1])
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError) as error:
        return [f"YAML 头读不懂{_place(error)} / the YAML head cannot be read"], []
    if head is None:
        return [], ["YAML 头是空的 / the YAML head is empty"]
    if not isinstance(head, dict) or not all(isinstance(key, str) for key in head):
        return ["YAML 头不是键值表 / the YAML head is no mapping"], []
    return [*_lists(head), *_configs(head.get("configs"))], _missing(head)


def _place(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"（第 {mark.line + 2} 行）" if mark else ""


def _lists(head: dict[str, Any]) -> list[str]:
    wrong = [key for key in _LISTS if not _strings(head.get(key))]
    wrong += [key for key in ("license",) if not _strings(head.get(key))]
    return [f"{key} 应是字符串或字符串列表 / {key} must be a string or a list of strings" for key in wrong]


def _strings(value: Any) -> bool:
    return value is None or isinstance(value, str) or isinstance(value, list) and all(isinstance(one, str) for one in value)


def _configs(configs: Any) -> list[str]:
    if configs is None:
        return []
    if not isinstance(configs, list) or not all(isinstance(one, dict) for one in configs):
        return ["configs 应是列表 / configs must be a list of mappings"]
    names = [one.get("config_name") for one in configs]
    if not all(isinstance(name, str) and name for name in names):
        return ["configs 每项要有 config_name / every config needs a config_name"]
    if sum(_count(one.get("data_files")) for one in configs) > _MOST_PATHS:  # aliases make much of little
        return [f"configs 里的路径超过 {_MOST_PATHS} 个 / more than {_MOST_PATHS} paths in the configs"]
    errors = ["config_name 重复 / a config_name occurs twice"] if len(set(names)) < len(names) else []
    return errors + [error for at, one in enumerate(configs, 1) for error in _data_files(one.get("data_files"), at)]


def _count(files: Any) -> int:
    """Paths in a value of data_files, without looking at them."""
    if not isinstance(files, list):
        return len(_paths(files))
    if len(files) > _MOST_PATHS:
        return len(files)
    return sum(1 + len(_paths(one)) for one in files)


def _data_files(files: Any, at: int) -> list[str]:
    """As one path, a list of paths, or a list of {split, path}."""
    files = [files] if isinstance(files, str | dict) else files or []
    if not isinstance(files, list):
        return [f"第 {at} 个 config 的 data_files 不对 / data_files of config {at} is not a list"]
    splits = [one.get("split") for one in files if isinstance(one, dict) and isinstance(one.get("split"), str)]
    errors = [f"第 {at} 个 config 的划分重复 / a split occurs twice in config {at}"] if len({*splits}) < len(splits) else []
    paths = [path for one in files for path in _paths(one)]
    if not all(isinstance(path, str) and _inside(path) for path in paths):
        errors.append(f"第 {at} 个 config 的路径越界或不对 / a path of config {at} leads out or is none")
    return errors


def _paths(one: Any) -> list[Any]:
    path = one.get("path") if isinstance(one, dict) else one
    return path if isinstance(path, list) else [path]


def _inside(path: str) -> bool:
    try:
        return bool(check_path(path.removeprefix("./")))
    except PathRefused:
        return False


def _missing(head: dict[str, Any]) -> list[str]:
    licences = head.get("license")
    known = [licences] if isinstance(licences, str) else licences if isinstance(licences, list) else []
    warnings = [] if known else ["没有写许可 license / license is missing"]
    if any(isinstance(one, str) and one.lower() not in _HUB for one in known):
        warnings.append("许可不在已知表中，使用前请核实 / the licence is not a known one: check before use")
    if not head.get("language"):
        warnings.append("没有写语言 language / language is missing")
    return warnings
