"""What a column holds, by its name: 患者姓名 is a patient's name, 联系电话 a telephone number."""

from __future__ import annotations

import re

from corpora.names import suggest
from corpora.vocabulary import PII_KINDS, PII_SUBTYPES

_NAMES: tuple[tuple[str, str, str], ...] = (
    ("email", "", r"邮箱|电子邮件|e_?mail|mail$"),
    ("resident_id", "", r"身份证|证件号|公民身份|id_?card|identity_?(no|number|card)|^sfz"),
    ("medical_record_number", "medical_insurance", r"医保(卡)?号|医保编号|参保号"),
    ("social_insurance", "", r"社保(卡)?号|社会保障"),
    ("medical_record_number", "inpatient", r"住院号|zyh"),
    ("medical_record_number", "outpatient", r"门诊号|急诊号|mzh"),
    ("medical_record_number", "record", r"病案号|病历号|mrn|record_?no"),
    ("medical_record_number", "visit_card", r"就诊卡|诊疗卡"),
    ("medical_record_number", "patient_id", r"患者(id|编号|号)$|病人(id|编号|号)$|登记号|patient_?(id|no)"),
    ("medical_record_number", "exam", r"检查号"),
    ("medical_record_number", "laboratory", r"检验号|化验号"),
    ("medical_record_number", "image", r"影像号|放射号|accession"),
    ("medical_record_number", "specimen", r"标本号|条码号"),
    ("medical_record_number", "bed", r"床号|床位号"),
    ("bank_card", "", r"银行卡|银行账号|卡号$|card_?no"),
    ("plate", "", r"车牌|号牌|plate"),
    ("employee_number", "", r"工号|员工编号|职工号|employee_?(id|no)"),
    ("contract_number", "", r"合同(编)?号|协议号|contract_?no"),
    ("passport", "", r"护照|passport"),
    ("wechat", "", r"微信|wechat"),
    ("qq", "", r"^qq"),
    ("uscc", "", r"信用代码|税号|uscc"),
    ("date_of_birth", "", r"出生|生日|birth|dob$"),
    ("postcode", "", r"邮编|邮政编码|zip_?code|postcode"),
    ("landline", "", r"座机|固话|固定电话|传真|fax"),
    ("mobile", "", r"电话|手机|联系方式|联系号码|mobile|phone|^tel$"),
    ("address", "", r"住址|地址|户籍|籍贯地|居住地|通讯处|address$|^addr"),
    ("person_name", "relative", r"家属(姓名)?$|监护人(姓名)?$|家长(姓名)?$|guardian"),
    ("person_name", "doctor", r"(医生|医师|主治|主刀|术者|主任)(姓名)?$|doctor(_?name)?$|physician"),
    ("person_name", "nurse", r"护士(姓名)?$|nurse(_?name)?$"),
    (
        "person_name",
        "operator",
        r"(操作员|操作工|操作者|检验员|维修工|维修人|维修人员|检修人|巡检人|质检员|填报人|记录人|班组长|operator)(姓名)?$",
    ),
    ("person_name", "contact", r"(联系人|收件人|收货人)(姓名)?$"),
    ("person_name", "customer", r"客户姓名"),
    ("person_name", "staff", r"(员工|职工|负责人|经办人|审核人|签名|销售)(姓名)?$"),
    ("person_name", "patient", r"(患者|病人|病员|就诊人)(姓名|名)?$|patient_?name$"),
    ("person_name", "", r"姓名|^名字$|^(full_?|user_?|real_?)?name$|^xm$"),
    ("organisation", "customer", r"客户(名称)?$|客户单位|供应商(名称)?$|customer(_?name)?$|supplier"),
    ("organisation", "", r"(工作|所在)单位(名称)?$|公司名称?$|企业名称|company"),
)
_PATTERNS = tuple((kind, subtype, re.compile(pattern, re.I)) for kind, subtype, pattern in _NAMES)
_NOT = re.compile(r"性别|年龄|类型|类别|科室|名称类|是否|次数|数量|状态|等级|脱敏|匿名|设备|产品|文件|型号|药品|疾病")


def guess(name: str) -> tuple[str, str] | None:
    """(kind, subtype) that a column of this name holds; None when the name says nothing."""
    if _NOT.search(name):
        return None
    return next(((kind, subtype) for kind, subtype, pattern in _PATTERNS if pattern.search(name.strip())), None)


def parse(text: str) -> tuple[str, str]:
    """`person_name/patient` or `mobile` as (kind, subtype). Raises ValueError for what is not in the vocabulary."""
    kind, _, subtype = text.partition("/")
    if kind not in PII_KINDS:
        raise ValueError(f"没有这样的种类 / no such kind: {kind}，{suggest(kind, PII_KINDS)}")
    if subtype not in PII_SUBTYPES:
        raise ValueError(f"没有这样的子类 / no such subtype: {subtype}，{suggest(subtype, filter(None, PII_SUBTYPES))}")
    return kind, subtype


def written(kind: str, subtype: str) -> str:
    """The other way round."""
    return f"{kind}/{subtype}" if subtype else kind
