"""Which roles open which page. What a page shows is asked of the catalog again, dataset by dataset."""

from __future__ import annotations

from corpora.catalog.people import Principal

PAGES: dict[str, tuple[str, ...]] = {
    "home": (),
    "run": ("owner", "curator"),
    "flow": ("owner", "curator", "reviewer", "officer", "auditor"),
    "rows": ("owner", "curator", "reviewer", "officer"),
    "studio": ("owner", "curator"),
    "review": ("owner", "curator", "reviewer", "officer"),
    "annotation": ("owner", "curator", "reviewer", "officer", "auditor"),
    "quality": (),
    "release": ("owner", "curator", "officer", "auditor"),
    "catalog": (),
}
"""Page → roles that open it; empty: everybody who is signed in."""


def may_open(person: Principal, page: str) -> bool:
    """Whether one of the roles that this person holds anywhere opens the page."""
    roles = PAGES[page]
    held = frozenset[str]().union(*person.roles.values())
    return person.local or not roles or bool(held & set(roles))
