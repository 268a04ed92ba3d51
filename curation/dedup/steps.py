"""The two keyed steps. They change no batch: the runner has their keys computed, and resolves them in one place."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from curation.step import Context, Phase, Step, Work
from quality.value_sequence import DISTINCT


class DedupExact(Step):
    """Drops rows whose shadow (NFKC, no blanks) and value sequence equal those of an earlier row."""

    phase: ClassVar[Phase] = "decide"
    step: Literal["dedup_exact"] = "dedup_exact"

    def start(self, context: Context) -> Work:
        return lambda batch: batch


class DedupNear(Step):
    """Drops rows nearly equal to another: Jaccard of character n-grams at or above the threshold, same values."""

    phase: ClassVar[Phase] = "decide"
    step: Literal["dedup_near"] = "dedup_near"

    threshold: float = Field(
        default=0.8,
        gt=0,
        le=1,
        description="字片段集合的 Jaccard 系数下限，逐对验证 / verified lower bound of the Jaccard coefficient",
    )
    shingle: int = Field(default=5, ge=1, le=64, description="片段的字数 / characters in a shingle")
    permutations: int = Field(default=126, ge=1, le=4096, description="草图的格数；126 = 21 段 × 6 / bins of the sketch")
    bands: int = Field(default=21, ge=1, le=512, description="分段数，须整除格数 / bands, a divisor of the bins")
    keep: Literal["longest", "first"] = Field(
        default="longest", description="每簇留下最长的或最先的一行 / which row of a cluster stays"
    )
    same_values: bool = Field(
        default=True,
        description="数值、单位、编号不同的行永不合并 / rows whose numbers, units or identifiers differ never merge",
    )
    distinct: str = Field(
        default=DISTINCT, description="与数值同等看待的单字：左右、阴阳、男女 / single characters that count as values"
    )

    @model_validator(mode="after")
    def _bands_divide(self) -> DedupNear:
        if self.permutations % self.bands:
            raise ValueError("bands 须整除 permutations / bands must divide permutations")
        return self

    def sketch_settings(self) -> dict[str, Any]:
        """Arguments of quality.sketch.keys."""
        return {
            "permutations": self.permutations,
            "bands": self.bands,
            "rows": self.permutations // self.bands,
            "shingle": self.shingle,
            "salted": self.same_values,
            "distinct": self.distinct,
        }

    def start(self, context: Context) -> Work:
        return lambda batch: batch
