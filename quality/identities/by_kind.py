"""One generator per kind of personal information that is a number: for canaries, surrogates and evaluations."""

from __future__ import annotations

from collections.abc import Callable

from quality.identities import numbers, papers
from quality.identities.draw import Draw
from quality.identities.regions import REGIONS

BY_KIND: dict[str, Callable[[Draw], str]] = {
    "resident_id": numbers.resident_id,
    "mobile": numbers.mobile,
    "landline": lambda draw: numbers.landline(draw, draw.pick(REGIONS)),
    "email": numbers.email,
    "bank_card": numbers.bank_card,
    "uscc": numbers.uscc,
    "plate": lambda draw: numbers.plate(draw, draw.pick(REGIONS)),
    "ipv4": numbers.ipv4,
    "ipv6": papers.ipv6,
    "mac": papers.mac,
    "imei": papers.imei,
    "imsi": papers.imsi,
    "iccid": papers.iccid,
    "vin": papers.vin,
    "passport": papers.passport,
    "travel_permit": papers.travel_permit,
    "overseas_id": papers.overseas_id,
    "organisation_code": papers.organisation_code,
    "business_licence": papers.business_licence,
    "military_id": papers.military_id,
    "social_insurance": papers.social_insurance,
    "practitioner_licence": papers.practitioner_licence,
    "case_number": papers.case_number,
    "postcode": papers.postcode,
    "url": papers.url,
    "qq": papers.qq,
    "wechat": papers.wechat,
    "medical_record_number": numbers.medical_record,
    "employee_number": numbers.employee,
    "contract_number": papers.contract,
    "driving_licence": papers.driving_licence,
}
"""Key of vocabulary.PII_KINDS → a valid value in its plain form, seeded by the draw."""

LABELS: dict[str, str] = {
    "ipv4": "IP", "overseas_id": "身份证号", "organisation_code": "组织机构代码", "imei": "IMEI", "imsi": "IMSI", "passport": "护照号", "travel_permit": "通行证号", "business_licence": "注册号",
    "social_insurance": "社保卡号", "practitioner_licence": "执业证书编号", "postcode": "邮编", "qq": "QQ", "wechat": "微信号",
    "medical_record_number": "住院号", "employee_number": "工号", "contract_number": "合同编号",
    "driving_licence": "驾驶证档案编号",
}  # fmt: skip
"""Kinds that only their context tells from other numbers → a label that must stand in front."""
