"""What the kernel of the signal `mojibake` looks up: signs of damage, codes in GBK, costs of characters."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from quality import mojibake, plausibility


@cache
def codes() -> NDArray[np.uint16]:
    """uint16[0x10000], read-only: the two bytes of each character in GBK, 0x80 for €, 0 for what has no two."""
    table = np.zeros(0x10000, np.uint16)
    for first in range(0x81, 0xFF):
        for second in (*range(0x40, 0x7F), *range(0x80, 0xFF)):
            character = bytes((first, second)).decode("gb18030", "replace")
            if len(character) == 1 and character != "\ufffd":
                table[ord(character)] = first << 8 | second
    table[ord("€")] = 0x80
    table.flags.writeable = False
    return table


def tables() -> tuple[NDArray[np.uint8], NDArray[np.uint16], NDArray[np.uint8]]:
    """What the kernel of the signal `mojibake` needs."""
    return signs(), codes(), plausibility.costs()


@cache
def signs() -> NDArray[np.uint8]:
    """uint8[0x10000], read-only: what the signal `mojibake` looks for (kernels.damage)."""
    table, cost = mojibake.pairs().copy(), plausibility.costs()
    for bit, characters in (
        (mojibake.TELLING, mojibake.telling()),
        (mojibake.FOREIGN, filter(mojibake.is_foreign, map(chr, range(0xA1, 0x100)))),
        (mojibake.TAIL, latin := [c for c, byte in mojibake.latin_bytes().items() if byte < 0xC0]),
        (mojibake.RARE_TAIL, [c for c in latin if cost[ord(c)] >= plausibility.ELSE]),
    ):
        table[[ord(c) for c in characters]] |= bit
    table.flags.writeable = False
    return table
