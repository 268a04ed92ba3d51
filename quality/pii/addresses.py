"""Addresses, from the province down to the room; a place alone is a quasi-identifier and reported below MEDIUM.

A grammar over a gazetteer of divisions (GB/T 2260) and suffixes; word lists and their rights: quality/pii/places.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora import text_buffers
from corpora.text_buffers import Texts
from quality.kernels import pii_address_parts as part
from quality.kernels import pii_addresses as kernel
from quality.kernels.pii_letters import widen
from quality.pii import letters, place_names
from quality.pii.findings import KIND, MEDIUM, Findings
from quality.pii.letters import Tree

LEVELS = {
    part.PROVINCE: "province", part.CITY: "city", part.DISTRICT: "district", part.TOWN: "town", part.ROAD: "road",
    part.NUMBER: "number", part.BUILDING: "building", part.ROOM: "room", part.VILLAGE: "village", part.ESTATE: "estate",
    part.POI: "landmark", part.TAIL: "landmark", part.GROUP: "group", part.BARE: "room", part.PLACE: "place",
    part.ZONE: "estate",
}  # fmt: skip
"""What `levels` calls the parts of an address."""


class Tables(NamedTuple):
    classes: NDArray[np.uint16]  # uint16[65536]
    tree: Tree


def find(texts: Texts, *, sure: bool = False) -> Findings:
    """Addresses in every string, one finding for each whole address.

    Confidence: 0.6 to 0.95 for what reaches below the county, or stands behind a label; 0.2 (countries, landscapes) and
    0.3 (provinces, cities, counties) for a place alone. sure: only the strings that the grammar is sure of one in; a place of
    the tagger makes an address longer, but none sure.
    """
    strings, room, parts = letters.read_only(texts), letters.room(texts), np.empty((32, 3), np.int64)
    given = (*strings, letters.fold_table(), _tables(), _seconds(), room, parts)
    rows = letters.filled(len(texts.data), lambda out: kernel.scan(*given, out))
    text, start, end, start_byte, end_byte, thousandths, evidence = rows.T
    known = Findings.of(text, start, end, start_byte, end_byte, KIND["address"], 0, thousandths / 1000, evidence)
    if not sure:
        return place_names.joined(known, texts)
    some = np.unique(known.text[known.confidence >= np.float32(MEDIUM)])
    return _only(known, texts, some.astype(np.int64)) if len(some) else Findings.none()


def _only(known: Findings, texts: Texts, strings: NDArray[np.int64]) -> Findings:
    """What is in these strings (ascending)."""
    known = known.take(np.isin(known.text, strings))
    known = replace(known, text=np.searchsorted(strings, known.text).astype(np.int32))
    chosen = text_buffers.texts(text_buffers.to_array(texts.data, texts.offsets).take(strings))
    found = place_names.joined(known, chosen)
    return replace(found, text=strings[found.text].astype(np.int32))


def levels(text: str) -> list[tuple[str, int, int]]:
    """(level, start, end) of every part of one address, in code points: `浙江省宁波市…` → province 0…3, city 3…6, …

    Levels: the values of LEVELS; only province, city and district say less than where somebody lives.
    """
    data = np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
    folded, places = np.empty(len(data) + 24, np.uint16), np.empty((2, len(data) + 24), np.int32)
    n = widen(data, 0, len(data), letters.fold_table(), folded, places)
    parts = np.zeros((64, 3), np.int64)
    count = kernel.parts_of(folded, n, _tables(), np.empty((32, 3), np.int64), parts)
    return [(LEVELS[p], int(places[1, a]), int(places[1, b - 1]) + 1) for p, a, b in parts[:count].tolist()]


@cache
def _tables() -> Tables:
    words, divisions = letters.lists("words.txt"), letters.lists("divisions.txt")
    tree = letters.tree([_places(words, divisions), _suffixes(words), _units(words), _labels(words), _owners(words)])
    return Tables(_classes(words, tree), tree)


Lists = dict[str, tuple[str, ...]]


def _places(words: Lists, divisions: Lists) -> dict[str, int]:
    levels = {word: part.PLACE for word in words["world"] + divisions["place"]}
    levels |= {word: part.DISTRICT for word in divisions["district"] + words["recent_district"]}
    levels |= {word: part.CITY for word in divisions["city"] + words["recent_city"] + words["province_old"]}
    levels |= {word: part.PROVINCE for word in divisions["province"]}
    levels |= dict.fromkeys(words["not_place"], part.NEGATIVE)
    return {word: level for word, level in levels.items() if word not in words["not_short"]}


def _suffixes(words: Lists) -> dict[str, int]:
    codes: dict[str, int] = {}
    for key, code in (
        ("poi", part.POI), ("tail", part.TAIL), ("zone", part.ZONE), ("estate", part.ESTATE), ("village", part.VILLAGE), ("town", part.TOWN),
        ("road", part.ROAD), ("admin_district", part.DISTRICT), ("admin_city", part.CITY), ("negative", part.NEGATIVE),
    ):  # fmt: skip
        codes |= dict.fromkeys(words[key], code)
    return codes


def _units(words: Lists) -> dict[str, int]:
    codes: dict[str, int] = {}
    for key, code in (("number", part.NUMBER), ("building", part.BUILDING), ("room", part.ROOM), ("group", part.GROUP), ("road", part.ROAD),
                      ("negative", part.NEGATIVE)):  # fmt: skip
        codes |= dict.fromkeys(words[f"unit_{key}"], code)
    return codes


def _labels(words: Lists) -> dict[str, int]:
    codes = dict.fromkeys(words["label"], 1) | dict.fromkeys(words["label_loose"], 2)
    return codes | dict.fromkeys(words["label_negative"], part.NEGATIVE)


def _owners(words: Lists) -> dict[str, int]:
    return dict.fromkeys(words["organisation"], 1)


def _classes(words: Lists, tree: Tree) -> NDArray[np.uint16]:
    table = np.zeros(65536, np.uint16)
    table[0x3400:0xA000] = part.NAME
    table[48:58] = part.DIGIT
    table[97:123] = part.LATIN
    for letters_, bit in (
        ("".join(words["stop"]), part.STOP), ("零一二三四五六七八九十百", part.NUMERAL), ("".join(words["lead"]), part.LEAD),
        ("".join(words["refused_road"]), part.NO_ROAD), ("".join(words["refused_village"]), part.NO_VILLAGE),
        ("".join(w[-1] for key in ("road", "village", "estate", "zone") for w in words[key]), part.LAST),
    ):  # fmt: skip
        table[[ord(c) for c in set(letters_)]] |= bit
    for root, bit in (
        (part.SUFFIXES, part.SUFFIX), (part.LABELS, part.LABEL), (part.PLACES, part.PLACED), (part.ORGANISATIONS, part.OWNER),
    ):  # fmt: skip
        table[tree.firsts[root] >= 0] |= bit
    return table


@cache
def _seconds() -> NDArray[np.uint64]:
    """uint64[65536]: bit b where a place, label or number may begin with this letter and one that is b modulo 64."""
    words, fold = letters.lists("words.txt"), letters.fold_table()
    table = np.zeros(65536, np.uint64)
    for word in [*_places(words, letters.lists("divisions.txt")), *_labels(words)]:
        table[fold[ord(word[0])]] |= np.uint64(1) << np.uint64(fold[ord(word[1])] & 63)
    table[_tables().classes & (part.DIGIT | part.NUMERAL | part.LATIN) > 0] = np.uint64(2**64 - 1)
    table[list(kernel.BLOCK)] = np.uint64(2**64 - 1)
    return table
