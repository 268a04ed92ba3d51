"""Two passes that find identifiers: `scan` reads every byte and notes the stretches that could hold one, `resolve`
folds those stretches and runs all recognisers over them.

Nearly all text never forms a region that is worth resolving: that is where the speed comes from. Validation and
context are compiled too; nothing comes back to Python but findings.
"""

from __future__ import annotations

from typing import Any

from quality.kernels.lean import lean
from quality.kernels.pii_emails import find_emails
from quality.kernels.pii_nets import find_addresses
from quality.kernels.pii_numbers import find_numbers
from quality.kernels.pii_plates import find_plates
from quality.kernels.pii_region import (
    AT,
    BUSY,
    BYTE,
    CAPACITY,
    FLOOR,
    FOUND,
    HIGH,
    LENGTH,
    LOW,
    MEDIUM,
    NET,
    PENDING,
    PLATE,
    POINT,
    SIGNS,
    SINCE,
    STATE,
    TEXT,
    UNTIL,
    WEAK,
    fold_at,
)
from quality.kernels.pii_tokens import tokenise
from quality.kernels.utf8 import width

_SPACE, _OPEN, _HYPHEN, _DOT, _COLON, _AT, _EXTENSION, _PROVINCE = 32, 40, 45, 46, 58, 64, 26, 0x90
_CLOSE, _A = 41, 65


@lean
def scan(data: Any, offsets: Any, tables: Any, regions: Any) -> Any:
    """Rows of regions int64[capacity, 5]: text, first byte, end byte (of data), code point of the first byte in its
    string, 1 if it was cut from the region before. Returns how many there are, which may be more than fit.

    A region is the longest stretch of characters that identifiers are made of; a space belongs to it only shortly
    after a digit, so that prose in Latin letters does not form long ones. It is noted if it has an @, a province and
    a letter, three dots and four digits, two colons, hyphens in steps of three, seven digits, ten weak ones, or seventeen characters with four digits.
    """
    count, fold = 0, tables.fold
    for text in range(len(offsets) - 1):
        i, high = offsets[text], offsets[text + 1]
        cp = n = start = start_point = last = strong = weak = dots = joints = last_digit = last_hyphen = 0
        special = cut = False
        while i <= high:
            f = 0
            step = 1
            if i < high:
                c = data[i]
                f = int(fold[c]) if c < 0x80 else int(fold_at(fold, data, i))
                step = width(c)
            if f == _SPACE and n - last_digit > 3 and not (special and n <= 2):
                f = 0
            if n > 0 and (f == 0 or n == CAPACITY):
                if (
                    special
                    or strong >= 7
                    or strong + weak >= 10
                    or (dots >= 3 and strong >= 4)
                    or joints >= 2
                    or (n >= 17 and strong >= 4)
                ):
                    if count < len(regions):
                        regions[count, 0], regions[count, 1], regions[count, 2] = text, start, i
                        regions[count, 3], regions[count, 4] = start_point, cut
                    count += 1
                cut = f != 0
                n = strong = weak = dots = joints = last_digit = last_hyphen = last = 0
                special = False
            if f > 2 and (n > 0 or f not in (_SPACE, _DOT, _HYPHEN, _EXTENSION)):
                if n == 0:
                    start, start_point = i, cp
                n += 1
                if 48 <= f <= 57:
                    strong += 1
                    last_digit = n
                elif 65 <= f <= 90:
                    special = special or last == _PROVINCE
                elif 0x80 <= f < 0x90:
                    weak += 1
                    last_digit = n
                elif f == _DOT:
                    dots += 1
                elif f == _COLON:
                    joints += 1
                elif f == _HYPHEN:
                    joints += n - last_hyphen == 3
                    last_hyphen = n
                elif f == _AT:
                    special = True
                elif f == _CLOSE:
                    special = special or (strong == 6 and last == _A)  # D081209(A), Hong Kong
                last = f
            elif f == 0:
                cut = False
            i += step
            cp += 1
    return count


@lean
def resolve(offsets: Any, tables: Any, regions: Any, region: Any) -> Any:
    """Findings in the regions. Writes rows of `region.out`; returns how many there are, fitting or not.

    Findings that will be replaced come first, round by round, because what hangs to a replaced number hangs to
    nothing any more; what is left after that is low, and stays low when redacted text is scanned again.
    """
    state = region.cells[STATE]
    state[FOUND] = 0
    for r in range(len(regions)):
        text = regions[r, 0]
        if r == 0 or text != state[TEXT]:
            state[TEXT], state[LOW], state[HIGH], state[UNTIL] = text, offsets[text], offsets[text + 1], offsets[text]
        state[SINCE] = state[UNTIL]
        weak = _fold(region, tables, regions[r])
        state[FLOOR], found = MEDIUM, True
        while found:
            found = state[SIGNS] & AT != 0 and find_emails(region, tables)
            found = (state[SIGNS] & PLATE != 0 and find_plates(region, tables)) or found
            state[PENDING] = 0
            for state[WEAK] in range(weak, -1, -1):
                tokenise(region, tables)
                if state[WEAK] == 0 and state[SIGNS] & NET:
                    found = find_addresses(region, tables) or found
                found = find_numbers(region, tables) or found
            if state[FLOOR] == 1:
                break
            if not found and state[PENDING] != 0:
                state[FLOOR], found = 1, True
    return state[FOUND]


@lean
def _fold(region: Any, tables: Any, bounds: Any) -> Any:
    """Writes the shadow of one region; returns 1 if it has weak digits."""
    i, cp, n, weak, signs = bounds[1], bounds[3], 0, 0, 0
    data, fold, table = region.data, region.fold, tables.fold
    byte, point, busy = region.cells[BYTE], region.cells[POINT], region.cells[BUSY]
    while i < bounds[2]:
        f = fold_at(table, data, i)
        if f > 2:
            n += 1
            fold[n], byte[n], point[n], busy[n] = f, i, cp, 0
            if 0x80 <= f < 0x90:
                weak = 1
            elif f == _AT:
                signs |= AT
            elif f == _PROVINCE:
                signs |= PLATE
            elif f == _DOT or f == _COLON or f == _HYPHEN:
                signs |= NET
        i += width(data[i])
        cp += 1
    region.fold[0] = 65 if bounds[4] != 0 else 0
    busy[0] = busy[n + 1] = region.fold[n + 1] = region.fold[n + 2] = 0
    region.cells[STATE, LENGTH], region.cells[STATE, SIGNS] = n, signs
    return weak
