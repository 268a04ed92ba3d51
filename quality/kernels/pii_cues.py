"""One pass that stops only at cues: the last character of a label, 号 and 床 behind a digit, :// and odd mailboxes.

Everything between cues costs one table look-up per character. Nothing comes back to Python but findings.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from quality.kernels.lean import inlined, lean
from quality.kernels.utf8 import decode

LABEL, NUMBERED, LINK, MAILBOX, BED, BREAK, STAFF = 1, 2, 4, 8, 16, 32, 64
"""Bits of Cues.trigger."""


class Cues(NamedTuple):
    """Everything that is data: quality.pii.labelled builds it."""

    trigger: Any  # uint8[65536]: which cues a code point may end
    fold: Any  # uint16[65536]: small letters, simplified characters; 0 for invisible ones
    value: Any  # uint8[65536 + 1024]: quality.pii.shadow
    letters: Any  # uint16: all labels end to end, each from its last character to its first
    labels: Any  # int64[labels, 7]: first, end (in letters), kind, subtype, shape, confidence, alone
    buckets: Any  # int64[1025]: where the labels of a hash of the last two characters begin
    shapes: Any  # int64[shapes, 5]: form, low, high, digits, check
    behind: Any  # uint8[65536]: 1 where a quantity or a mailbox goes on, 2 a surname, 4 the end of a role (检验员)
    keys: Any  # int64: keys of personal parameters of a link, the last seven letters packed
    kinds: Any  # int64: kinds of case_number military_id bed url email mobile resident_id bank_card, subtype bed, employee_number
    allocated: Any  # uint8[3, 1000]


CASE, MILITARY, MEDICAL, URL, EMAIL, MOBILE, RESIDENT, CARD, BED_SUBTYPE, EMPLOYEE = range(10)


@inlined
def folded(cues: Any, data: Any, i: Any) -> Any:
    """Small letter, simplified character or 0 at byte i."""
    cp = decode(data, i)
    return int(cues.fold[cp]) if cp < 65536 else 0xFFFF


@inlined
def valued(cues: Any, data: Any, i: Any) -> Any:
    """Shadow character at byte i: digits and capital letters."""
    cp = decode(data, i)
    if cp >= 65536:
        cp = 65536 + cp - 0x1D400 if 0x1D400 <= cp < 0x1D400 + 1024 else 65535
    return int(cues.value[cp])


@inlined
def before(data: Any, i: Any) -> Any:
    """First byte of the character in front of byte i."""
    i -= 1
    while data[i] & 0xC0 == 0x80:
        i -= 1
    return i


@lean
def points(data: Any, a: Any, b: Any) -> Any:
    """Code points of data[a:b]."""
    n = 0
    for k in range(a, b):
        if data[k] & 0xC0 != 0x80:
            n += 1
    return n


@lean
def note(data: Any, out: Any, count: Any, place: Any, s: Any, e: Any, code: Any) -> Any:
    """Writes data[s:e] as a finding; place: (text, first byte of the string, byte i, code point of i). Returns count + 1."""
    text, low, i, cp = place
    if count < len(out):
        start = cp - points(data, s, i) if s <= i else cp + points(data, i, s)
        out[count, 0], out[count, 1], out[count, 2] = text, start, start + points(data, s, e)
        out[count, 3], out[count, 4], out[count, 5] = s - low, e - low, code
    return count + 1


@inlined
def coded(kind: Any, subtype: Any, confidence: Any) -> Any:
    return int(kind) | int(subtype) << 8 | int(confidence) << 24
