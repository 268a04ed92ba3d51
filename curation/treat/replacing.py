"""What stands where a finding stood. One value at a time: for findings whose action is more than a fixed placeholder."""

from __future__ import annotations

import importlib
import re
from functools import lru_cache
from typing import Any

from curation.treat import keys
from curation.treat.labels import label
from curation.treat.people import Mention
from quality import calendar
from quality.identities import surrogate_names, surrogates
from quality.pii import masks
from quality.pii.normal_form import canonical, visible

_CITY = re.compile(r"^(?:.{2,9}?(?:特别行政区|自治区|省))?(?:.{2,11}?(?:自治州|地区|盟|州|市))?")


class Replacer:
    """Settings and derived keys; `text()` gives the replacement. Results depend on the value, never on where it stands."""

    def __init__(self, key: bytes, *, digits: int, dates: str) -> None:
        self._pseudonyms, self._draws = keys.derived(key, "pseudonym"), keys.derived(key, "surrogate")
        self._digits, self._dates = digits, dates
        self._stand_in = lru_cache(1 << 15)(self._make_stand_in)

    def text(
        self, action: str, kind: str, subtype: str, old: str, *, who: Mention | None, days: int, before_age: bool
    ) -> str:
        """Replacement of `old`. who: the person or institution meant; days: offset; before_age: 岁 stands right behind."""
        if action == "placeholder":
            return f"[{label(kind, who.part)}_{who.number}]" if who else f"[{label(kind, subtype)}]"
        if action == "pseudonym":
            value = who.owner if who else canonical(kind, old)
            return f"[{label(kind, who.part if who else subtype)}:{keys.tag(self._pseudonyms, kind, value, self._digits)}]"
        if action == "mask":
            return masks.mask(kind, old)
        if action == "generalise":
            return self._generalised(kind, subtype, old, before_age)
        if action == "shift":
            return _shifted(old, days) or f"[{label(kind, subtype)}]"
        return self._stand_in(kind, old, who.owner if who else "", before_age)

    def _generalised(self, kind: str, subtype: str, old: str, before_age: bool) -> str:
        coarse: str | None = None
        if kind == "age":
            coarse = _age_band(old, before_age)
        elif kind == "date_of_birth":
            coarse = calendar.cut(old, self._dates)
        elif kind == "address":
            coarse = city(old)
        elif kind == "postcode":
            coarse = canonical(kind, old)[:2] + "****"
        return coarse or f"[{label(kind, subtype)}]"  # nothing coarser to be read from it

    def _make_stand_in(self, kind: str, old: str, owner: str, before_age: bool) -> str:
        value = canonical(kind, old)
        if kind == "person_name":
            return self._name(value, owner or value)
        draw = keys.draw(self._draws, kind, value)
        if kind == "age":
            return f"{draw.between(90, 97)}" + ("" if before_age or "岁" not in old else "岁")
        if kind == "date_of_birth":
            return _shifted(old, draw.between(1, 180) * (1 if draw.chance(50) else -1)) or "[出生日期]"
        if kind == "address":
            return surrogates.address(value, draw, kept=city(value, ("province", "city", "district")))
        return surrogates.stand_in(kind, old, canonical=value, draw=draw)

    def _name(self, name: str, owner: str) -> str:
        other = surrogate_names.stand_in(_filled_out(owner), keys.draw(self._draws, "person_name", owner))
        return surrogates.name_like(name, owner, other)


def _filled_out(owner: str) -> str:
    """A full name to draw for, where only a surname is known: 王先生 → 王某某."""
    form = surrogate_names.form(owner)
    return form.surname + "某某" if form else owner


def _shifted(text: str, days: int) -> str:
    """`text` with its dates moved; empty when it holds none."""
    dates = [one for one in calendar.read(text) if one.parts[0][1]]
    out, at = "", 0
    for date in dates:
        out += text[at : date.start] + calendar.moved(text, date, days)
        at = date.end
    return out + text[at:] if dates else ""


def _age_band(old: str, before_age: bool) -> str | None:
    """90岁以上, or a band of ten years; without 岁 where the text goes on with it."""
    years = _years(visible(old))
    if years is None:
        return None
    if years >= 90:
        return "90+" if before_age else "90岁以上"
    return f"{years // 10 * 10}–{years // 10 * 10 + 9}" + ("" if before_age else "岁")


def _years(text: str) -> int | None:
    """92, 九十二 and 一百零三 as numbers."""
    if found := re.search(r"\d+", text):
        return int(found[0])
    if "百" in text:
        return 100
    found = re.search(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)", text)
    value = "零一二三四五六七八九".index
    return 10 * value(found[1] or "一") + value(found[2] or "零") if found else None


@lru_cache(1 << 14)
def city(text: str, kept: tuple[str, ...] = ("province", "city")) -> str | None:
    """The address down to these levels; None when it names none of them."""
    levels = _levels(text)
    if levels is None:
        found = _CITY.match(text)
        return found[0] or None if found else None
    end = 0
    for level, start, stop in levels:
        if level not in kept or start > end:
            break
        end = stop
    return text[:end] or None


def _levels(text: str) -> list[tuple[str, int, int]] | None:
    """Levels by the address parser, where this version has one."""
    try:
        parser: Any = importlib.import_module("quality.pii.addresses")
    except ImportError:
        return None
    return list(parser.levels(text))
