"""What the house already knows, as the recipe names it: identity columns beside the text, and lists in files.

They are read to find people in the text; they are never published and never logged. Their content counts for a run's
fingerprint by a keyed hash only.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from numpy.typing import NDArray
from pydantic import Field, field_validator, model_validator

from corpora.errors import SourceMissing, UsageError
from corpora.strict import Strict
from corpora.text_buffers import Texts
from quality.pii import column_kinds, known
from quality.pii.findings import Findings

if TYPE_CHECKING:
    from curation.step import Context


class IdentityList(Strict):
    """A file with one value a line (UTF-8), or a column of a CSV file."""

    file: str = Field(
        min_length=1, description="名单文件，相对配方所在目录；UTF-8，一行一个，或 CSV / one value a line, or a CSV"
    )
    kind: str = Field(description="种类 / kind of personal information")
    subtype: str = Field("", description="子类，如 staff、customer / subtype")
    column: str | None = Field(None, description="CSV 的列名；不写则整行为值 / column of a CSV")

    @model_validator(mode="after")
    def _known(self) -> IdentityList:
        column_kinds.parse(column_kinds.written(self.kind, self.subtype))
        return self


class Identities(Strict):
    """Identity columns and lists."""

    columns: dict[str, str] = Field(
        default_factory=dict,
        description="来源里的身份列 → 种类，如 患者姓名: person_name/patient；在本行文本里查找 / identity columns, looked for in their row",
    )
    lists: list[IdentityList] = Field(
        default_factory=list, description="名单（员工、客户、产品代号），在全部文本里查找 / lists, looked for in all text"
    )

    @field_validator("columns")
    @classmethod
    def _known(cls, columns: dict[str, str]) -> dict[str, str]:
        for name in columns.values():
            column_kinds.parse(name)
        return columns


def column_names(identities: Identities | None) -> list[str]:
    """Names of the identity columns in the sources."""
    return list(identities.columns) if identities else []


def private(name: str) -> str:
    """Name of an identity column among a run's private columns."""
    return f"_identity.{name}"


def fingerprint(identities: Identities | None, base: Path, key: bytes) -> list[str]:
    """What they add to a run's fingerprint: settings, and a keyed hash of every list."""
    import hashlib

    if identities is None:
        return []
    lists = [hashlib.blake2b(_bytes(one, str(base)), key=key, digest_size=32).hexdigest() for one in identities.lists]
    return [identities.model_dump_json(), *lists]


class House:
    """Identities of a run, ready to look for: `house.find(batch, texts, documents)`."""

    def __init__(self, columns: dict[str, tuple[str, str]], lists: known.Lists) -> None:
        self.columns, self.lists = columns, lists

    @classmethod
    def open(cls, context: Context) -> House | None:
        """None where the recipe names none. Raises SourceMissing and UsageError for lists that cannot be read."""
        if context.identities is None:
            return None
        columns = {private(name): column_kinds.parse(kind) for name, kind in context.identities.columns.items()}
        lists = tuple(context.identities.lists)
        stamps = tuple(
            Path(context.base, one.file).stat().st_mtime_ns for one in lists if Path(context.base, one.file).is_file()
        )
        return cls(columns, _compiled(lists, context.base, stamps))

    def find(self, batch: pa.RecordBatch, texts: Texts, documents: NDArray) -> Findings:  # type: ignore[type-arg]
        """What is known, in these strings. documents: int64 (rows+1) offsets over the strings."""
        from quality.pii.findings import merge

        here = [known.Column(batch.column(name), *kind) for name, kind in self.columns.items() if name in batch.schema.names]
        return merge([known.find_columns(texts, documents, here), self.lists.find(texts)])


@lru_cache(4)
def _compiled(lists: tuple[IdentityList, ...], base: str, stamps: tuple[int, ...]) -> known.Lists:
    """Once a process: text and declared columns are searched for the same lists."""
    return known.compiled(entry for one in lists for entry in _entries(one, base))


def entries(one: IdentityList, base: str) -> list[str]:
    """The values of a list. Raises SourceMissing and UsageError."""
    return [entry.value for entry in _entries(one, base)]


def _bytes(one: IdentityList, base: str) -> bytes:
    try:
        return Path(base, one.file).read_bytes()
    except OSError:
        raise SourceMissing(
            f"读不了名单 / cannot read the list: {one.file}",
            hint="路径从配方所在目录算起 / paths start at the recipe's folder",
        ) from None


def _entries(one: IdentityList, base: str) -> Iterator[known.Entry]:
    try:
        text = _bytes(one, base).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(
            f"名单不是 UTF-8 / the list is not UTF-8: {one.file}", hint="另存为 UTF-8 / save it as UTF-8"
        ) from None
    if one.column is None:
        return (known.Entry(line.strip(), one.kind, one.subtype) for line in text.splitlines() if line.strip())
    rows = csv.DictReader(io.StringIO(text))
    if one.column not in (rows.fieldnames or ()):
        raise UsageError(
            f"名单没有列「{one.column}」/ the list has no such column: {one.file}",
            hint=f"有 / it has: {', '.join(rows.fieldnames or ())}",
        )
    return (
        known.Entry(value.strip(), one.kind, one.subtype) for row in rows if (value := row[str(one.column)] or "").strip()
    )
