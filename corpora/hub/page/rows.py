"""First rows of a table, for people to look at: long text cut, nested values as JSON, what was replaced marked."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from corpora.hub.page.text import cut, shown
from corpora.release.manifest import split_of
from corpora.vocabulary import PII_KINDS

ROWS, LONGEST = 10, 600
_SHORT, _ID, _MOST_COLUMNS, _MOST_TURNS = 120, 12, 40, 20
_LARGEST_GROUP = 1 << 30  # bytes of a row group, unpacked
_PLACEHOLDER = re.compile(r"\[[^\[\]\n]{1,16}\]")
_KINDS = tuple(term.label for term in PII_KINDS.values())


def tables(manifest: Mapping[str, Any], files: Mapping[str, Any]) -> dict[str, str]:
    """split → its first Parquet file: of the default config of a release, else of any folder."""
    paths = sorted(path for path in files if path.endswith(".parquet"))
    ours = [path for path in paths if path.startswith("data/")] or paths
    found: dict[str, str] = {}
    for path in ours:
        found.setdefault(split_of(path) if manifest else path, path)
    return dict(list(found.items())[:20])


def first(file: Path, labels: Mapping[str, str], leaves: Sequence[str]) -> dict[str, Any]:
    """{rows: [{texts, turns, values}], more columns, bytes shown}; `why: unreadable` for a file that is no table."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(file, memory_map=True) as table:
            names = table.schema_arrow.names[:_MOST_COLUMNS]
            if table.num_row_groups and table.metadata.row_group(0).total_byte_size > _LARGEST_GROUP:
                return {"why": "large"}
            batch = next(table.iter_batches(ROWS, columns=names), None)
            rows = batch.to_pylist() if batch is not None else []
            left = len(table.schema_arrow.names) - len(names)
            total = table.metadata.num_rows
    except (pa.ArrowException, OSError, ValueError, KeyError):
        return {"why": "unreadable"}
    columns = {leaf.split("[")[0].split(".")[0] for leaf in leaves if isinstance(leaf, str)}
    made = [_row(row, columns, labels) for row in rows]
    return {
        "rows": made,
        "left": left,
        "total": total,
        "bytes": sum(len(str(row).encode("utf-8", "replace")) for row in rows),
    }


def _row(row: Mapping[str, Any], leaves: set[str], labels: Mapping[str, str]) -> dict[str, Any]:
    """One row: text leaves at length, turns of a conversation, everything else as short values."""
    made: dict[str, Any] = {"texts": [], "turns": [], "values": []}
    for name, value in row.items():
        label = labels.get(name) or name
        if name in leaves and (turns := list(_turns(value))):
            made["turns"] += turns
        elif value is not None and name in leaves:
            text, left = cut(_plain(value), LONGEST)
            made["texts"].append({"name": name, "label": label, "text": marked(text), "left": left})
        elif value is not None:
            text, left = cut(_plain(value), _ID if name == "id" else _SHORT)
            made["values"].append({"name": name, "label": label, "text": text + "…" * bool(left)})
    return made


def _turns(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list) and value and all(isinstance(one, dict) and "content" in one for one in value):
        for one in value[:_MOST_TURNS]:
            text, left = cut(_plain(one["content"]), LONGEST)
            yield {"role": str(one.get("role") or ""), "text": marked(text), "left": left}


def _plain(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return f"〈{len(value)} B〉"
    if isinstance(value, float):
        return f"{value:.6g}"
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else str(value)


def marked(text: str) -> Markup:
    """Text with placeholders of personal information set off, so that one sees what was replaced."""
    parts, at = [], 0
    for found in _PLACEHOLDER.finditer(text):
        if any(kind in found[0] for kind in _KINDS):
            parts += [escape(shown(text[at : found.start()])), Markup("<mark>{}</mark>").format(shown(found[0]))]
            at = found.end()
    return Markup("").join([*parts, escape(shown(text[at:]))])
