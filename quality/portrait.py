"""A release in numbers that pages draw: distributions of its signals, drops, findings, canaries. DuckDB reads Parquet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from corpora import vocabulary

BINS = 40


def signals(files: Sequence[Path]) -> list[str]:
    """Numeric columns of a release's signals, in the vocabulary's order."""
    if not files:
        return []
    schema = pq.read_schema(files[0])
    numbers = {field.name for field in schema if str(field.type) in ("float", "double", "int32", "int64", "int16", "uint32")}
    return [name for name in vocabulary.SIGNALS if name in numbers]


def span(tables: Sequence[Sequence[Path]], column: str) -> tuple[float, float]:
    """What the bins cover: 0.5 % to 99.5 % of all tables together, so that one odd row does not flatten the rest."""
    files = [str(file) for table in tables for file in table]
    query = f"SELECT quantile_cont({_name(column)}, [0.005, 0.995]) FROM read_parquet(?)"
    low, high = _ask(query, [files])[0][0] or (0.0, 1.0)
    return float(low), float(high) if high > low else float(low) + 1.0


def histogram(files: Sequence[Path], column: str, low: float, high: float, *, bins: int = BINS) -> list[dict[str, Any]]:
    """Rows in `bins` equal bins of [low, high]; what lies outside counts in the bins at the ends."""
    width = (high - low) / bins
    query = f"""SELECT least(greatest(floor(({_name(column)} - ?) / ?), 0), ?)::INTEGER AS bin, count(*)
                FROM read_parquet(?) WHERE {_name(column)} IS NOT NULL GROUP BY bin ORDER BY bin"""
    counted = dict(_ask(query, [low, width, bins - 1, [str(file) for file in files]]))
    return [{"low": low + i * width, "high": low + (i + 1) * width, "rows": counted.get(i, 0)} for i in range(bins)]


def drops(manifest: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    """(step, reason) → rows, most first."""
    told = manifest["ledger"]["total"]["dropped"]
    found = {(step, reason): rows for step, reasons in told.items() for reason, rows in reasons.items()}
    return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def duplicates(manifest: Mapping[str, Any]) -> int:
    """Rows that went because another one stands for them."""
    return sum(rows for (_, reason), rows in drops(manifest).items() if reason.endswith("duplicate"))


def replaced(manifest: Mapping[str, Any]) -> dict[str, int]:
    """Kind of personal information → findings that were replaced, most first."""
    return dict(sorted((manifest["metrics"].get("pii_replaced") or {}).items(), key=lambda pair: -pair[1]))


def canaries(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """{kind, planted, found, recall, low} of every kind that was planted, the worst first; empty without planting."""
    told = (manifest["metrics"].get("pii.canaries") or {}).get("kinds") or {}
    rows = [{"kind": kind, **{key: one[key] for key in ("planted", "found", "recall", "low")}} for kind, one in told.items()]
    return sorted(rows, key=lambda row: (row["recall"], row["kind"]))


def _ask(query: str, values: Sequence[Any]) -> list[Any]:
    import duckdb

    with duckdb.connect() as connection:
        return list(connection.execute(query, list(values)).fetchall())


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
