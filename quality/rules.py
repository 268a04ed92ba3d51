"""Rules: bounds on columns, each with the reason that a person reads. They judge numbers; they change nothing."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from corpora.strict import Strict
from corpora.vocabulary import REASONS, SIGNALS

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Rule(Strict):
    """A row may stay while `at_least` ≤ column ≤ `at_most`. A row without the number (null, NaN) may always stay."""

    column: Annotated[str, Field(description="被约束的列，例如某个信号 / the column, for example a signal")]
    at_least: Annotated[float | None, Field(description="下限，低于它则标记 / lower bound", allow_inf_nan=False)] = None
    at_most: Annotated[float | None, Field(description="上限，高于它则标记 / upper bound", allow_inf_nan=False)] = None
    reason: Annotated[
        Key | None, Field(description="原因的键，默认 <列>_low 或 <列>_high / key of the reason in ledger and marks")
    ] = None
    label: Annotated[str | None, Field(description="原因的中文说明 / the reason in Chinese")] = None

    @model_validator(mode="after")
    def _bounded(self) -> Rule:
        if self.at_least is None and self.at_most is None:
            raise ValueError("规则要有 at_least 或 at_most / a rule needs at_least or at_most")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least 大于 at_most，没有行能通过 / at_least exceeds at_most: no row could pass")
        return self

    def key(self, low: bool) -> str:
        """Key of the reason for a value below (`low`) or above the bounds."""
        return self.reason or f"{self.column}_{'low' if low else 'high'}"


def label(rule: Rule, low: bool) -> str:
    """The reason in Chinese: the rule's own, the vocabulary's, or made from the column's label."""
    if rule.label:
        return rule.label
    if term := REASONS.get(rule.key(low)):
        return term.label
    column = SIGNALS[rule.column].label if rule.column in SIGNALS else f"{rule.column} "
    return f"{column}过{'低' if low else '高'}"


def broken(rule: Rule, values: NDArray[Any]) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which of n values break the rule, and the bound they break (float64, NaN where none). NaN never breaks one.

    Bounds are compared at the precision of the column: 0.3 as float32 is within `at_most: 0.3`.
    """
    bound = np.full(len(values), np.nan)
    for limit, low in ((rule.at_least, True), (rule.at_most, False)):
        if limit is not None:
            bound[outside(values, limit, low=low)] = limit
    return ~np.isnan(bound), bound


def outside(values: NDArray[Any], limit: float, *, low: bool) -> NDArray[np.bool_]:
    """Which of n values lie below (`low`) or above one bound, at the precision of the column. NaN never does."""
    return (np.less if low else np.greater)(values, _as(values, limit))


def _as(values: NDArray[Any], limit: float) -> Any:
    return values.dtype.type(limit) if values.dtype.kind == "f" else limit


def preset(name: str) -> tuple[Rule, ...]:
    """The rules of a preset: `chinese_domain`, `chinese_web` (adds advertising) or `none`."""
    return PRESETS[name]


_DOMAIN = (
    Rule(column="replacement_share", at_most=0.02, reason="garbled"),
    Rule(column="mojibake", at_most=0, reason="mojibake"),
    Rule(column="control_share", at_most=0.05, reason="control_characters"),
    Rule(column="characters", at_least=5, reason="too_short"),
    Rule(column="japanese_share", at_most=0.5, reason="japanese"),
    Rule(column="chinese_share", at_least=0.05, reason="not_chinese"),
    Rule(column="url_density", at_most=0.5, reason="link_list"),
    Rule(column="symbol_density", at_most=1.0, reason="decoration"),
    Rule(column="entropy", at_least=1.5, reason="monotonous"),
    Rule(column="repeated_10gram_share", at_most=0.98, reason="repetitive"),
    Rule(column="duplicate_line_share", at_most=0.7, reason="repeated_lines"),
)

PRESETS: dict[str, tuple[Rule, ...]] = {
    "none": (),
    "chinese_domain": _DOMAIN,
    "chinese_web": (*_DOMAIN, Rule(column="lexicon_advertising", at_most=0.35, reason="advertising")),
}
