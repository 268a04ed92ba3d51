"""What all rewriting steps share: pick the strings that need it, rewrite them, check law 3, splice them back."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, Literal

from pydantic import Field

from curation.step import Context, Phase, Rewriter, Step
from quality.triggers import Trigger


class Rewrite(Step):
    """A step that changes text. Subclasses say which characters can make them act, and how to rewrite strings."""

    phase: ClassVar[Phase] = "rewrite"
    triggers: ClassVar[Trigger]
    removals: ClassVar[frozenset[str]] = frozenset()
    """Causes of edits whose numbers, units and operators are meant to go (markup attributes, boilerplate lines)."""

    on_value_change: Literal["fail", "flag", "allow"] = Field(
        "flag",
        description="改写若会改动数字、单位或运算符：fail 终止运行，flag 该行保持原样并计数，allow 放行 "
        "/ when a rewrite would change numbers, units or operators",
    )

    @abstractmethod
    def rewriter(self, context: Context) -> Rewriter:
        """Loads what is needed and returns strings → (strings, edits)."""
