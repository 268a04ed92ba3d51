"""Addresses, from the province down to the room; a place alone is a quasi-identifier and reported below MEDIUM.

A grammar over a gazetteer of divisions (GB/T 2260) and suffixes; word lists and their rights: quality/pii/places.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Texts
from quality.kernels import pii_address_parts as part
from quality.kernels import pii_addresses as kernel
from quality.kernels.pii_letters import widen
from quality.pii import letters
from quality.pii.findings import KIND, Findings
from quality.pii.letters import Tree

LEVELS = {
    part.PROVINCE: "province", part.CITY: "city", part.DISTRICT: "district", part.TOWN: "town", part.ROAD: "road",
    part.NUMBER: "number", part.BUILDING: "building", part.ROOM: "room", part.VILLAGE: "village", part.ESTATE: "estate",
    part.POI: "landmark", part.TAIL: "landmark", part.GROUP: "group", part.BARE: "room", part.PLACE: "place",
}  # fmt: skip
"""What `levels` calls the parts of an address."""


class Tables(NamedTuple):
    classes: NDArray[np.uint8]  # uint8[65536]
    tree: Tree


def find(texts: Texts) -> Findings:
    """Addresses in every string, one finding for each whole address.

    Confidence: 0.6 to 0.95 for what reaches below the county, or stands behind a label; 0.2 (countries, landscapes) and
    0.3 (provinces, cities, counties) for a place alone.
    """
    rows = letters.filled(7, lambda room: kernel.scan(*letters.read_only(texts), letters.fold_table(), _tables(), _lead(), room))
    text, start, end, start_byte, end_byte, thousandths, evidence = rows.T
    return Findings.of(text, start, end, start_byte, end_byte, KIND["address"], 0, thousandths / 1000, evidence)


def levels(text: str) -> list[tuple[str, int, int]]:
    """(level, start, end) of every part of one address, in code points: `浙江省宁波市…` → province 0…3, city 3…6, …

    Levels: the values of LEVELS; only province, city and district say less than where somebody lives.
    """
    data = np.frombuffer(text.encode("utf-8", "surrogatepass"), np.uint8)
    folded, places = np.empty(len(data) + 8, np.uint16), np.empty((2, len(data) + 8), np.int64)
    n = widen(data, 0, len(data), letters.fold_table(), folded, places)
    parts = np.zeros((64, 3), np.int64)
    count = kernel.parts_of(folded, n, _tables(), parts)
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
    return levels | dict.fromkeys(words["not_place"], part.NEGATIVE)


def _suffixes(words: Lists) -> dict[str, int]:
    codes: dict[str, int] = {}
    for key, code in (
        ("poi", part.POI), ("tail", part.TAIL), ("estate", part.ESTATE), ("village", part.VILLAGE), ("town", part.TOWN),
        ("road", part.ROAD), ("admin_district", part.DISTRICT), ("admin_city", part.CITY), ("negative", part.NEGATIVE),
    ):  # fmt: skip
        codes |= dict.fromkeys(words[key], code)
    return codes


def _units(words: Lists) -> dict[str, int]:
    codes: dict[str, int] = {}
    for key, code in (("number", part.NUMBER), ("building", part.BUILDING), ("room", part.ROOM), ("group", part.GROUP),
                      ("negative", part.NEGATIVE)):  # fmt: skip
        codes |= dict.fromkeys(words[f"unit_{key}"], code)
    return codes


def _labels(words: Lists) -> dict[str, int]:
    codes = dict.fromkeys(words["label"], 1) | dict.fromkeys(words["label_loose"], 2)
    return codes | dict.fromkeys(words["label_negative"], part.NEGATIVE)


def _owners(words: Lists) -> dict[str, int]:
    return dict.fromkeys(words["organisation"], 1)


def _classes(words: Lists, tree: Tree) -> NDArray[np.uint8]:
    table = np.zeros(65536, np.uint8)
    table[0x3400:0xA000] = part.NAME
    stop = [ord(c) for c in set("".join(words["stop"])) - set("".join(words["stop_keep"]))]
    table[stop] = part.STOP
    table[48:58] = part.DIGIT
    table[97:123] = part.LATIN
    table[[ord(c) for c in "零一二三四五六七八九十百"]] |= part.NUMERAL
    for root, bit in ((part.SUFFIXES, part.SUFFIX), (part.LABELS, part.LABEL), (part.UNITS, part.UNIT)):
        table[tree.firsts[root] >= 0] |= bit
    return table


@cache
def _lead() -> NDArray[np.uint8]:
    words = letters.lists("words.txt")
    table = np.zeros(65536, np.uint8)
    table[[ord(c) for c in "".join(words["lead"])]] |= 1
    table[[ord(c) for c in "".join(words["refused_road"])]] |= 2
    return table
