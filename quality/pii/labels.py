"""Labels that say what the number behind them is, as data. A new label is one word in a line here.

A number that fails its check behind its label is a typing error of a real one, more often than not, and as personal: it
is replaced by default, less surely than one that passes. Our own stand-ins fail on purpose; they carry a mark and stay.

A line: kind, subtype (- for none), shape of the value, confidence in thousandths, then the labels. A label is written in
simplified characters and small letters, without spaces: text is folded the same way, so that 住 院 号, 住院號, ⻔诊号
and ＱＱ are met too. Where a label ends in 号, 号码 is a label as well. A trailing ! marks a label that counts only where
no Chinese character stands in front of it: 登记号 is a patient's, 软件登记号 is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Form(IntEnum):
    """Characters that a value is made of."""

    DIGITS = 0
    CODE = 1  # letters, digits, - _
    DOTTED = 2  # digits and dots
    ACCOUNT = 3  # a letter, then letters, digits, - _
    BED = 4
    WIDE = 5  # letters, digits, - _ / . and brackets


class Check(IntEnum):
    """What quality.kernels.pii_values tests beyond the form."""

    NONE = 0
    NOT_MOBILE = 1
    POSTCODE = 2
    ORGANISATION = 3
    PASSPORT = 4
    PERMIT = 5
    BUSINESS = 6
    IMSI = 7
    ICCID = 8
    STUDENT = 9
    NOT_ARTICLE = 10
    NO_IDENTITY_OF_OURS = 11
    NO_CARD_OF_OURS = 12
    NO_PHONE_OF_OURS = 13
    NO_CREDIT_OF_OURS = 14


@dataclass(frozen=True)
class Shape:
    """A value of `low` to `high` characters with at least `digits` digits."""

    form: Form
    low: int
    high: int
    digits: int
    check: Check = Check.NONE


SHAPES = {
    "number": Shape(Form.CODE, 4, 24, 3),
    "short": Shape(Form.CODE, 3, 16, 2),
    "barcode": Shape(Form.CODE, 6, 20, 5, Check.NOT_ARTICLE),
    "uid": Shape(Form.DOTTED, 8, 64, 6),
    "bed": Shape(Form.BED, 1, 8, 1),
    "qq": Shape(Form.DIGITS, 5, 11, 5, Check.NOT_MOBILE),
    "wechat": Shape(Form.ACCOUNT, 6, 20, 0),
    "postcode": Shape(Form.DIGITS, 6, 6, 6, Check.POSTCODE),
    "organisation": Shape(Form.CODE, 9, 10, 1, Check.ORGANISATION),
    "passport": Shape(Form.CODE, 8, 9, 6, Check.PASSPORT),
    "permit": Shape(Form.CODE, 8, 11, 7, Check.PERMIT),
    "business": Shape(Form.DIGITS, 15, 15, 15, Check.BUSINESS),
    "imsi": Shape(Form.DIGITS, 15, 15, 15, Check.IMSI),
    "iccid": Shape(Form.CODE, 19, 20, 18, Check.ICCID),
    "archive": Shape(Form.DIGITS, 12, 12, 12),
    "licence": Shape(Form.CODE, 10, 27, 8),
    "insurance": Shape(Form.CODE, 8, 12, 7),
    "student": Shape(Form.CODE, 19, 19, 17, Check.STUDENT),
    "identity": Shape(Form.CODE, 14, 20, 13, Check.NO_IDENTITY_OF_OURS),
    "card": Shape(Form.DIGITS, 12, 20, 12, Check.NO_CARD_OF_OURS),
    "tail": Shape(Form.DIGITS, 4, 4, 4),
    "phone": Shape(Form.DIGITS, 10, 12, 10, Check.NO_PHONE_OF_OURS),
    "credit": Shape(Form.CODE, 15, 20, 7, Check.NO_CREDIT_OF_OURS),
    "contract": Shape(Form.WIDE, 5, 32, 3),
}

LINES = """
medical_record_number inpatient number 940 住院号 住院编号 住院登记号 住院病案号 住院流水号 住院id 入院号 入院登记号 inpatientno admissionno
medical_record_number outpatient number 940 门诊号 门诊编号 门诊病历号 急诊号 急诊编号 门急诊号 挂号 挂号序号 就诊号 就诊编号 就诊流水号 就诊序号 outpatientno visitno visitid
medical_record_number record number 940 病案号 病案编号 病历号 病历编号 病案首页编号 病案id 病历id 病志号 mrn medicalrecordno medicalrecordnumber
medical_record_number visit_card number 940 就诊卡号 就诊卡 诊疗卡号 诊疗卡 门诊卡号 就医卡号 一卡通号! 磁卡号! 院内卡号 诊疗卡编号 就诊卡编号
medical_record_number patient_id number 940 患者id 患者编号 患者号 病人id 病人编号 病人号 病员号 患者登记号 病人登记号 就诊登记号 患者唯一号 受试者编号 受试者号 patientid patientno pid! empi 患者主索引号
medical_record_number patient_id number 800 登记号!
medical_record_number exam number 940 检查号 检查编号 检查单号 检查流水号 超声号 超声编号 超声检查号 彩超号 b超号 内镜号 胃镜号 肠镜号 内镜编号 心电号 心电图号 心电编号 脑电图号 examno
medical_record_number laboratory number 940 检验号 检验编号 化验号 化验单号 检验条码 检验流水号 labno
medical_record_number image number 940 影像号 影像编号 放射号 放射编号 片号! x线号 x光号 ct号 mr号 mri号 ct编号 mr编号 dr号 核磁号 磁共振号 检查影像号 accessionnumber accessionno
medical_record_number image uid 940 studyinstanceuid seriesinstanceuid sopinstanceuid studyuid seriesuid
medical_record_number pathology number 940 病理号 病理编号 病理检查号 病理登记号 活检号 冰冻号 蜡块号 pathologyno
medical_record_number specimen number 940 标本号 标本编号 样本号! 样本编号! 标本条码 标本条码号 样本条码号 基因样本号 检体号 采血管条码 specimenid specimenno sampleid!
medical_record_number specimen barcode 700 条码号!
medical_record_number bed bed 900 床号 床位号 病床号 床位 病床 bedno
medical_record_number prescription number 940 处方号 处方编号 处方单号 rxno
medical_record_number order number 940 医嘱号 医嘱编号 医嘱id 申请单号! 申请单编号! 检查申请单号 检验申请单号 orderid!
medical_record_number surgery number 940 手术编号 手术号 手术登记号 手术单号 麻醉编号 麻醉号 麻醉单号
medical_record_number invoice number 800 发票号! 票据号! 收据号! 收费票据号 医疗票据号 门诊发票号 住院发票号 结算单号 收费单号 电子票据号
medical_record_number medical_insurance number 940 医保号 医保卡号 医保编号 医保个人编号 个人医保编号 医保证号 医疗证号 医疗保险号 医疗保险卡号 医疗保险证号 医保账号 医保电脑号 医保卡 健保卡号 健保卡 健保号 新农合证号 合作医疗证号 参合号 农合号
medical_record_number health_card number 940 健康卡号 居民健康卡号 电子健康卡号 电子健康卡 健康卡 健康卡id 居民健康卡
medical_record_number health_archive number 940 健康档案编号 健康档案号 居民健康档案编号 个人健康档案号 健康档案编码 居民档案号
employee_number - short 940 工号 员工号 员工编号 职工号 职工编号 人员编号 人员工号 雇员编号 雇员号 职员编号 员工工号 医师工号 护士工号 医生工号 操作员编号 操作工号 操作员号 检验员编号 警号! 民警警号 交警警号 警员编号 胸牌号 工牌号 厂牌号 上岗证号 考勤号 员工id employeeid employeeno staffid staffno empno
contract_number - contract 900 合同号 合同编号 协议编号 协议号 合约编号 合约号 契约编号 采购合同编号 订货合同号 contractno contractnumber
qq - qq 940 qq qq号 qq号码 扣扣 扣扣号 企鹅号 秋秋 腾讯qq 联系qq
wechat - wechat 940 微信 微信号 微信id 微信账号 微信号码 个人微信 加微 微信号是 vx vx号 wx wx号 v信 威信号 薇信 微xin wechat wechatid weixin wexin
social_insurance - insurance 940 社保卡号 社保卡 社保号 社会保障卡号 社会保障卡 社保编号 社保账号 社保电脑号 社会保险号 社会保险编号 个人社保编号
practitioner_licence - licence 940 执业证书编号 执业证书编码 执业证书号 执业证号 执业证编号 执业医师证号 医师执业证书 医师执业证书编号 护士执业证书编号 护士执业证书 医师执业证书编码 医师资格证书 医师资格证书编码 医师资格证书编号 资格证书编号 资格证书编码 执业编号 药师注册证号 执业药师注册证编号
postcode - postcode 940 邮编 邮政编码 邮递区号 zipcode postcode postalcode
driving_licence - archive 940 驾驶证档案编号 驾驶证档案号 驾照档案编号 驾照档案号 档案编号! 档案号!
organisation_code - organisation 940 组织机构代码 组织机构代码证 组织机构代码证号 机构代码 组织代码
passport - passport 940 护照 护照号 护照编号 护照号码 护照证号 passport passportno passportnumber
passport - passport 800 证件号 证件号码 证件编号
travel_permit - permit 940 通行证 通行证号 通行证编号 通行证件号 回乡证 回乡证号 台胞证 台胞证号 往来港澳通行证 港澳通行证 港澳证 大通证 台湾通行证 港澳居民来往内地通行证 台湾居民来往大陆通行证
business_licence - business 900 注册号 营业执照 营业执照号 营业执照注册号 工商注册号 执照号 工商登记号 营业执照编号 企业注册号
imsi - imsi 950 imsi imsi号 国际移动用户识别码 用户识别码
iccid - iccid 960 iccid iccid号 sim卡号 sim卡 sim卡编号 物联网卡号 卡号
resident_id - identity 700 身份证 身份证号 身份证号码 居民身份证 居民身份证号 公民身份号码 身份号码 证件号 证件号码
bank_card - card 700 银行卡 银行卡号 卡号 银行账号 银行卡账号 储蓄卡号 信用卡号 工资卡号
mobile - phone 700 电话 电话号码 联系电话 联系方式 手机 手机号 手机号码 移动电话
mobile - tail 400 手机尾号 手机号尾号 电话尾号 手机后四位
bank_card - tail 400 卡尾号 卡号尾号 银行卡尾号 卡号后四位 尾号!
uscc - credit 700 统一社会信用代码 社会信用代码 信用代码 纳税人识别号 税号
resident_id - student 950 学籍号 学籍 全国学籍号 学籍编号 学籍辅号
"""

FOLDS = dict(zip("號碼門醫療檢驗編標處發員協證執業師護會檔條聲術單資郵請診記檔帳體樣歷學錄務環機構織駕駛圖號約訂購職廠儲優進來灣臺雲區診",
                 "号码门医疗检验编标处发员协证执业师护会档条声术单资邮请诊记档账体样历学录务环机构织驾驶图号约订购职厂储优进来湾台云区诊", strict=True))  # fmt: skip
"""Traditional characters of labels."""

NOT_BEHIND = "年月日岁元个次天周％%℃°@＠万亿吨克米升位张名例种项条级度时分秒页章节款倍点"
"""What follows a quantity, a date or a mailbox: then the value is none. 号 and 床 are not among them."""

ROLE_ENDS = ":员人字长名"
"""What stands in front of a name that a staff number in brackets follows: 检验员李某（B1234），签字：李某（B1234）."""
