"""What is known of every run of two to four characters: a word, a place, a name … by a hashed table.

An entry is a 12-bit check and a 4-bit class; a run that is not listed is taken for a listed one in about one of
4096 / load cases, which the models are trained with.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.lean import inlined, lean
from quality.kernels.vectors import PROBES, first_listed

UNREAD = np.uint16(1 << 12)
"""No value of `begins`."""

_PRIME, _SHIFT = np.uint64(0x9E3779B97F4A7C15), np.uint64(32)


@inlined
def mix(key: Any) -> Any:
    """A 32-bit hash of a 64-bit key (Fibonacci hashing, Knuth 6.4)."""
    product = (key ^ (key >> _SHIFT)) * _PRIME
    return np.uint32(product >> _SHIFT)


@inlined
def run_key(codes: Any, i: Any, n: Any) -> Any:
    """The n ≤ 4 codes from i on as one 64-bit key."""
    key = np.uint64(0)
    for k in range(n):
        key = key << np.uint64(16) | np.uint64(codes[i + k])
    return key


@inlined
def find(table: Any, key: Any) -> Any:
    """Class of a key in uint16[2**k] `table`; 0 if it is not listed."""
    hashed = mix(key)
    mask = len(table) - 1
    check = np.uint16(np.uint16(hashed >> np.uint32(20)) << np.uint16(4))
    if (hashed & mask) + PROBES <= len(table):
        return first_listed(table, np.int64(hashed & mask), check)
    for probe in range(PROBES):
        entry = table[(hashed + np.uint32(probe)) & mask]
        if entry == 0:
            return 0
        if entry & 0xFFF0 == check and entry & 15:
            return int(entry & 15)
    return 0


@inlined
def begins(table: Any, codes: Any, i: Any) -> Any:
    """Classes of the runs of 2, 3, 4 codes that begin at code i, four bits each, that of 2 highest; beyond a break no run
    goes. Up to code i + 3 is read."""
    packed = np.uint16(0)
    for n in range(2, 5):
        if codes[i] == 0 or codes[i + n - 1] == 0:
            break
        packed |= np.uint16(find(table, run_key(codes, i, n)) << (4 * (4 - n)))
    return packed


@lean
def insert(table: Any, codes: Any, starts: Any, classes: Any) -> Any:
    """Lists run k = codes[starts[k]:starts[k+1]] with classes[k]; returns how many found no place."""
    lost = 0
    mask = len(table) - 1
    for k in range(len(classes)):
        hashed = mix(run_key(codes, starts[k], starts[k + 1] - starts[k]))
        check = np.uint16(hashed >> np.uint32(20)) << np.uint16(4)
        placed = False
        for probe in range(PROBES):
            place = (hashed + np.uint32(probe)) & mask
            if table[place] == 0 or table[place] & 0xFFF0 == check:
                if table[place] == 0:
                    table[place] = check | np.uint16(classes[k])
                placed = True
                break
        lost += not placed
    return lost


@lean
def classes(table: Any, codes: Any, start: Any, end: Any, out: Any) -> None:
    """out uint8[end - start, 6]: class of the runs of 2, 3, 4 codes that begin at, and that end with, each code.

    Runs may reach beyond start and end, but not beyond a break.
    """
    for i in range(end - start):
        for column in range(6):
            out[i, column] = 0
    low, high = start, end
    while low > start - 3 and codes[low - 1] != 0:
        low -= 1
    while high < end + 3 and codes[high] != 0:
        high += 1
    for i in range(low, end):
        for n in range(2, 5):
            if i + n > high or i + n <= start:
                continue
            kind = find(table, run_key(codes, i, n))
            if i >= start:
                out[i - start, n - 2] = kind
            if i + n <= end:
                out[i + n - 1 - start, n + 1] = kind
