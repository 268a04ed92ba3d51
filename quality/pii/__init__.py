"""Personal information: where it stands, of what kind, how sure, and why.

    findings = pii.find(text_buffers.texts(array))

Recognisers are independent (identifiers, labelled numbers, names, addresses, dates …); each reports what it sees, and
`findings.merge` settles who gets the characters. Stored text is not changed: recognisers read a shadow of it and report
positions in the text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Texts
from corpora.vocabulary import PII_KINDS
from quality.pii import addresses, blocks, dates, identifiers, labelled, names, organisations, postcodes
from quality.pii.findings import EVIDENCE, EVIDENCE_INDEX, KIND, MEDIUM, SUBTYPE, Findings, joined, merge, touching
from quality.pii.settling import settled

__all__ = ["DEFAULT", "EVIDENCE", "KIND", "MEDIUM", "SUBTYPE", "Findings", "find", "kind_names", "merge"]

DEFAULT = tuple(key for key in PII_KINDS if key not in ("hospital", "department", "organisation"))
"""Kinds that are looked for unless the recipe says otherwise."""


def kind_names() -> tuple[str, ...]:
    """Keys of all kinds, in the order of their indices."""
    return tuple(PII_KINDS)


def find(
    texts: Texts,
    kinds: Sequence[str] | None = None,
    *,
    documents: NDArray[np.int64] | None = None,
    known: Findings | None = None,
    ours: Findings | None = None,
) -> Findings:
    """Personal information in every string; a string boundary is a hard break.

    `kinds`: only those (keys of vocabulary.PII_KINDS; unknown ones: KeyError), DEFAULT if left out. Kinds compete for the
    same characters before they are chosen. `documents`: int64 (n+1) offsets over the strings: which strings make up a
    document (all of them apart, if left out); what is sure in one string of a document helps to find it in the others.
    `known`: what quality.pii.known found for the house, of any kind. `ours`: where earlier treatment put stand-ins, masks and
    pseudonyms (evidence `surrogate`): nothing that touches them is reported again.
    """
    keys = frozenset(DEFAULT if kinds is None else kinds)
    wanted = [KIND[key] for key in keys]
    bounds = np.arange(len(texts) + 1, dtype=np.int64) if documents is None else np.asarray(documents, np.int64)
    data, offsets = texts.data, np.ascontiguousarray(texts.offsets, np.int64)
    parts = []
    for first, last in blocks.runs(offsets[bounds], blocks.BYTES):
        low, high = int(bounds[first]), int(bounds[last])
        house = None if known is None else _shifted(known.take((known.text >= low) & (known.text < high)), -low)
        block = Texts(data, offsets[low : high + 1])
        parts.append(_shifted(_find(block, keys, wanted, bounds[first : last + 1] - low, house), low))
    found = joined(parts)
    return found if ours is None else found.take(~touching(found, ours))


def _shifted(found: Findings, by: int) -> Findings:
    return replace(found, text=found.text + np.int32(by))


def _find(
    texts: Texts, keys: frozenset[str], wanted: Sequence[int], documents: NDArray[np.int64], known: Findings | None
) -> Findings:
    """What stands in a block of documents."""
    seen = names.Seen()

    def recognise(strings: Texts, documents: NDArray[np.int64], origin: names.Origin | None = None) -> Findings:
        more = [known] if origin is None and known is not None else []
        parts = [_unlike(one(strings), more) for one in _recognisers(keys, documents, seen, origin)]
        found = merge([*parts, *more])
        return found.take(np.isin(found.kind, wanted) | np.isin(found.evidence, _HOUSE))

    return settled(texts, documents, recognise, recognise(texts, documents))


def _addresses(texts: Texts, *, sure: bool) -> Findings:
    found = addresses.find(texts, sure=sure)
    return merge([found, postcodes.beside(texts, found)])


def _unlike(found: Findings, house: Sequence[Findings]) -> Findings:
    """Without names that begin where the house surely knows one to begin: a tagger may take the next character along.

    Nothing else gives way: an unsure match must not uncover a sure finding, nor a known part of an address the rest of it.
    """
    for known in house:
        sure = known.take((known.kind == KIND["person_name"]) & (known.confidence >= np.float32(MEDIUM)))
        heads = (sure.text.astype(np.int64) << 32) + sure.start
        mine = (found.text.astype(np.int64) << 32) + found.start
        found = found.take(~((found.kind == KIND["person_name"]) & np.isin(mine, heads)))
    return found


_HOUSE = [EVIDENCE_INDEX["column"], EVIDENCE_INDEX["list"]]


def _recognisers(
    keys: frozenset[str], documents: NDArray[np.int64], seen: names.Seen, origin: names.Origin | None
) -> Iterator[Callable[[Texts], Findings]]:
    """Numbers compete with one another, so theirs always run; the others only where one of their kinds is asked for.

    origin: where text stood that was read before, and of which only what is sure counts now.
    """
    yield identifiers.find
    yield labelled.find
    if "address" in keys:
        yield lambda texts: _addresses(texts, sure=origin is not None)
    if keys & {"date_of_birth", "age"}:
        yield dates.find
    if keys & {"hospital", "department", "organisation"}:
        yield lambda texts: organisations.find(texts, tuple(keys))
    if "person_name" in keys:
        yield lambda texts: names.find(texts, documents, seen=seen, origin=origin)
