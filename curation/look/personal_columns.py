"""Columns that hold personal information: by their name, and by a sample of their values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from corpora import text_buffers, vocabulary
from quality import pii
from quality.pii import column_kinds

SHARE = 0.2
"""From this share of filled values on that are personal information as a whole, a column is taken for it."""
_THINGS = re.compile(r"title|标题|题名|品牌|brand|关键词|keyword|标签|tag|名称", re.I)
"""Names of things and works often read like names of people."""


def kind_of(name: str, filled: Sequence[str]) -> tuple[str, str]:
    """(kind as a recipe writes it, `name` or `content`: what says so), or ("", ""). filled: some values, none blank."""
    if guess := column_kinds.guess(name.rpartition("[].")[2]):
        return column_kinds.written(*guess), "name"
    kind, share = personal(filled)
    if share < SHARE or (kind == "person_name" and _THINGS.search(name)):
        return "", ""
    return kind, "content"


def personal(values: Sequence[str]) -> tuple[str, float]:
    """The kind that most values are as a whole (four fifths of their characters), and the share of values that are.

    values: a sample, at most some thousands.
    """
    if not values:
        return "", 0.0
    found = pii.find(text_buffers.texts(pa.array([value.strip() for value in values], pa.large_string())))
    shares: dict[int, int] = {}
    for k in range(len(found)):
        covered = int(found.end[k] - found.start[k])
        name = found.kind[k] == pii.KIND["person_name"]  # alone in a cell, a name has nothing around it to be known by
        if found.confidence[k] >= (pii.MEDIUM - 0.2 if name else pii.MEDIUM) and covered >= 0.8 * len(
            values[int(found.text[k])].strip()
        ):
            shares[int(found.kind[k])] = shares.get(int(found.kind[k]), 0) + 1
    if not shares:
        return "", 0.0
    best = max(shares, key=lambda kind: (shares[kind], -kind))
    return pii.kind_names()[best], shares[best] / len(values)


def holds_personal(text: str) -> bool:
    """Whether something personal stands anywhere in a short text such as a file's name."""
    return bool(len(pii.find(text_buffers.texts(pa.array([text], pa.large_string())))))


def label(kind: str) -> str:
    """`person_name/patient` for people: 姓名（患者）."""
    if not kind:
        return ""
    name, subtype = column_kinds.parse(kind)
    part = vocabulary.PII_SUBTYPES[subtype].label
    return vocabulary.PII_KINDS[name].label + (f"（{part}）" if part else "")


def about_columns(recipe: Any, values: dict[str, list[str]]) -> list[str]:
    """Warnings about declared columns that look personal, by name or by a sample of their values (column → values)."""
    warnings = []
    for name, column in recipe.columns.items():
        if column.pii is not None:
            continue
        guess = column_kinds.guess(name)
        if guess and column.type == "string" and recipe.of_phase("treat"):
            warnings.append(
                f"columns.{name} 像是{label(column_kinds.written(*guess))}（看列名），整列会替换；不是就写 pii: none，只供查找就移到 identities"
                " / looks personal by its name: replaced as a whole; set `pii: none` if it is not, or move it to `identities`"
            )
            continue
        kind, share = personal([value for value in values.get(name, []) if value.strip()])
        if guess or share >= SHARE:
            kind = column_kinds.written(*guess) if guess else kind
            warnings.append(
                f"columns.{name} 像是{label(kind)}（{'看列名' if guess else f'{share:.0%} 的值'}）：写 pii: {kind} 整列替换，或移到 identities"
                f" / looks personal: set `pii: {kind}` to replace every value, or move it to `identities`"
            )
    return warnings
