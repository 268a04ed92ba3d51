"""`compose`: columns become a text leaf, or the turns of a dialogue. No language model: every character is the source's or the recipe's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import Field, field_validator, model_validator

from corpora.strict import Strict
from curation.reshape.reshaping import Reshape, Reshaped, Reshaper, field
from curation.step import Context
from quality.templates import Template


class Turn(Strict):
    """One turn of a dialogue; it is left out where its columns are empty."""

    role: str = Field(description="角色 / role: user, assistant, system")
    template: str = Field(description="模板，{列名} 代表该列的值 / {column} stands for its value")

    @field_validator("template")
    @classmethod
    def _parses(cls, text: str) -> str:
        Template.parse(text)
        return text


class Compose(Reshape):
    """组合：把几列按模板拼成文本或对话，空的字段略去 / columns become a text or a dialogue by a template."""

    step: Literal["compose"] = "compose"
    into: str = Field("text", description="生成的文本列，须在 text 里 / the text column that is made")
    template: str | None = Field(None, description="模板，{列名} 代表该列的值 / {column} stands for its value")
    fields: list[str | dict[str, str]] = Field(
        default_factory=list, description="或只列字段：每个一行「列名：值」，改标签写 {标签: 列名} / or one line a field"
    )
    turns: list[Turn] = Field(
        default_factory=list, description="或逐轮写：生成 messages 式的对话 / or the turns of a dialogue"
    )

    @field_validator("template")
    @classmethod
    def _parses(cls, text: str | None) -> str | None:
        Template.parse(text or "")
        return text

    @model_validator(mode="after")
    def _one_way(self) -> Compose:
        if sum(map(bool, (self.template, self.fields, self.turns))) != 1:
            raise ValueError("template、fields、turns 写其中一个 / give exactly one of template, fields, turns")
        return self

    @property
    def templates(self) -> tuple[Template, ...]:
        """The templates: of the text, or of each turn."""
        if self.turns:
            return tuple(Template.parse(turn.template) for turn in self.turns)
        return (Template.parse(self.template) if self.template else Template.of_fields(self.fields),)

    def reads(self) -> tuple[str, ...]:
        """Columns of the source that the templates name."""
        return tuple(dict.fromkeys(name for template in self.templates for name in template.fields))

    def makes(self) -> str:
        """The leaf's column."""
        return self.into

    def reshaper(self, context: Context) -> Reshaper:
        """Compiled by Arrow: no loop over rows."""
        templates, leaf = self.templates, next(leaf for leaf in context.leaves if leaf.column == self.into)

        def reshape(batch: pa.RecordBatch) -> Reshaped:
            columns = {name: batch.column(field(name)) for name in self.reads()}
            texts = [template.render(columns) for template in templates]
            made = _dialogue(texts, [turn.role for turn in self.turns], leaf.field or "") if self.turns else texts[0]
            return Reshaped(batch.append_column(self.into, made))

        return reshape


def _dialogue(texts: list[pa.Array], roles: list[str], content: str) -> pa.Array:
    """large_list of {role, content}: the turns of each row that say something, in order."""
    n, turns = len(texts[0]), len(texts)
    order = (np.arange(n)[:, None] + np.arange(turns)[None, :] * n).ravel()
    said = pa.concat_arrays(texts).take(pa.array(order))
    names = pa.array(roles, pa.large_string()).take(pa.array(np.tile(np.arange(turns), n)))
    full = np.asarray(pc.not_equal(said, "")).reshape(n, turns)
    keep = pa.array(full.ravel())
    struct = pa.StructArray.from_arrays([names.filter(keep), said.filter(keep)], ["role", content])
    offsets = np.concatenate([[0], np.cumsum(full.sum(axis=1))]).astype(np.int64)
    return pa.LargeListArray.from_arrays(pa.array(offsets), struct)


def made_leaves(steps: tuple[Reshape, ...]) -> Mapping[str, Compose]:
    """Leaf column → the step that makes it."""
    return {step.makes(): step for step in steps if isinstance(step, Compose)}
