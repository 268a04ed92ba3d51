"""What became of one shard of the measuring stage: counts, and where its rows lie."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpora.forms import FORMAT


@dataclass
class Facts:
    """What one shard became. Plain numbers: goes through JSON."""

    source: int
    read: int = 0
    rows: int = 0
    quarantined: int = 0
    made: int = 0
    consumed: int = 0
    bytes: int = 0
    causes: Counter[str] = field(default_factory=Counter)
    present: Counter[str] = field(default_factory=Counter)  # column of the source → records that have it
    changed: Counter[str] = field(default_factory=Counter)
    flagged: Counter[str] = field(default_factory=Counter)
    not_text: Counter[str] = field(default_factory=Counter)  # key of vocabulary.NOT_TEXT
    forgotten: Counter[str] = field(default_factory=Counter)  # hash of a deletion request → rows that it met
    edits: dict[str, Counter[str]] = field(default_factory=dict)
    clock: dict[str, dict[str, Any]] = field(default_factory=dict)


def facts_path(folder: Path, shard: int) -> Path:
    return folder / f"{shard:05}.json"


def rows_path(folder: Path, shard: int) -> Path:
    return folder / f"{shard:05}.arrow"


def load_facts(folder: Path, shard: int) -> Facts | None:
    """Facts of a finished shard, or None."""
    path = facts_path(folder, shard)
    if not path.exists():
        return None
    data = json.loads(path.read_text("utf-8"))
    if data.pop("format") != FORMAT:
        return None
    for name in ("causes", "present", "changed", "flagged", "not_text", "forgotten"):
        data[name] = Counter(data.get(name))
    data["edits"] = {step: Counter(causes) for step, causes in data["edits"].items()}
    return Facts(**data)


def save(facts: Facts, path: Path) -> dict[str, Any]:
    data = {"format": FORMAT, **vars(facts)}
    part = path.with_suffix(".part.json")
    part.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    os.replace(part, path)
    return data
