"""Arithmetic on whole rows of WIDTH numbers, written as vectors that stay in registers.

In a loop over elements the compiler must assume that the arrays overlap, and stores and loads a sum at every step. Here
the processor's dot product of bytes is used where it has one (AVX-512 VNNI), else the multiplication of AVX2, else plain
vectors, which LLVM cuts to any machine. Whole numbers: the result is the same. Indices do not wrap around.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from numpy.typing import NDArray

WIDTH = 96
QUADS = WIDTH // 4
"""Groups of four inputs, which are multiplied at once."""

BLOCK, TAPS = 4, 3
"""Rows that are multiplied together, and rows of the input that each is made of."""

PROBES = 8
"""Entries of a hashed table that are looked at together."""

_LINE = 64  # bytes of a line of the cache
_written: Any = intrinsic
_kept: Any = cgutils.alloca_once_value
_declared: Any = cgutils.get_or_insert_function
_INDEX, _BYTE, _SHORT, _INT = ir.IntType(64), ir.IntType(8), ir.IntType(16), ir.IntType(32)


@_written
def add_products(_: Any, total: Any, x: Any, rows: Any, weight: Any) -> Any:
    """total[b, c] += Σ x[rows[tap, b], 4q + j] · weight[tap, q, c, j] over taps, q and j.

    total: int32[BLOCK, WIDTH]; x: uint8[n, WIDTH], at most 127; rows: int64[TAPS, BLOCK]; weight: int8[TAPS, QUADS, WIDTH, 4].
    A weight is read once for BLOCK rows, whose sums fill the registers: reading is what the processor waits for.
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        dot, lanes, columns = _dot(context.codegen().magic_tuple()[2])
        totals, values, places, weights = (
            context.make_array(signature.args[k])(context, builder, arguments[k]).data for k in range(4)
        )
        for first in range(0, WIDTH, columns):
            sums = [_at(builder, totals, _INDEX(b * WIDTH + c), _INT, lanes) for b in range(BLOCK)
                    for c in range(first, first + columns, lanes)]  # fmt: skip
            kept = [_kept(builder, _load(builder, place, 4)) for place in sums]
            with cgutils.for_range(builder, _INDEX(TAPS)) as taps:
                at = [builder.load(builder.gep(places, [builder.add(_times(builder, taps.index, BLOCK), _INDEX(b))]))
                      for b in range(BLOCK)]  # fmt: skip
                lines = [builder.gep(values, [_times(builder, row, WIDTH)]) for row in at]
                plane = builder.gep(weights, [_times(builder, taps.index, 4 * WIDTH * QUADS)])
                with cgutils.for_range(builder, _INDEX(QUADS)) as loop:
                    four = [_load(builder, _at(builder, line, _times(builder, loop.index, 4), _INT), 1) for line in lines]
                    spread = [_everywhere(builder, one, lanes) for one in four]
                    quad = builder.gep(plane, [_times(builder, loop.index, 4 * WIDTH)])
                    for k in range(columns // lanes):
                        piece = _load(builder, _at(builder, quad, _INDEX(4 * (first + k * lanes)), _BYTE, 4 * lanes), 1)
                        for b in range(BLOCK):
                            one = kept[b * (columns // lanes) + k]
                            builder.store(dot(builder, builder.load(one), spread[b], piece), one)
            for one, place in zip(kept, sums, strict=True):
                builder.store(builder.load(one), place).align = 4
        return context.get_dummy_value()

    return types.void(total, x, rows, weight), code


@_written
def add_row(_: Any, total: Any, table: Any, row: Any) -> Any:
    """total += table[row]. total: int16[WIDTH]; table: int8[…, WIDTH]; row: int64."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        totals, values = (context.make_array(signature.args[k])(context, builder, arguments[k]).data for k in (0, 1))
        values = builder.gep(values, [builder.mul(arguments[2], _INDEX(WIDTH))])
        for c in range(0, WIDTH, 32):
            place = _at(builder, totals, _INDEX(c), _SHORT, 32)
            more = builder.sext(_load(builder, _at(builder, values, _INDEX(c), _BYTE, 32), 1), ir.VectorType(_SHORT, 32))
            builder.store(builder.add(_load(builder, place, 2), more), place).align = 2
        return context.get_dummy_value()

    return types.void(total, table, types.int64), code


@_written
def first_listed(_: Any, table: Any, place: Any, check: Any) -> Any:
    """Class of the first of PROBES entries from table[place] on that has the check and a class, if no free entry stands
    before it; else 0. All are compared at once: which one it is cannot be guessed.

    table: uint16[…], an entry is check | class, 0 free; place: int64; check: uint16, its lowest four bits zero.
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        entries = ir.VectorType(_SHORT, PROBES)
        first = builder.gep(context.make_array(signature.args[0])(context, builder, arguments[0]).data, [arguments[1]])
        found = _load(builder, builder.bitcast(first, entries.as_pointer()), 2)
        wanted = builder.insert_element(ir.Constant(entries, ir.Undefined), arguments[2], _INT(0))
        wanted = builder.shuffle_vector(wanted, wanted, ir.Constant(ir.VectorType(_INT, PROBES), [0] * PROBES))
        classes = builder.and_(found, ir.Constant(entries, [15] * PROBES))
        hit = builder.and_(
            builder.icmp_unsigned("==", builder.sub(found, classes), wanted),
            builder.icmp_unsigned("!=", classes, ir.Constant(entries, [0] * PROBES)),
        )
        free = builder.icmp_unsigned("==", found, ir.Constant(entries, [0] * PROBES))
        hits, stops = (builder.zext(builder.bitcast(one, ir.IntType(PROBES)), _INT) for one in (hit, builder.or_(hit, free)))
        at = builder.cttz(builder.or_(stops, _INT(1 << (PROBES - 1))), ir.IntType(1)(1))
        entry = builder.and_(builder.load(builder.gep(first, [builder.zext(at, _INDEX)])), _SHORT(15))
        known = builder.trunc(builder.lshr(hits, at), ir.IntType(1))
        return builder.zext(builder.select(known, entry, _SHORT(0)), _INDEX)

    return types.int64(table, types.int64, types.uint16), code


def _dot(features: str) -> tuple[Any, int, int]:
    """How four products are added to each sum on a machine with these features, how many sums make a vector, and how many
    columns of BLOCK rows fit into its registers."""
    if "+avx512vnni" in features and "+avx512vl" in features:
        return _dot_vnni, 16, WIDTH
    return (_dot_avx2, 8, 16) if "+avx2" in features else (_dot_plain, 8, 8)


def aligned(*shape: int, dtype: Any) -> NDArray[Any]:
    """Zeros that begin where a line of the cache does: a vector that lies across two is read twice."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    room = np.zeros(size + _LINE, np.uint8)
    start = -room.ctypes.data % _LINE
    return room[start : start + size].view(dtype).reshape(shape)


def _dot_vnni(builder: Any, total: Any, unsigned: Any, signed: Any) -> Any:
    """VPDPBUSD."""
    words = ir.VectorType(_INT, 16)
    given = [total, builder.bitcast(unsigned, words), builder.bitcast(signed, words)]
    return _call(builder, "llvm.x86.avx512.vpdpbusd.512", given)


def _dot_avx2(builder: Any, total: Any, unsigned: Any, signed: Any) -> Any:
    """VPMADDUBSW, whose sums of two do not saturate (2 · 127² < 2¹⁵), then VPMADDWD by one."""
    pairs = _call(builder, "llvm.x86.avx2.pmadd.ub.sw", [unsigned, signed], ir.VectorType(_SHORT, 16))
    ones = ir.Constant(ir.VectorType(_SHORT, 16), [1] * 16)
    return builder.add(total, _call(builder, "llvm.x86.avx2.pmadd.wd", [pairs, ones], ir.VectorType(_INT, 8)))


def _dot_plain(builder: Any, total: Any, unsigned: Any, signed: Any) -> Any:
    wide = ir.VectorType(_INT, 8)
    for first in range(4):
        every = ir.Constant(wide, list(range(first, 32, 4)))
        one = builder.zext(builder.shuffle_vector(unsigned, unsigned, every), wide)
        other = builder.sext(builder.shuffle_vector(signed, signed, every), wide)
        total = builder.add(total, builder.mul(one, other))
    return total


def _call(builder: Any, name: str, given: list[Any], kind: Any = None) -> Any:
    """An instruction of the processor by its LLVM name; `kind` of the result, that of the first operand if left out."""
    function = ir.FunctionType(kind or given[0].type, [value.type for value in given])
    return builder.call(_declared(builder.module, function, name), given)


def _times(builder: Any, index: Any, size: int) -> Any:
    return builder.mul(index, _INDEX(size))


def _at(builder: Any, pointer: Any, index: Any, kind: Any, lanes: int = 0) -> Any:
    """Pointer to a number, or to `lanes` of them, `index` elements behind a pointer."""
    return builder.bitcast(builder.gep(pointer, [index]), (ir.VectorType(kind, lanes) if lanes else kind).as_pointer())


def _load(builder: Any, pointer: Any, alignment: int) -> Any:
    """A vector from where only its numbers are aligned."""
    loaded = builder.load(pointer)
    loaded.align = alignment
    return loaded


def _everywhere(builder: Any, four: Any, lanes: int) -> Any:
    """Four bytes, given as one number, repeated: int8 × 4 lanes."""
    empty = ir.Constant(ir.VectorType(_INT, lanes), ir.Undefined)
    one = builder.insert_element(empty, four, _INT(0))
    all_ = builder.shuffle_vector(one, empty, ir.Constant(ir.VectorType(_INT, lanes), [0] * lanes))
    return builder.bitcast(all_, ir.VectorType(_BYTE, 4 * lanes))
