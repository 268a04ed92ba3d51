"""Big5, as Taiwan and Hong Kong write it: read where a recipe says so, recognised only where nothing else is possible.

Python's cp950 (Microsoft's table) comes first, then big5hkscs (HKSCS-2004). A second byte may be ASCII (40–7E), so such text
is cut at its line ends only after it has been decoded. EUC-TW has no codec here: it is read by nothing, and quarantined.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

CODECS = ("cp950", "big5hkscs")
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\xa1-\xfe]")
_LEAST = 40  # characters that a verdict needs
_COMMON = 0.95  # share in rows A1 to C6: signs and the 5401 common characters
_CANTONESE = frozenset(c.encode("big5hkscs") for c in "喺啲嘢咗嘅哋冇嚟嗰佢唔咁攞揾睇")  # in every sentence of Hong Kong
_LOW = 0.15  # share with an ASCII second byte, which EUC encodings (GB 2312, EUC-KR, EUC-JP) never have


def decoded(raw: bytes) -> str | None:
    """The text, or None. Lines of UTF-8 stay that: Big5 is hardly ever valid UTF-8."""
    for codec in ("utf-8", *CODECS):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return None


def is_certain(lines: Sequence[bytes]) -> bool:
    """Whether most of these lines, none of ASCII alone, are Big5 by every sign: the signs exclude the others."""
    own = [line for line in lines if not _is_utf8(line)]
    pairs = _PAIR.findall(b"".join(own))
    if 2 * len(own) < len(lines) or len(pairs) < _LEAST or any(decoded(line) is None for line in own):
        return False
    common = sum(0xA1 <= pair[0] <= 0xC6 or pair in _CANTONESE for pair in pairs)
    low = sum(pair[1] < 0x80 for pair in pairs)
    return common >= _COMMON * len(pairs) and low >= _LOW * len(pairs)


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
