"""Treat: personal information gives way to placeholders, masks, pseudonyms, stand-ins …, in every leaf, in kept and dropped
rows alike. What is done with which kind stands in the recipe."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar, Literal

import pyarrow as pa
from pydantic import Field, model_validator

from corpora import forms, schema
from corpora.strict import Strict
from corpora.vocabulary import PII_KINDS
from curation.step import Context, Phase, Step, Work
from curation.treat.actions import Action, Default, mistakes, suits
from curation.treat.labels import label
from quality import pii


@cache
def placeholders() -> tuple[str, ...]:
    """`[手机号]`, `[身份证号]`, …: one per kind, in the order of vocabulary.PII_KINDS. A scan finds nothing in them."""
    return tuple(f"[{label(key, '')}]" for key in pii.kind_names())


class ShiftDates(Strict):
    """Moves every full date in the text by a number of days that belongs to the subject."""

    days: int = Field(
        180,
        ge=1,
        le=3650,
        description="最多平移多少天；每个主体一个固定的天数 / at most so many days, one number per subject",
    )


class RedactPII(Step):
    """Replaces the spans that are certain enough; the spans column then tells where the replacements stand.

    Spans below `min_confidence` keep their text and stay in the column, so that an officer can count them. What is not a
    placeholder is listed with the evidence `surrogate`, so that a second scan knows it.
    """

    phase: ClassVar[Phase] = "treat"
    step: Literal["redact_pii"] = "redact_pii"
    min_confidence: float = Field(
        pii.MEDIUM, ge=0, le=1, description="置信度不低于此值的才替换 / replace findings of at least this confidence"
    )
    high_confidence: float = Field(
        0.9,
        ge=0,
        le=1,
        description="置信度不低于此值的替换谁也不能还原；低于它的可由有权限的人复核还原（pii review）"
        " / from here on nobody may restore a finding; below, a review by somebody who may",
    )
    default: Default = Field(
        "placeholder", description="没有单独写的种类怎么处理 / what is done with kinds that `actions` leaves out"
    )
    actions: dict[str, Action] = Field(
        default_factory=dict,
        description="种类 → 处理：placeholder 占位符、mask 遮盖、pseudonym 假名、surrogate 替身、generalise 泛化、shift 平移、drop 删除、keep 保留"
        " / what is done with a kind",
    )
    pseudonym_digits: int = Field(8, ge=6, le=32, description="假名的十六进制位数 / hex digits of a pseudonym")
    generalise_dates: Literal["year", "month"] = Field(
        "year", description="出生日期泛化到年或月 / dates of birth down to the year or month"
    )
    shift_dates: ShiftDates | None = Field(
        None, description="全文日期平移，同一主体天数固定，先后不变；不写则不动 / shift full dates, constant per subject"
    )
    vault: bool = Field(
        False,
        description="另存加密保管库，凭单独的密钥依法还原；不写则谁也还原不了 / keep an encrypted vault for lawful re-identification",
    )

    @model_validator(mode="after")
    def _fits(self) -> RedactPII:
        found = mistakes(dict(self.actions), shifts=self.shift_dates is not None)
        if found:
            raise ValueError("; ".join(found))
        return self

    def needs(self) -> tuple[str, ...]:
        return (schema.SPANS,)

    def adds(self) -> tuple[pa.Field, ...]:
        return (pa.field(schema.VAULT, forms.VAULT, False),) if self.vault else ()

    def action(self, kind: str) -> Action:
        """What is done with findings of a kind; a default that does not suit it becomes the placeholder."""
        return self.actions.get(kind) or (self.default if suits(self.default, kind) else "placeholder")

    def start(self, context: Context) -> Work:
        """batch → batch with leaves treated and `_spans` moved; a batch without findings is returned as it is."""
        from curation.treat.treatment import Treatment

        return Treatment(self, {kind: self.action(kind) for kind in PII_KINDS}, context)


def kept_kinds(recipe: Any) -> list[str]:
    """Kinds that the recipe finds and leaves as they are, on purpose."""
    named = [step.kinds for step in recipe.of_phase("measure") if getattr(step, "step", "") == "find_pii"]
    wanted = {kind for kinds in named for kind in (pii.DEFAULT if kinds is None else kinds)}
    actions = [step.action for step in recipe.of_phase("treat") if hasattr(step, "action")]
    return [kind for kind in PII_KINDS if kind in wanted and any(action(kind) == "keep" for action in actions)]


def about_kept(recipe: Any) -> list[str]:
    """A warning where the recipe lets kinds of personal information through, unless every source is made up."""
    kept = "、".join(f"{PII_KINDS[kind].label}（{kind}）" for kind in kept_kinds(recipe))
    if not kept or all(source.generated for source in recipe.sources):
        return []
    return [f"redact_pii 按 keep 保留原文，会随发布公开：{kept} / these kinds are published in the clear: keep"]
