"""Generators per kind: the form each number must have, the same from the same seed."""

from __future__ import annotations

import ipaddress
import re

import pytest

from corpora.vocabulary import PII_KINDS
from quality.identities import Draw, check_digits
from quality.identities.by_kind import BY_KIND, LABELS

FORMS = {
    "ipv4": r"\d+(\.\d+){3}", "mac": r"[0-9A-Fa-f]{2}([:-][0-9A-Fa-f]{2}){5}", "imei": r"\d{15}", "imsi": r"460\d{12}",
    "iccid": r"8986\d{16}", "vin": r"[0-9A-HJ-NPR-Z]{17}", "passport": r"([A-Z]\d{8}|[A-Z]{2}\d{7})",
    "travel_permit": r"[HM]\d{8}(\d\d)?|[CWLT]\d{8}|C[A-Z]\d{7}", "overseas_id": r"[A-Z]\d{6}\([0-9A]\)|[A-Z][12]\d{8}",
    "organisation_code": r"[0-9A-Z]{8}-[0-9X]", "business_licence": r"\d{15}", "military_id": r".字第\d{6,8}号",
    "social_insurance": r"[A-Z]?\d{8,9}", "practitioner_licence": r"\d{15}", "driving_licence": r"\d{12}",
    "case_number": r"（20\d\d）[\u4e00-\u9fff]\d{4}[\u4e00-\u9fff]{1,3}\d+号", "postcode": r"\d{6}", "url": r"https://\S+",
    "qq": r"[1-9]\d{4,10}", "wechat": r"[a-z][a-z0-9_-]{5,19}", "contract_number": r"[A-Z0-9-]{10,}",
}  # fmt: skip


@pytest.mark.parametrize("kind", BY_KIND)
def test_a_kind_has_its_form_and_is_the_same_from_the_same_seed(kind: str) -> None:
    first, again = Draw(3, kind), Draw(3, kind)
    values = [BY_KIND[kind](first) for _ in range(300)]
    assert values == [BY_KIND[kind](again) for _ in range(300)]
    assert kind in PII_KINDS and len(set(values)) > 50
    assert all(re.fullmatch(FORMS.get(kind, ".+"), value) for value in values)


def test_labels_belong_to_kinds() -> None:
    assert set(LABELS) <= set(BY_KIND)


def test_ipv6_addresses_are_addresses() -> None:
    draw = Draw(4, "ipv6")
    assert all(ipaddress.IPv6Address(BY_KIND["ipv6"](draw)) for _ in range(100))


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (check_digits.mod_11_10, "330200000000010"),
        (check_digits.mod_11_10, "110108000000016"),  # widely published example
        (check_digits.hong_kong, "A1234563"),  # published example
        (check_digits.taiwan, "A123456789"),  # published example
    ],
)
def test_check_digits_of_published_examples(check, value: str) -> None:
    assert check(value[:-1]) == value[-1]


@pytest.mark.parametrize("value", ["1M8GDM9AXKP042788", "LZZ000009A0000001"])
def test_vin_check(value: str) -> None:
    assert check_digits.vin(value) == value[8]
