"""Check digits against plain Python."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.kernels import pii_checks
from quality.pii import kinds
from quality.pii.kinds import Check

ALLOCATED = np.zeros((3, 1000), np.uint8)
for _row, _numbers in enumerate((kinds.PROVINCES, kinds.MOBILE_PREFIXES, kinds.AREA_CODES)):
    ALLOCATED[_row, list(_numbers)] = 1
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def passes(check: Check, text: str) -> bool:
    folded = np.zeros(32, np.uint8)
    folded[: len(text)] = np.frombuffer(text.encode(), np.uint8)
    return bool(pii_checks.passes(np.int64(check), folded, np.int64(len(text)), ALLOCATED))


def luhn(text: str) -> bool:
    total = 0
    for i, char in enumerate(reversed(text)):
        digit = int(char) * (2 if i % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def id_check(body: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return "10X98765432"[sum(w * int(c) for w, c in zip(weights, body, strict=True)) % 11]


@settings(deadline=None)
@given(st.text("0123456789", min_size=16, max_size=19))
def test_cards(text: str) -> None:
    assert passes(Check.UNIONPAY, "62" + text[2:]) == luhn("62" + text[2:])
    assert not passes(Check.UNIONPAY, "7" + text[1:])


@settings(deadline=None)
@given(st.dates(), st.integers(0, 999), st.sampled_from(kinds.PROVINCES), st.sampled_from("0123456789X"))
def test_resident_id(day: object, sequence: int, province: int, last: str) -> None:
    date = f"{day:%Y%m%d}".rjust(8, "0")
    body = f"{province}0200{date}{sequence:03d}"
    assert passes(Check.RESIDENT, body + last) == (last == id_check(body) and "1800" <= date[:4] <= "2099")


def test_impossible_dates() -> None:
    for date in ("19900230", "19000229", "19901301", "19900100", "17991231"):
        body = f"330200{date}001"
        assert not passes(Check.RESIDENT, body + id_check(body)), date
    assert passes(Check.RESIDENT, "33020020000229001" + id_check("33020020000229001"))


@settings(deadline=None)
@given(st.text(ALPHABET, min_size=8, max_size=8))
def test_credit_code(organisation: str) -> None:
    alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    total = sum(w * alphanumeric.index(c) for w, c in zip((3, 7, 9, 10, 5, 8, 4, 2), organisation, strict=True))
    inner = {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))
    body = "91330200" + organisation + inner
    check = ALPHABET[-sum(pow(3, i, 31) * ALPHABET.index(c) for i, c in enumerate(body)) % 31]
    assert passes(Check.CREDIT_CODE, body + check)
    assert not passes(Check.CREDIT_CODE, body + ALPHABET[(ALPHABET.index(check) + 1) % 31])


def test_landlines() -> None:
    assert passes(Check.LANDLINE, "057487654321") and passes(Check.LANDLINE, "01062345678")
    for text in ("026123456789", "057417654321", "0106234567", "157487654321"):
        assert not passes(Check.LANDLINE, text), text
