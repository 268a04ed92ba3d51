"""Whether a file that is called a text or a table holds any: pictures, packages and encrypted files under another name."""

from __future__ import annotations

import unicodedata

from corpora.sources.decoding import decode_line, is_utf16, split_lines
from corpora.sources.detect import bom_of, encoding_of

SAMPLE = 1 << 18
"""Bytes from the beginning of a file that are judged."""
_CONTROLS = bytes([*range(1, 9), *range(14, 26), *range(28, 32), 127])  # white space, NUL, SUB and ESC stand in real exports
_KINDS, _SHARE = 12, 0.02  # Hive and mainframes part their columns by one to four of them
_LEAST = 64  # bytes: less says nothing
_PLAIN = dict.fromkeys(map(ord, "\t\r\n\v\f\0\x1a\x1b"))
_ODD = frozenset({"Cc", "Co", "Cn", "Cs"})
_ODD_SHARE = 0.06  # of random code units of UTF-16 15 % are odd; of a text with a few broken places under 1 %


def is_not_text(raw: bytes) -> bool:
    """Whether the first bytes of a file are no text in any encoding.

    Bytes: most lie in lines that are text in neither encoding, and all kinds of control characters are among them, as in
    random, compressed or encrypted data (27 of 256 values). Broken lines alone say nothing: GBK cut by bytes has them too.
    UTF-16: code points without a character, unpaired surrogates, private use. Measured on the 4 135 files of ../shared/data:
    all 30 sampled packages (docx, doc, pdf) are found, none of 4 105 texts; those hold at most 2 kinds of controls.
    """
    mark, encoding = bom_of(raw)
    sample = raw[mark:SAMPLE]
    if len(sample) < _LEAST:
        return False
    if encoding is None or not is_utf16(encoding):
        controls = len(sample) - len(sample.translate(None, _CONTROLS))
        kinds = sum(one in sample for one in _CONTROLS)
        if controls < _SHARE * len(sample) or kinds < min(_KINDS, len(sample) // 32):
            return False
        encoding = encoding or encoding_of(sample, whole=len(raw) < SAMPLE)
    if is_utf16(encoding):
        return _odd_share(sample.decode(encoding, "replace")) >= _ODD_SHARE
    broken = sum(len(line) for line in split_lines(sample, encoding) if decode_line(line, encoding) is None)
    return 2 * broken >= len(sample)


def _odd_share(text: str) -> float:
    """Share of code points that no text has, among the first ones."""
    plain = text.translate(_PLAIN)[: SAMPLE // 8]
    return sum(unicodedata.category(one) in _ODD or one == "\ufffd" for one in plain) / max(1, len(plain))
