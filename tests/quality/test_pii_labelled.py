"""Numbers that their label makes personal, and everything that only looks like one. All examples are invented."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from corpora.text_buffers import texts
from corpora.vocabulary import PII_KINDS, PII_SUBTYPES
from quality import pii
from quality.identities import Draw
from quality.identities.by_kind import BY_KIND, LABELS
from quality.pii import labels
from tests.quality.test_pii_find import SHARED

KINDS, SUBTYPES = list(PII_KINDS), list(PII_SUBTYPES)
Row = list[tuple[str, str, str]]


def scan(*strings: str) -> list[Row]:
    """(kind, subtype, text) of every number that is replaced by default, per string."""
    numbers = [key for key in pii.DEFAULT if key not in ("person_name", "address", "date_of_birth", "age")]
    found = pii.find(texts(pa.array(strings, pa.large_string())), numbers)
    rows: list[Row] = [[] for _ in strings]
    columns = (found.text, found.start, found.end, found.kind, found.subtype, found.confidence)
    for text, start, end, kind, subtype, confidence in zip(*columns, strict=True):
        if confidence >= pii.MEDIUM:
            rows[text].append((KINDS[kind], SUBTYPES[subtype], strings[text][start:end]))
    return rows


RECORD = "medical_record_number"
POSITIVES = [
    (RECORD, "inpatient", "住院号：0012345", "0012345", "colon"),
    (RECORD, "inpatient", "住院号0012345，", "0012345", "nothing between"),
    (RECORD, "inpatient", "住院号为0012345。", "0012345", "为"),
    (RECORD, "inpatient", "住院号（0012345）", "0012345", "brackets"),
    (RECORD, "inpatient", "| 住院号 | 0012345 |", "0012345", "a table"),
    (RECORD, "inpatient", "住 院 号 0012345", "0012345", "spaced label"),
    (RECORD, "inpatient", "住院號：0012345", "0012345", "traditional"),
    (RECORD, "inpatient", "住院号No.0012345", "0012345", "No."),
    (RECORD, "inpatient", "住院号码#Z0012345", "Z0012345", "号码"),
    (RECORD, "outpatient", "⻔诊号：Ｍ１２３４５６", "Ｍ１２３４５６", "radical look-alike and full width"),
    (RECORD, "outpatient", "住院号：\n门诊号：123456", "123456", "an empty value stays nothing"),
    (RECORD, "record", "MRN: 00123456", "00123456", "Latin label"),
    (RECORD, "patient_id", "PatientID=12345678", "12345678", "DICOM"),
    (RECORD, "patient_id", "patient_id: 12345678", "12345678", "a field name"),
    (RECORD, "image", "AccessionNumber 99887766", "99887766", "DICOM accession"),
    (RECORD, "image", "StudyInstanceUID 1.2.840.113619.2.55.3", "1.2.840.113619.2.55.3", "DICOM UID"),
    (RECORD, "pathology", "病理号：B2024-01234", "B2024-01234", "letters and hyphen"),
    (RECORD, "bed", "床号：3-12", "3-12", "ward and bed"),
    (RECORD, "bed", "床号：加床2", "加床2", "extra bed"),
    (RECORD, "bed", "心内科12床，", "12床", "ward in front"),
    (RECORD, "bed", "12床患者诉头痛", "12床", "patient behind"),
    (RECORD, "medical_insurance", "医保卡号：A12345678", "A12345678", "letter and digits"),
    (RECORD, "medical_insurance", "健保卡號：000012345678", "000012345678", "Taiwan's health card"),
    (RECORD, "specimen", "标本条码：202401010012", "202401010012", "specimen"),
    ("employee_number", "", "工号B1234", "B1234", "letter"),
    ("employee_number", "", "检验员李小明（B1234），", "B1234", "in brackets behind a role and a name"),
    ("employee_number", "", "警号：012345", "012345", "police"),
    ("contract_number", "", "合同编号：HT-2024-0012", "HT-2024-0012", "hyphens"),
    ("qq", "", "QQ12345678", "12345678", "glued"),
    ("qq", "", "ＱＱ：10001", "10001", "full width"),
    ("wechat", "", "微信：zhangsan_88", "zhangsan_88", "letters, digits, underscore"),
    ("wechat", "", "VX：abc12345", "abc12345", "VX"),
    ("mobile", "", "微信13800138000", "13800138000", "a mobile number as account stays one"),
    ("postcode", "", "邮编315000", "315000", "postcode"),
    ("social_insurance", "", "社保卡号：C42763021", "C42763021", "nine characters"),
    ("practitioner_licence", "", "医师执业证书编号：110330200000123", "110330200000123", "15 digits"),
    ("driving_licence", "", "驾驶证档案编号330200123456", "330200123456", "12 digits"),
    ("business_licence", "", "注册号330200000000010", "330200000000010", "check digit"),
    ("passport", "", "护照号码：E12345678", "E12345678", "passport"),
    ("travel_permit", "", "回乡证H12345678", "H12345678", "permit"),
    ("imsi", "", "IMSI 460001234567890", "460001234567890", "IMSI"),
    ("resident_id", "", "学籍号G330200199001010007", "G330200199001010007", "pupil's number is G and the ID"),
    ("case_number", "", "（2024）浙0203民初123号", "（2024）浙0203民初123号", "court case"),
    ("case_number", "", "见(2023)浙02民终45号判决", "(2023)浙02民终45号", "half-width brackets"),
    ("military_id", "", "军字第1234567号", "军字第1234567号", "military"),
    ("url", "", "打开https://a.com/x?token=abc123。", "https://a.com/x?token=abc123", "token"),
    ("url", "", "https://a.com/x?phone=13800138000", "https://a.com/x?phone=13800138000", "the link, not the number in it"),
    (
        "url",
        "",
        "https://a.com/x?to=1&token=https://a.com/x?token=",
        "https://a.com/x?to=1&token=https://a.com/x?token=",
        "one",
    ),
    ("url", "", "https://a.com/user/123456", "https://a.com/user/123456", "a path"),
    ("email", "", "zhang(at)b.com", "zhang(at)b.com", "(at)"),
    ("email", "", "zhang[at]b.com", "zhang[at]b.com", "[at]"),
    ("email", "", "zhang @ b.com", "zhang @ b.com", "spaces"),
    ("email", "", "zhang#qq.com", "zhang#qq.com", "#"),
    ("resident_id", "", "证33020019900101\n0007，", "33020019900101\n0007", "a line end in between"),
    ("mobile", "", "手机13800\n138000，", "13800\n138000", "a line end in between, with a label"),
]


@pytest.mark.parametrize(("kind", "subtype", "text", "value", "why"), POSITIVES, ids=[f"{r[0]}-{r[4]}" for r in POSITIVES])
def test_found(kind: str, subtype: str, text: str, value: str, why: str) -> None:
    assert scan(text)[0] == [(kind, subtype, value)], why


NEGATIVES = [
    ("住院号：", "nothing behind"),
    ("报警号E1234", "an alarm"),
    ("传感器（B1234），材料：铝合金（6061）", "parts and alloys in brackets"),
    ("住院号：无", "a word behind"),
    ("住院号：2024-01-02", "a date behind"),
    ("住院号：2024年1月2日", "a date in words behind"),
    ("床位：12张", "a quantity"),
    ("编制500床", "the size of a hospital"),
    ("共有12床棉被", "床 as a measure word"),
    ("批号20240101A，序列号SN123456，设备编号CK-123", "lots, serials, devices"),
    ("图号A12-345-06，件号7712345，箱号CSQU3054383", "drawings, parts, boxes"),
    ("国药准字H20200001，械注准20243140001", "approvals"),
    ("GB/T 19001-2016，ISO 9001:2015，ICD-10 I25.103", "standards and diseases"),
    ("ISBN 978-7-302-12345-6，DOI 10.1016/j.cell.2020.01.001", "books and papers"),
    ("软件登记号2024SR012345", "a label that counts only alone"),
    ("条码号6901234567892", "an article number"),
    ("微信8.0.1版，微信公众号xinwen123，QQ群", "versions and accounts of papers"),
    ("微信支付，WeChat Pay", "words"),
    ("QQ音乐2024", "a product"),
    ("邮编990000", "no such region"),
    ("〔2024〕12号，浙政发2024第12号", "notices"),
    ("https://a.com/news/2024/01/02/1.html?page=2", "an ordinary link"),
    ("https://a.com/docs/token/refresh", "a page about tokens"),
    ("[住院号_1]12345 [工号]12 [QQ号]12345678", "our placeholders are no labels"),
    ("12345\n678901，13800\n138000", "lines of a table"),
    ("Example #define a.b", "no mailbox"),
    ("400-820-8820，国药准字Z20200001，NBPU0000011，6900000000014", "hotline, drug, container, article"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "why"), NEGATIVES, ids=[why for _, why in NEGATIVES])
def test_left_alone(text: str, why: str) -> None:
    assert scan(text)[0] == [], why


@pytest.mark.parametrize("kind", BY_KIND)
def test_every_generated_number_is_found_behind_its_label(kind: str) -> None:
    draw = Draw(11, kind)
    values = [BY_KIND[kind](draw) for _ in range(200)]
    rows = scan(*(f"{LABELS.get(kind, '')}：{value}，" for value in values))
    missed = [row for row, value in zip(rows, values, strict=True) if [(k, v) for k, _, v in row] != [(kind, value)]]
    assert not missed, f"{len(missed)} of {len(values)}"


def test_labels_name_known_kinds_and_shapes() -> None:
    for line in labels.LINES.strip().splitlines():
        kind, subtype, shape, confidence, *words = line.split()
        assert kind in PII_KINDS and subtype.replace("-", "") in PII_SUBTYPES and shape in labels.SHAPES
        assert 400 <= int(confidence) < 1000 and words  # below 500: counted, not replaced


CONTEXT = {
    "regno15": ("business_licence", "注册号"), "imei": ("imei", "IMEI"), "vin": ("vin", ""), "hkid": ("overseas_id", ""),
    "twid": ("overseas_id", "台湾身份证"), "orgcode": ("organisation_code", "组织机构代码"), "id15": ("resident_id", "身份证"),
    "rx_passport": ("passport", "护照"), "rx_hkmo_pass": ("travel_permit", "回乡证"), "rx_exit_hkmo": ("travel_permit", "通行证"),
    "rx_exit_tw": ("travel_permit", "通行证"), "rx_iccid": ("iccid", ""), "rx_imsi": ("imsi", "IMSI"), "rx_hkid": ("overseas_id", ""),
    "rx_case_no": ("case_number", ""), "rx_officer": ("military_id", ""), "mrz_docno": None, "ean13": None, "container": None,
    "data_product_id": None, "aigc_producer": None, "rx_tel400": None, "rx_drug_approval": None, "rx_container": None,
}  # fmt: skip


@pytest.mark.parametrize("name", CONTEXT)
def test_shared_vectors(name: str) -> None:
    if not SHARED.exists():
        pytest.skip("…/shared data absent")
    vectors = json.loads(SHARED.read_text("utf-8"))[name]
    kind, label = CONTEXT[name] or ("", "")
    for frame in ("{}{}", "甲{}{}。", "{}：{}，"):
        rows = scan(*(frame.format(label, v["value"]) for v in vectors))
        for vector, row in zip(vectors, rows, strict=True):
            expected = [(kind, vector["value"])] if kind and vector["valid"] else []
            assert [(k, v) for k, _, v in row] == expected, vector["origin"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("身份证号：330203199001011234，", "resident_id"),
        ("身份证号码33020319850607123", "resident_id"),
        ("银行卡号：6222021302001234567", "bank_card"),
        ("手机：1381234567", "mobile"),
        ("统一社会信用代码：913302000000000000", "uscc"),
    ],
)
def test_a_labelled_number_whose_check_fails_is_replaced(text: str, kind: str) -> None:
    """A typing error of a real number is as personal as the number; a review may still restore it: below 0.9."""
    found = pii.find(texts(pa.array([text], pa.large_string())), [kind])
    assert [(KINDS[k], bool(pii.MEDIUM <= c < 0.9)) for k, c in zip(found.kind, found.confidence, strict=True)] == [
        (kind, True)
    ]


@pytest.mark.parametrize(("text", "kind"), [("手机尾号：5678，", "mobile"), ("银行卡尾号为8899，", "bank_card")])
def test_last_digits_are_only_counted(text: str, kind: str) -> None:
    """Four digits name nobody alone; an officer sees how many there are."""
    found = pii.find(texts(pa.array([text], pa.large_string())), [kind])
    assert [(KINDS[k], bool(0 < c < pii.MEDIUM)) for k, c in zip(found.kind, found.confidence, strict=True)] == [
        (kind, True)
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("身份证号：330298199001011234，", "county 98: one of our stand-ins"),
        ("身份证号：330298-19900101-1234", "the same in groups"),
        ("身份证号：3330298199001011234", "the same written over a number with a digit too many"),
        ("身份证号：330203901401123", "fifteen digits with a fourteenth month: a stand-in"),
        ("银行卡号：6299 0213 0200 1234 567", "6299: a stand-in"),
        ("手机：14212345678", "prefix that nobody has: a stand-in"),
        ("手机：4008208820", "a service line"),
        ("统一社会信用代码：913302980000000000", "county 98: a stand-in"),
        ("批号33020319900101123456", "no label of a paper"),
    ],
)
def test_a_number_that_fails_its_check_is_left_where(text: str, why: str) -> None:
    assert len(pii.find(texts(pa.array([text], pa.large_string())))) == 0, why
