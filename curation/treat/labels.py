"""What stands in the brackets of a placeholder: 手机号, 住院号, 患者姓名."""

from __future__ import annotations

from functools import cache

from corpora.vocabulary import PII_KINDS, PII_SUBTYPES

NUMBERED = ("person_name", "organisation")
"""Kinds whose placeholders tell one from another inside a document: [患者姓名_1], [患者姓名_2]."""


@cache
def label(kind: str, subtype: str) -> str:
    """The label of a kind, with its subtype where there is one: 患者姓名, 客户单位名, 住院号."""
    own, part = PII_KINDS[kind].label, PII_SUBTYPES[subtype].label
    if not part:
        return own
    return part + own if kind in NUMBERED else part


@cache
def fixed() -> tuple[str, ...]:
    """Placeholders without a number, at kind × number of subtypes + subtype."""
    return tuple(f"[{label(kind, subtype)}]" for kind in PII_KINDS for subtype in PII_SUBTYPES)
