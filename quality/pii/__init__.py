"""Personal information: where it stands, of what kind, how sure, and why.

    findings = pii.find(text_buffers.texts(array))

Recognisers are independent (identifiers, labelled numbers, names, addresses, dates …); each reports what it sees, and
`findings.merge` settles who gets the characters. Stored text is not changed: recognisers read a shadow of it and report
positions in the text.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Texts
from corpora.vocabulary import PII_KINDS
from quality.pii import addresses, dates, identifiers, organisations
from quality.pii.findings import EVIDENCE, KIND, MEDIUM, SUBTYPE, Findings, merge
from quality.pii.kinds import KINDS

__all__ = ["DEFAULT", "EVIDENCE", "KIND", "KINDS", "MEDIUM", "SUBTYPE", "Findings", "find", "kind_names", "merge"]

DEFAULT = tuple(key for key in PII_KINDS if key not in ("hospital", "department", "organisation"))
"""Kinds that are looked for unless the recipe says otherwise."""


def kind_names() -> tuple[str, ...]:
    """Keys of all kinds, in the order of their indices."""
    return tuple(PII_KINDS)


def find(texts: Texts, kinds: Sequence[str] | None = None, *, documents: NDArray[np.int64] | None = None) -> Findings:
    """Personal information in every string; a string boundary is a hard break.

    `kinds`: only those (keys of vocabulary.PII_KINDS; unknown ones: KeyError), DEFAULT if left out. Kinds compete for the
    same characters before they are chosen. `documents`: int64 (n+1) offsets over the strings: which strings make up a
    document (all of them apart, if left out); what is sure in one string of a document helps to find it in the others.
    """
    keys = DEFAULT if kinds is None else tuple(kinds)
    wanted = [KIND[key] for key in keys]
    parts = [identifiers.find(texts), organisations.find(texts, keys)]
    if "address" in keys:
        parts.append(addresses.find(texts))
    if "date_of_birth" in keys or "age" in keys:
        parts.append(dates.find(texts))
    found = merge(parts)
    return found.take(np.isin(found.kind, wanted))
