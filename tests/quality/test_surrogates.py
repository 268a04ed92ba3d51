"""Stand-ins: the form of the old value, nobody's value, the same for the same key."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import text_buffers
from quality import pii
from quality.identities import Draw, Person, check_digits, numbers, surrogate_names, surrogate_numbers, surrogates
from quality.pii.findings import EVIDENCE
from quality.pii.normal_form import canonical
from quality.pii.shadow import fold_table

VALUES = {
    "resident_id": lambda d: numbers.resident_id(d, sex=d.pick("男女")),
    "mobile": numbers.mobile,
    "landline": lambda d: numbers.landline(d, Person(d).region),
    "email": numbers.email,
    "bank_card": numbers.bank_card,
    "uscc": numbers.uscc,
    "plate": lambda d: numbers.plate(d, Person(d).region),
    "ipv4": numbers.ipv4,
    "ipv6": lambda d: f"2409:{d.below(65536):x}::{d.below(65536):x}",
    "mac": lambda d: "-".join(f"{d.below(256):02X}" for _ in range(6)),
    "imei": lambda d: (body := "86" + d.digits(12)) + check_digits.luhn(body),
    "imsi": lambda d: "46000" + d.digits(10),
    "iccid": lambda d: (body := "898600" + d.digits(12)) + check_digits.luhn(body),
    "vin": lambda d: "LSVAA4187C2" + d.digits(6),
    "passport": lambda d: "E" + d.digits(8),
    "organisation_code": lambda d: (body := d.digits(8)) + "-" + check_digits.organisation(body),
    "business_licence": lambda d: (body := "330200" + d.digits(8)) + check_digits.mod_11_10(body),
    "medical_record_number": numbers.medical_record,
    "employee_number": numbers.employee,
    "qq": lambda d: str(d.between(10000, 10**10)),
}


def stand_in(kind: str, text: str, key: bytes = b"k") -> str:
    value = canonical(kind, text)
    return surrogates.stand_in(kind, text, canonical=value, draw=Draw.keyed(key, f"{kind}\0{value}"))


@pytest.mark.parametrize("kind", VALUES)
def test_no_check_digit_fits_and_the_same_value_gives_the_same(kind: str) -> None:
    for seed in range(60):
        old = VALUES[kind](Draw(seed, kind))
        new = stand_in(kind, old)
        assert new != old and new == stand_in(kind, old) and new != stand_in(kind, old, b"other key")
        assert not surrogate_numbers.plausible(canonical(kind, new)) or kind in ("email", "ipv6"), (old, new)


@pytest.mark.parametrize("kind", VALUES)
def test_a_scan_calls_no_stand_in_valid_by_its_check_digit(kind: str) -> None:
    new = [f"登记：{stand_in(kind, VALUES[kind](Draw(seed, kind)))}，完。" for seed in range(60)]
    found = pii.find(text_buffers.texts(pa.array(new, pa.large_string())))
    assert not [k for k in found.evidence.tolist() if EVIDENCE[k].startswith("checksum")]


def test_mobiles_lie_outside_of_the_plan_and_are_not_found() -> None:
    new = [stand_in("mobile", numbers.mobile(Draw(seed))) for seed in range(200)]
    assert {one[:3] for one in new} <= set(surrogate_numbers.UNALLOCATED) and len(set(new)) == 200
    assert len(pii.find(text_buffers.texts(pa.array(["电话" + one for one in new], pa.large_string())))) == 0


LABELLED = {"resident_id": "身份证号", "bank_card": "银行卡号", "uscc": "统一社会信用代码", "mobile": "手机号"}


@pytest.mark.parametrize("kind", LABELLED)
@pytest.mark.parametrize("mistype", [False, True])
def test_a_stand_in_behind_its_label_is_not_found_again(kind: str, mistype: bool) -> None:
    """Behind a label numbers that fail their check are replaced too: stand-ins carry a mark that tells them from those."""
    olds = [VALUES[kind](Draw(seed, kind)) for seed in range(200)]
    if mistype:
        olds = [old[:7] + old[8:] if n % 2 else old[:7] + "0" + old[7:] for n, old in enumerate(olds)]
    new = [f"{LABELLED[kind]}：{stand_in(kind, old)}，完。" for old in olds]
    found = pii.find(text_buffers.texts(pa.array(new, pa.large_string())))
    assert [new[t] for t in found.text[found.confidence >= pii.MEDIUM].tolist()] == []


def test_the_marks_are_those_of_the_kernel() -> None:
    from quality.kernels import pii_values

    assert {f"{n:03}" for n in pii_values._UNALLOCATED.nonzero()[0]} == set(surrogate_numbers.UNALLOCATED)


def test_numbers_of_a_house_begin_with_a_letter_that_they_do_not_begin_with() -> None:
    assert stand_in("medical_record_number", "0012345")[0] == "X" and stand_in("employee_number", "X1234")[0] == "Y"


@pytest.mark.parametrize(
    ("written", "same_as"),
    [
        ("138-0013-8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("一三八〇〇一三八〇〇〇", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
    ],
)
def test_one_number_however_written_gives_one_stand_in(written: str, same_as: str) -> None:
    assert canonical("mobile", stand_in("mobile", written)) == stand_in("mobile", same_as)


def test_separators_and_width_stay() -> None:
    assert stand_in("mobile", "+86 138-0013-8000")[:4] == "+86 " and stand_in("mobile", "138-0013-8000")[3::5] == "--"
    assert all(ord(c) > 0xFF00 for c in stand_in("mobile", "１３８００１３８０００"))
    assert all(0x80 <= fold_table()[ord(c)] < 0x8A for c in stand_in("mobile", "一三八〇〇一三八〇〇〇"))
    assert stand_in("landline", "0574-87654321转8001")[:5] == "0574-" and "转" in stand_in("landline", "0574-87654321转8001")


HAN = st.sampled_from("建国秀英志强雪梅芳伟静敏磊洋艳勇军杰娟涛明超秋霞平刚桂华文辉力玲丽桦")


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["王", "李", "欧阳", "诸葛"]), st.text(HAN, min_size=1, max_size=2))
def test_names_keep_their_length_and_kind_of_surname(surname: str, given_name: str) -> None:
    old = surname + given_name
    new = stand_in("person_name", old)
    assert len(new) == len(old) and new != old
    assert [len(part) for part in surrogate_names.split(new)] == [len(part) for part in surrogate_names.split(old)]


def test_sex_as_far_as_the_characters_tell() -> None:
    assert surrogate_names.sex("秀英", Draw(0)) == "女" and surrogate_names.sex("建国", Draw(0)) == "男"


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ("王建国", "李志强"),
        ("王先生", "李先生"),
        ("小王", "小李"),
        ("王某某", "李某某"),
        ("建国", "志强"),
        ("王", "李"),
        ("王主任", "李主任"),
    ],
)
def test_ways_of_naming_follow_the_person(said: str, becomes: str) -> None:
    assert surrogates.name_like(said, "王建国", "李志强") == becomes


def test_addresses_keep_the_district_and_invent_the_street() -> None:
    new = stand_in("address", "浙江省宁波市海曙区中山东路12号3幢401室")
    assert new.startswith("浙江省宁波市海曙区") and "中山东路" not in new and "401" not in new and new.endswith("室")


def test_institutions_keep_their_sort() -> None:
    assert stand_in("hospital", "宁波市某某人民医院").endswith("人民医院")
    assert stand_in("organisation", "宁波某某机械有限公司").endswith("有限公司")


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("周", r"[\u3400-\u9fff]"),  # 小周: the surname alone is replaced
        ("John Smith", r"[A-Z][a-z]+ [A-Z][a-z]+"),
        ("J. SMITH", r"[A-Z]\. [A-Z]+"),
        ("zhang wei", r"[a-z]+ [a-z]+"),
        ("Ким", r"[A-Za-z]+"),  # another alphabet: letter for letter
    ],
)
def test_a_stand_in_reads_like_the_name_it_stands_for(name: str, form: str) -> None:
    import re

    for seed in range(20):
        drawn = surrogate_names.stand_in(name, Draw(b"k" * 32, str(seed)))
        assert re.fullmatch(form, drawn) and drawn != name
