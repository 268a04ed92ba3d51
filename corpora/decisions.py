"""The log of human decisions of a dataset line: Parquet files that are only ever added, private to the workspace.

A decision is a row of forms.DECISIONS, about a finding or a whole row, and holds no text. It carries the keyed hash of the
text that was judged (law 7): where the text has changed, it no longer applies.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from corpora.errors import FormatUnknown
from corpora.forms import DECISIONS, FORMAT
from corpora.names import check_corpus
from corpora.workspace import Workspace, private_folder, write_atomically

ABOUT = ("id", "content_key", "leaf", "item", "start", "end", "kind")
"""What tells one thing that is decided about from another."""


class Log:
    """The decisions of one dataset line, over all its versions."""

    def __init__(self, workspace: Workspace, corpus: str) -> None:
        self.folder = workspace.root / "decisions"
        for part in ("", *check_corpus(corpus).split("/")):
            self.folder = private_folder(self.folder / part)

    def append(self, entries: Iterable[Mapping[str, Any]]) -> int:
        """Adds decisions as one file and returns how many. Two processes may add at once."""
        table = pa.Table.from_pylist([dict(entry) for entry in entries], DECISIONS)
        if table.num_rows:
            sink = pa.BufferOutputStream()
            pq.write_table(table.replace_schema_metadata({"format": str(FORMAT)}), sink, compression="zstd")
            data = sink.getvalue().to_pybytes()
            number = len(list(self.folder.glob("*.parquet"))) + 1
            write_atomically(self.folder / f"{number:06}-{secrets.token_hex(4)}.parquet", data)  # never over another's
        return table.num_rows

    def read(self) -> pa.Table:
        """All decisions, oldest first. Raises FormatUnknown for a file of a later format."""
        parts = [pq.read_table(path) for path in sorted(self.folder.glob("*.parquet"))]
        for part in parts:
            if (part.schema.metadata or {}).get(b"format") != str(FORMAT).encode() or part.schema.names != DECISIONS.names:
                raise FormatUnknown("不认识的决定记录 / decisions of an unknown format", hint="请升级 / upgrade yuliao")
        return pa.concat_tables([part.cast(DECISIONS) for part in parts]) if parts else DECISIONS.empty_table()

    def latest(self) -> list[dict[str, Any]]:
        """The last decision about every thing, in a fixed order. A loop over decisions: people made each of them."""
        last = {tuple(entry[name] for name in ABOUT): entry for entry in self.read().to_pylist()}
        return [last[about] for about in sorted(last)]
