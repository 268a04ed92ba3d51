"""Measure every row: the signals of quality.signals and the density of each lexicon, as columns. Drops nothing."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import pyarrow as pa
from pydantic import Field, field_validator

from corpora.text_buffers import documents
from curation.step import Context, Phase, Step, Work
from quality.lexicon import Lexicon
from quality.signals import fields, measure


class Signals(Step):
    """Signals of every document, in one pass over its text."""

    phase: ClassVar[Phase] = "measure"
    step: Literal["signals"] = "signals"
    lexicons: Annotated[
        list[str],
        Field(
            description="词表：随附词表的名字（medical、manufacturing、advertising、profanity）或 UTF-8 文件路径；"
            "每个词表一列 lexicon_<名字> / shipped lexicons by name, or files"
        ),
    ] = ["medical", "manufacturing", "advertising"]

    @field_validator("lexicons")
    @classmethod
    def _usable(cls, lexicons: list[str]) -> list[str]:
        names = [_name(path) for path in lexicons]
        if wrong := [name for name in names if not name.isidentifier()]:
            raise ValueError(f"词表文件名要能作列名：{wrong} / a lexicon's file name becomes a column name")
        if twice := [name for name, times in Counter(names).items() if times > 1]:
            raise ValueError(f"词表重名：{twice} / two lexicons of one name")
        return lexicons

    def adds(self) -> tuple[pa.Field, ...]:
        return fields([_name(path) for path in self.lexicons])

    def resources(self) -> tuple[str, ...]:
        return tuple(self.lexicons)

    def start(self, context: Context) -> Work:
        loaded = [Lexicon.load(path, context.base) for path in self.lexicons]
        added = self.adds()

        def work(batch: pa.RecordBatch) -> pa.RecordBatch:
            values = measure(documents(batch, context.leaves), loaded)
            columns = [pa.array(values[field.name], field.type) for field in added]
            schema = pa.schema([*batch.schema, *added], batch.schema.metadata)
            return pa.RecordBatch.from_arrays([*batch.columns, *columns], schema=schema)

        return work


def _name(path: str) -> str:
    return Path(path).stem
