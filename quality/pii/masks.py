"""Masks: what of a value stays readable, and what becomes `*`. Length and separators stay as they are.

Of identity documents, cards and numbers that a house gives out nothing stays: the first six and last four of an ID
number never leave in a release (STANDARDS 3.6).
"""

from __future__ import annotations

import re

from quality.identities.names import COMPOUND

STAR = "*"
KEPT: dict[str, tuple[int, int]] = {"mobile": (3, 4), "plate": (2, 0), "mac": (6, 0)}
"""Letters and digits that stay at the beginning and at the end. Kinds that are not named here: see `mask`."""


def mask(kind: str, text: str) -> str:
    """`138****5678`, `张**`, `a***@qq.com`, `0574-8765****`, `10.0.*.*`, `浙B*****`; other kinds: every letter and digit.

    person_name keeps the surname (nothing of a name with ·); email its first character and domain; landline all but the
    last four digits; ipv4 its first half; date_of_birth the year.
    """
    special = _SPECIAL.get(kind)
    return special(text) if special else _covered(text, *KEPT.get(kind, (0, 0)))


def _covered(text: str, first: int, last: int) -> str:
    places = [i for i, c in enumerate(text) if c.isalnum()]
    hidden = set(places[first : len(places) - last])
    return "".join(STAR if i in hidden else c for i, c in enumerate(text))


def _name(text: str) -> str:
    kept = 0 if "·" in text else 2 if text[:2] in COMPOUND and len(text) > 2 else 1
    return text[:kept] + "".join(STAR if c.isalnum() else c for c in text[kept:])


def _email(text: str) -> str:
    local, at, domain = re.split(r"([@＠])", text, maxsplit=1) if re.search("[@＠]", text) else (text, "", "")
    return f"{local[:1]}{STAR * 3}{at}{domain}"


def _landline(text: str) -> str:
    return _covered(text, max(0, sum(c.isalnum() for c in text) - 4), 0)


def _ipv4(text: str) -> str:
    parts = re.split(r"([.．。])", text)
    return "".join(part if i < 3 or i % 2 else STAR for i, part in enumerate(parts))


def _date(text: str) -> str:
    """The year stays; 年, 月 and 日 are separators here."""
    return text[:4] + "".join(STAR if c.isalnum() and c not in "年月日" else c for c in text[4:])


_SPECIAL = {"person_name": _name, "email": _email, "landline": _landline, "ipv4": _ipv4, "date_of_birth": _date}
