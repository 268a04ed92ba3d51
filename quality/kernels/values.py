"""Sums of value-token hashes of byte ranges. Grammar and reasons: quality.values."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from quality.kernels.utf8 import decode, width

NONE, SKIP, DIGIT, LETTER, SYMBOL, POINT = 0, 1, 2, 3, 4, 5

_PRIME = np.uint64(0x9E3779B97F4A7C15)
_M1 = np.uint64(0xBF58476D1CE4E5B9)
_M2 = np.uint64(0x94D049BB133111EB)
_S27, _S30, _S31 = np.uint64(27), np.uint64(30), np.uint64(31)
_SEEDS = np.array([0, 0, 0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0], np.uint64)
_DOT, _COMMA = 0x2E, 0x2C


@njit(nogil=True, cache=True, inline="always")
def mix(x: Any) -> Any:
    """Finaliser of splitmix64 (Steele, Lea, Flood 2014): a bijection of uint64."""
    x = (x ^ (x >> _S30)) * _M1
    x = (x ^ (x >> _S27)) * _M2
    return x ^ (x >> _S31)


@njit(nogil=True, cache=True, inline="always")
def _step(h: Any, cp: Any) -> Any:
    return mix((h ^ np.uint64(cp)) * _PRIME)


@njit(nogil=True, cache=True, inline="always")
def _kind(cp: Any, kinds: Any) -> Any:
    if cp < 0x10000:
        return kinds[cp]
    if 0x1D400 <= cp < 0x1D800:
        return SYMBOL
    return SKIP if 0xE0000 <= cp < 0xE1000 else NONE


@njit(nogil=True, cache=True)
def sums(data: Any, starts: Any, ends: Any, folded: Any, kinds: Any, out: Any) -> None:
    """out[r] = sum of the token hashes of data[starts[r]:ends[r]]; folded: uint16[65536], kinds: uint8[65536]."""
    for r in range(len(starts)):
        total = np.uint64(0)
        h = np.uint64(0)
        state, pending, i = NONE, 0, starts[r]
        while i < ends[r]:
            lead = data[i]
            if 0xE4 <= lead <= 0xE9:  # U+4000–U+9FFF: Han, never part of a token
                kind, c = NONE, 0
                i += 3
            else:
                c = decode(data, i)
                i += width(lead)
                kind = _kind(c, kinds)
                if c < 0x10000:
                    c = int(folded[c])
            if kind == SKIP:
                continue
            if state == kind and (kind in (DIGIT, LETTER)):
                if pending:
                    h = _step(h, pending)
                    pending = 0
                h = _step(h, c)
                continue
            if state == DIGIT and kind == POINT and pending == 0:
                pending = c  # belongs to the number only if a digit follows
                continue
            if state in (DIGIT, LETTER):
                total += h
            if kind in (DIGIT, LETTER):
                h = _SEEDS[kind]
                if state == POINT and kind == DIGIT:
                    h = _step(h, _DOT)
                h = _step(h, c)
            elif kind == SYMBOL:
                total += _step(_SEEDS[kind], c)
            state = NONE if kind == POINT and c != _DOT else kind
            pending = 0
        if state in (DIGIT, LETTER):
            total += h
        out[r] = total
