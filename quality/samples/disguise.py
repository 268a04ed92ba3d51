"""How people write numbers so that a plain pattern misses them: groups, full width, Chinese numerals, zero width."""

from __future__ import annotations

from quality.identities.draw import Draw

_FULL = {i: i + 0xFEE0 for i in range(0x21, 0x7F)}
_HAN = str.maketrans("0123456789", "零一二三四五六七八九")
_PHONE_HAN = str.maketrans("0123456789", "〇幺二三四五六七八九")
_GROUPS = {"mobile": (3, 4, 4), "resident_id": (6, 8, 4), "bank_card": (4, 4, 4, 4, 4)}
_FORMS = {
    "mobile": ("grouped", "grouped", "fullwidth", "chinese", "zero_width", "prefixed"),
    "resident_id": ("grouped", "fullwidth", "zero_width", "lower"),
    "bank_card": ("grouped", "grouped", "fullwidth"),
    "email": ("fullwidth", "at_sign"),
    "name": ("spaced",),
    "plate": ("dotted", "fullwidth"),
    "landline": ("bracketed", "fullwidth"),
    "medical_record": ("fullwidth",),
    "ipv4": ("fullwidth",),
}


def disguise(draw: Draw, kind: str, value: str, *, zero_width: bool = True) -> tuple[str, str]:
    """(how it is written, name of the form); kinds without a disguise, and values it would not change, stay plain."""
    form = draw.pick(_FORMS.get(kind, ("plain",)))
    if form == "zero_width" and not zero_width:
        form = "grouped"
    written = _write(draw, form, kind, value)
    return (written, form) if written != value else (value, "plain")


def _write(draw: Draw, form: str, kind: str, value: str) -> str:
    if form == "grouped":
        return draw.pick(" -" if kind != "bank_card" else " ").join(_grouped(value, _GROUPS[kind]))
    if form == "fullwidth":
        return value.translate(_FULL)
    if form == "chinese":
        return value.translate(draw.pick((_HAN, _PHONE_HAN)))
    if form == "zero_width":
        place = draw.between(3, len(value) - 3)
        return value[:place] + draw.pick("\u200b\u200d\ufeff") + value[place:]
    return _marked(draw, form, value)


def _marked(draw: Draw, form: str, value: str) -> str:
    if form == "prefixed":
        return draw.pick(("+86 ", "+86", "0086-", "86-")) + value
    if form == "lower":
        return value.lower()
    if form == "at_sign":
        return value.replace("@", draw.pick(("(at)", " @ ", "＠")))
    if form == "spaced":
        return value if "·" in value else " ".join(value)
    if form == "dotted":
        return value[:2] + "·" + value[2:]
    if form == "bracketed":
        return "({}){}".format(*value.split("-"))
    return value


def _grouped(value: str, sizes: tuple[int, ...]) -> list[str]:
    ends = [sum(sizes[: i + 1]) for i in range(len(sizes))]
    parts = [value[end - size : end] for end, size in zip(ends, sizes, strict=True)]
    return [part for part in [*parts[:-1], value[ends[-2] :]] if part]


def forms(kind: str) -> tuple[str, ...]:
    """The disguises of a kind, each once; none for kinds that nobody disguises."""
    return tuple(dict.fromkeys(_FORMS.get(kind, ())))


def write(draw: Draw, form: str, kind: str, value: str) -> str:
    """`value` in that disguise (one of `forms(kind)`), or as it is where the disguise would not change it."""
    return _write(draw, form, kind, value)
