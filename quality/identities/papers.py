"""Numbers of papers, vehicles, devices and accounts: correct in form and, where there is one, in check digit.

Layouts follow STANDARDS 3.6; those marked [U] there (social insurance, practitioners, military) are plausible forms, not law.
"""

from __future__ import annotations

from quality.identities import check_digits as check
from quality.identities import numbers
from quality.identities.draw import Draw
from quality.identities.regions import REGIONS

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_MAKERS = ("LSV", "LFV", "LGX", "LVS", "LBV", "LDC", "LJD", "LZW")
_PATHS = ("/user/info", "/api/v1/report", "/h5/visit", "/share", "/callback")
_HEX = "0123456789abcdef"


def vin(draw: Draw) -> str:
    """Vehicle identification number (GB 16735): 17 characters without I, O and Q, the ninth is a check."""
    body = draw.pick(_MAKERS) + "".join(draw.pick(check.VIN_ALPHABET) for _ in range(5)) + "0"
    body += draw.pick("JKLMNPRST") + draw.pick("ABCDEFGH") + draw.digits(6)
    return body[:8] + check.vin(body) + body[9:]


def imei(draw: Draw) -> str:
    """15 digits: type allocation code of a reporting body in use (86, 35), serial, Luhn."""
    body = draw.pick(("86", "86", "35")) + draw.digits(12)
    return body + check.luhn(body)


def imsi(draw: Draw) -> str:
    """Mobile country code 460, network code, ten digits."""
    return "460" + draw.pick(("00", "01", "02", "03", "07", "11")) + draw.digits(10)


def iccid(draw: Draw) -> str:
    """Number of a SIM card: 8986, issuer, 20 digits in all."""
    return "8986" + draw.pick(("00", "01", "03", "06")) + draw.digits(14)


def passport(draw: Draw) -> str:
    """Ordinary passport (E and eight digits, or E, a letter, seven), service passport, Hong Kong and Macao passports."""
    form = draw.below(6)
    if form < 3:
        return "E" + draw.digits(8)
    if form < 5:
        return "E" + draw.pick("ABCDEFGHJK") + draw.digits(7)
    return draw.pick(("DE", "SE", "PE", "KJ", "MA")) + draw.digits(7)


def travel_permit(draw: Draw) -> str:
    """Permits for travel between the mainland, Hong Kong, Macao and Taiwan."""
    form = draw.below(4)
    if form == 0:
        return draw.pick("HM") + draw.digits(8) + draw.pick(("", "01", "02"))
    if form == 1:
        return draw.pick("CW") + draw.digits(8)
    return "C" + draw.pick("ABCDEFGHJK") + draw.digits(7) if form == 2 else draw.pick("LT") + draw.digits(8)


def overseas_id(draw: Draw) -> str:
    """Identity card of Hong Kong, A123456(3), or of Taiwan, A123456789."""
    if draw.chance(50):
        body = draw.pick("ABCDEGHKPRVYZ") + draw.digits(6)
        return f"{body}({check.hong_kong(body)})"
    body = draw.pick("ABCDEFGHJKLMNPQRSTUVXYWZIO") + draw.pick("12") + draw.digits(7)
    return body + check.taiwan(body)


def organisation_code(draw: Draw) -> str:
    """Eight characters, hyphen, check character (GB 11714)."""
    body = draw.digits(8) if draw.chance(70) else "MA" + "".join(draw.pick("0123456789ABCDEFG") for _ in range(6))
    return f"{body}-{check.organisation(body)}"


def business_licence(draw: Draw) -> str:
    """Registration number of 15 digits: region, sequence, MOD 11,10 check."""
    body = draw.pick(REGIONS).code + draw.digits(8)
    return body + check.mod_11_10(body)


def military_id(draw: Draw) -> str:
    return f"{draw.pick('军南北沈兰济成广海空')}字第{draw.between(10**5, 10**8 - 1)}号"


def social_insurance(draw: Draw) -> str:
    """Number of a social security card, nine characters as on many cards (layout [U])."""
    return draw.pick("ABCDEFGHJ") + draw.digits(8) if draw.chance(60) else draw.digits(9)


def practitioner_licence(draw: Draw) -> str:
    """Physician's licence: level, class, province, region, sequence, 15 digits (layout [U])."""
    return draw.pick("12") + draw.pick("1234") + "0" + draw.pick(REGIONS).code + draw.digits(6)


def driving_licence(draw: Draw) -> str:
    """Archive number of a driving licence: 12 digits, the first four a city."""
    return draw.pick(REGIONS).code[:4] + draw.digits(8)


def case_number(draw: Draw) -> str:
    """Number of a court case, as （2024）浙0203民初123号."""
    court = draw.pick(REGIONS)
    kind = draw.pick(("民初", "民终", "刑初", "行初", "执", "执恢", "民申"))
    return f"（{draw.between(2015, 2026)}）{court.plate[0]}{court.code[2:6]}{kind}{draw.between(1, 9999)}号"


def postcode(draw: Draw) -> str:
    return f"{draw.pick((31, 32, 20, 10, 44, 51, 23, 33, 41, 55))}{draw.below(90)}00"[:6].ljust(6, "0")


def url(draw: Draw) -> str:
    """An address whose query names somebody: a token, a session, an id or a number."""
    form, path = draw.below(5), draw.pick(_PATHS)
    host = f"https://{draw.pick(('app', 'wx', 'his', 'mes'))}.example.{draw.pick(('com', 'cn'))}"
    if form == 0:
        return f"{host}{path}?token={_hex(draw, 32)}"
    if form == 1:
        return f"{host}{path}?phone={numbers.mobile(draw)}&from=sms"
    if form == 2:
        return f"{host}{path}?openid=o{_hex(draw, 27)}"
    return f"{host}{path}?userid={draw.between(10**5, 10**8)}" if form == 3 else f"{host}{path};jsessionid={_hex(draw, 32)}"


def _hex(draw: Draw, count: int) -> str:
    return "".join(draw.pick(_HEX) for _ in range(count))


def ipv6(draw: Draw) -> str:
    """Unique local or documentation addresses, in full or with one :: (RFC 4291)."""
    groups = [_hex(draw, 4) for _ in range(8)]
    if draw.chance(50):
        return "2001:db8:" + ":".join(groups[2:])
    return f"fd{groups[0][:2]}:{groups[1]}:{groups[2]}::{draw.between(1, 9999)}"


def mac(draw: Draw) -> str:
    """Six pairs with a letter among them."""
    mark = draw.pick((":", "-"))
    return mark.join(
        [f"{draw.pick('0123456789abcdef')}{draw.pick('048c')}", "1A", *(_hex(draw, 2).upper() for _ in range(4))]
    )


def qq(draw: Draw) -> str:
    return str(draw.between(10**5, 10**10 - 1))


def wechat(draw: Draw) -> str:
    """A letter, then letters, digits, _ or -, six to twenty in all."""
    letters = "".join(draw.pick("abcdefghijlmnpqrstwxyz") for _ in range(draw.between(3, 7)))
    return f"{letters}{draw.pick(('', '_', '-'))}{draw.digits(draw.between(3, 6))}"


def contract(draw: Draw) -> str:
    form = draw.below(3)
    if form == 0:
        return f"{draw.pick(('HT', 'XS', 'CG', 'NBHT'))}-{draw.between(2018, 2026)}-{draw.digits(4)}"
    return f"{draw.pick(('HT', 'CG'))}{draw.between(2018, 2026)}{draw.digits(6)}" if form == 1 else f"20{draw.digits(8)}"
