"""Values that stand in for values, by key: they read naturally, stay the same along a dataset line, and hit nobody.

    stand_in("mobile", "138-0013-8000", canonical="13800138000", draw=Draw.keyed(key, "mobile\\0" + "13800138000"))

The draw decides everything: same key and same normal form, same stand-in, whatever the order of rows or workers.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from quality.identities import surrogate_names, surrogate_numbers
from quality.identities.draw import Draw
from quality.identities.dressing import dressed

_SYLLABLES = "云岚栖霁沐澜泠曦屿沚瀚旻珩璟翎"
_PLACE = re.compile(
    r"^(?:.{2,9}?(?:特别行政区|自治区|省))?(?:.{2,11}?(?:自治州|地区|盟|州|市))?(?:[^市区县旗路街号]{1,8}?(?:自治县|新区|区|县|旗|市))?"
)
_HOUSE = re.compile(
    r"(?:[市省区县镇乡])?.*?(?P<tail>(?:人民|中医|中心|附属|妇幼保健|中西医结合)?(?:医院|卫生院|卫生服务中心|诊所)"
    r"|(?:股份|集团|科技|机械|电子|贸易|实业)*(?:有限责任公司|有限公司|股份公司|公司|集团|工厂|厂|研究所|中心|科|病区|病房|室))$"
)


def kinds() -> frozenset[str]:
    """Kinds that have stand-ins; case numbers and ages have not."""
    return frozenset({*surrogate_numbers.MAKERS, *surrogate_numbers.WHOLE, *_TEXTS, "person_name"})


def stand_in(kind: str, text: str, *, canonical: str, draw: Draw) -> str:
    """What stands where `text` stood. canonical: its normal form; draw: keyed by kind and normal form. KeyError: no such kind."""
    if kind in surrogate_numbers.MAKERS:
        return dressed(text, surrogate_numbers.MAKERS[kind](canonical, draw))
    if kind in surrogate_numbers.WHOLE:
        return surrogate_numbers.WHOLE[kind](canonical, draw)
    if kind == "person_name":
        return surrogate_names.stand_in(canonical, draw)
    return _TEXTS[kind](canonical, draw)


def name_like(text: str, full: str, other: str) -> str:
    """`text`, one way of naming the person `full`, as it would be said of `other`: 王先生 → 李先生, 建国 → 志强."""
    if text == full:
        return other
    surname, given = surrogate_names.split(other)
    parts = surrogate_names.form(text)
    if parts:
        return parts.before + surname + parts.after
    if text == surrogate_names.split(full)[1]:
        return given
    if "·" in full and text in full.split("·"):
        names = other.split("·")
        return names[full.split("·").index(text) % len(names)]
    return surname if text == surrogate_names.split(full)[0] else other


def address(old: str, draw: Draw, *, kept: str | None = None) -> str:
    """Province, city and district as they were, then a street that is nowhere. kept: what to keep, if somebody knows better."""
    head = _PLACE.match(old) if kept is None else None
    start = kept if kept is not None else head[0] if head else ""
    road = draw.pick(_SYLLABLES) + draw.pick(_SYLLABLES) + draw.pick(("路", "街", "巷"))
    return f"{start}{road}{draw.between(2001, 9999)}号" + (
        f"{draw.between(1, 30)}幢{draw.between(1, 20)}0{draw.between(1, 4)}室" if "室" in old else ""
    )


def _house(old: str, draw: Draw) -> str:
    """An institution of the same sort under a name that was made up."""
    found = _HOUSE.search(old)
    return draw.pick(_SYLLABLES) + draw.pick(_SYLLABLES) + (found["tail"] if found else old[-2:])


def _secret(old: str, draw: Draw) -> str:
    return "代号" + "".join(draw.pick("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(4))


_TEXTS: dict[str, Callable[[str, Draw], str]] = {
    "address": address, "hospital": _house, "department": _house, "organisation": _house, "secret": _secret,
}  # fmt: skip
