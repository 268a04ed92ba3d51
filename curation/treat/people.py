"""Who is who inside one document: 王建国, 王先生 and 建国 are one person where only one can be meant."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from quality.identities import surrogate_names


class Mention(NamedTuple):
    """The person that a name stands for. owner: the fullest name of the person; part: subtype; number: from 1, per part."""

    owner: str
    part: str
    number: int


@lru_cache(1 << 12)
def told_apart(names: tuple[tuple[str, str], ...]) -> tuple[Mention, ...]:
    """For the (name in normal form, subtype) of a document's mentions, in order, whom each one means.

    A name that is no full one belongs to the one full name that it fits; to itself, if there are none or several.
    """
    full = [name for name in dict.fromkeys(name for name, _ in names) if surrogate_names.form(name) is None]
    own: dict[str, str] = {}
    for name, part in names:
        own[name] = own.get(name) or part
    index = _index(full)
    owners = [_owner(name, index, own) for name, _ in names]
    parts: dict[str, str] = {}
    for owner, (_, part) in zip(owners, names, strict=True):
        parts[owner] = own.get(owner) or parts.get(owner) or part
    numbers: dict[str, int] = {}
    counts: Counter[str] = Counter()
    for owner in owners:
        if owner not in numbers:
            counts[parts[owner]] += 1
            numbers[owner] = counts[parts[owner]]
    return tuple(Mention(owner, parts[owner], numbers[owner]) for owner in owners)


def _index(full: list[str]) -> dict[str, list[str]]:
    """Everything that may stand for a full name → the full names. A document of thousands of names is no rarity."""
    index: dict[str, list[str]] = {}
    for one in full:
        surname, given = surrogate_names.split(one)
        parts = {surname, *([given] if len(given) > 1 else ()), *(part for part in one.split("·") if len(part) > 1)}
        for part in parts - {one}:
            index.setdefault(part, []).append(one)
    return index


def _owner(name: str, index: dict[str, list[str]], own: dict[str, str]) -> str:
    form = surrogate_names.form(name)
    fitting = (one for one in index.get(form.surname if form else name, ()) if one != name and _fits(name, own[one]))
    found = list(islice(fitting, 2))
    return found[0] if len(found) == 1 else name


def _fits(name: str, part: str) -> bool:
    """Whether somebody of this part can be called so: a patient is not 王医生."""
    form = surrogate_names.form(name)
    return not (form and form.after in surrogate_names.PROFESSIONAL and part in ("patient", "relative"))
