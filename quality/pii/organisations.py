"""Hospitals, departments and organisations, found only where a recipe asks for them.

A name ends in a word of its kind (医院, 有限公司) and begins with a place, or where no name can go on. Word lists:
quality/pii/places/organisations.txt.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Texts
from quality.kernels import pii_organisations as kernel
from quality.pii import letters
from quality.pii.findings import EVIDENCE_INDEX, KIND, Findings
from quality.pii.letters import Tree

KINDS = ("hospital", "department", "organisation")


def find(texts: Texts, kinds: Sequence[str] = KINDS) -> Findings:
    """Those of KINDS that `kinds` asks for; nothing is computed where none is. Confidence 0.85 with an end word that is
    only an end word (有限公司, 人民医院), 0.8 for departments, 0.6 with an ordinary one (公司, 厂); evidence `pattern`."""
    wanted = [KIND[kind] for kind in KINDS if kind in kinds]
    if not wanted:
        return Findings.none()
    given = (*letters.read_only(texts), letters.fold_table(), *_tables(), letters.room(texts))
    text, start, end, start_byte, end_byte, code, sure = letters.filled(
        len(texts.data), lambda out: kernel.scan(*given, out)
    ).T
    names = {kernel.HOSPITAL: "hospital", kernel.DEPARTMENT: "department"}
    kind = np.array([KIND[names.get(code, "organisation")] for code in range(5)])[code]
    found = Findings.of(text, start, end, start_byte, end_byte, kind, 0, sure / 1000, EVIDENCE_INDEX["pattern"])
    return found.take(np.isin(found.kind, wanted))


@cache
def _tables() -> tuple[NDArray[np.uint8], Tree]:
    words = letters.lists("organisations.txt")
    ends: dict[str, int] = {}
    for key, code in (
        ("plain", kernel.PLAIN),
        ("legal", kernel.LEGAL),
        ("hospital", kernel.HOSPITAL),
        ("negative", kernel.NEGATIVE),
    ):
        ends |= dict.fromkeys(words[key], code)
    places = dict.fromkeys(
        (w for level in ("province", "city", "district") for w in letters.lists("divisions.txt")[level]), 1
    )
    lists = (
        ends,
        dict.fromkeys(words["department"], 1),
        dict.fromkeys(words["ward"], 1),
        places,
        dict.fromkeys(words["generic"], 1),
    )
    tree = letters.tree(lists)
    return _classes(words, tree), tree


def _classes(words: dict[str, tuple[str, ...]], tree: Tree) -> NDArray[np.uint8]:
    table = np.zeros(65536, np.uint8)
    table[0x3400:0xA000] = kernel.NAME
    table[97:123] = kernel.NAME
    table[[ord(c) for c in "0123456789零一二三四五六七八九十"]] |= kernel.NUMBER
    table[[ord(c) for c in "".join(words["lead"])]] |= kernel.LEAD
    table[tree.firsts[kernel.ENDS] >= 0] |= kernel.END
    table[tree.firsts[kernel.DEPARTMENTS] >= 0] |= kernel.WARD
    return table
