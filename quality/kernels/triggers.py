"""Which bits of quality.triggers.Trigger each string needs: one pass, a table look-up per character.

The bits are written out here because compiled code cannot see an IntFlag; a test holds them together.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from quality.kernels.lean import inlined, lean
from quality.kernels.utf8 import decode, width

_FOLD, _SPACE, _MARKUP, _BOILERPLATE, _ANY, _HTML, _DAMAGE = 1, 2, 4, 64, 128, 256, 512
_CJK = 128  # in a table entry beyond ASCII: ideograph or CJK punctuation
CUE_FIRST, CUE_SECOND = 2, 64  # in a table entry beyond ASCII: side by side they make BOILERPLATE
DAMAGED = 4  # in a table entry beyond ASCII: DAMAGE
_FIRST, _TO_SECOND, _PLAIN = np.uint32(CUE_FIRST), np.uint32(5), np.uint32(0xFF - CUE_FIRST - CUE_SECOND - DAMAGED)
LOOK = 128  # in a table entry of ASCII: look at it with its neighbours
_TAB, _LF, _CR, _BLANK = 9, 10, 13, 32
_1, _2, _3, _6, _12, _X0F = np.uint64(1), np.uint64(2), np.uint64(3), np.uint32(6), np.uint32(12), np.uint32(0x0F)


@inlined
def _alnum(b: Any) -> Any:
    return (48 <= b <= 57) or (65 <= b <= 90) or (97 <= b <= 122)


@inlined
def _letter(b: Any) -> Any:
    return (65 <= b <= 90) or (97 <= b <= 122)


@lean
def _space(data: Any, i: Any, end: Any, before_cjk: Any, table: Any) -> Any:
    """SPACE for the blank, tab or line feed at byte i of a string that ends at `end`."""
    after = data[i + 1] if i + 1 < end else np.uint8(_LF)
    if data[i] == _LF:
        return _SPACE if after == _LF and i + 2 < end and data[i + 2] == _LF else 0
    if after in (_BLANK, _TAB, _LF, _CR):
        return _SPACE
    if data[i] == _BLANK and before_cjk and after >= 0xE0:
        cp = decode(data, i + 1)
        return _SPACE if cp >= 0x40000 or table[cp] & _CJK else 0
    return 0


@lean
def _markup(data: Any, i: Any, begin: Any, end: Any) -> Any:
    """MARKUP for the ASCII character at byte i, when it and its neighbours could be markup; else 0."""
    c = data[i]
    before = data[i - 1] if i > begin else np.uint8(_LF)
    after = data[i + 1] if i + 1 < end else np.uint8(_LF)
    found: Any = False
    if c == 60:  # <b </b <!-- <?xml
        found = _letter(after) or after == 47 or after == 33 or after == 63
    elif c == 38:  # &amp; &#
        found = _letter(after) or after == 35
    elif c == 35:  # heading
        found = (after == 35 or after in (_BLANK, _TAB)) and (before in (_LF, _BLANK, _TAB))
    elif c == 42:  # ** or *x
        found = after == 42 or before == 42 or (not _alnum(before) and after != _BLANK and after != _LF)
    elif c == 95:  # __ or _x or _{
        found = after == 95 or after == 123 or (not _alnum(before) and before < 128 and after != _BLANK)
    elif c == 45:  # --- on a line by itself, or under the head of a table
        found = after == 45
    elif c == 96 or c == 36:  # ` $
        found = True
    elif c == 126:  # ~~
        found = after == 126
    elif c == 92:  # \command \%
        found = after > _BLANK and after < 127 and not (48 <= after <= 57)
    elif c == 124:  # table row
        found = before in (_LF, _BLANK, _TAB)
    elif c == 93:  # ](
        found = after == 40
    elif c == 94:  # ^{
        found = after == 123
    return (_MARKUP | _HTML if c == 60 or c == 38 else _MARKUP) if found else 0


@lean
def _boilerplate(data: Any, i: Any, end: Any) -> Any:
    """BOILERPLATE for AI, Cop(yright), COP(YRIGHT), Dee(pSeek), GPT and ICP at byte i, else 0."""
    c = data[i]
    after = data[i + 1] if i + 1 < end else np.uint8(0)
    third = data[i + 2] if i + 2 < end else np.uint8(0)
    found = (c == 65 and after == 73) or (c == 67 and ((after == 111 and third == 112) or (after == 79 and third == 80)))
    found = found or (c == 73 and after == 67 and third == 80) or (c == 71 and after == 80 and third == 84)
    return _BOILERPLATE if found or (c == 68 and after == 101 and third == 101) else 0


@lean
def scan(data: Any, starts: Any, ends: Any, table: Any, out: Any) -> None:
    """out[i] = OR of the bits of data[starts[i]:ends[i]]. table: uint8[0x40000]; bit 128: LOOK for ASCII, else CJK."""
    for r in range(len(starts)):
        begin, end = starts[r], ends[r]
        bits = np.uint32(0)
        damaged = np.uint32(0)
        last = np.uint32(0)  # entry of the character before, blanks aside; 0 after other ASCII
        at, stop = np.uint64(begin), np.uint64(end)  # unsigned: no look whether an index is negative
        while at < stop:
            lead = np.uint32(data[at])
            if lead >= 0xE0 and lead < 0xF0:
                cp = ((lead & _X0F) << _12) | (np.uint32(data[at + _1] & 0x3F) << _6) | np.uint32(data[at + _2] & 0x3F)
                entry = np.uint32(table[cp])
                damaged |= entry
                bits |= (entry & _PLAIN) | (entry & ((last & _FIRST) << _TO_SECOND))
                last = entry
                at += _3
            elif lead < 0x80:
                entry = np.uint32(table[lead])
                bits |= entry
                if entry & LOOK:
                    i = np.int64(at)
                    if lead <= _BLANK:
                        bits |= np.uint32(_space(data, i, end, last & _CJK, table))
                    elif lead == 65 or lead == 67 or lead == 68 or lead == 71 or lead == 73:
                        bits |= np.uint32(_boilerplate(data, i, end))
                    elif not bits & _MARKUP or (lead == 60 or lead == 38) and not bits & _HTML:
                        bits |= np.uint32(_markup(data, i, begin, end))
                if lead != _BLANK:  # 第 3 页 共 10 页
                    last = np.uint32(0)
                at += _1
            else:
                wide = decode(data, np.int64(at))
                last = np.uint32(table[wide]) if wide < 0x40000 else np.uint32(_FOLD)
                damaged |= last
                bits |= (last & ~np.uint32(DAMAGED)) | np.uint32(_BOILERPLATE if wide == 0xA9 else 0)
                at += np.uint64(width(lead))
        bits |= np.uint32(_DAMAGE) if damaged & np.uint32(DAMAGED) else np.uint32(0)
        out[r] = (bits & np.uint32(127 | _HTML | _DAMAGE)) | (np.uint32(_ANY) if end > begin else np.uint32(0))
