"""Check characters, written plainly: the generator needs them one at a time, and the kernels are tested against them."""

from __future__ import annotations

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_ALPHANUMERIC = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
_USCC_VALUE = {c: i for i, c in enumerate(USCC_ALPHABET)}
_USCC_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
VIN_ALPHABET = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
_VIN_VALUE = {
    **{c: i for i, c in enumerate("0123456789")},
    **dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), 1, 2, 3, 4, 5, 7, 9, *range(2, 10)), strict=True)),
}
_TAIWAN_WEIGHTS = (1, 9, 8, 7, 6, 5, 4, 3, 2, 1)
_TAIWAN_LETTERS = {c: i + 10 for i, c in enumerate("ABCDEFGHJKLMNPQRSTUVXYWZIO")}


def resident_id(body: str) -> str:
    """Check character of the first 17 digits of a resident ID (GB 11643-1999, ISO 7064 MOD 11-2)."""
    return "10X98765432"[sum(w * int(c) for w, c in zip(_ID_WEIGHTS, body, strict=True)) % 11]


def luhn(body: str) -> str:
    """Check digit that completes `body` (ISO/IEC 7812-1 annex B)."""
    doubled = (int(c) * 2 if i % 2 == 0 else int(c) for i, c in enumerate(reversed(body)))
    return str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)


def organisation(body: str) -> str:
    """Check character of the first 8 characters of an organisation code (GB 11714-1997)."""
    rest = 11 - sum(w * _ALPHANUMERIC[c] for w, c in zip(_ORGANISATION_WEIGHTS, body, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def uscc(body: str) -> str:
    """Check character of the first 17 characters of a unified social credit code (GB 32100-2015, MOD 31)."""
    return USCC_ALPHABET[-sum(w * _USCC_VALUE[c] for w, c in zip(_USCC_WEIGHTS, body, strict=True)) % 31]


def ean(body: str) -> str:
    """Check digit of the first 12 digits of an EAN-13 article number (GB 12904-2008)."""
    return str(-sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(body)) % 10)


def vin(body: str) -> str:
    """Check character (the ninth) of a vehicle identification number of 17; what stands there in `body` is ignored
    (GB 16735, ISO 3779; only China and North America require it)."""
    rest = sum(w * _VIN_VALUE[c] for w, c in zip(_VIN_WEIGHTS, body, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def mod_11_10(body: str) -> str:
    """Check digit that completes `body` (ISO 7064 MOD 11,10), as in 15-digit business registration numbers."""
    product = 10
    for c in body:
        product = (product + int(c)) % 10 or 10
        product = product * 2 % 11
    return str((11 - product) % 10)


def hong_kong(body: str) -> str:
    """Check character of a Hong Kong identity card: one letter and six digits (weighted sum modulo 11)."""
    total = 36 * 9 + (ord(body[0]) - 55) * 8 + sum(int(c) * (7 - i) for i, c in enumerate(body[1:]))
    return {10: "A", 11: "0"}.get(11 - total % 11, str(11 - total % 11))


def taiwan(body: str) -> str:
    """Check digit of the first letter and eight digits of a Taiwan identity card (weighted sum modulo 10)."""
    letter = _TAIWAN_LETTERS[body[0]]
    digits = (letter // 10, letter % 10, *(int(c) for c in body[1:]))
    return str(-sum(w * d for w, d in zip(_TAIWAN_WEIGHTS, digits, strict=False)) % 10)
