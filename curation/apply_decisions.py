"""Let people's decisions about whole rows count. The step only says whose; rows are resolved where all marks are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator

from corpora.catalog.people import ROLES
from corpora.roles import known, listed
from curation.step import Context, Phase, Step, Work

ANNOTATOR = "annotator"
"""What decisions that come from annotation are signed with where no role was named: no role of the catalog, and no right."""


class ApplyDecisions(Step):
    """A keep beats a rule's drop and a near duplicate's, one of a whole cluster a rule's only; a drop drops (`human_drop`);
    unsure changes nothing. A decision counts while the row's text is the one that was judged (law 7)."""

    phase: ClassVar[Phase] = "decide"
    step: Literal["apply_decisions"] = "apply_decisions"
    roles: Annotated[
        list[str], Field(description="只算这些角色的决定，不写则都算 / only decisions of these roles, default: all")
    ] = []

    @field_validator("roles")
    @classmethod
    def _there_are(cls, names: list[str]) -> list[str]:
        for name in names:
            if name != ANNOTATOR and known(name) not in ROLES:
                raise ValueError(f"没有角色 {name} / no such role; {listed(ROLES)}、{ANNOTATOR}（标注人）")
        return names

    def counts(self, entry: Mapping[str, Any]) -> bool:
        """Whether a decision is of a role that may."""
        return not self.roles or known(entry["role"]) in map(known, self.roles)

    def start(self, context: Context) -> Work:
        return lambda batch: batch
