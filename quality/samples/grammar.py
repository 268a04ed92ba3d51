"""A small language for varied text whose identities and readings are known to the character.

A grammar is text, one symbol per paragraph: `symbol = alternative | alternative`, continued on indented lines;
⏎ is a line break. A leading `3~` gives an alternative three times the weight. Inside an alternative:

{symbol}            one of its alternatives     {symbol?60}    the same, in 60 of 100 cases
{symbol!}           chosen once per document    {symbol*2-4、}  two to four different ones, joined by 、
{#36.2-39.8:1}      a reading, one decimal      {D:3-14}       the document's date, three to fourteen days earlier
{@patient.mobile}   an identity of the cast     {=age}         a plain value of the document
{%ean}              a number that is nobody's   (see writer.DECOYS)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quality.samples.writer import Writer

Part = str | Callable[["Writer"], None]
Alternative = tuple[Part, ...]
Grammar = Mapping[str, tuple[Alternative, ...]]

_SLOT = re.compile(r"\{([^{}]+)\}")
_NUMBER = re.compile(r"#([\d.]+)-([\d.]+)(?::(\d))?$")
_LIST = re.compile(r"(.+?)\*(\d)(?:-(\d))?(.*)$", re.DOTALL)
_OPTIONAL = re.compile(r"(.+)\?(\d+)$")
_WEIGHT = re.compile(r"(\d)~")


def load(name: str) -> str:
    """Text of a grammar that ships with this package."""
    return (resources.files("quality.samples") / "grammars" / name).read_text("utf-8")


def parse(text: str) -> dict[str, tuple[Alternative, ...]]:
    """Symbols and their alternatives, repeated by weight."""
    grammar = {}
    for block in re.split(r"\n(?=\S)", text.strip("\n")):
        symbol, _, body = block.partition("=")
        cells = (cell.strip() for cell in re.split(r"\s\|\s|\n\s*\||\n", " " + body.strip() + " "))
        grammar[symbol.strip()] = tuple(a for cell in cells if cell for a in _weighted(cell))
    return grammar


def profiles(text: str) -> dict[str, dict[str, tuple[Alternative, ...]]]:
    """Blocks headed by `[name]`, each a grammar that answers before the general one."""
    blocks = re.split(r"^\[(.+)\]\n", text.strip("\n"), flags=re.MULTILINE)[1:]
    return {name: parse(body) for name, body in zip(blocks[::2], blocks[1::2], strict=True)}


def _weighted(cell: str) -> list[Alternative]:
    weight = _WEIGHT.match(cell)
    body = cell[weight.end() :] if weight else cell
    return [_alternative("" if body == "∅" else body)] * (int(weight[1]) if weight else 1)


def _alternative(text: str) -> Alternative:
    pieces = _SLOT.split(text.replace("⏎", "\n"))
    return tuple(_slot(piece) if i % 2 else piece for i, piece in enumerate(pieces) if piece)


def _slot(code: str) -> Part:
    head, rest = code[0], code[1:]
    if number := _NUMBER.match(code):
        return _reading(number[1], number[2], int(number[3] or 0))
    if head == "@":
        role, _, attribute = rest.partition(".")
        return lambda w: w.identity(role, attribute)
    if head == "=":
        return lambda w: w.plain(rest)
    if head == "%":
        return lambda w: w.decoy(rest)
    if code.startswith("D:"):
        low, _, high = code[2:].partition("-")
        return lambda w: w.date(int(low), int(high or low))
    return _symbol(code)


def _reading(low: str, high: str, decimals: int) -> Part:
    scale = 10**decimals
    first, last = round(float(low) * scale), round(float(high) * scale)
    return lambda w: w.reading(first, last, decimals)


def _symbol(code: str) -> Part:
    if code.endswith("!"):
        return lambda w: w.sticky(code[:-1])
    if optional := _OPTIONAL.match(code):
        inner, percent = _slot(optional[1]), int(optional[2])
        return lambda w: w.maybe(inner, percent)
    if several := _LIST.match(code):
        name, low, high, glue = several[1], int(several[2]), int(several[3] or several[2]), several[4]
        return lambda w: w.several(name, low, high, glue)
    return lambda w: w.expand(code)
