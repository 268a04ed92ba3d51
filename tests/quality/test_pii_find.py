"""What the identifier scan finds and what it leaves alone. All numbers are constructed or published examples."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from corpora.text_buffers import texts
from corpora.vocabulary import PII_KINDS
from quality import pii
from tests.quality import scanning

SHARED = Path(__file__).resolve().parents[3] / "shared" / "standards" / "vectors.json"


def scan(*strings: str) -> list[list[scanning.Found]]:
    """Findings per string."""
    return scanning.scan(pii.find, *strings)


POSITIVES = [
    (
        "resident_id",
        "身份证330200199001010007号",
        "330200199001010007",
        "Chinese characters on both sides: no word boundary",
    ),
    ("resident_id", "11010519491231002x", "11010519491231002x", "small x"),
    ("resident_id", "证号３３０２００１９９００１０１０００７，", "３３０２００１９９００１０１０００７", "full width"),
    ("resident_id", "身份证110105 19491231 002X", "110105 19491231 002X", "groups"),
    ("resident_id", "身份证号：1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X", "1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X", "one by one"),
    ("resident_id", "⾝份证330200900101000", "330200900101000", "15 digits, label with a radical look-alike"),
    ("resident_id", "810000199001010000", "810000199001010000", "residence permit, Hong Kong"),
    ("resident_id", "933840199001010005", "933840199001010005", "permanent residence"),
    ("mobile", "手机13800138000转", "13800138000", "letters of Chinese around"),
    ("mobile", "Tel13800138000", "13800138000", "label glued in front"),
    ("mobile", "13800138000E-mail:x", "13800138000", "label glued behind"),
    ("mobile", "①13800138000②甲", "13800138000", "circled numbers are list marks"),
    ("mobile", "联系人一13800138000", "13800138000", "一 is not part of it"),
    ("mobile", "1.13800138000", "13800138000", "list number"),
    ("mobile", "+8613800138000", "+8613800138000", "country code in one piece"),
    ("mobile", "(+86)13800138000", "(+86)13800138000", "country code in brackets"),
    ("mobile", "138–0013–8000", "138–0013–8000", "en dashes"),
    ("mobile", "甲方\U00020bb7𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎", "𝟏𝟑𝟖𝟎𝟎𝟏𝟑𝟖𝟎𝟎𝟎", "astral characters before and inside"),
    ("mobile", "a@b.com13800138000", "13800138000", "glued to a mailbox"),
    ("landline", "0574-87654321转8001", "0574-87654321转8001", "extension"),
    ("landline", "（0574）8765 4321", "（0574）8765 4321", "brackets and groups"),
    ("landline", "+86-574-87654321", "+86-574-87654321", "country code, trunk 0 dropped"),
    ("landline", "电话：87654321", "87654321", "local number right behind a label"),
    ("email", "邮箱test.user@example.com，", "test.user@example.com", "Chinese around"),
    ("email", "ab＠qq．com邮箱", "ab＠qq．com", "full-width signs"),
    ("email", "13800138000@163.com", "13800138000@163.com", "the mailbox, not the number in it"),
    ("bank_card", "6222000000000000004", "6222000000000000004", "UnionPay, 19"),
    ("bank_card", "卡号 6222 0000 0000 0000 004", "6222 0000 0000 0000 004", "groups, the longest wins"),
    ("uscc", "税号91350100M000100Y43", "91350100M000100Y43", "both checks"),
    ("plate", "车牌浙B·12345", "浙B·12345", "middle dot"),
    ("plate", "粤Z1234港，", "粤Z1234港", "special last character"),
    ("plate", "浙B12345挂在墙上", "浙B12345", "挂 after a full plate is a verb"),
    ("plate", "浙BD12345", "浙BD12345", "new energy, small"),
    ("plate", "浙B12345D", "浙B12345D", "new energy, large"),
    ("ipv4", "IP:10.0.0.1:8080", "10.0.0.1", "port behind"),
    ("ipv4", "网关192.168.1.1/24", "192.168.1.1", "mask behind"),
    ("ipv4", "触发器复位，１０．３９．６７．４５，", "１０．３９．６７．４５", "full width, no label, every part small"),
    ("ipv4", "，60.40.93.46，", "60.40.93.46", "no label, no part above 99, but none of a version's size"),
    ("ipv4", "连接10.0.0.5失败", "10.0.0.5", "a private net with zeros"),
    ("ipv6", "地址2001:0db8:85a3:0000:0000:8a2e:0370:7334。", "2001:0db8:85a3:0000:0000:8a2e:0370:7334", "full"),
    ("ipv6", "fe80::1", "fe80::1", "short"),
    ("mac", "00-1a-2b-3c-4d-5e", "00-1a-2b-3c-4d-5e", "hyphens"),
    ("mac", "MAC:00:1A:2B:3C:4D:5E", "00:1A:2B:3C:4D:5E", "a label and a colon"),
    ("mac", "地址：00:1A:2B:3C:4D:5E", "00:1A:2B:3C:4D:5E", "full-width colon"),
    ("ipv6", "IP:2001:db8::1", "2001:db8::1", "a label and a colon"),
    ("vin", "1M8GDM9AXKP042788", "1M8GDM9AXKP042788", "published example"),
    ("vin", "车架号LZZ000009A0000001，", "LZZ000009A0000001", "label"),
    ("iccid", "89860012345678901234", "89860012345678901234", "20 digits"),
    ("overseas_id", "A123456(3)", "A123456(3)", "Hong Kong, the brackets say it"),
    ("overseas_id", "台湾身份证A123456789", "A123456789", "Taiwan, with a word"),
    ("organisation_code", "组织机构代码 D2143569-X", "D2143569-X", "with a word"),
    ("mobile", "物联网卡号1440123456789", "1440123456789", "13 digits of a machine"),
    ("mobile", "13812345678BP", "13812345678", "letters behind"),
    ("mobile", "电话HT13912345678", "13912345678", "letters in front, with a label"),
    ("mobile", "1380013800013900139000", "13900139000", "two glued together"),
    ("mobile", "33020019900101000713800138000", "13800138000", "glued to a resident ID"),
    ("resident_id", "33020019900101000713800138000", "330200199001010007", "a mobile number glued to it"),
    ("resident_id", "11010519491231002X13800138000", "11010519491231002X", "X inside"),
    ("resident_id", "330200199001010007A", "330200199001010007", "a letter behind"),
    ("imei", "IMEI：490154203237518", "490154203237518", "only with its label"),
]


@pytest.mark.parametrize(("kind", "text", "value", "why"), POSITIVES, ids=[f"{k}-{w}" for k, _, _, w in POSITIVES])
def test_found(kind: str, text: str, value: str, why: str) -> None:
    sure = [(k, v) for k, v, confidence in scan(text)[0] if confidence >= pii.MEDIUM]
    assert (kind, value) in sure, why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("|2.0.1.2|  1ca4008|", "a version with a zero in a table"),
        ("见10.3.2.4的说明", "a section"),
        ("内核3.5.61.2已装", "a version with one larger part"),
    ],
)
def test_dotted_numbers_of_small_parts_are_only_counted(text: str, why: str) -> None:
    assert [(kind, confidence < pii.MEDIUM) for kind, _, confidence in scan(text)[0]] == [("ipv4", True)], why


NEGATIVES = [
    ("版本1.10.20.3", "a version"),
    ("固件版本：V1.10.20.3", "a version with V"),
    ("升级到1.10.20.3版", "a version, 版 behind"),
    ("1.10.20.3.4", "a longer dotted run"),
    ("127.0.0.1和255.255.255.0", "loopback and mask are nobody's"),
    ("国药准字H20200001", "drug approval"),
    ("GB/T 19001-2016，ISO 9001:2015", "standards"),
    ("批号13912345678A", "a letter behind"),
    ("批号：13912345678", "a label that says what it is"),
    ("序列号12345678901234567890", "20 digits"),
    ("6901234567892", "EAN-13"),
    ("CSQU3054383", "container"),
    ("400-820-8820，8008208820，95588", "service numbers"),
    ("20240101123000", "time stamp"),
    ("订单号202401011380013800012", "a longer digit run"),
    ("ISBN 978-7-302-12345-6", "ISBN"),
    ("15000000000元", "an amount"),
    ("330200199001010000", "bad check digit"),
    ("330200199013010004", "month 13"),
    ("990000199001010001", "no such province"),
    ("6222000000000000005", "Luhn fails"),
    ("913302000000000000", "bad check character"),
    ("691330200000000000E3302000000011", "a data product code that contains a credit code"),
    ("490154203237518", "15 digits without a label"),
    ("std::vector a::b 12:30:45 2020-01-01T08:00:00.000+08:00", "C++ and times"),
    ("00:1A:2B:3C:4D:5E:77", "seven pairs are no MAC address"),
    ("image@2x.png npm @scope/pkg", "no mailbox"),
    ("京ICP备05001234号，浙B2-20100257，川A类", "no plates"),
    ("电话20240101", "a date behind a label"),
    ("手机号138****8000", "masked already"),
    ("一三五七九十一月", "Chinese numerals that are words"),
    ("二零二四年一月一日一二三四", "a date in Chinese numerals"),
    ("LZZ000000A0000001", "VIN with a bad check"),
    ("Longitude:131.03618861", "a longitude"),
    ("批号LZZ000009A0000001", "a lot, whatever its check says"),
    ("D2143569-X", "an organisation code without a word: every eleventh number passes"),
    ("A123456789", "Taiwan without a word: every tenth number passes"),
    ("690000000001413800138000", "an article number in front"),
    ("001191330200000000000E00000", "AIGC producer"),
    ("11012345678，15412345678，19412345678，16012345678", "prefixes that are not allocated"),
]


@pytest.mark.parametrize(("text", "why"), NEGATIVES, ids=[why for _, why in NEGATIVES])
def test_left_alone(text: str, why: str) -> None:
    assert scan(text)[0] == [], why


LOW = [
    ("SN-13800138000", "hangs to letters"),
    ("https://a.com/item/13812345678.html", "part of an address"),
    ("DOI 10.1016/13912345678", "part of a DOI"),
    ("0.13800138000", "a decimal"),
    ("HT13912345678", "letters in front, no label"),
    ("1440123456789", "13 digits without a label"),
    ("见4.2.1.3 参数", "a section number"),
    ("330200900101000", "15 digits: 2.9 % of all numbers pass"),
    ("4000000000000002", "Luhn without a label: 2.7 % pass"),
]


@pytest.mark.parametrize(("text", "why"), LOW, ids=[why for _, why in LOW])
def test_counted_but_not_sure(text: str, why: str) -> None:
    (finding,) = scan(text)[0]
    assert finding[2] < pii.MEDIUM, why


def test_label_raises_confidence() -> None:
    plain, labelled = scan("a 6222000000000000004", "银行卡号6222000000000000004")
    assert plain[0][2] < labelled[0][2]


def test_strings_are_hard_breaks() -> None:
    assert scan("1380013", "8000") == [[], []]


def test_kinds_are_chosen_after_they_competed() -> None:
    array = pa.array(["13800138000@163.com和13900139000"], pa.large_string())
    found = pii.find(texts(array), ["mobile"])
    assert [(int(s), int(e)) for s, e in zip(found.start, found.end, strict=True)] == [(20, 31)]


def test_bytes_and_code_points_agree_in_a_sliced_array() -> None:
    strings = ["丢弃的", "\U00020bb7中文a.b@qq.com尾", None, "13800138000"]
    found = pii.find(texts(pa.array(strings, pa.large_string()).slice(1)))
    for text, s, e, b, c in zip(found.text, found.start, found.end, found.start_byte, found.end_byte, strict=True):
        string = strings[text + 1] or ""
        assert string.encode()[b:c].decode() == string[s:e]
    assert found.text.tolist() == [0, 2]


def test_many_findings_come_back_whole() -> None:
    found = pii.find(texts(pa.array(["13800138000，" * 6000], pa.large_string())))
    assert len(found) == 6000
    assert np.array_equal(found.start, np.arange(6000) * 12)


def test_very_long_runs_are_cut_without_inventing_anything() -> None:
    assert scan("9" * 20000 + "13800138000" + "9" * 20000) == [[]]
    assert scan("13800138000" * 700 + "1") == [[]]
    assert scan("ab" * 20000 + "，13800138000")[0][0][1] == "13800138000"


def test_every_kind_has_a_label() -> None:
    assert set(pii.kind_names()) == set(PII_KINDS)


VECTORS = {
    "id18": "resident_id", "residence_permit": "resident_id", "foreign_pr_id": "resident_id", "uscc": "uscc", "bankcard": "bank_card",
    "rx_plate": "plate", "rx_landline": "landline", "rx_mac": "mac", "rx_ipv4": "ipv4", "rx_email": "email",
    "mobile_obfuscated": "mobile", "mobile_negative": "mobile",
}  # fmt: skip


@pytest.mark.parametrize("name", VECTORS)
def test_shared_vectors(name: str) -> None:
    if not SHARED.exists():
        pytest.skip("…/shared data absent")
    vectors = json.loads(SHARED.read_text("utf-8"))[name]
    for frame in ("{}", "联系{}。", "号码：{}，"):
        rows = scan(*(frame.format(v["value"]) for v in vectors))
        for vector, row in zip(vectors, rows, strict=True):
            expected = [(VECTORS[name], vector["value"])] if vector["valid"] else []
            assert [(k, v) for k, v, confidence in row if confidence >= pii.MEDIUM] == expected, vector["origin"]
