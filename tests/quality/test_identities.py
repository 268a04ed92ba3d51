"""Synthetic identities: valid in form and check digit, consistent within a person, the same from the same seed."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.identities import Draw, Person, check_digits, numbers
from quality.identities.names import COMPOUND, SURNAMES, full_name, minority_name
from quality.identities.regions import HOME, REGIONS

seeds = st.integers(0, 2**32)


@pytest.mark.parametrize(
    ("check", "value"),
    [
        (check_digits.resident_id, "11010519491231002X"),  # worked example of GB 11643
        (check_digits.resident_id, "440524188001010014"),
        (check_digits.luhn, "6222000000000000004"),
        (check_digits.luhn, "490154203237518"),  # IMEI, published example
        (check_digits.uscc, "91350100M000100Y43"),  # example of GB 32100
        (check_digits.organisation, "D2143569X"),  # worked example of GB 11714
        (check_digits.ean, "4006381333931"),  # published example
    ],
)
def test_check_characters_of_published_examples(check, value):
    assert check(value[:-1]) == value[-1]


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_a_persons_numbers_agree_with_each_other(seed):
    person = Person(Draw(seed, "person"))
    number = person.resident_id
    assert len(number) == 18 and check_digits.resident_id(number[:17]) == number[17]
    assert number[:6] in {region.code for region in REGIONS}
    assert number[6:14] == f"{person.birth:%Y%m%d}"
    assert (int(number[16]) % 2 == 1) == (person.sex == "男")
    if person.birth.year < 2000:
        assert person.old_resident_id == number[:6] + number[8:17] and len(person.old_resident_id) == 15
    else:
        assert person.old_resident_id == number
    assert person.plate[:2] == person.region.plate
    assert person.landline.startswith(person.region.dialling + "-")
    assert person.address.find(person.region.district) >= 0
    assert person.name.startswith(person.surname)


@given(seeds)
@settings(max_examples=60, deadline=None)
def test_numbers_have_valid_forms(seed):
    draw = Draw(seed, "numbers")
    region = draw.pick(REGIONS)
    assert re.fullmatch(r"1(3\d|4[5-9]|5[0-35-9]|6[25-7]|7[0-35-8]|8\d|9[0-35-9])\d{8}", numbers.mobile(draw))
    assert re.fullmatch(rf"{region.dialling}-[2-8]\d{{{region.local_digits - 1}}}", numbers.landline(draw, region))
    assert re.fullmatch(r"[a-z0-9._]{2,20}@[a-z0-9]+\.com", numbers.email(draw, "wang"))
    card = numbers.bank_card(draw)
    assert re.fullmatch(r"6[0-9]{15}|6[0-9]{18}", card) and check_digits.luhn(card[:-1]) == card[-1]
    code = numbers.uscc(draw)
    assert len(code) == 18 and not set(code) & set("IOSVZ")
    assert check_digits.uscc(code[:17]) == code[17] and check_digits.organisation(code[8:16]) == code[16]
    assert re.fullmatch(
        r"[\u4e00-\u9fff][A-HJ-NP-Z]([0-9A-HJ-NP-Z]{5}|[A-HJK][0-9A-HJ-NP-Z]\d{4}|\d{5}[A-HJK])", numbers.plate(draw, region)
    )
    assert ipaddress.IPv4Address(numbers.ipv4(draw)).is_multicast is False
    assert check_digits.ean((number := numbers.article_number(draw))[:12]) == number[12]


def test_same_seed_same_people_other_seed_others():
    def names(seed: int, *purpose: str) -> list[str]:
        draw = Draw(seed, *purpose)
        return [Person(draw).name for _ in range(20)]

    assert names(1, "a") == names(1, "a")
    assert names(1, "a") != names(2, "a")
    assert names(1, "a") != names(1, "b")


def test_the_stream_is_pinned():
    """These words come from PCG64's raw stream; if they change, every sample and surrogate changes with them."""
    draw = Draw(20261101, "pinned")
    assert [draw.below(1000) for _ in range(6)] == [729, 313, 902, 366, 589, 895]


def test_keyed_draws_are_stable_and_depend_on_the_key():
    def card(key: bytes, value: str) -> str:
        return numbers.bank_card(Draw.keyed(key, value))

    assert card(b"k" * 32, "x") == card(b"k" * 32, "x")
    assert card(b"k" * 32, "x") != card(b"q" * 32, "x")
    assert card(b"k" * 32, "x") != card(b"k" * 32, "y")


def test_draws_survive_more_words_than_one_block():
    draw = Draw(3, "long")
    values = [draw.below(10) for _ in range(10_000)]
    assert set(values) == set(range(10))
    assert values[:4096] != values[4096:8192]


@given(seeds, st.integers(1, 50), st.integers(0, 60))
@settings(max_examples=40, deadline=None)
def test_draw_bounds(seed, n, count):
    draw = Draw(seed, "bounds")
    assert all(0 <= draw.below(n) < n for _ in range(20))
    assert 5 <= draw.between(5, 5 + n) <= 5 + n
    chosen = draw.some(range(n), count)
    assert len(chosen) == len(set(chosen)) == min(count, n)
    assert not draw.chance(0) and draw.chance(100)


def test_names_follow_frequencies_and_hold_minority_names():
    draw = Draw(5, "names")
    names = [full_name(draw, "女", 1980)[0] for _ in range(4000)]
    share = sum(name[0] in "王李张" for name in names) / len(names)
    assert 0.18 < share < 0.33
    assert sum("·" in name for name in names) > 30
    assert all(re.fullmatch(r"[\u4e00-\u9fff·]{2,16}", name) for name in names)
    assert any(name[:2] in COMPOUND for name in names)
    assert all(surname.pinyin.isascii() and surname.pinyin.isalpha() for surname in SURNAMES)


def test_minority_names_use_the_middle_dot():
    draw = Draw(6, "minority")
    dotted = [name for name in (minority_name(draw, "男") for _ in range(60)) if "·" in name]
    assert dotted and all("•" not in name and "・" not in name for name in dotted)


def test_regions_are_well_formed():
    assert len({region.code for region in REGIONS}) == len(REGIONS) and len(HOME) >= 8
    for region in REGIONS:
        assert re.fullmatch(r"(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])\d{4}", region.code)
        assert re.fullmatch(r"0\d{2,3}", region.dialling) and region.local_digits in (7, 8)


@given(st.dates(dt.date(1932, 1, 1), dt.date(2022, 12, 31)), st.dates(dt.date(2023, 1, 1), dt.date(2026, 12, 31)))
@settings(max_examples=60, deadline=None)
def test_age_counts_full_years(birth, day):
    person = Person(Draw(9, "age"))
    person.birth = birth
    age = person.age(day)
    assert (day.year - age, day.month, day.day) >= (birth.year, birth.month, birth.day)
    assert (day.year - age - 1, day.month, day.day) < (birth.year, birth.month, birth.day)
