"""Identifier vectors of shared/standards, and drawn numbers with check digits, in sentences of their own."""

from __future__ import annotations

import json

from benchmarks.eval_pii.gold import DATA, GoldSet, Sample
from quality.canaries.mistyped import MISTYPED, mistype
from quality.canaries.values import LABELS
from quality.identities import Draw, numbers
from quality.identities.by_kind import BY_KIND

FRAMES = {
    "id18": ("resident_id", "身份证号：{}，"),
    "residence_permit": ("resident_id", "居住证号：{}，"),
    "foreign_pr_id": ("resident_id", "永久居留身份证号：{}，"),
    "id15": ("resident_id", "身份证号：{}，"),
    "orgcode": ("organisation_code", "组织机构代码：{}，"),
    "uscc": ("uscc", "统一社会信用代码：{}，"),
    "regno15": ("business_licence", "营业执照注册号：{}，"),
    "bankcard": ("bank_card", "银行卡号：{}，"),
    "imei": ("imei", "手机IMEI：{}，"),
    "vin": ("vin", "车架号：{}，"),
    "hkid": ("overseas_id", "香港身份证：{}，"),
    "twid": ("overseas_id", "台湾身份证：{}，"),
    "rx_plate": ("plate", "车牌{}，"),
    "rx_passport": ("passport", "护照号：{}，"),
    "rx_hkmo_pass": ("travel_permit", "港澳居民来往内地通行证：{}，"),
    "rx_exit_hkmo": ("travel_permit", "往来港澳通行证：{}，"),
    "rx_exit_tw": ("travel_permit", "往来台湾通行证：{}，"),
    "rx_landline": ("landline", "电话{}，"),
    "rx_mac": ("mac", "MAC地址{}，"),
    "rx_ipv4": ("ipv4", "地址{}，"),
    "rx_email": ("email", "邮箱{}，"),
    "rx_iccid": ("iccid", "SIM卡号：{}，"),
    "rx_imsi": ("imsi", "IMSI：{}，"),
    "rx_case_no": ("case_number", "案号：{}，"),
    "rx_officer": ("military_id", "军官证号：{}，"),
    "rx_hkid": ("overseas_id", "香港身份证：{}，"),
    "rx_dob_cn": ("date_of_birth", "出生日期：{}，"),
    "mobile_obfuscated": ("mobile", "联系{}。"),
    "mobile_negative": ("mobile", "编号{}，"),
    "ean13": ("", "商品条码{}，"),
    "container": ("", "箱号{}，"),
    "rx_container": ("", "箱号{}，"),
    "rx_tel400": ("", "客服热线{}，"),
    "rx_drug_approval": ("", "批准文号：{}，"),
}
"""Group of vectors → kind (none: not personal, nothing may be found) and a sentence. Groups that hold another identifier
inside (AI-generated labels, data-product ids) or a machine-readable zone are not scored."""
UNLABELLED = "编号{}，"
CHECKED = ("resident_id", "bank_card", "uscc", "vin", "imei", "organisation_code", "business_licence", "overseas_id")
"""Kinds with a check digit."""


def shared() -> GoldSet:
    """Every vector in the sentence of its group; one that is not personal is a text without gold. An invalid one is too, and
    stands without its label: behind it, it is a typing error and replaced on purpose (see `mistyped`)."""
    path = DATA.parent / "standards" / "vectors.json"
    groups = json.loads(path.read_text("utf-8"))
    samples = [
        _framed(frame if vector["valid"] else UNLABELLED, vector["value"], kind if vector["valid"] else "")
        for group, (kind, frame) in FRAMES.items()
        for vector in groups.get(group, ())
    ]
    kinds = tuple(dict.fromkeys(kind for kind, _ in FRAMES.values() if kind))
    return GoldSet("identifier vectors", samples, kinds, "the tests of the scan use them: seen")


def _framed(frame: str, value: str, kind: str) -> Sample:
    start = frame.index("{}")
    spans = ((start, start + len(value), kind),) if kind else ()
    return Sample(frame.format(value), spans)


_DRAWN = ("{}", "本人证件{}属实", "号码：{}；", "（{}）已登记", "登记为 {} 。")


def drawn(rows: int, seed: int = 77_001) -> GoldSet:
    """Resident IDs, bank cards and credit codes from the identity generator, half of them with one digit changed so
    that the check fails. A sentence has no word that gives the kind away in four of five cases."""
    draw = Draw(seed, "eval_pii", "checked")
    makers = {"resident_id": numbers.resident_id, "bank_card": numbers.bank_card, "uscc": numbers.uscc}
    samples = []
    for row in range(rows):
        kind = list(makers)[row % len(makers)]
        value = makers[kind](draw)
        good = draw.chance(50)
        if not good:
            value = value[:-2] + str((int(value[-2], 36) + 1) % 10) + value[-1]
        samples.append(_framed(draw.pick(_DRAWN), value, kind if good else ""))
    return GoldSet("drawn numbers with check digits", samples, tuple(makers), f"fresh seed {seed}")


def mistyped(rows: int, seed: int = 77_002) -> GoldSet:
    """Resident IDs, bank cards, credit codes and mobiles behind their label with a digit wrong, lost or doubled."""
    draw = Draw(seed, "eval_pii", "mistyped")
    samples = []
    for row in range(rows):
        kind = MISTYPED[row % len(MISTYPED)]
        value = mistype(draw, kind, BY_KIND[kind](draw))
        samples.append(_framed(draw.pick(LABELS[kind]) + draw.pick(("：", ":", " ", "为")) + "{}，", value, kind))
    return GoldSet(
        "labelled numbers with a typing error", samples, MISTYPED, f"fresh seed {seed}; the labels are the canaries'"
    )
