"""Keyed BLAKE2b over many strings (RFC 7693)."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types

from corpora.kernels.words import WORD, copy_bytes, intrinsic, load, pointer_at, word_at

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
_SIGMA = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
    [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
    [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
    [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
    [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
    [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
    [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
    [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
]
_PLACES = 8 * np.array(_SIGMA + _SIGMA[:2], np.uint8)  # message schedule of the twelve rounds, as byte offsets
_ZERO, _ONES = np.uint64(0), np.uint64(0xFFFFFFFFFFFFFFFF)


@njit(nogil=True, cache=True)
def _mix(a: Any, b: Any, c: Any, d: Any, x: Any, y: Any) -> Any:
    a = a + b + x
    d = d ^ a
    d = (d >> np.uint64(32)) | (d << np.uint64(32))
    c = c + d
    b = b ^ c
    b = (b >> np.uint64(24)) | (b << np.uint64(40))
    a = a + b + y
    d = d ^ a
    d = (d >> np.uint64(16)) | (d << np.uint64(48))
    c = c + d
    b = b ^ c
    b = (b >> np.uint64(63)) | (b << np.uint64(1))
    return a, b, c, d


@njit(nogil=True, cache=True)
def _compress(h: Any, block: Any, count: Any, flag: Any) -> Any:
    """One 128-byte block into the state (RFC 7693, 3.2); count = bytes so far, this block's included. A loop over the
    rounds, not twelve copies of them: that compiles in a fraction of the time."""
    v0, v1, v2, v3, v4, v5, v6, v7 = h
    v8, v9, v10, v11 = _IV[0], _IV[1], _IV[2], _IV[3]
    v12, v13, v14, v15 = _IV[4] ^ count, _IV[5], _IV[6] ^ flag, _IV[7]
    for r in range(12):
        p = _PLACES[r]
        v0, v4, v8, v12 = _mix(v0, v4, v8, v12, word_at(block, p[0]), word_at(block, p[1]))
        v1, v5, v9, v13 = _mix(v1, v5, v9, v13, word_at(block, p[2]), word_at(block, p[3]))
        v2, v6, v10, v14 = _mix(v2, v6, v10, v14, word_at(block, p[4]), word_at(block, p[5]))
        v3, v7, v11, v15 = _mix(v3, v7, v11, v15, word_at(block, p[6]), word_at(block, p[7]))
        v0, v5, v10, v15 = _mix(v0, v5, v10, v15, word_at(block, p[8]), word_at(block, p[9]))
        v1, v6, v11, v12 = _mix(v1, v6, v11, v12, word_at(block, p[10]), word_at(block, p[11]))
        v2, v7, v8, v13 = _mix(v2, v7, v8, v13, word_at(block, p[12]), word_at(block, p[13]))
        v3, v4, v9, v14 = _mix(v3, v4, v9, v14, word_at(block, p[14]), word_at(block, p[15]))
    return (
        h[0] ^ v0 ^ v8, h[1] ^ v1 ^ v9, h[2] ^ v2 ^ v10, h[3] ^ v3 ^ v11,
        h[4] ^ v4 ^ v12, h[5] ^ v5 ^ v13, h[6] ^ v6 ^ v14, h[7] ^ v7 ^ v15,
    )  # fmt: skip


_MIXES = ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
          (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))  # fmt: skip
_FOUR = ir.VectorType(WORD, 4)


def _turned(builder: Any, value: Any, bits: int) -> Any:
    """Each lane rotated to the right."""
    low, high = (ir.Constant(_FOUR, [count] * 4) for count in (bits, 64 - bits))
    return builder.or_(builder.lshr(value, low), builder.shl(value, high))


def _mix_four(builder: Any, v: list[Any], places: tuple[int, ...], x: Any, y: Any) -> None:
    """`_mix` on four messages at once, in place."""
    a, b, c, d = places
    for word, first, second in ((x, 32, 24), (y, 16, 63)):
        v[a] = builder.add(builder.add(v[a], v[b]), word)
        v[d] = _turned(builder, builder.xor(v[d], v[a]), first)
        v[c] = builder.add(v[c], v[d])
        v[b] = _turned(builder, builder.xor(v[b], v[c]), second)


@intrinsic
def round_of_four(typing: Any, state: Any, words: Any, places: Any) -> Any:
    """One round on four messages side by side: state, words uint64 (16, 4); places: sixteen byte offsets of `_PLACES`."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        zero = ir.Constant(WORD, 0)
        base, message, table = (
            pointer_at(context, builder, kind, array, zero) for kind, array in zip(signature.args, arguments, strict=True)
        )
        slots = [builder.gep(base, [ir.Constant(WORD, 32 * k)]) for k in range(16)]
        v = [load(builder, slot, _FOUR) for slot in slots]
        for k, mix in enumerate(_MIXES):
            pair = []
            for at in (2 * k, 2 * k + 1):
                offset = builder.zext(builder.load(builder.gep(table, [ir.Constant(WORD, at)])), WORD)
                pair.append(load(builder, builder.gep(message, [builder.shl(offset, ir.Constant(WORD, 2))]), _FOUR))
            _mix_four(builder, v, mix, *pair)
        for slot, value in zip(slots, v, strict=True):
            builder.store(value, builder.bitcast(slot, _FOUR.as_pointer())).align = 8
        return context.get_dummy_value()

    return types.void(state, words, places), emit


@njit(nogil=True, cache=True)
def _put(h: Any, block: Any, count: Any, lane: Any, state: Any, words: Any) -> None:
    """A last block into one of the four lanes."""
    for k in range(8):
        state[k, lane], state[k + 8, lane] = h[k], _IV[k]
    state[12, lane] ^= count
    state[14, lane] ^= _ONES
    for k in range(16):
        words[k, lane] = word_at(block, np.int64(8 * k))


@njit(nogil=True, cache=True)
def _finish(h: Any, lanes: Any, rows: Any, state: Any, words: Any, out: Any) -> None:
    """Digests of the messages in the first lanes. Lanes that are left over hold what they held."""
    digest = np.zeros(8, np.uint64)
    for r in range(12):
        round_of_four(state, words, _PLACES[r])
    for lane in range(lanes):
        for k in range(8):
            digest[k] = h[k] ^ state[k, lane] ^ state[k + 8, lane]
        copy_bytes(digest, 0, out, rows[lane] * out.shape[1], out.shape[1])


@njit(nogil=True, cache=True)
def blake2b(data: Any, starts: Any, stops: Any, prefix: Any, key: Any, out: Any) -> None:
    """out[i] = BLAKE2b(prefix + data[starts[i]:stops[i]], key), truncated to out.shape[1] bytes by parameter.

    data, prefix, key: uint8, read-only; starts, stops: int64 (n); out: uint8 (n, size), size 1…64.
    Messages of one block, as keys of records are, go four at a time.
    """
    size, ahead = out.shape[1], len(prefix)
    lanes = np.int64(0)  # typed from the start: else what it is given to is compiled twice
    block, nothing, digest = np.zeros(128, np.uint8), np.zeros(128, np.uint8), np.zeros(8, np.uint64)
    state, words, rows = np.zeros((16, 4), np.uint64), np.zeros((16, 4), np.uint64), np.zeros(4, np.int64)
    parameters = _IV[0] ^ np.uint64(0x01010000) ^ np.uint64(256 * len(key) + size)
    seed = (parameters, _IV[1], _IV[2], _IV[3], _IV[4], _IV[5], _IV[6], _IV[7])
    keyed, base = seed, 0
    copy_bytes(key, 0, block, 0, len(key))
    if len(key):
        base = 128
        keyed = _compress(seed, block, np.uint64(base), _ZERO)
    for row in range(len(starts)):
        h, done, held = keyed, 0, 0
        total = ahead + stops[row] - starts[row]
        if total == 0:  # only the key block (or nothing): it is the last one
            h, held = seed, len(key)
            copy_bytes(key, 0, block, 0, held)
        while done < total:
            if done:
                h = _compress(h, block, np.uint64(base + done), _ZERO)
            held = min(128, total - done)
            first = min(held, max(0, ahead - done))
            copy_bytes(prefix, done, block, 0, first)
            copy_bytes(data, starts[row] + done + first - ahead, block, first, held - first)
            done += held
        copy_bytes(nothing, held, block, held, 128 - held)
        if 0 < total <= 128:
            _put(h, block, np.uint64(base + done), lanes, state, words)
            rows[lanes] = row
            lanes += 1
            if lanes == 4:
                _finish(keyed, lanes, rows, state, words, out)
                lanes = np.int64(0)
            continue
        h = _compress(h, block, np.uint64(base + done), _ONES)
        for k in range(8):
            digest[k] = h[k]
        copy_bytes(digest, 0, out, row * size, size)
    _finish(keyed, lanes, rows, state, words, out)
