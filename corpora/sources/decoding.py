"""Bytes → text, line by line: UTF-8 and GB18030 may be mixed in one file, and no line of either is lost.

A line is read in the file's encoding. Where that fails, or where a line of a GB18030 file happens to be valid
UTF-8, the two readings compete: the share of their non-ASCII characters that are everyday Chinese (GB/T 2312
level 1, and the signs of rows 1 to 3) decides. GBK is read as its superset GB18030 (GB 18030-2022). Big5 is apart: see `big5`.
"""

from __future__ import annotations

import re

import numpy as np

from corpora import kernels
from corpora.sources import big5
from corpora.text_buffers import Offsets

UNDECODABLE = b"\xff"  # stands for what is not ASCII in an undecodable line: never part of valid UTF-8
_BLANK = b" \t\r\n\x0b\x0c"
_NON_ASCII = re.compile(r"[^\x00-\x7f]")
_UTF8_LIKE = re.compile(rb"[\xe0-\xef][\x80-\xbf]{1,2}|[\xf0-\xf4][\x80-\xbf]{1,3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_GBK_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e]")  # the only characters that hold an ASCII byte a separator may be: |
_SAMPLE = 100  # characters judged per line: more would not change the verdict


def _everyday() -> frozenset[str]:
    rows = [(lead, 0xFE) for lead in (0xA1, 0xA2, 0xA3, *range(0xB0, 0xD7))] + [(0xD7, 0xF9)]
    pairs = b"".join(bytes((lead, trail)) for lead, last in rows for trail in range(0xA1, last + 1))
    return frozenset(pairs.decode("gb2312", "ignore"))


_EVERYDAY = _everyday()


def is_utf16(encoding: str) -> bool:
    """Whether two bytes make a code unit, so that line ends are two bytes as well."""
    return encoding.startswith("utf-16")


def is_utf8(data: bytes) -> bool:
    """Strict UTF-8 (RFC 3629)."""
    return bool(kernels.is_utf8(np.frombuffer(data, np.uint8)))


def line_ends(raw: bytes, encoding: str) -> Offsets:
    """Offsets of the first byte after each line feed."""
    if not is_utf16(encoding):
        return np.flatnonzero(np.frombuffer(raw, np.uint8) == 10) + 1
    units = np.frombuffer(raw, ">u2" if encoding == "utf-16-be" else "<u2", len(raw) // 2)
    return 2 * np.flatnonzero(units == 10) + 2


def first_and_last_line_end(raw: bytes, encoding: str) -> tuple[int, int]:
    """Offsets behind the first and the last line feed, 0 where there is none."""
    if is_utf16(encoding):
        ends = line_ends(raw, encoding)
        return (int(ends[0]), int(ends[-1])) if len(ends) else (0, 0)
    return raw.find(b"\n") + 1, raw.rfind(b"\n") + 1


def terminator(line: bytes, encoding: str) -> int:
    """Bytes of the line end (LF or CRLF) that closes `line`."""
    if is_utf16(encoding):
        cr, lf = ("\r".encode(encoding), "\n".encode(encoding))
        return 0 if not line.endswith(lf) or len(line) % 2 else 4 if line[:-2].endswith(cr) else 2
    return 2 if line.endswith(b"\r\n") else 1 if line.endswith(b"\n") else 0


def is_blank(raw: bytes, encoding: str) -> bool:
    """Only ASCII white space: not a record."""
    if is_utf16(encoding):
        text = _strict(raw, encoding)
        return text is not None and not text.strip(_BLANK.decode())
    return not raw.strip(_BLANK)


def decode(raw: bytes, encoding: str) -> str | None:
    """The text of a record, decided line by line; None where a line is text in neither encoding."""
    if encoding == "utf-8" and (whole := _strict(raw, encoding)) is not None:
        return whole
    lines = split_lines(raw, encoding)
    texts = [decode_line(line, encoding) for line in lines]
    return None if None in texts else "".join(text for text in texts if text is not None)


def decode_cut(raw: bytes, encoding: str) -> str | None:
    """As `decode`, for a file that may break off inside its last character, whose bytes are left out."""
    found = (decode(raw[: len(raw) - cut], encoding) for cut in range(min(4, len(raw) + 1)))
    return next((text for text in found if text is not None), None)


def size_of(text: str, raw: bytes, encoding: str) -> int:
    """Bytes at the beginning of `raw` that say `text`; -1 where they are in another encoding, or in several."""
    try:
        said = text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return -1
    return len(said) if raw.startswith(said) else -1


def split_lines(raw: bytes, encoding: str) -> list[bytes]:
    """The lines of `raw`, line ends included."""
    if not is_utf16(encoding):
        *closed, last = raw.split(b"\n")
        return [line + b"\n" for line in closed] + ([last] if last else [])
    cuts = [0, *line_ends(raw, encoding).tolist(), len(raw)]
    return [raw[a:b] for a, b in zip(cuts, cuts[1:], strict=False) if b > a]


def decode_line(raw: bytes, encoding: str) -> str | None:
    """The text of one line, or None."""
    if is_utf16(encoding):
        return _strict(raw, encoding)
    if encoding == "big5":
        return big5.decoded(raw)
    utf8 = _strict(raw, "utf-8")
    if utf8 is not None and (encoding == "utf-8" or raw.isascii()):
        return utf8
    chinese = _strict(raw, "gb18030")
    if chinese is None or utf8 is None:
        return chinese if encoding != "utf-8" and chinese is not None else utf8 or _rescued(raw, chinese)
    return utf8 if _share(utf8) > max(_share(chinese), 0.5) else chinese


def _rescued(raw: bytes, chinese: str | None) -> str | None:
    """A broken UTF-8 line must not come back as mojibake: it has to look more like Chinese than like UTF-8."""
    if chinese is None:
        return None
    share = _share(chinese)
    if share > 0.7:  # broken UTF-8 never looks like this: spare the closer look
        return chinese
    like = sum(len(match) for match in _UTF8_LIKE.findall(raw)) / max(1, len(_HIGH.findall(raw)))
    return chinese if share >= like else None


def _share(text: str) -> float:
    """Share of everyday Chinese among the first non-ASCII characters, 0…1."""
    sample = (_NON_ASCII.findall(text[: 2 * _SAMPLE]) or _NON_ASCII.findall(text))[:_SAMPLE]
    return sum(map(_EVERYDAY.__contains__, sample)) / max(1, len(sample))


def _strict(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def transcode(raw: bytes, encoding: str) -> bytes:
    """`raw` as UTF-8 with as many line feeds; of a line that is not text ASCII stays, the rest becomes UNDECODABLE."""
    if encoding == "utf-8" and is_utf8(raw):
        return raw
    if is_utf16(encoding):
        return _bulk(raw, encoding)
    ends = line_ends(raw, encoding)
    cuts = np.concatenate([[0], ends[ends < len(raw)], [len(raw)]]).astype(np.int64)
    kinds = np.zeros(len(cuts) - 1, np.uint8)
    kernels.utf8_kinds(np.frombuffer(raw, np.uint8), cuts[:-1], cuts[1:], kinds)
    doubtful = kinds == (2 if encoding == "utf-8" else 1)  # lines that may be in the other encoding
    runs = np.flatnonzero(np.diff(doubtful, prepend=~doubtful[:1]))
    bounds = [*cuts[runs].tolist(), len(raw)]
    # A Python loop over runs of lines that are alike: few, unless the encodings alternate.
    return b"".join(
        _by_line(raw[a:b], encoding) if doubtful[run] else _bulk(raw[a:b], encoding)
        for run, a, b in zip(runs, bounds, bounds[1:], strict=False)
    )


def _bulk(raw: bytes, encoding: str) -> bytes:
    """Lines that are all in the file's encoding, or at least in no other one."""
    if encoding == "utf-8":
        return raw
    text = _strict(raw, encoding if is_utf16(encoding) else big5.CODECS[0] if encoding == "big5" else "gb18030")
    return _by_line(raw, encoding) if text is None else text.encode()


def _by_line(raw: bytes, encoding: str) -> bytes:
    return b"".join(_transcoded(line, encoding) for line in split_lines(raw, encoding))


def _transcoded(line: bytes, encoding: str) -> bytes:
    text = decode_line(line, encoding)
    return _bare(line, encoding) if text is None else text.encode()


def _bare(line: bytes, encoding: str) -> bytes:
    """What an undecodable line still says: where values and records begin and end. No byte of a character of UTF-8 or
    GB18030 is a quote, a comma, a semicolon, a tab or a line end."""
    if is_utf16(encoding):
        return line.decode(encoding, "replace").encode().replace("\ufffd".encode(), UNDECODABLE)
    whole = line if encoding == "utf-8" else _GBK_PAIR.sub(UNDECODABLE, line)
    return _HIGH.sub(UNDECODABLE, whole)
