"""Arithmetic on whole rows of WIDTH numbers, written as vectors that stay in registers.

In a loop over elements the compiler must assume that the arrays overlap, and stores and loads a sum at every step. Here
the processor's dot product of bytes is used where it has one (AVX-512 VNNI), else the multiplication of AVX2, else plain
vectors, which LLVM cuts to any machine. Whole numbers: the result is the same. Indices do not wrap around.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

WIDTH = 96
QUADS = WIDTH // 4
"""Groups of four inputs, which are multiplied at once."""

_written: Any = intrinsic
_kept: Any = cgutils.alloca_once_value
_declared: Any = cgutils.get_or_insert_function
_INDEX, _BYTE, _SHORT, _INT = ir.IntType(64), ir.IntType(8), ir.IntType(16), ir.IntType(32)


@_written
def add_product(_: Any, total: Any, x: Any, row: Any, weight: Any, tap: Any) -> Any:
    """total[c] += Σ x[row, 4q + j] · weight[tap, q, c, j].

    total: int32[WIDTH]; x: uint8[n, WIDTH], at most 127; weight: int8[taps, QUADS, WIDTH, 4]; row, tap: int64.
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        dot, lanes = _dot(context.codegen().magic_tuple()[2])
        totals, values, weights = (
            context.make_array(signature.args[k])(context, builder, arguments[k]).data for k in (0, 1, 3)
        )
        values = builder.gep(values, [builder.mul(arguments[2], _INDEX(WIDTH))])
        weights = builder.gep(weights, [builder.mul(arguments[4], _INDEX(4 * WIDTH * QUADS))])
        places = [_at(builder, totals, _INDEX(c), _INT, lanes) for c in range(0, WIDTH, lanes)]
        sums = [_kept(builder, _load(builder, place, 4)) for place in places]
        with cgutils.for_range(builder, _INDEX(QUADS)) as loop:
            four = _everywhere(builder, _load(builder, _at(builder, values, _times(builder, loop.index, 4), _INT), 1), lanes)
            line = builder.gep(weights, [_times(builder, loop.index, 4 * WIDTH)])
            for k, one in enumerate(sums):
                piece = _load(builder, _at(builder, line, _INDEX(4 * k * lanes), _BYTE, 4 * lanes), 1)
                builder.store(dot(builder, builder.load(one), four, piece), one)
        for one, place in zip(sums, places, strict=True):
            builder.store(builder.load(one), place).align = 4
        return context.get_dummy_value()

    return types.void(total, x, types.int64, weight, types.int64), code


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


def _dot(features: str) -> tuple[Any, int]:
    """How four products are added to each sum on a machine with these features, and how many sums make a vector."""
    if "+avx512vnni" in features and "+avx512vl" in features:
        return _dot_vnni, 16
    return (_dot_avx2, 8) if "+avx2" in features else (_dot_plain, 8)


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
