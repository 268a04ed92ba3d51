"""Compiled kernels of the corpora room: keyed BLAKE2b over many strings, UTF-8 checks (RFC 7693, RFC 3629).

The intrinsics at the top read and copy bytes through pointers, with no check of bounds and no negative indices: the
caller vouches for them. Arrays of any shape count as their bytes, and words are little-endian, as on every platform
that Numba supports. They also spare the compiler much: a slice assignment costs it a second, a copy nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import extending, njit, types
from numba.core import cgutils

_BYTE, _WORD = ir.IntType(8), ir.IntType(64)
_LANES = 32
intrinsic: Any = extending.intrinsic  # mypy takes the first parameter for one of the caller
memcpy: Any = cgutils.raw_memcpy


def _pointer(context: Any, builder: Any, kind: Any, array: Any, at: Any) -> Any:
    """Pointer to byte `at` of an array value."""
    data = context.make_array(kind)(context, builder, array).data
    return builder.gep(builder.bitcast(data, _BYTE.as_pointer()), [at])


def _load(builder: Any, pointer: Any, kind: Any) -> Any:
    value = builder.load(builder.bitcast(pointer, kind.as_pointer()))
    value.align = 1
    return value


@intrinsic
def word_at(typing: Any, data: Any, i: Any) -> Any:
    """The eight bytes at i as uint64."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return _load(builder, _pointer(context, builder, signature.args[0], *arguments), _WORD)

    return types.uint64(data, types.int64), emit


@intrinsic
def copy_bytes(typing: Any, source: Any, i: Any, target: Any, o: Any, count: Any) -> Any:
    """target[o : o + count] = source[i : i + count], in bytes; the two may not overlap."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        start = _pointer(context, builder, signature.args[0], *arguments[:2])
        end = _pointer(context, builder, signature.args[2], *arguments[2:4])
        memcpy(builder, end, start, arguments[4], 1)
        return context.get_dummy_value()

    return types.void(source, types.int64, target, types.int64, types.int64), emit


def _first(builder: Any, hits: Any) -> Any:
    """Index of the first true lane (int64), or the number of lanes."""
    mask = builder.bitcast(hits, ir.IntType(_LANES))
    return builder.zext(builder.cttz(mask, ir.Constant(ir.IntType(1), 0)), _WORD)


@intrinsic
def json_run(typing: Any, data: Any, i: Any) -> Any:
    """How many of the 32 bytes at i come before one that is not plain JSON string content: ", \\, control, 0xFF."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lanes = ir.VectorType(_BYTE, _LANES)
        chunk = _load(builder, _pointer(context, builder, signature.args[0], *arguments), lanes)
        hits = builder.icmp_unsigned("<", chunk, ir.Constant(lanes, [32] * _LANES))
        for byte in (34, 92, 255):
            hits = builder.or_(hits, builder.icmp_unsigned("==", chunk, ir.Constant(lanes, [byte] * _LANES)))
        return _first(builder, hits)

    return types.int64(data, types.int64), emit


@intrinsic
def run_without(typing: Any, data: Any, i: Any, a: Any, b: Any, c: Any) -> Any:
    """How many of the 32 bytes at i come before the first that is a, b or c."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lanes = ir.VectorType(_BYTE, _LANES)
        chunk = _load(builder, _pointer(context, builder, signature.args[0], *arguments[:2]), lanes)
        hits = ir.Constant(ir.VectorType(ir.IntType(1), _LANES), [0] * _LANES)
        for byte in arguments[2:]:
            one = builder.insert_element(ir.Constant(lanes, ir.Undefined), byte, ir.Constant(ir.IntType(32), 0))
            zeros = ir.Constant(ir.VectorType(ir.IntType(32), _LANES), [0] * _LANES)
            hits = builder.or_(hits, builder.icmp_unsigned("==", chunk, builder.shuffle_vector(one, one, zeros)))
        return _first(builder, hits)

    return types.int64(data, types.int64, types.uint8, types.uint8, types.uint8), emit


@intrinsic
def utf8_faults(typing: Any, data: Any, i: Any) -> Any:
    """Bit k: byte i + k may not stand behind the three before it (table 3-7 of Unicode). i is at least 3."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lanes = ir.VectorType(_BYTE, _LANES)
        array, at = arguments
        places = [builder.sub(at, ir.Constant(_WORD, k)) for k in range(4)]
        c, a, b, d = (_load(builder, _pointer(context, builder, signature.args[0], array, p), lanes) for p in places)

        def test(how: str, part: Any, byte: int) -> Any:
            return builder.icmp_unsigned(how, part, ir.Constant(lanes, [byte] * _LANES))

        due = builder.or_(builder.or_(test(">=", a, 0xC0), test(">=", b, 0xE0)), test(">=", d, 0xF0))
        continues = builder.and_(test(">=", c, 0x80), test("<", c, 0xC0))
        faults = builder.or_(builder.xor(due, continues), test(">=", c, 0xF5))
        faults = builder.or_(faults, builder.or_(test("==", c, 0xC0), test("==", c, 0xC1)))
        for lead, how, limit in ((0xE0, "<", 0xA0), (0xED, ">=", 0xA0), (0xF0, "<", 0x90), (0xF4, ">=", 0x90)):
            faults = builder.or_(faults, builder.and_(test("==", a, lead), test(how, c, limit)))
        return builder.zext(builder.bitcast(faults, ir.IntType(_LANES)), _WORD)

    return types.uint64(data, types.int64), emit


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
_FOUR = ir.VectorType(_WORD, 4)


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
        zero = ir.Constant(_WORD, 0)
        base, message, table = (
            _pointer(context, builder, kind, array, zero) for kind, array in zip(signature.args, arguments, strict=True)
        )
        slots = [builder.gep(base, [ir.Constant(_WORD, 32 * k)]) for k in range(16)]
        v = [_load(builder, slot, _FOUR) for slot in slots]
        for k, mix in enumerate(_MIXES):
            pair = []
            for at in (2 * k, 2 * k + 1):
                offset = builder.zext(builder.load(builder.gep(table, [ir.Constant(_WORD, at)])), _WORD)
                pair.append(_load(builder, builder.gep(message, [builder.shl(offset, ir.Constant(_WORD, 2))]), _FOUR))
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
    size, ahead, lanes = out.shape[1], len(prefix), 0
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
                lanes = 0
            continue
        h = _compress(h, block, np.uint64(base + done), _ONES)
        for k in range(8):
            digest[k] = h[k]
        copy_bytes(digest, 0, out, row * size, size)
    _finish(keyed, lanes, rows, state, words, out)


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


@njit(nogil=True, cache=True)
def is_utf8(data: Any) -> Any:
    """Whether all of data (uint8, read-only) is well-formed UTF-8 (RFC 3629)."""
    n, i = len(data), np.int64(0)
    while i < n:
        if i >= 3 and i + 32 <= n:  # at the beginning of a character
            while i + 32 <= n:
                if utf8_faults(data, i):
                    return False
                i += 32
            while data[i - 1] & 0xC0 == 0x80:  # back to the beginning of the last one, which may go on
                i -= 1
            i -= data[i - 1] >= 0xC0
        if i < n:
            width = _utf8_width(data, i, n)
            if width == 0:
                return False
            i += width
    return True
