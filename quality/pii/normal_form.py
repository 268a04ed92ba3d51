"""One form per value: however a number or a name is written, it compares, hashes and is replaced as the same thing."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from quality.pii import shadow

NUMBERS = frozenset(
    re.findall(
        r"\w+",
        "resident_id mobile landline bank_card uscc plate mac imei imsi iccid vin passport travel_permit overseas_id "
        "organisation_code business_licence military_id social_insurance practitioner_licence postcode qq "
        "medical_record_number employee_number contract_number",
    )
)
"""Kinds in which only letters and digits count: separators are a matter of taste."""
_DIALLED = re.compile(r"^(?:0086|86)(?=1\d{10}$)")
_NOT_WORD = re.compile(r"[^0-9A-Z\u4e00-\u9fff]")
_SPACE = re.compile(r"\s+")
_DOTS = str.maketrans(dict.fromkeys("•‧・･.．", "·"))


@cache
def _digits() -> dict[int, str]:
    """Chinese, circled and superscript numerals to digits."""
    weak = ((cp, int(entry)) for cp, entry in enumerate(shadow.fold_table()))
    return {cp: str(entry - shadow.WEAK) for cp, entry in weak if shadow.WEAK <= entry < shadow.WEAK + 10}


def visible(text: str) -> str:
    """NFKC without zero-width and control characters."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) not in ("Cf", "Cc", "Mn", "Me"))


@lru_cache(1 << 16)
def canonical(kind: str, text: str) -> str:
    """The comparable form of a value of this kind: `138-0013-8000`, `１３８００１３８０００` and `一三八〇〇一三八〇〇〇` are one."""
    if kind in NUMBERS:
        return _number(kind, text)
    text = visible(text)
    if kind == "person_name":
        return _SPACE.sub("", text).translate(_DOTS)
    if kind in ("email", "wechat", "ipv4", "ipv6", "url"):
        return _SPACE.sub("", text).lower()
    return _SPACE.sub("", text)


def _number(kind: str, text: str) -> str:
    if kind == "plate":  # 浙B12345: the province is a character, not a numeral
        return _NOT_WORD.sub("", visible(text).upper())
    solid = _NOT_WORD.sub("", visible(text.translate(_digits())).upper())
    if kind == "landline":
        return "".join(c for c in solid if c.isdigit())
    return _DIALLED.sub("", solid) if kind == "mobile" else solid
