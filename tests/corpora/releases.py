"""Small made-up releases for the tests of this folder."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pyarrow as pa

from corpora.facts import Facts
from corpora.forms import Ledger
from corpora.release import Release, seal, stage
from corpora.shards import write_shard

DATA = pa.schema(
    [
        pa.field("id", pa.large_string(), False),
        pa.field("text", pa.large_string(), False),
        pa.field("source", pa.large_string(), False),
        pa.field("quality", pa.float32(), False),
    ]
)
SIGNALS = pa.schema([pa.field("id", pa.large_string(), False), pa.field("characters", pa.int64(), False)])


def row_id(key: object) -> str:
    return hashlib.md5(str(key).encode()).hexdigest()


def rows(count: int, *, start: int = 0) -> dict[str, str]:
    """key → text."""
    return {f"k{i}": f"设备 {i} 号，温度 {i}.5℃，复位后正常" for i in range(start, start + count)}


def facts(splits: dict[str, int], **more: Any) -> Facts:
    kept = sum(splits.values())
    ledger = Ledger(read=kept + 3, kept=kept, quarantined=1)
    ledger.drop("filter", "too_short", 2)
    said: dict[str, Any] = {
        "corpus": "nb/repairs",
        "version": "1.0.0",
        "title": "维修记录样例",
        "recipe": {"steps": [{"step": "normalise"}, {"step": "filter", "rules": []}]},
        "sources": [
            {
                "label": "演示",
                "licence": "CC-BY-4.0",
                "rights_basis": "自行产生",
                "obtained": "2026-01-02",
                "generated": True,
                "files": [{"sha256": "0" * 64, "bytes": 10}],
                "bytes": 10,
                "records": kept + 3,
            }
        ],
        "ledger": {"total": ledger.to_dict(), "sources": {"演示": ledger.to_dict()}},
        "leaves": ["text"],
        "columns": [{"name": name} for name in DATA.names],
        "splits": splits,
        "notices": ["人名尚未查找"],
        "versions": {"pyarrow": "26"},
    }
    return Facts(**(said | more))


def table(texts: dict[str, str], source: str = "演示") -> pa.Table:
    ids = [row_id(key) for key in texts]
    columns = [ids, list(texts.values()), [source] * len(ids), [0.5] * len(ids)]
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, DATA, strict=True)], DATA)


def signals(texts: dict[str, str]) -> pa.Table:
    lengths = pa.array([len(text) for text in texts.values()], pa.int64())
    return pa.table([pa.array([row_id(key) for key in texts], pa.large_string()), lengths], SIGNALS)


def staged(folder: Path, splits: dict[str, dict[str, str]]) -> Path:
    place = stage(folder)
    for split, texts in splits.items():
        write_shard(place / f"data/{split}-00000.parquet", [table(texts)], DATA, text_columns=["text"])
        write_shard(place / f"signals/{split}-00000.parquet", [signals(texts)], SIGNALS, text_columns=[])
    return place


def release(folder: Path, splits: dict[str, dict[str, str]] | None = None, **more: Any) -> Release:
    """Seals a release at `folder`/release-<version>."""
    splits = splits or {"train": rows(20), "test": rows(5, start=20)}
    said = facts({split: len(texts) for split, texts in splits.items()}, **more)
    return seal(staged(folder / "stage", splits), said, {"seconds": 1.0}, folder / f"release-{said.version}")
