"""Numbers that stand in for numbers: the form of the old one, and no valid number of any kind.

Where there is a check digit it fails; where there is an allocation plan the number lies outside of it; where there is
neither (numbers that a hospital or a plant gives out) it begins with a letter that such numbers do not begin with.
Those that a label alone would give away carry a mark besides, by which quality.kernels.pii_values knows them for ours:
a county 98 (GB/T 2260 has none), a card number 6299…, a prefix of UNALLOCATED.
Sources: STANDARDS 3.6 for plans and check digits ([M] there: practice, not law), RFC 5737 and 3849 for documentation
addresses, RFC 2606 for example domains, IEEE 802 for locally administered MAC addresses.
"""

from __future__ import annotations

from collections.abc import Callable

from quality.identities import check_digits as check
from quality.identities.draw import Draw
from quality.identities.numbers import birth_date
from quality.identities.regions import REGIONS

UNALLOCATED = ("142", "143", "154", "160", "161", "163", "164", "168", "169", "179", "194")
"""Mobile prefixes that no operator has (STANDARDS 3.6)."""
COUNTY, CARD = "98", "6299"
_NETS = ("192.0.2", "198.51.100", "203.0.113")


def plausible(number: str) -> bool:
    """Whether some check digit of Chinese practice holds for this number: what a stand-in must avoid."""
    digits = number.isdigit()
    return (
        (len(number) == 18 and number[:17].isdigit() and check.resident_id(number[:17]) == number[17])
        or (len(number) == 18 and _uscc(number))
        or (digits and 13 <= len(number) <= 20 and check.luhn(number[:-1]) == number[-1])
        or (digits and len(number) == 13 and check.ean(number[:-1]) == number[-1])
        or (digits and len(number) == 15 and check.mod_11_10(number[:-1]) == number[-1])
        or (len(number) == 9 and number[:8].isalnum() and number.isascii() and check.organisation(number[:8]) == number[8])
        or (len(number) == 17 and not set(number) & set("IOQ") and number.isalnum() and check.vin(number) == number[8])
    )


def _uscc(number: str) -> bool:
    return set(number) <= set(check.USCC_ALPHABET) and check.uscc(number[:17]) == number[17]


def _failing(make: Callable[[], str], old: str) -> str:
    """The first of a few drawn numbers that no check digit fits; one in three fails at most, so few are drawn."""
    while True:
        number = make()
        if number != old and not plausible(number):
            return number


def resident_id(old: str, draw: Draw) -> str:
    """18 characters whose check digit is wrong, the sex digit's parity as it was; 15 digits with a thirteenth month."""
    region = draw.pick(REGIONS).code[:4] + COUNTY
    birth = birth_date(draw, low=1935, high=2015)
    odd = old[-1:].isdigit() and int(old[-1]) % 2 if len(old) == 15 else old[16:17].isdigit() and int(old[16]) % 2

    def long() -> str:
        return f"{region}{birth:%Y%m%d}{draw.between(1, 499) * 2 - bool(odd):03d}{draw.below(10)}"

    def short() -> str:
        return f"{region}{birth:%y}{draw.between(13, 19)}{birth:%d}{draw.between(1, 499) * 2 - bool(odd):03d}"

    return _failing(short if len(old) == 15 else long, old)


def mobile(old: str, draw: Draw) -> str:
    return draw.pick(UNALLOCATED) + draw.digits(8)


def landline(old: str, draw: Draw) -> str:
    """The dialling code stays; local numbers begin with 2 to 8, this one with 1. An extension is drawn anew."""
    code = _dialling(old)
    return code + "1" + draw.digits(max(len(old) - len(code) - 1, 0))


def _dialling(old: str) -> str:
    if not old.startswith("0"):
        return ""
    return old[:3] if old[1] in "12" else old[:4]


def bank_card(old: str, draw: Draw) -> str:
    return _failing(lambda: CARD + draw.digits(max(len(old) - len(CARD), 1)), old)


def uscc(old: str, draw: Draw) -> str:
    alphabet = check.USCC_ALPHABET

    def make() -> str:
        body = "91" + draw.pick(REGIONS).code[:4] + COUNTY + "MA" + "".join(draw.pick(alphabet) for _ in range(8))
        inner = body[8:17]
        return body if inner[8] != check.organisation(inner[:8]) else "0" * 18

    return _failing(lambda: make(), old)


def digits(old: str, draw: Draw) -> str:
    """As many digits (letters stay letters), and no check digit that fits: IMEI, ICCID, licence, organisation code …"""
    return _failing(lambda: _shaped(old, draw), old)


def _shaped(old: str, draw: Draw) -> str:
    return "".join(
        draw.pick("0123456789")
        if c.isdigit()
        else draw.pick("ABCDEFGHJKLMNPRSTUVWXYZ")
        if c.isascii() and c.isalpha()
        else c
        for c in old
    )


def imsi(old: str, draw: Draw) -> str:
    """460 is China; networks 90 to 99 are not given out."""
    return _failing(lambda: f"4609{draw.digits(max(len(old) - 4, 1))}", old)


def plate(old: str, draw: Draw) -> str:
    """The province stays; the series I is never used (GA 36-2018)."""
    return old[:1] + "I" + draw.digits(max(len(old) - 2, 5))


def document(old: str, draw: Draw) -> str:
    """Passports and permits: the letters O or I, which are never used there, in the second place."""
    first = old[:1] if old[:1].isalpha() else "X"
    return _failing(lambda: first + draw.pick("IO") + draw.digits(max(len(old) - 2, 4)), old)


def house(old: str, draw: Draw) -> str:
    """Numbers that a house gives out: the same shape behind an X (Y, where the old one has X)."""
    return ("Y" if old[:1] == "X" else "X") + _shaped(old[1:], draw)


def postcode(old: str, draw: Draw) -> str:
    """Postcodes begin with 01 to 86."""
    return "00" + draw.digits(max(len(old) - 2, 1))


def qq(old: str, draw: Draw) -> str:
    """QQ numbers never begin with 0."""
    return "0" + draw.digits(max(len(old) - 1, 1))


def wechat(old: str, draw: Draw) -> str:
    """WeChat names begin with a letter; this one with a digit."""
    return draw.digits(1) + "".join(draw.pick("abcdefghijkmnpqrstuvwxyz") for _ in range(max(len(old) - 1, 5)))


def email(old: str, draw: Draw) -> str:
    """A mailbox under example.com, which is nobody's (RFC 2606)."""
    return "".join(draw.pick("abcdefghijkmnpqrstuvwxyz") for _ in range(6)) + draw.digits(3) + "@example.com"


def url(old: str, draw: Draw) -> str:
    return f"https://example.com/{draw.digits(8)}"


def ipv4(old: str, draw: Draw) -> str:
    """An address for documentation (RFC 5737)."""
    return f"{draw.pick(_NETS)}.{draw.between(1, 254)}"


def ipv6(old: str, draw: Draw) -> str:
    """2001:db8::/32 is for documentation (RFC 3849)."""
    return f"2001:db8::{draw.below(65536):x}:{draw.below(65536):x}"


def mac(old: str, draw: Draw) -> str:
    """Locally administered (second digit 2, 6, A or E): no maker has given it out."""
    return draw.pick("02468ACE") + draw.pick("26AE") + "".join(draw.pick("0123456789ABCDEF") for _ in range(10))


MAKERS: dict[str, Callable[[str, Draw], str]] = {
    "resident_id": resident_id, "mobile": mobile, "landline": landline, "bank_card": bank_card, "uscc": uscc,
    "plate": plate, "imei": digits, "iccid": digits, "vin": digits, "overseas_id": house, "organisation_code": digits,
    "business_licence": digits, "imsi": imsi, "mac": mac, "passport": document, "travel_permit": document,
    "military_id": house, "social_insurance": house, "practitioner_licence": house, "postcode": postcode, "qq": qq,
    "medical_record_number": house, "employee_number": house, "contract_number": house,
}  # fmt: skip
"""Kinds whose stand-in takes the old one's separators and width. Old values come in their normal form."""

WHOLE: dict[str, Callable[[str, Draw], str]] = {
    "email": email, "url": url, "ipv4": ipv4, "ipv6": ipv6, "wechat": wechat,
}  # fmt: skip
"""Kinds whose stand-in is written in its own form."""
