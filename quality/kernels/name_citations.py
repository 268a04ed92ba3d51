"""Authors in a reference (GB/T 7714 and the older forms): a list of names at the head of a line, then title, place and year."""

from __future__ import annotations

from typing import Any

from quality.kernels.lean import inlined, lean
from quality.kernels.name_doubts import latin
from quality.kernels.name_labels import BLANK, COLON, COMMA, han
from quality.kernels.name_text import BREAK

_HEAD, _ENTRY = 80, 240
"""Codes that are read before and behind a name. Eight authors and a long title fit."""
_STOP, _OPEN, _CLOSE, _LINE = 0x2E, 0x28, 0x29, 0x0A
_AND_OTHERS, _TRANSLATED = 0x7B49, 0x8BD1  # 等, 译


@inlined
def _digit(code: Any) -> Any:
    return 0x30 <= code < 0x3A


@inlined
def _year(codes: Any, i: Any) -> Any:
    """Whether 1900 … 2099 stands at i, alone."""
    for k in range(4):
        if not _digit(codes[i + k]):
            return False
    century = codes[i] == 0x31 and codes[i + 1] == 0x39 or codes[i] == 0x32 and codes[i + 1] == 0x30
    return century and not _digit(codes[i - 1]) and not _digit(codes[i + 4])


@lean
def cited(codes: Any, spans: Any, out: Any) -> None:
    """out bool[m]: whether a span int64[m, 2] is an author of a reference, or stands before 等(1998) or (1998)."""
    for k in range(len(spans)):
        end = _list_end(codes, spans[k, 1])
        out[k] = (
            _beside_year(codes, spans[k, 1])
            or codes[end] == _TRANSLATED
            and codes[end + 1] == _STOP
            or _heads(codes, spans[k, 0])
            and (_closed(codes, end) or _published(codes, spans[k, 1]))
        )


@inlined
def _list_end(codes: Any, i: Any) -> Any:
    """Where a list of short names ends that goes on with a comma at i."""
    last = i
    for _ in range(_HEAD):
        if codes[i] != COMMA and codes[i] != 0x3001:
            return last
        while codes[i] == COMMA or codes[i] == BLANK or codes[i] == 0x3001:
            i += 1
        last = i
        while han(codes[i]) and i - last < 4:
            i += 1
    return last


@inlined
def _closed(codes: Any, i: Any) -> Any:
    """等. at i."""
    return codes[i] == _AND_OTHERS and (codes[i + 1] == _STOP or codes[i + 1] == COMMA)


@inlined
def _beside_year(codes: Any, i: Any) -> Any:
    if codes[i] == _AND_OTHERS:
        i += 1
    if codes[i] != _OPEN or not _year(codes, i + 1):
        return False
    i += 5
    for _ in range(2):
        if codes[i] == 0x5E74 or 0x61 <= codes[i] < 0x67:  # 年, a … f
            i += 1
    return codes[i] == _CLOSE


@inlined
def _heads(codes: Any, i: Any) -> Any:
    """Whether nothing but a number and other short names stands between the line's beginning and i."""
    run = 0
    for k in range(1, _HEAD):
        code = codes[i - k]
        if code == _LINE or code == BREAK:
            return True
        run = run + 1 if han(code) else 0
        if run > 4 or code == COLON or code == 0x3002 or code == 0x3B:
            return False
    return False


@inlined
def _published(codes: Any, i: Any) -> Any:
    """Whether a full stop and then the end of a reference follow: publisher and year, [M], or year, volume: page."""
    stopped = False
    for k in range(_ENTRY):
        at = i + k
        code = codes[at]
        if code == BREAK or code == 0x3002 or code == _LINE and codes[at + 1] == _LINE:
            return False
        stopped = stopped or code == _STOP
        if not stopped:
            continue
        if code == 0x5B and latin(codes[at + 1]) and (codes[at + 2] == 0x5D or codes[at + 2] == 0x2F):
            return True
        if _year(codes, at) and (_volume(codes, at + 4) or _publisher(codes, at)):
            return True
    return False


@inlined
def _publisher(codes: Any, i: Any) -> Any:
    """出版社 or 出版 right before the year."""
    found = False
    for k in range(1, 5):
        found = found or codes[i - k] == 0x793E or codes[i - k] == 0x7248  # 社 版
    return found


@inlined
def _volume(codes: Any, i: Any) -> Any:
    """`, 18 (2): 293` or `, (5): 8` or `: 293` behind a year."""
    for _ in range(24):
        code = codes[i]
        if code == COLON:
            return _digit(codes[i + 1]) or _digit(codes[i + 2])
        if not (_digit(code) or code == COMMA or code == BLANK or code == _OPEN or code == _CLOSE or code == 0x3B or latin(code) or code == 0x2D):  # fmt: skip
            return False
        i += 1
    return False
