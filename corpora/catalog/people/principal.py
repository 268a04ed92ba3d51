"""Principal: who is asking, with which rights. Made anew for every call, so that what was taken away is gone at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Scope = Literal["none", "read", "write", "admin"]
ALL = "*"


@dataclass(frozen=True)
class Principal:
    """name: "" for an anonymous caller. roles: organisation, or `*` for the whole catalog → roles held there.

    token: id of the token that was shown. only: organisations and datasets that the token is restricted to; empty: all.
    """

    name: str = ""
    scope: Scope = "none"
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict, hash=False)
    token: str | None = None
    local: bool = False
    only: frozenset[str] = frozenset()

    def reaches(self, corpus: str) -> bool:
        """Whether the token is good for this dataset at all."""
        return not self.only or corpus in self.only or corpus.partition("/")[0] in self.only

    def holds(self, corpus: str, *roles: str) -> bool:
        """Whether one of the roles (any role, if none is named) is held for this dataset (`*`: for the whole catalog)."""
        if self.local:
            return True
        if not self.reaches(corpus):
            return False
        held = self.roles.get(corpus.partition("/")[0], frozenset()) | self.roles.get(ALL, frozenset())
        return bool(held & set(roles)) if roles else bool(held)

    @property
    def is_officer(self) -> bool:
        """Whether the officer's role is held anywhere: by a user, not by the owner of a machine without users."""
        return not self.local and any("officer" in held for held in self.roles.values())

    def may_write(self) -> bool:
        return self.scope in ("write", "admin")


ANONYMOUS = Principal()
LOCAL = Principal("local", scope="admin", local=True)
"""The owner of the machine, while the catalog has no users."""
