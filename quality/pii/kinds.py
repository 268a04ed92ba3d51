"""What is looked for, as data: kinds with their context words, and the shapes that numbers can have.

A confidence is written in thousandths. It follows the rate at which random numbers pass (STANDARDS 3.6): 1e-5 for a
resident ID, 9e-4 for a UnionPay card, 2.7 % for any card, 2.9 % for a 15-digit ID, 5.5 % for a mobile number.
From 500 upwards a finding is replaced wherever text leaves the house; below, it is counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Form(IntEnum):
    """Characters a number may be made of."""

    DIGITS = 1
    DIGITS_X = 2  # the last one may be X
    CODE = 3  # letters and digits, never grouped


class Check(IntEnum):
    """The check functions of quality.kernels.pii_checks."""

    RESIDENT = 0
    PERMANENT_RESIDENT = 1
    RESIDENT_OLD = 2
    CREDIT_CODE = 3
    CREDIT_CODE_OUTER = 4
    UNIONPAY = 5
    CARD = 6
    MOBILE = 7
    MOBILE_86 = 8
    LANDLINE = 9
    IMEI = 10
    VIN = 11
    TAIWAN = 12
    ICCID = 13
    THINGS = 14  # mobile numbers of machines


@dataclass(frozen=True)
class Kind:
    """A kind of personal information. `near` raises confidence within 15 characters on either side; a word of
    `refuse_before` directly in front, or, where no `near` word stands, of `refuse_after` directly behind, means that
    it is something else."""

    key: str
    near: tuple[str, ...] = ()
    refuse_before: tuple[str, ...] = ()
    refuse_after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shape:
    """A number of `low` to `high` characters that passes `check`.

    It may be written in groups of at least `group` characters (0: in one piece) or, with `split`, one by one.
    """

    kind: str
    low: int
    high: int
    form: Form
    check: Check
    group: int
    split: bool
    alone: int  # without a context word
    labelled: int  # with one
    chained: int  # without one, and hung to other numbers or letters by - . _


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_SERIALS = _words(
    "批号 批次 批次号 编号 序列号 单号 订单 订单号 流水号 条码 条形码 货号 件号 型号 图号 料号 物料 物料号 物料编码 "
    "工单 工单号 合同号 发票号 发票号码 运单号 商品编码 产品编码 设备号 设备编码 标准号 "
    "版本 版本号 国药准字 械注准 准字 箱号 柜号 提单号 sn s/n lot batch serial isbn issn doi po sku upc ean gtin"
)
_UNITS = _words("元 万 亿 吨 美元 人民币 股 千克 公斤 kg 字节 bytes 台 件 次 mm 平方")
_PHONE = _words(
    "手机 电话 電話 联系 聯繫 聯絡 联络 号码 号碼 致电 拨打 短信 微信 热线 呼叫 来电 通话 洽 "
    "物联网 tel phone mobile mob cell vx wechat whatsapp call"
)
_VERSIONS = _words("版本 版本号 固件 第 章 节 图 表 附录 条款 软件 升级到 version ver v release rev build")

KINDS = (
    Kind("resident_id", _words("身份证 身份證 证件 居民 居住证 永居 证号 社会保障号 identity")),
    Kind("mobile", _PHONE, _SERIALS, _UNITS),
    Kind("landline", _PHONE + _words("传真 傳真 座机 固话 总机 值班 fax"), _SERIALS, _UNITS),
    Kind("email", _words("邮箱 郵箱 信箱 邮件 郵件 email e-mail mail")),
    Kind(
        "bank_card", _words("银行 卡号 银联 储蓄 借记 信用卡 账号 账户 帐号 开户 工资卡 汇款 转账 收款 card visa"), _SERIALS
    ),
    Kind("uscc", _words("信用代码 统一社会 纳税人 税号 营业执照 组织机构 uscc")),
    Kind("plate", _words("车牌 牌照 号牌 车号 车辆 驾驶 轿车 货车 客车 小车 车主 停车 plate")),
    Kind(
        "ipv4",
        _words("ip 网关 服务器 主机 登录 端口 子网 内网 外网 ping host server dns port"),
        _VERSIONS,
        _words("版 节 章 条 款"),
    ),
    Kind("ipv6", _words("ip ipv6 地址 网关 服务器 主机")),
    Kind("mac", _words("物理地址 网卡 设备地址 蓝牙 mac")),
    Kind("imei", _words("imei 串号 移动设备识别")),
    Kind("imsi"),
    Kind("iccid", _words("iccid sim 卡号 物联卡")),
    Kind(
        "vin",
        _words("车架 车辆识别 识别代号 识别代码 大架号 车辆 汽车 车主 vin 底盘号"),
        tuple(word for word in _SERIALS if word not in ("编号", "sn")),
    ),
    Kind("passport"),
    Kind("travel_permit"),
    Kind("overseas_id", _words("身份证 身份證 台湾 臺灣 香港 证件 證件 identity hkid")),
    Kind("organisation_code", _words("组织机构 機構代碼 机构代码 代码证 组织代码")),
)
"""The first ones of vocabulary.PII_KINDS, in their order: the index that findings carry, and that the kernels know. Kinds
without words here are found by their label alone (quality.pii.labels)."""

INDEX = {kind.key: index for index, kind in enumerate(KINDS)}

SHAPES = (
    Shape("resident_id", 18, 18, Form.DIGITS_X, Check.RESIDENT, 2, True, 950, 990, 900),
    Shape("resident_id", 18, 18, Form.DIGITS, Check.PERMANENT_RESIDENT, 2, True, 900, 990, 600),
    Shape("uscc", 18, 18, Form.CODE, Check.CREDIT_CODE, 0, False, 970, 990, 900),
    Shape("uscc", 18, 18, Form.CODE, Check.CREDIT_CODE_OUTER, 0, False, 400, 900, 200),
    Shape("vin", 17, 17, Form.CODE, Check.VIN, 0, False, 600, 980, 200),
    Shape("iccid", 19, 20, Form.DIGITS, Check.ICCID, 4, False, 600, 980, 200),
    Shape("bank_card", 16, 19, Form.DIGITS, Check.UNIONPAY, 3, True, 900, 990, 400),
    Shape("bank_card", 16, 19, Form.DIGITS, Check.CARD, 3, True, 400, 970, 200),
    Shape("mobile", 11, 11, Form.DIGITS, Check.MOBILE, 3, True, 900, 990, 400),
    Shape("mobile", 13, 15, Form.DIGITS, Check.MOBILE_86, 0, True, 850, 990, 400),
    Shape("mobile", 13, 13, Form.DIGITS, Check.THINGS, 0, False, 400, 850, 200),
    Shape("overseas_id", 10, 10, Form.CODE, Check.TAIWAN, 0, False, 0, 900, 0),
    Shape("imei", 15, 15, Form.DIGITS, Check.IMEI, 0, False, 0, 950, 0),
    Shape("resident_id", 15, 15, Form.DIGITS, Check.RESIDENT_OLD, 3, False, 300, 850, 200),
    Shape("landline", 10, 12, Form.DIGITS, Check.LANDLINE, 0, False, 400, 900, 200),
)
"""Tried in this order; the first that reaches the wanted confidence wins."""

UNCHECKED = frozenset({Check.MOBILE, Check.MOBILE_86, Check.LANDLINE, Check.RESIDENT_OLD, Check.ICCID, Check.THINGS})

PROVINCES = (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71)
"""First two digits of a resident ID (GB/T 2260). 81, 82 and 83 open residence permits."""

MOBILE_PREFIXES = tuple(
    p for p in range(130, 200) if p not in {140, 141, 142, 143, 144, 154, 160, 161, 163, 164, 168, 169, 174, 179, 194}
)
"""Allocated prefixes (STANDARDS 3.6)."""


def _numbers(text: str) -> tuple[int, ...]:
    """10 20-29 → 10, 20, 21, …, 29."""
    parts = (part.partition("-") for part in text.split())
    return tuple(n for first, _, last in parts for n in range(int(first), int(last or first) + 1))


AREA_CODES = _numbers(
    "10 20-29 310-319 335 349-359 370-379 391-396 398 410-419 421 427 429 431-439 451-459 464 467-469 470-479 482 483 "
    "510-519 523 527 530-539 543 546 550-566 570-580 591-599 631-635 660 662 663 668 691 692 701 710-719 722 724 728 "
    "730-739 743-746 750-779 790-799 812 813 816-818 825-827 830-839 851-859 870-879 883 886-888 891-898 901-903 906 908 "
    "909 911-919 930-939 941 943 951-955 970-979 990-999"
)
"""Trunk codes without the leading 0."""

GLUED_LABELS = _words(
    "TEL PHONE MOBILE MOB CELL VX WX WECHAT WEIXIN QQ SMS CALL FAX EMAIL MAIL ID IP PH IMEI IMSI ICCID VIN SIM"
)
"""Latin labels that may stand right in front of a number, without a break."""
