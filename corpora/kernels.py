"""Compiled kernels of the corpora room: keyed BLAKE2b over many strings, UTF-8 checks (RFC 7693, RFC 3629)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

_IV = (
    np.uint64(0x6A09E667F3BCC908),
    np.uint64(0xBB67AE8584CAA73B),
    np.uint64(0x3C6EF372FE94F82B),
    np.uint64(0xA54FF53A5F1D36F1),
    np.uint64(0x510E527FADE682D1),
    np.uint64(0x9B05688C2B3E6C1F),
    np.uint64(0x1F83D9ABFB41BD6B),
    np.uint64(0x5BE0CD19137E2179),
)


@njit(nogil=True, cache=True, inline="always")
def _rotate(x: Any, bits: Any) -> Any:
    return (x >> np.uint64(bits)) | (x << np.uint64(64 - bits))


@njit(nogil=True, cache=True, inline="always")
def _mix(a: Any, b: Any, c: Any, d: Any, x: Any, y: Any) -> Any:
    a = a + b + x
    d = _rotate(d ^ a, 32)
    c = c + d
    b = _rotate(b ^ c, 24)
    a = a + b + y
    d = _rotate(d ^ a, 16)
    c = c + d
    b = _rotate(b ^ c, 63)
    return a, b, c, d


@njit(nogil=True, cache=True)
def _round(v: Any, m: Any) -> Any:
    v0, v4, v8, v12 = _mix(v[0], v[4], v[8], v[12], m[0], m[1])
    v1, v5, v9, v13 = _mix(v[1], v[5], v[9], v[13], m[2], m[3])
    v2, v6, v10, v14 = _mix(v[2], v[6], v[10], v[14], m[4], m[5])
    v3, v7, v11, v15 = _mix(v[3], v[7], v[11], v[15], m[6], m[7])
    v0, v5, v10, v15 = _mix(v0, v5, v10, v15, m[8], m[9])
    v1, v6, v11, v12 = _mix(v1, v6, v11, v12, m[10], m[11])
    v2, v7, v8, v13 = _mix(v2, v7, v8, v13, m[12], m[13])
    v3, v4, v9, v14 = _mix(v3, v4, v9, v14, m[14], m[15])
    return (v0, v1, v2, v3, v4, v5, v6, v7, v8, v9, v10, v11, v12, v13, v14, v15)


@njit(nogil=True, cache=True, inline="always")
def _word(block: Any, at: Any) -> Any:
    word = np.uint64(0)
    for k in range(8):
        word |= np.uint64(block[at + k]) << np.uint64(8 * k)
    return word


@njit(nogil=True, cache=True, inline="always")
def _words(block: Any, at: Any) -> Any:
    return (
        _word(block, at), _word(block, at + 8), _word(block, at + 16), _word(block, at + 24),
        _word(block, at + 32), _word(block, at + 40), _word(block, at + 48), _word(block, at + 56),
        _word(block, at + 64), _word(block, at + 72), _word(block, at + 80), _word(block, at + 88),
        _word(block, at + 96), _word(block, at + 104), _word(block, at + 112), _word(block, at + 120),
    )  # fmt: skip


@njit(nogil=True, cache=True)
def _compress(h: Any, block: Any, at: Any, count: Any, last: Any) -> Any:
    """One 128-byte block into the state (RFC 7693, 3.2); count = bytes so far, this block's included."""
    m = _words(block, at)
    flag = np.uint64(0xFFFFFFFFFFFFFFFF) if last else np.uint64(0)
    v = (
        h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7],
        _IV[0], _IV[1], _IV[2], _IV[3], _IV[4] ^ np.uint64(count), _IV[5], _IV[6] ^ flag, _IV[7],
    )  # fmt: skip
    v = _round(v, (m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8], m[9], m[10], m[11], m[12], m[13], m[14], m[15]))
    v = _round(v, (m[14], m[10], m[4], m[8], m[9], m[15], m[13], m[6], m[1], m[12], m[0], m[2], m[11], m[7], m[5], m[3]))
    v = _round(v, (m[11], m[8], m[12], m[0], m[5], m[2], m[15], m[13], m[10], m[14], m[3], m[6], m[7], m[1], m[9], m[4]))
    v = _round(v, (m[7], m[9], m[3], m[1], m[13], m[12], m[11], m[14], m[2], m[6], m[5], m[10], m[4], m[0], m[15], m[8]))
    v = _round(v, (m[9], m[0], m[5], m[7], m[2], m[4], m[10], m[15], m[14], m[1], m[11], m[12], m[6], m[8], m[3], m[13]))
    v = _round(v, (m[2], m[12], m[6], m[10], m[0], m[11], m[8], m[3], m[4], m[13], m[7], m[5], m[15], m[14], m[1], m[9]))
    v = _round(v, (m[12], m[5], m[1], m[15], m[14], m[13], m[4], m[10], m[0], m[7], m[6], m[3], m[9], m[2], m[8], m[11]))
    v = _round(v, (m[13], m[11], m[7], m[14], m[12], m[1], m[3], m[9], m[5], m[0], m[15], m[4], m[8], m[6], m[2], m[10]))
    v = _round(v, (m[6], m[15], m[14], m[9], m[11], m[3], m[0], m[8], m[12], m[2], m[13], m[7], m[1], m[4], m[10], m[5]))
    v = _round(v, (m[10], m[2], m[8], m[4], m[7], m[6], m[1], m[5], m[15], m[11], m[9], m[14], m[3], m[12], m[13], m[0]))
    v = _round(v, (m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8], m[9], m[10], m[11], m[12], m[13], m[14], m[15]))
    v = _round(v, (m[14], m[10], m[4], m[8], m[9], m[15], m[13], m[6], m[1], m[12], m[0], m[2], m[11], m[7], m[5], m[3]))
    return (
        h[0] ^ v[0] ^ v[8], h[1] ^ v[1] ^ v[9], h[2] ^ v[2] ^ v[10], h[3] ^ v[3] ^ v[11],
        h[4] ^ v[4] ^ v[12], h[5] ^ v[5] ^ v[13], h[6] ^ v[6] ^ v[14], h[7] ^ v[7] ^ v[15],
    )  # fmt: skip


@njit(nogil=True, cache=True)
def blake2b(data: Any, starts: Any, stops: Any, prefix: Any, key: Any, out: Any) -> None:
    """out[i] = BLAKE2b(prefix + data[starts[i]:stops[i]], key), truncated to out.shape[1] bytes by parameter.

    data, prefix, key: uint8, read-only; starts, stops: int64 (n); out: uint8 (n, size), size 1…64.
    """
    size = out.shape[1]
    block = np.zeros(128, np.uint8)
    parameters = _IV[0] ^ np.uint64(0x01010000) ^ (np.uint64(len(key)) << np.uint64(8)) ^ np.uint64(size)
    seed = (parameters, _IV[1], _IV[2], _IV[3], _IV[4], _IV[5], _IV[6], _IV[7])
    keyed = seed
    base = 0
    if len(key):
        block[: len(key)] = key
        keyed = _compress(seed, block, 0, 128, False)
        base = 128
    for row in range(len(starts)):
        at, stop = starts[row], stops[row]
        total = len(prefix) + stop - at
        h, count = keyed, base
        if total == 0:  # only the key block (or nothing): it is the last one
            block[:] = 0
            block[: len(key)] = key
            h = _compress(seed, block, 0, base, True)
            _write(h, out, row)
            continue
        used = len(prefix)
        done = 0
        while used - done > 128:  # a prefix longer than a block
            block[:] = prefix[done : done + 128]
            count += 128
            done += 128
            h = _compress(h, block, 0, count, False)
        held = used - done
        block[:held] = prefix[done:used]
        if held:
            take = min(128 - held, stop - at)
            block[held : held + take] = data[at : at + take]
            at += take
            held += take
            if at < stop:
                count += 128
                h = _compress(h, block, 0, count, False)
                held = 0
        while stop - at > 128:
            count += 128
            h = _compress(h, data, at, count, False)
            at += 128
        if at < stop:
            held = stop - at
            block[:held] = data[at:stop]
        block[held:] = 0
        _write(_compress(h, block, 0, count + held, True), out, row)


@njit(nogil=True, cache=True)
def _write(h: Any, out: Any, row: Any) -> None:
    for k in range(out.shape[1]):
        word = h[0]
        for j in range(1, 8):
            if k >> 3 == j:
                word = h[j]
        out[row, k] = np.uint8((word >> np.uint64(8 * (k & 7))) & np.uint64(0xFF))


@njit(nogil=True, cache=True)
def _utf8_width(data: Any, i: Any, stop: Any) -> Any:
    """Bytes of the well-formed UTF-8 sequence at i (RFC 3629, table 3-7 of Unicode), or 0."""
    lead = data[i]
    if lead < 0x80:
        return 1
    width = 2 if 0xC2 <= lead <= 0xDF else 3 if 0xE0 <= lead <= 0xEF else 4 if 0xF0 <= lead <= 0xF4 else 0
    if width == 0 or i + width > stop:
        return 0
    low = 0xA0 if lead == 0xE0 else 0x90 if lead == 0xF0 else 0x80
    high = 0x9F if lead == 0xED else 0x8F if lead == 0xF4 else 0xBF
    if data[i + 1] < low or data[i + 1] > high:
        return 0
    for k in range(i + 2, i + width):
        if data[k] & 0xC0 != 0x80:
            return 0
    return width


@njit(nogil=True, cache=True)
def utf8_kinds(data: Any, starts: Any, stops: Any, out: Any) -> None:
    """out[r] uint8: 0 if the span is ASCII, 1 if it is other valid UTF-8, 2 if it is not valid UTF-8."""
    for row in range(len(starts)):
        i, stop = starts[row], stops[row]
        kind = 0
        while i < stop:
            width = _utf8_width(data, i, stop)
            if width == 0:
                kind = 2
                break
            if width > 1:
                kind = 1
            i += width
        out[row] = kind
