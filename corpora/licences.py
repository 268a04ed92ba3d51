"""Known licences and what they allow: the may-I table of the card. What is unknown has to be checked, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

YES, TERMS, NO, CHECK = "允许", "附条件", "不允许", "需核实"
_ORDER = (YES, TERMS, CHECK, NO)  # from the freest to the strictest


class May(NamedTuple):
    """Answers for training, commercial use and redistribution; `hub` is the licence's name on the Hub."""

    hub: str
    training: str
    commercial: str
    redistribution: str
    terms: str = ""


_SIGN = "须署名"
_SAME = "须署名，演绎作品以相同许可发布"
LICENCES: dict[str, May] = {
    "cc0-1.0": May("cc0-1.0", YES, YES, YES),
    "pddl-1.0": May("pddl", YES, YES, YES),
    "unlicense": May("unlicense", YES, YES, YES),
    "cc-by-3.0": May("cc-by-3.0", YES, YES, TERMS, _SIGN),
    "cc-by-4.0": May("cc-by-4.0", YES, YES, TERMS, _SIGN),
    "cc-by-sa-3.0": May("cc-by-sa-3.0", YES, YES, TERMS, _SAME),
    "cc-by-sa-4.0": May("cc-by-sa-4.0", YES, YES, TERMS, _SAME),
    "cc-by-nc-4.0": May("cc-by-nc-4.0", TERMS, NO, TERMS, "仅限非商业用途，须署名"),
    "cc-by-nc-sa-4.0": May("cc-by-nc-sa-4.0", TERMS, NO, TERMS, "仅限非商业用途，须署名，相同方式共享"),
    "cc-by-nd-4.0": May("cc-by-nd-4.0", CHECK, CHECK, NO, "清洗后属于演绎作品，不得再分发"),
    "cc-by-nc-nd-4.0": May("cc-by-nc-nd-4.0", CHECK, NO, NO, "仅限非商业用途；清洗后属于演绎作品，不得再分发"),
    "mit": May("mit", YES, YES, TERMS, "须保留版权声明"),
    "apache-2.0": May("apache-2.0", YES, YES, TERMS, "须保留版权、许可与改动说明"),
    "bsd-2-clause": May("bsd-2-clause", YES, YES, TERMS, "须保留版权声明"),
    "bsd-3-clause": May("bsd-3-clause", YES, YES, TERMS, "须保留版权声明"),
    "mulanpsl-2.0": May("other", YES, YES, TERMS, "须保留版权声明与许可文本"),
    "gpl-2.0": May("gpl-2.0", YES, TERMS, TERMS, "分发须以相同许可提供"),
    "gpl-3.0": May("gpl-3.0", YES, TERMS, TERMS, "分发须以相同许可提供"),
    "lgpl-3.0": May("lgpl-3.0", YES, TERMS, TERMS, "分发须以相同许可提供"),
    "agpl-3.0": May("agpl-3.0", YES, TERMS, TERMS, "分发或网络服务须以相同许可提供"),
    "odbl-1.0": May("odbl", YES, YES, TERMS, "须署名，衍生数据库以相同许可发布"),
    "odc-by-1.0": May("odc-by", YES, YES, TERMS, _SIGN),
    "cdla-permissive-2.0": May("cdla-permissive-2.0", YES, YES, TERMS, "须附许可文本"),
    "internal": May("other", TERMS, CHECK, NO, "仅限本单位使用"),
    "commercial": May("other", CHECK, CHECK, CHECK, "以合同为准"),
}
_ALIASES = {
    "cc0": "cc0-1.0",
    "apache": "apache-2.0",
    "bsd": "bsd-3-clause",
    "odbl": "odbl-1.0",
    "odc-by": "odc-by-1.0",
    "pddl": "pddl-1.0",
    "木兰宽松许可证": "mulanpsl-2.0",
    "仅内部": "internal",
    "内部": "internal",
    "内部使用": "internal",
    "商业许可": "commercial",
    "商业授权": "commercial",
}
_UNKNOWN = May("other", CHECK, CHECK, CHECK, "许可未声明或不在已知表中")


def may(licence: str) -> May:
    """What a licence allows, by SPDX identifier or a common Chinese name."""
    key = re.sub(r"(-only|-or-later)$", "", licence.strip().lower().replace(" ", "-"))
    return LICENCES.get(_ALIASES.get(key, key), _UNKNOWN)


def strictest(licences: Iterable[str]) -> tuple[str, str, str]:
    """Training, commercial use, redistribution of a dataset that mixes these licences."""
    answers = [may(licence) for licence in licences] or [_UNKNOWN]
    training, commercial, redistribution = (
        max((answer[column] for answer in answers), key=_ORDER.index) for column in (1, 2, 3)
    )
    return training, commercial, redistribution
