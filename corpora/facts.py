"""Facts about a release: everything that its manifest, card and Croissant file say, beside the tables themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from corpora.errors import LawBroken
from corpora.names import check_corpus, check_version

_PRIVATE = re.compile(r"(?:/[\w.-]+){2,}|~/.*|[A-Za-z]:[\\/]\S*|\\\\[\w.-]+\\.*|file://.*|.*://[^/\s:@]+:[^/\s@]+@.*")
_PRIVATE_KEYS = frozenset(
    ["path", "paths", "file", "files", "filename", "sheet", "sheets", "password", "token", "secret", "credentials"]
)

CONFIGS = {"default": "data", "signals": "signals"}
"""Config of the dataset → its folder in a release."""


class SourceFile(TypedDict):
    """One file of a source: its bytes are known by hash, its name stays behind."""

    sha256: str
    bytes: int


class Source(TypedDict, total=False):
    """One source as the public may know it. `label`, `licence` and `records` are required."""

    label: str
    licence: str  # SPDX identifier where there is one
    rights_basis: str
    obtained: str  # ISO date
    generated: bool
    dataset: str  # of a Hub: name@commit
    files: list[SourceFile]
    bytes: int
    records: int


class Column(TypedDict, total=False):
    """One published column: its name, a Chinese label and one line of meaning."""

    name: str
    label: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the runner knows when all rows are written. Plain JSON types only; no path, file or sheet name."""

    corpus: str  # namespace/name
    version: str  # semantic version without v
    recipe: dict[str, Any]  # in full, with defaults
    sources: list[Source]
    ledger: dict[str, Any]  # {"total": Ledger.to_dict(), "sources": {label: Ledger.to_dict()}}
    leaves: list[str]  # paths: text, messages[].content
    columns: list[Column]  # every column of the default config, in order
    splits: dict[str, int]  # rows
    title: str = ""
    description: str = ""
    date: str = ""  # ISO date; else the latest `obtained`
    signals: list[Column] = field(default_factory=list)  # labels of the signals config; default: the vocabulary
    metrics: dict[str, Any] = field(default_factory=dict)
    parent: dict[str, str] | None = None  # {"version", "release"}
    changes: list[dict[str, str]] = field(default_factory=list)  # newest first: {"version", "date", "note"}
    versions: dict[str, str] = field(default_factory=dict)  # packages that shape the output
    notices: list[str] = field(default_factory=list)  # what a reader has to know, one sentence each
    contact: str = ""
    publisher: str = ""
    citation: dict[str, str] = field(default_factory=dict)  # authors, year, url
    tags: list[str] = field(default_factory=list)
    task_categories: list[str] = field(default_factory=lambda: ["text-generation"])
    uses: list[str] = field(default_factory=list)  # intended uses
    limitations: list[str] = field(default_factory=list)
    gates: list[dict[str, Any]] = field(default_factory=list)  # verdicts: {"metric", "value", "bound", "passed"}

    def __post_init__(self) -> None:
        check_corpus(self.corpus)
        check_version("v" + self.version)

    @property
    def published(self) -> str:
        """Date of the release, from its own facts: never today's."""
        return self.date or max((s.get("obtained", "") for s in self.sources), default="")

    @property
    def filled_splits(self) -> dict[str, int]:
        """Splits that have rows: train, validation, test, then others by name."""
        return {split: self.splits[split] for split in split_order(self.splits) if self.splits[split]}

    @property
    def rows(self) -> int:
        return sum(self.splits.values())

    @property
    def generated(self) -> bool:
        return any(source.get("generated") for source in self.sources)


def split_order(splits: Iterable[str]) -> list[str]:
    """Splits in the order people expect."""
    usual = {"train": 0, "validation": 1, "test": 2}
    return sorted(splits, key=lambda split: (usual.get(split, 3), split))


def check_public(value: Any, address: str = "release") -> None:
    """Law 2 at the door: raises LawBroken where a value looks like a path or a credential, or a key names one."""
    for place in _private(value, address):
        raise LawBroken(
            f"发布内容里有路径、文件名或凭据：{place} / a path, file name or credential would be published at {place}",
            hint="请从配方的公开部分去掉它 / keep it out of the public part of the recipe",
        )


def _names_something(value: Any) -> bool:
    """True for a name or a list with a name; a list of hashes (`files` of a source) names nothing."""
    return bool(value) and isinstance(value, str) or isinstance(value, (list, tuple)) and any(map(_names_something, value))


def _private(value: Any, address: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if str(key).lower() in _PRIVATE_KEYS and _names_something(inner):
                yield f"{address}.{key}"
            yield from _private(inner, f"{address}.{key}")
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            yield from _private(inner, f"{address}[{index}]")
    elif isinstance(value, str) and _PRIVATE.fullmatch(value.strip()):
        yield address
