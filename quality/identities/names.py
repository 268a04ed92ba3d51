"""Names of people who do not exist: surnames by rough frequency, given names by sex and generation.

Any likeness to a living person is accident: with more than a billion people, most plausible names belong to
somebody. The lists were written for this project.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from quality.identities.draw import Draw
from quality.identities.lists import load


class Surname(NamedTuple):
    """A surname and its spelling, which e-mail addresses use."""

    han: str
    pinyin: str


def _surnames(words: tuple[str, ...]) -> tuple[Surname, ...]:
    parts = (re.fullmatch(r"(\D+?)([a-z]+)(\d+)", word) for word in words)
    return tuple(Surname(p[1], p[2]) for p in parts if p for _ in range(int(p[3])))


_LISTS = load("names.txt")
SURNAMES = _surnames(_LISTS["surnames"])
"""Repeated by weight, so that an even pick gives the frequencies."""
COMPOUND = frozenset(surname.han for surname in SURNAMES if len(surname.han) == 2)


def generation(birth_year: int) -> str:
    return "old" if birth_year < 1962 else "mid" if birth_year < 1998 else "new"


def given_name(draw: Draw, sex: str, birth_year: int) -> str:
    """One or two characters; one in seven has a single character, as in life. sex: 男 or 女."""
    characters = _LISTS[f"{sex}_{generation(birth_year)}"]
    first = draw.pick(characters)
    return first if draw.chance(14) else first + draw.pick(characters)


def minority_name(draw: Draw, sex: str) -> str:
    """A Uyghur or Kazakh name with the father's name after ·, or a Tibetan name without one."""
    if draw.chance(70):
        return draw.pick(_LISTS[f"uyghur_{sex}"]) + "·" + draw.pick(_LISTS["uyghur_男"])
    return draw.pick(_LISTS["tibetan_男"]) + draw.pick(_LISTS[f"tibetan_{sex}"])


def full_name(draw: Draw, sex: str, birth_year: int) -> tuple[str, str]:
    """(name, pinyin of the surname or of a stand-in); three in a hundred are minority names."""
    if draw.chance(3):
        return minority_name(draw, sex), "a"
    surname = draw.pick(SURNAMES)
    return surname.han + given_name(draw, sex, birth_year), surname.pinyin
