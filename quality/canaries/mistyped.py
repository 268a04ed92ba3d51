"""Typing errors in numbers: a digit wrong, left out or typed twice. Behind their label they are as personal as the right one."""

from __future__ import annotations

from collections.abc import Callable

from quality.identities import Draw
from quality.identities.surrogate_numbers import plausible

MISTYPED = ("resident_id", "mobile", "bank_card", "uscc")
"""Kinds that are found behind their label even when they fail their check."""


def mistype(draw: Draw, kind: str, value: str) -> str:
    """`value` with one error, so that no check digit fits any more. Mobiles have none: there the length is wrong."""
    errors = _ERRORS[1:] if kind == "mobile" else _ERRORS
    while True:  # one error in ten leads to another valid number: few are drawn
        wrong = draw.pick(errors)(draw, value)
        if wrong != value and not plausible(wrong):
            return wrong


def _place(draw: Draw, value: str) -> int:
    """Behind the first four characters: what stands there names the region, the bank or the network."""
    return draw.between(4, len(value) - 1)


def _other(draw: Draw, value: str) -> str:
    at = _place(draw, value)
    return value[:at] + draw.pick("0123456789") + value[at + 1 :]


def _lost(draw: Draw, value: str) -> str:
    at = _place(draw, value)
    return value[:at] + value[at + 1 :]


def _twice(draw: Draw, value: str) -> str:
    at = _place(draw, value)
    return value[: at + 1] + value[at:]


_ERRORS: tuple[Callable[[Draw, str], str], ...] = (_other, _lost, _twice)
