"""`assemble`: rows of other tables are joined to their visit, work order or machine, in the order the recipe says.

The tables are read before the base rows and lie, one text a key, in the run's private folder (curation.run.gathering).
A joined row is consumed; one whose key no base row has is quarantined as `unmatched`. Nothing is lost.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from curation.reshape.reshaping import Reshape, Reshaped, Reshaper, field
from curation.step import Context
from quality.templates import Template


class Part(BaseModel):
    """One table whose rows are joined."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    source: str = Field(description="来源标签，须在 sources 里 / label of the source")
    key: str = Field(description="这张表里的键列 / its key column")
    base: str | None = Field(
        None, description="主表里对应的列，默认同名 / the base rows' column, by default of the same name"
    )
    order: list[str] = Field(default_factory=list, description="排序列，日期与数字按大小 / columns to sort by")
    into: str = Field(description="合成的列名，供 compose 使用 / name of the joined column, for `compose`")
    template: str | None = Field(None, description="一行的模板 / template of one row")
    fields: list[str | dict[str, str]] = Field(default_factory=list, description="或只列字段 / or the fields of one row")
    separator: str = Field("\n", description="行与行之间 / between rows")

    @field_validator("template")
    @classmethod
    def _parses(cls, text: str | None) -> str | None:
        Template.parse(text or "")
        return text

    @model_validator(mode="after")
    def _one_way(self) -> Part:
        if bool(self.template) == bool(self.fields):
            raise ValueError("template 与 fields 写其中一个 / give one of template and fields")
        return self

    @property
    def row(self) -> Template:
        """How one row reads."""
        return Template.parse(self.template) if self.template else Template.of_fields(self.fields)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the table that are read."""
        return tuple(dict.fromkeys((self.key, *self.order, *self.row.fields)))

    @property
    def base_column(self) -> str:
        """The base rows' key column."""
        return self.base or self.key


class Assemble(Reshape):
    """拼接：按就诊号、工单号等键把别的表的行接到主表的行上 / join rows of other tables by a key."""

    step: Literal["assemble"] = "assemble"
    parts: list[Part] = Field(min_length=1, description="要接上的表 / the tables to join")

    def reads(self) -> tuple[str, ...]:
        """The base rows' key columns."""
        return tuple(dict.fromkeys(part.base_column for part in self.parts))

    def gives(self) -> tuple[str, ...]:
        """The joined columns."""
        return tuple(part.into for part in self.parts)

    def reshaper(self, context: Context) -> Reshaper:
        """Looks every row's key up in the gathered tables."""
        tables = [(part, _load(gathered_path(context.gathered, self.key, number))) for number, part in enumerate(self.parts)]

        def reshape(batch: pa.RecordBatch) -> Reshaped:
            for part, table in tables:
                keys = pc.utf8_trim_whitespace(batch.column(field(part.base_column)))
                at = pc.index_in(keys, value_set=table["key"].combine_chunks(), skip_nulls=True)
                joined = table["text"].combine_chunks().take(at)
                batch = batch.append_column(field(part.into), joined)
            return Reshaped(batch)

        return reshape


def gathered_path(folder: str, step: str, number: int) -> Path:
    """Where the joined text of every key lies: columns key and text, both large_string."""
    return Path(folder, "gathered", f"{step}-{number}.arrow")


def _load(path: Path) -> pa.Table:
    if not path.is_file():  # a step looked at outside of a run
        return pa.table({"key": pa.array([], pa.large_string()), "text": pa.array([], pa.large_string())})
    with pa.memory_map(str(path)) as source:
        return pa.ipc.open_file(source).read_all()


def part_labels(steps: tuple[Reshape, ...]) -> frozenset[str]:
    """Labels of the sources whose rows are joined to others."""
    return frozenset(part.source for step in steps if isinstance(step, Assemble) for part in step.parts)
