"""What is known about each written record: one JSON object a line in truth.jsonl."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from quality.samples.domains import Row


@dataclass
class Record:
    """One record of a file, good or bad. `row` is what it was written from; a broken record's text is unreadable."""

    row: Row
    dirt: list[str] = field(default_factory=list)
    copy_of: int | None = None  # number of the record in the same file
    copy: str | None = None  # repeat (every byte), exact (text), near, twin
    broken: str | None = None  # key of vocabulary.QUARANTINE_CAUSES

    def truth(self, file: str, number: int) -> dict[str, Any]:
        """number: 0-based count of records in the file, header and blank lines not counted. Spans are code points."""
        entry: dict[str, Any] = {"file": file, "record": number, "id": self.row.key}
        if self.broken:
            return {**entry, "broken": self.broken}
        entry["length"] = sum(len(written.text) for written in self.row.leaves.values())
        entry["identities"] = [
            {"leaf": leaf, "kind": i.kind, "value": i.value, "start": i.start, "end": i.end, "form": i.form,
             "obfuscated": i.form != "plain"}
            for leaf, written in self.row.leaves.items() for i in written.identities
        ]  # fmt: skip
        if decoys := [{"leaf": leaf, "start": a, "end": b} for leaf, w in self.row.leaves.items() for a, b in w.decoys]:
            entry["decoys"] = decoys
        if self.dirt:
            entry["dirt"] = self.dirt
        if self.copy:
            entry["copy"] = {"of": self.copy_of, "how": self.copy, "duplicate": self.copy != "twin"}
        return entry
