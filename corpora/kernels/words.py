"""Bytes and words as the machine has them, for kernels.

The intrinsics read and copy bytes through pointers, with no check of bounds and no negative indices: the
caller vouches for them. Arrays of any shape count as their bytes, and words are little-endian, as on every platform
that Numba supports. They also spare the compiler much: a slice assignment costs it a second, a copy nothing.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import extending, types
from numba.core import cgutils

BYTE, WORD = ir.IntType(8), ir.IntType(64)
_LANES = 32
intrinsic: Any = extending.intrinsic  # mypy takes the first parameter for one of the caller
memcpy: Any = cgutils.raw_memcpy


def pointer_at(context: Any, builder: Any, kind: Any, array: Any, at: Any) -> Any:
    """Pointer to byte `at` of an array value."""
    data = context.make_array(kind)(context, builder, array).data
    return builder.gep(builder.bitcast(data, BYTE.as_pointer()), [at])


def load(builder: Any, pointer: Any, kind: Any) -> Any:
    value = builder.load(builder.bitcast(pointer, kind.as_pointer()))
    value.align = 1
    return value


@intrinsic
def word_at(typing: Any, data: Any, i: Any) -> Any:
    """The eight bytes at i as uint64."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return load(builder, pointer_at(context, builder, signature.args[0], *arguments), WORD)

    return types.uint64(data, types.int64), emit


@intrinsic
def copy_bytes(typing: Any, source: Any, i: Any, target: Any, o: Any, count: Any) -> Any:
    """target[o : o + count] = source[i : i + count], in bytes; the two may not overlap."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        start = pointer_at(context, builder, signature.args[0], *arguments[:2])
        end = pointer_at(context, builder, signature.args[2], *arguments[2:4])
        memcpy(builder, end, start, arguments[4], 1)
        return context.get_dummy_value()

    return types.void(source, types.int64, target, types.int64, types.int64), emit


def _first(builder: Any, hits: Any) -> Any:
    """Index of the first true lane (int64), or the number of lanes."""
    mask = builder.bitcast(hits, ir.IntType(_LANES))
    return builder.zext(builder.cttz(mask, ir.Constant(ir.IntType(1), 0)), WORD)


@intrinsic
def json_run(typing: Any, data: Any, i: Any) -> Any:
    """How many of the 32 bytes at i come before one that is not plain JSON string content: ", \\, control, 0xFF."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lanes = ir.VectorType(BYTE, _LANES)
        chunk = load(builder, pointer_at(context, builder, signature.args[0], *arguments), lanes)
        hits = builder.icmp_unsigned("<", chunk, ir.Constant(lanes, [32] * _LANES))
        for byte in (34, 92, 255):
            hits = builder.or_(hits, builder.icmp_unsigned("==", chunk, ir.Constant(lanes, [byte] * _LANES)))
        return _first(builder, hits)

    return types.int64(data, types.int64), emit


@intrinsic
def run_without(typing: Any, data: Any, i: Any, a: Any, b: Any, c: Any) -> Any:
    """How many of the 32 bytes at i come before the first that is a, b or c."""

    def emit(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lanes = ir.VectorType(BYTE, _LANES)
        chunk = load(builder, pointer_at(context, builder, signature.args[0], *arguments[:2]), lanes)
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
        lanes = ir.VectorType(BYTE, _LANES)
        array, at = arguments
        places = [builder.sub(at, ir.Constant(WORD, k)) for k in range(4)]
        c, a, b, d = (load(builder, pointer_at(context, builder, signature.args[0], array, p), lanes) for p in places)

        def test(how: str, part: Any, byte: int) -> Any:
            return builder.icmp_unsigned(how, part, ir.Constant(lanes, [byte] * _LANES))

        due = builder.or_(builder.or_(test(">=", a, 0xC0), test(">=", b, 0xE0)), test(">=", d, 0xF0))
        continues = builder.and_(test(">=", c, 0x80), test("<", c, 0xC0))
        faults = builder.or_(builder.xor(due, continues), test(">=", c, 0xF5))
        faults = builder.or_(faults, builder.or_(test("==", c, 0xC0), test("==", c, 0xC1)))
        for lead, how, limit in ((0xE0, "<", 0xA0), (0xED, ">=", 0xA0), (0xF0, "<", 0x90), (0xF4, ">=", 0x90)):
            faults = builder.or_(faults, builder.and_(test("==", a, lead), test(how, c, limit)))
        return builder.zext(builder.bitcast(faults, ir.IntType(_LANES)), WORD)

    return types.uint64(data, types.int64), emit
