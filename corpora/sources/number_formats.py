"""Numbers as a spreadsheet shows them: format codes (ECMA-376 part 1, 18.8.30 and 18.8.31, from memory [M]), zh-CN.

A cell holds 1.1 and a format code; people see 1.10, 12% or 2024年3月5日. Widths of columns are left out of account:
General shows all 15 digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation

from corpora.sources import date_formats

Show = Callable[[Decimal], str]

_DIGITS = Context(prec=15, rounding=ROUND_HALF_UP, Emax=999, Emin=-999)  # what Excel keeps of a number
_WIDE = Context(prec=400, rounding=ROUND_HALF_UP)  # for moving the point: 1E308 has 309 digits
_PLAIN = re.compile(r"(?!-0$)-?(?:0|[1-9][0-9]{0,13})(?:\.[0-9]{0,5}[1-9])?|-?[1-9][0-9]{15,39}")
"""Literals that General shows as they are: short ones, and whole numbers that some program wrote out in full."""

_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_(.)|\*(.)|\[([^\]]*)\]|(E[+-])|(.)', re.DOTALL)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?[0-9.]+)")
_COMPARE: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b, "=": lambda a, b: a == b, "<>": lambda a, b: a != b,
}  # fmt: skip

BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: 'yyyy"年"m"月"', 28: 'm"月"d"日"',
    29: 'm"月"d"日"', 30: "m/d/yy", 31: 'yyyy"年"m"月"d"日"', 32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"',
    34: '上午/下午h"时"mm"分"', 35: '上午/下午h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 37: "#,##0;-#,##0",
    38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00", 41: '#,##0;-#,##0;"-"',
    42: '"¥"#,##0;"¥"-#,##0;"¥"-', 43: '#,##0.00;-#,##0.00;"-"', 44: '"¥"#,##0.00;"¥"-#,##0.00;"¥"-', 45: "mm:ss",
    46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"',
    52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"', 55: '上午/下午h"时"mm"分"',
    56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
"""Codes that files name by number only, as a Chinese Excel shows them."""

_SYSTEM = {"[$-F800]": 'yyyy"年"m"月"d"日"', "[$-F400]": "h:mm:ss"}  # the long date and the time of the system's settings


class UnknownFormat(Exception):
    """The format code holds something that this file does not know; the number is shown as General does."""


def general(literal: str) -> str:
    """A number's digits, 15 at most, without an exponent where 21 characters are enough. Raises ValueError."""
    if _PLAIN.fullmatch(literal):
        return literal
    return _general(_number(literal))


def _general(number: Decimal) -> str:
    number = _WIDE.normalize(_DIGITS.plus(number))
    if not number:
        return "0"
    return f"{number:f}" if -10 <= number.adjusted() <= 20 else f"{number:E}".replace("E+0", "E+").replace("E-0", "E-")


def _number(literal: str) -> Decimal:
    try:
        number = _WIDE.create_decimal(literal)
    except InvalidOperation:
        raise ValueError("not a number") from None
    if not number.is_finite() or abs(number.adjusted()) > 330:
        raise ValueError("not a number of a spreadsheet")
    return number


def is_rounded(literal: str) -> bool:
    """Whether a number has more digits than Excel keeps, so that an identifier would have lost its last ones.

    A whole number that is written out and goes on behind the fifteenth digit was never in Excel's hands.
    """
    if len(literal) < 5 or (len(literal) < 16 and "E" not in literal and "e" not in literal):
        return False
    digits = literal.lstrip("-")
    if digits.isdecimal():
        return len(digits) > 15 and not digits[15:].strip("0")
    return abs(float(literal)) >= 1e15


def shower(code: str, *, since_1904: bool = False) -> Callable[[str], str]:
    """What shows the literal of a number under a format code. It, or this, raises UnknownFormat for a code
    beyond them, and it ValueError for what is no number; the text is never empty: a number that the code hides is shown as General does."""
    if code.strip().lower() in ("general", "@", "", "g/通用格式"):
        return general
    if "[dbnum" in code.lower():  # 一二三, 壹贰叁
        raise UnknownFormat
    sections = _sections(_SYSTEM.get(code[:8].upper(), code))
    shows = [_section(section, since_1904) for section in sections]
    conditions = [_condition(section) for section in sections]

    def show(literal: str) -> str:
        number = _DIGITS.plus(_number(literal))
        at, value = _chosen(number, conditions)
        return shows[at](value) or general(literal)

    return show


def _sections(code: str) -> list[str]:
    """The sections for numbers; the fourth is for text."""
    parts, current = [], ""
    for found in _TOKEN.finditer(code):
        if found.group() == ";":
            parts.append(current)
            current = ""
        else:
            current += found.group()
    return [part for part in [*parts, current] if "@" not in part][:3] or ["General"]


def _condition(section: str) -> Callable[[Decimal], bool] | None:
    for found in _TOKEN.finditer(section):
        if found[5] and (said := _CONDITION.fullmatch(found[5])):
            compare, bound = _COMPARE[said[1]], _number(said[2])
            return lambda number: compare(number, bound)
    return None


def _chosen(number: Decimal, conditions: list[Callable[[Decimal], bool] | None]) -> tuple[int, Decimal]:
    """Which section shows the number, and what it is given: a section for negative numbers gets their size."""
    if any(conditions):
        for at, holds in enumerate(conditions):
            if holds is None or holds(number):
                return at, number
        raise UnknownFormat
    if number < 0 and len(conditions) > 1:
        return 1, -number
    return (2, number) if not number and len(conditions) > 2 else (0, number)


def _section(section: str, since_1904: bool) -> Show:
    tokens = list(_TOKEN.finditer(section))
    if date_formats.is_date([token.group() for token in tokens]):
        show = date_formats.shower([token.group() for token in tokens], since_1904)
        return lambda number: _known(show(number))
    if said := re.fullmatch(r"(.*)general(.*)", section, re.IGNORECASE | re.DOTALL):
        before, behind = ("".join(_part(token)[1] for token in _TOKEN.finditer(text)) for text in said.groups())
        return lambda number: f"{before}{_general(number)}{behind}".strip()
    parts = [_part(token) for token in tokens]
    return lambda number: _shown(number, parts)


def _known(text: str | None) -> str:
    if text is None:
        raise UnknownFormat
    return text


def _part(token: re.Match[str]) -> tuple[bool, str]:
    """(whether it is a sign of the code, text): placeholders and their points, or what is shown as it stands."""
    quoted, escaped, space, fill, bracket, exponent, other = token.groups()
    if other is not None:
        return (other in "0#?.,%/" or (other.isalpha() and other.isascii())), other
    if exponent:
        return True, exponent
    if bracket is not None:
        return False, bracket[1:].split("-")[0] if bracket.startswith("$") else ""
    return False, " " if space and space not in "()-" and not fill else quoted or escaped or ""


def _shown(number: Decimal, parts: list[tuple[bool, str]]) -> str:
    """A number under one section that is no date. Raises UnknownFormat."""
    signs = "".join(text for is_sign, text in parts if is_sign)
    if not re.fullmatch(r"[0#?,]*\.?[0#?]*,*%*|[0#?]\.?[0#?]*E[+-]0+", signs.replace("%", "") + "%" * signs.count("%")):
        raise UnknownFormat
    if "E" in signs:
        return _scientific(number, parts)
    whole, _, fraction = signs.partition(".")
    bare = signs.replace("%", "")
    scale = 2 * signs.count("%") - 3 * (len(bare) - len(bare.rstrip(",")))
    places = sum(sign in "0#?" for sign in fraction)
    rounded = abs(number).scaleb(scale, _WIDE).quantize(Decimal(1).scaleb(-places), context=_WIDE)
    digits = f"{rounded:f}".partition(".")
    text = _laid_out(digits[0].lstrip("0"), digits[2], parts, "," in whole.rstrip("%").rstrip(","))
    return ("-" if number < 0 else "") + text.strip()


def _laid_out(whole: str, fraction: str, parts: list[tuple[bool, str]], grouped: bool) -> str:
    """Digits put on their placeholders: whole ones from the right, the first placeholder takes what is left."""
    cut = next((i for i, part in enumerate(parts) if part == (True, ".")), len(parts))
    places = [i for i, (is_sign, text) in enumerate(parts[:cut]) if is_sign and text in "0#?"]
    out, count = [], 0
    for i in range(cut - 1, -1, -1):
        is_sign, text = parts[i]
        if not is_sign or text == "%":
            out.append(text)
        elif text in "0#?":
            take = len(whole) if i == places[0] else 1
            for digit in (whole[len(whole) - take :] if whole else "")[::-1] or {"0": "0", "?": " ", "#": ""}[text]:
                out.append("," if grouped and count and count % 3 == 0 and digit.isdigit() else "")
                out.append(digit)
                count += 1
            whole = whole[: len(whole) - take] if whole else ""
    return "".join(reversed(out)) + _behind_point(fraction, parts[cut:])


def _behind_point(fraction: str, parts: list[tuple[bool, str]]) -> str:
    signs = [text for is_sign, text in parts if is_sign and text in "0#?"]
    needed = max((i + 1 for i, sign in enumerate(signs) if sign == "0"), default=0)
    kept = max(needed, len(fraction.rstrip("0")))
    out, at = "", 0
    for is_sign, text in parts:
        if is_sign and text in "0#?":
            out += fraction[at] if at < kept else ""
            at += 1
        else:
            out += text if not (is_sign and text == ",") else ""
    return out


def _scientific(number: Decimal, parts: list[tuple[bool, str]]) -> str:
    signs = "".join(text for is_sign, text in parts if is_sign)
    mantissa, exponent = re.split("E[+-]", signs)
    places = len(mantissa.partition(".")[2])
    digits, _, power = f"{number:.{places}E}".partition("E")
    sign = "-" if power.startswith("-") else "+" if "E+" in signs else ""
    return f"{digits}E{sign}{abs(int(power)):0{len(exponent)}d}"
