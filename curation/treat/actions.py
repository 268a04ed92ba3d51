"""What may be done with a finding, and which kinds it suits."""

from __future__ import annotations

from typing import Literal, get_args

from corpora.names import suggest
from corpora.vocabulary import PII_KINDS, Term
from quality.identities import surrogates

Action = Literal["placeholder", "mask", "pseudonym", "surrogate", "generalise", "shift", "drop", "keep"]
Default = Literal["placeholder", "mask", "pseudonym", "surrogate", "drop"]

ACTIONS: dict[str, Term] = {
    "placeholder": Term("占位符", "[手机号]；姓名带编号 [患者姓名_1]，一篇文档里同一个人同一个号"),
    "mask": Term("遮盖", "138****5678、张**；证件号、卡号、院内编号全部遮盖"),
    "pseudonym": Term("假名", "[患者姓名:7f3a9c41]，带密钥的 HMAC，同一数据集各版本一致"),
    "surrogate": Term("替身", "读来自然、不属于任何人的值，同一数据集各版本一致"),
    "generalise": Term("泛化", "年龄到段（90岁以上），日期到年或月，地址到市，邮编到前两位"),
    "shift": Term("日期平移", "与全文日期一起平移，只用于出生日期，要有 shift_dates"),
    "drop": Term("删除", "连字一起去掉"),
    "keep": Term("保留", "明确允许留在发布里的种类，配方随发布公开"),
}
GENERALISED = frozenset({"age", "date_of_birth", "address", "postcode"})
_STAND_INS = surrogates.kinds() | {"date_of_birth", "age"}


def suits(action: str, kind: str) -> bool:
    """Whether this action has a meaning for this kind."""
    if action == "generalise":
        return kind in GENERALISED
    if action == "surrogate":
        return kind in _STAND_INS
    return action != "shift" or kind == "date_of_birth"


def mistakes(actions: dict[str, str], *, shifts: bool) -> list[str]:
    """What is wrong with the recipe's choice, one line each."""
    found = [
        f"没有这样的种类 / no such kind: {kind}，{suggest(kind, PII_KINDS)}" for kind in actions if kind not in PII_KINDS
    ]
    for kind, action in actions.items():
        if kind in PII_KINDS and not suits(action, kind):
            ok = ", ".join(one for one in get_args(Action) if suits(one, kind))
            found.append(f"{kind} 不能 {action}，可用 / cannot be {action}d, use one of: {ok}")
        if action == "shift" and not shifts:
            found.append(f"{kind}: shift 要有 shift_dates / needs shift_dates")
    return found
