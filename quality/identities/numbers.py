"""Numbers that identify: correct in form and check digit, and nobody's on purpose.

They come from the same ranges as living ones, because a recogniser that is tested on impossible numbers is not
tested. If one belongs to somebody, that is accident; nothing here is taken from a record.
"""

from __future__ import annotations

import datetime as dt

from quality.identities import check_digits as check
from quality.identities.draw import Draw
from quality.identities.regions import ESTATES, REGIONS, ROADS, TOWNS, VILLAGES, Region

MOBILE_PREFIXES = tuple(
    ["13" + c for c in "0123456789"] * 3
    + ["14" + c for c in "56789"]
    + ["15" + c for c in "012356789"] * 3
    + ["16" + c for c in "2567"]
    + ["17" + c for c in "01235678"]
    + ["18" + c for c in "0123456789"] * 3
    + ["19" + c for c in "012356789"]
)
"""Allocated prefixes of the mobile numbering plan, the common ones more often."""
_CARDS = (("622202", 19), ("621700", 19), ("622848", 19), ("621661", 19), ("622588", 16), ("621483", 16), ("625980", 16))
_MAIL = ("qq.com", "163.com", "126.com", "139.com", "sina.com", "foxmail.com", "outlook.com")
_PLATE = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def birth_date(draw: Draw, *, low: int = 1932, high: int = 2022) -> dt.date:
    """A day in the years low … high."""
    start = dt.date(low, 1, 1)
    return start + dt.timedelta(days=draw.below((dt.date(high, 12, 31) - start).days + 1))


def resident_id(draw: Draw, *, region: str | None = None, birth: dt.date | None = None, sex: str = "男") -> str:
    """18 characters (GB 11643-1999): region, birth date, sequence (odd = 男), MOD 11-2 check."""
    day = birth or birth_date(draw)
    sequence = draw.between(1, 499) * 2 - (1 if sex == "男" else 0)
    body = f"{region or draw.pick(REGIONS).code}{day:%Y%m%d}{sequence:03d}"
    return body + check.resident_id(body)


def old_resident_id(long: str) -> str:
    """The 15 digits that a holder of this 18-character number (born before 2000) had until 1999."""
    return long[:6] + long[8:17]


def mobile(draw: Draw) -> str:
    return draw.pick(MOBILE_PREFIXES) + draw.digits(8)


def landline(draw: Draw, region: Region) -> str:
    """Dialling code, hyphen, 7 or 8 local digits."""
    return f"{region.dialling}-{draw.between(2, 8)}{draw.digits(region.local_digits - 1)}"


def email(draw: Draw, pinyin: str = "a") -> str:
    if draw.chance(35):
        return f"{draw.between(10**7, 10**10 - 1)}@qq.com"
    return f"{pinyin}{draw.pick(('', '.', '_'))}{_letters(draw, 2)}{draw.digits(draw.between(1, 4))}@{draw.pick(_MAIL)}"


def _letters(draw: Draw, count: int) -> str:
    return "".join(draw.pick("abcdefghijlmnpqrstwxyz") for _ in range(count))


def bank_card(draw: Draw) -> str:
    """UnionPay debit or credit card: BIN 62…, 16 or 19 digits, Luhn."""
    prefix, length = draw.pick(_CARDS)
    body = prefix + draw.digits(length - len(prefix) - 1)
    return body + check.luhn(body)


def uscc(draw: Draw, *, region: str | None = None) -> str:
    """Unified social credit code (GB 32100-2015) with a valid organisation code (GB 11714) inside."""
    alphabet = check.USCC_ALPHABET
    body = "MA" + "".join(draw.pick(alphabet) for _ in range(6)) if draw.chance(60) else draw.digits(8)
    head = draw.pick(("91", "91", "91", "92", "12", "52")) + (region or draw.pick(REGIONS).code)
    text = head + body + check.organisation(body)
    return text + check.uscc(text)


def plate(draw: Draw, region: Region) -> str:
    """A licence plate (GA 36-2018): five characters, or six for new-energy vehicles; no I, no O."""
    if draw.chance(25):
        return region.plate + _new_energy(draw)
    tail = [draw.pick("0123456789") for _ in range(5)]
    for _ in range(draw.below(3)):
        tail[draw.below(5)] = draw.pick(_PLATE[10:])
    return region.plate + "".join(tail)


def _new_energy(draw: Draw) -> str:
    if draw.chance(85):
        return draw.pick("DDDFABCE") + draw.pick(_PLATE) + draw.digits(4)
    return draw.digits(5) + draw.pick("DF")


def ipv4(draw: Draw) -> str:
    """Mostly the private ranges of RFC 1918, as in plants and hospitals; some public-looking addresses."""
    roll = draw.below(10)
    if roll < 4:
        return f"192.168.{draw.below(256)}.{draw.between(1, 254)}"
    if roll < 7:
        return f"10.{draw.below(256)}.{draw.below(256)}.{draw.between(1, 254)}"
    if roll < 8:
        return f"172.{draw.between(16, 31)}.{draw.below(256)}.{draw.between(1, 254)}"
    return f"{draw.pick((36, 58, 60, 112, 115, 122, 183, 218))}.{draw.below(256)}.{draw.below(256)}.{draw.between(1, 254)}"


def medical_record(draw: Draw) -> str:
    """Inpatient, outpatient or record number: digits, often with leading zeros, sometimes a letter before."""
    form = draw.below(4)
    if form == 0:
        return "00" + draw.digits(5)
    if form == 1:
        return draw.pick("ZMBH") + draw.digits(7)
    return draw.digits(8) if form == 2 else f"20{draw.between(18, 26)}{draw.digits(6)}"


def employee(draw: Draw) -> str:
    form = draw.below(3)
    if form == 0:
        return f"{draw.pick('ABEGJSW')}{draw.digits(4)}"
    return f"0{draw.digits(5)}" if form == 1 else f"{draw.pick(('NB', 'ZJ', 'SC', 'WX'))}{draw.digits(5)}"


def device_serial(draw: Draw) -> str:
    form = draw.below(3)
    if form == 0:
        return f"SN{draw.between(15, 26)}{draw.digits(8)}"
    if form == 1:
        return f"{draw.pick('BCDFKMT')}{draw.digits(3)}-{draw.digits(5)}"
    return f"{draw.between(2009, 2026)}{draw.pick('ABCDEFGHJKLM')}{draw.digits(5)}"


def address(draw: Draw, region: Region, *, full: bool = True) -> str:
    """From province (if `full`) or district down to the room or the village group."""
    head = (region.province + region.city if full else "") + region.district
    if draw.chance(25):
        return f"{head}{draw.pick(TOWNS)}{draw.pick(VILLAGES)}{draw.between(1, 12)}组{draw.between(1, 188)}号"
    road = f"{head}{draw.pick(ROADS)}{draw.between(1, 1288)}号" if draw.chance(60) else head + draw.pick(TOWNS)
    unit = f"{draw.between(1, 48)}幢" + (f"{draw.between(1, 4)}单元" if draw.chance(40) else "")
    return f"{road}{draw.pick(ESTATES)}{unit}{draw.between(1, 26)}0{draw.between(1, 4)}室"


def article_number(draw: Draw) -> str:
    """EAN-13 with a mainland prefix: looks like a number of somebody, and is not."""
    body = "69" + draw.digits(10)
    return body + check.ean(body)
