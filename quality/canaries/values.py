"""What is planted: an identity of every kind, in every disguise, labelled, bare (where it can be known so) and mistyped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from quality.canaries.mistyped import MISTYPED, mistype
from quality.identities import Draw, Person, numbers
from quality.identities.by_kind import BY_KIND
from quality.identities.regions import REGIONS
from quality.samples import disguise

Maker = Callable[[Draw], str]


@dataclass(frozen=True)
class Canary:
    """A made-up identity. value: its plain form; text: as it is planted, `before` and `after` included."""

    kind: str  # key of vocabulary.PII_KINDS
    value: str
    form: str  # plain, or a disguise of quality.samples.disguise
    context: str  # labelled, bare, mistyped (labelled, with a typing error), known (a value of the house)
    before: str
    written: str
    after: str

    @property
    def text(self) -> str:
        return self.before + self.written + self.after


MAKERS: dict[str, Maker] = {
    **BY_KIND,
    "person_name": lambda draw: Person(draw, low=1945, high=2015).name,
    "address": lambda draw: numbers.address(draw, draw.pick(REGIONS)),
    "date_of_birth": lambda draw: "{0.year}年{0.month}月{0.day}日".format(numbers.birth_date(draw)),
    "age": lambda draw: f"{draw.between(90, 104)}岁",
}
"""Kind → a value of it."""

LABELS: dict[str, tuple[str, ...]] = {
    "resident_id": ("身份证号", "身份证号码", "证件号码"),
    "mobile": ("手机", "手机号", "联系电话", "电话"),
    "landline": ("电话", "固定电话", "联系电话"),
    "email": ("邮箱", "电子邮箱", "E-mail"),
    "bank_card": ("银行卡号", "卡号", "银行账号"),
    "uscc": ("统一社会信用代码", "税号", "信用代码"),
    "plate": ("车牌号", "车牌", "车号"),
    "ipv4": ("IP", "IP地址", "主机"),
    "ipv6": ("IPv6地址", "IP地址"),
    "mac": ("MAC地址", "物理地址"),
    "imei": ("IMEI",),
    "imsi": ("IMSI",),
    "iccid": ("ICCID", "SIM卡号"),
    "vin": ("车架号", "VIN", "车辆识别代号"),
    "passport": ("护照号", "护照号码"),
    "travel_permit": ("通行证号", "港澳通行证号"),
    "overseas_id": ("港台身份证号", "身份证号"),
    "organisation_code": ("组织机构代码",),
    "business_licence": ("营业执照注册号", "注册号"),
    "military_id": ("军官证号", "军官证"),
    "social_insurance": ("社保卡号", "社会保障卡号"),
    "practitioner_licence": ("执业证书编码", "医师执业证号"),
    "case_number": ("案号",),
    "postcode": ("邮编", "邮政编码"),
    "url": ("链接", "网址"),
    "qq": ("QQ", "QQ号"),
    "wechat": ("微信", "微信号"),
    "medical_record_number": ("住院号", "门诊号", "病案号", "病历号"),
    "employee_number": ("工号", "员工编号"),
    "contract_number": ("合同号", "合同编号"),
    "driving_licence": ("驾驶证档案编号", "档案编号"),
    "person_name": ("姓名", "患者姓名", "联系人", "患者"),
    "address": ("住址", "家庭住址", "地址", "现住址"),
    "date_of_birth": ("出生日期", "出生年月"),
    "age": ("年龄",),
}
_RUNNING = {"person_name": (("", "来电询问"), ("由", "陪同"), ("已告知", ""), ("请", "签字确认"))}
"""Bare names stand in running text, which is what there is to know them by."""

BARE = frozenset(
    ["resident_id", "mobile", "landline", "email", "bank_card", "uscc", "plate", "ipv4", "ipv6", "mac", "person_name"]
)
"""Kinds that have to be found without a label: by check digit, allocation, form, or the running text around them."""

_DISGUISED_AS = {"person_name": "name", "medical_record_number": "medical_record"}
_SEPARATORS = ("：", ":", " ", "：", "为")


def cells(kinds: Sequence[str] | None = None) -> list[tuple[str, str, str]]:
    """(kind, form, context) of everything that is planted, in a fixed order. `kinds`: only those."""
    return list(_cells([kind for kind in MAKERS if kinds is None or kind in kinds]))


def _cells(kinds: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    for kind in kinds:
        for form in dict.fromkeys(("plain", *disguise.forms(_DISGUISED_AS.get(kind, kind)))):
            yield from ((kind, form, context) for context in ("labelled", "bare")[: 1 + (kind in BARE)])
        if kind in MISTYPED:
            yield kind, "plain", "mistyped"


def make(draw: Draw, count: int, kinds: Sequence[str] | None = None) -> list[Canary]:
    """`count` canaries that go round the cells evenly, in an order drawn anew; whole rounds where there is at least one."""
    every = cells(kinds)
    if not every:
        return []
    rounds = max(count // len(every), 1)
    order = [cell for _ in range(rounds) for cell in draw.some(every, len(every))]
    return [_canary(draw, *cell) for cell in order[:count]]


def written(draw: Draw, kind: str, form: str, value: str) -> str:
    """The value in a disguise."""
    return value if form == "plain" else disguise.write(draw, form, _DISGUISED_AS.get(kind, kind), value)


def _canary(draw: Draw, kind: str, form: str, context: str) -> Canary:
    value = MAKERS[kind](draw)
    if context == "mistyped":
        value = mistype(draw, kind, value)
    said = written(draw, kind, form, value)
    before, after = ("", "")
    if context != "bare":
        before = draw.pick(LABELS.get(kind, (kind,))) + draw.pick(_SEPARATORS)
    elif kind in _RUNNING:
        before, after = draw.pick(_RUNNING[kind])
    return Canary(kind, value, form if said != value else "plain", context, before, said, after)
