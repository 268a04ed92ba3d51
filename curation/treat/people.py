"""Who is who inside one document: 王建国, 王先生 and 建国 are one person where only one can be meant."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
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
    owners = [_owner(name, [one for one in full if _fits(name, own[one])]) for name, _ in names]
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


def _owner(name: str, full: list[str]) -> str:
    fitting = [one for one in full if one != name and _means(name, one)]
    return fitting[0] if len(fitting) == 1 else name


def _fits(name: str, part: str) -> bool:
    """Whether somebody of this part can be called so: a patient is not 王医生."""
    form = surrogate_names.form(name)
    return not (form and form.after in surrogate_names.PROFESSIONAL and part in ("patient", "relative"))


def _means(name: str, full: str) -> bool:
    """Whether `name` can be a shorter way of saying `full`."""
    surname, given = surrogate_names.split(full)
    form = surrogate_names.form(name)
    if form:
        return form.surname == surname
    return name in (surname, given if len(given) > 1 else "") or ("·" in full and len(name) > 1 and name in full.split("·"))
