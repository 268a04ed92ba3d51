"""Arithmetic on whole rows of WIDTH numbers, written as vectors: LLVM cuts them to the registers that a machine has.

In a loop over elements the compiler must assume that the arrays overlap, and stores and loads a sum at every step; here
it stays in registers. Loads do not wrap around: an index below zero is the caller's mistake.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic

WIDTH = 96
_LANES = 32  # a power of two: LLVM widens other lengths to one
_PIECES = range(WIDTH // _LANES)
_CONTRACT = ("contract",)  # a product and a sum become one instruction; whole numbers are exact either way

_INDEX, _BYTE, _SHORT, _FLOAT = ir.IntType(64), ir.IntType(8), ir.IntType(16), ir.FloatType()


def _pointer(context: Any, builder: Any, kind: Any, array: Any, row: Any) -> Any:
    """Pointer to the first number of a row of a C-contiguous array [..., WIDTH]."""
    data = context.make_array(kind)(context, builder, array).data
    return builder.gep(data, [builder.mul(row, _INDEX(WIDTH))])


def _pieces(builder: Any, pointer: Any, kind: Any) -> list[Any]:
    """Pointers to the vectors that make up a row."""
    vector = ir.VectorType(kind, _LANES).as_pointer()
    return [builder.bitcast(builder.gep(pointer, [_INDEX(piece * _LANES)]), vector) for piece in _PIECES]


def _everywhere(builder: Any, value: Any) -> Any:
    """A vector of one value."""
    empty = ir.Constant(ir.VectorType(value.type, _LANES), ir.Undefined)
    one = builder.insert_element(empty, value, ir.IntType(32)(0))
    return builder.shuffle_vector(one, empty, ir.Constant(ir.VectorType(ir.IntType(32), _LANES), [0] * _LANES))


@intrinsic  # type: ignore[untyped-decorator, unused-ignore]
def multiply_rows(_: Any, total: Any, at: Any, x: Any, row: Any, places: Any, count: Any, weight: Any, base: Any) -> Any:
    """total[at] += Σ x[row, p] · weight[base + p] over the first `count` places p of places[row].

    total, x, weight: float32[…, WIDTH]; places int16[…, WIDTH]; at, row, count, base: int64.
    """

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kinds = signature.args
        totals, at, xs, row, places, count, weights, base = arguments
        sums = _pieces(builder, _pointer(context, builder, kinds[0], totals, at), _FLOAT)
        values = _pointer(context, builder, kinds[2], xs, row)
        listed = _pointer(context, builder, kinds[4], places, row)
        kept = [cgutils.alloca_once_value(builder, _load(builder, piece, 4)) for piece in sums]
        with cgutils.for_range(builder, count) as loop:
            place = builder.zext(builder.load(builder.gep(listed, [loop.index])), _INDEX)
            value = _everywhere(builder, builder.load(builder.gep(values, [place])))
            line = _pieces(builder, _pointer(context, builder, kinds[6], weights, builder.add(base, place)), _FLOAT)
            for one, piece in zip(kept, line, strict=True):
                product = builder.fmul(_load(builder, piece, 4), value, flags=_CONTRACT)
                builder.store(builder.fadd(builder.load(one), product, flags=_CONTRACT), one)
        for one, piece in zip(kept, sums, strict=True):
            builder.store(builder.load(one), piece).align = 4
        return context.get_dummy_value()

    index = types.int64
    return types.void(total, index, x, index, places, index, weight, index), code


@intrinsic  # type: ignore[untyped-decorator, unused-ignore]
def add_row(_: Any, total: Any, table: Any, row: Any) -> Any:
    """total += table[row]. total: int16[WIDTH]; table: int8[…, WIDTH]; row: int64."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kinds = signature.args
        totals, tables, row = arguments
        sums = _pieces(builder, _pointer(context, builder, kinds[0], totals, _INDEX(0)), _SHORT)
        line = _pieces(builder, _pointer(context, builder, kinds[1], tables, row), _BYTE)
        for one, piece in zip(sums, line, strict=True):
            wide = builder.sext(_load(builder, piece, 1), ir.VectorType(_SHORT, _LANES))
            builder.store(builder.add(_load(builder, one, 2), wide), one).align = 2
        return context.get_dummy_value()

    return types.void(total, table, types.int64), code


def _load(builder: Any, pointer: Any, alignment: int) -> Any:
    """A vector from where only its numbers are aligned."""
    loaded = builder.load(pointer)
    loaded.align = alignment
    return loaded
