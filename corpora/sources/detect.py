"""Guesses about a file: its format by name, its compression by magic bytes, its encoding by its first lines."""

from __future__ import annotations

import re
from pathlib import PurePath

from corpora.errors import FileUnreadable
from corpora.sources import big5
from corpora.sources.decoding import decode_line, line_ends
from corpora.sources.magic import kind_of

UTF32 = (b"\xff\xfe\0\0", b"\0\0\xfe\xff")  # byte order marks: nobody's exports, and not read
BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # zip, OLE compound file
_MAGIC = ((b"\x1f\x8b", "gz"), (b"\x28\xb5\x2f\xfd", "zst"))
_SUFFIXES = {
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".csv": "csv", ".tsv": "tsv", ".tab": "tsv",
    ".xlsx": "excel", ".xlsm": "excel", ".xltx": "excel", ".xls": "excel", ".xlsb": "excel", ".ods": "excel", ".et": "excel",
    ".parquet": "parquet", ".pq": "parquet", ".txt": "text", ".text": "text",
    ".md": "markdown", ".markdown": "markdown", ".mdx": "markdown", ".tex": "latex", ".latex": "latex",
    ".html": "html", ".htm": "html", ".xhtml": "html", ".shtml": "html", ".mht": "html", ".mhtml": "html",
    ".docx": "docx", ".docm": "docx", ".dotx": "docx", ".doc": "docx", ".dot": "docx", ".wps": "docx", ".rtf": "docx",
    ".odt": "docx", ".epub": "epub", ".xml": "xml", ".pdf": "pdf",
    ".png": "image", ".jpg": "image", ".jpeg": "image", ".tif": "image", ".tiff": "image", ".bmp": "image",
}  # fmt: skip
_DOCUMENTS = frozenset({"docx", "html", "epub", "markdown", "latex", "xml"})
_LYING = {"zip": "docx", "ole": "docx", "rtf": "docx", "epub": "epub", "html": "html", "mhtml": "html"}
"""What a document is by its first bytes, whatever its name says: a .doc that is HTML, a .htm that is a .docx."""
_WIDE = 1 << 14
_SENSIBLE = re.compile(r"[\t\r\n -~\u3001-\u301f\u4e00-\u9fff\uff01-\uff5e±×÷°·—…‘’“”≤≥℃‰]")
_ENOUGH = 200  # non-ASCII lines that settle the encoding


def compression_of(head: bytes, path: str) -> str | None:
    """gz, zst or None: by the first bytes, and by name for an empty or cut file."""
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return name
    suffix = PurePath(path).suffix.lower()
    return suffix[1:] if suffix in (".gz", ".zst") else None


def format_of(head: bytes, path: str) -> str:
    """Format by name, a compression suffix apart. Raises FileUnreadable for an unknown one."""
    pure = PurePath(path)
    if pure.suffix.lower() in (".gz", ".zst"):
        pure = pure.with_suffix("")
    named = _SUFFIXES.get(pure.suffix.lower())
    if head.startswith(b"PAR1") and named not in _DOCUMENTS:
        return "parquet"
    if head.startswith(b"%PDF-"):
        return "pdf"
    if pure.suffix.lower() == ".json" and _one_value(head):
        return "json"
    if named in ("docx", "html"):
        return _LYING.get(kind_of(head) or "", named)
    if named is not None:
        return named
    raise FileUnreadable(
        f"看不出文件格式 / unknown file format: {pure.suffix or path}",
        cause="unknown_format",
        hint="在配方的来源里写明 format / set `format` in the recipe's source, such as jsonl or csv",
    )


def is_known(path: str) -> bool:
    """Whether the name has the suffix of a format, a compression suffix apart."""
    pure = PurePath(path)
    pure = pure.with_suffix("") if pure.suffix.lower() in (".gz", ".zst") else pure
    return pure.suffix.lower() in _SUFFIXES


def table_of(head: bytes, kind: str) -> str:
    """What a table is, whatever it is called: a CSV that is a workbook, an .xls that is text; other kinds as they are."""
    if kind in ("csv", "tsv"):
        return "excel" if head.startswith(_WORKBOOKS) else kind
    if kind != "excel" or not head or head.startswith(_WORKBOOKS) or is_markup(head) or head.startswith(b"MIME-Version:"):
        return kind
    return kind if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")) else "csv"


def is_markup(head: bytes) -> bool:
    """Whether a file begins like HTML or XML, in an encoding that holds ASCII or in UTF-16."""
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1] == b"<"


def _one_value(head: bytes) -> bool:
    """Whether a .json file begins like one value over many lines, and not like one object a line."""
    first = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:4].replace(b"\0", b"")[:2]  # UTF-16 too
    return first[:1] == b"[" or first in (b"{\n", b"{\r")


def bom_of(head: bytes) -> tuple[int, str | None]:
    """(length of the byte order mark, encoding it stands for), or (0, None)."""
    for mark, encoding in BOMS:
        if head.startswith(mark):
            return len(mark), encoding
    return 0, None


def encoding_of(sample: bytes, *, whole: bool) -> str:
    """utf-8 or gb18030: what most of the sample's non-ASCII lines are; big5, or UTF-16 without a mark, where that is
    certain. whole: the sample is the entire file."""
    if (wide := _utf16_of(sample[:_WIDE])) is not None:
        return wide
    ends = [0, *line_ends(sample, "utf-8").tolist()]
    lines = [sample[a:b] for a, b in zip(ends, ends[1:], strict=False)]
    if whole or not lines:
        lines.append(sample[ends[-1] :] if whole else _without_cut_character(sample))
    lines = [line for line in lines if not line.isascii()][:_ENOUGH]
    votes = [_is_utf8_line(line) for line in lines]
    if big5.is_certain(lines):
        return "big5"
    return "utf-8" if 2 * sum(votes) >= len(votes) else "gb18030"


def _utf16_of(sample: bytes) -> str | None:
    """UTF-16 by its zero bytes, which text in no other encoding has: nearly all of it must be Chinese or ASCII then."""
    if 50 * sample.count(0) < len(sample) or not sample:
        return None
    sample = sample[: len(sample) // 2 * 2]
    texts = {encoding: sample.decode(encoding, "replace") for encoding in ("utf-16-le", "utf-16-be")}
    shares = {encoding: len(_SENSIBLE.findall(text)) / len(text) for encoding, text in texts.items() if "\0" not in text}
    best = max(shares, key=lambda encoding: shares[encoding], default=None)
    return best if best is not None and shares[best] >= 0.9 else None


def is_settled(sample: bytes) -> bool:
    """Whether enough non-ASCII lines have been seen."""
    return sum(not line.isascii() for line in sample.split(b"\n")) > _ENOUGH


def _is_utf8_line(line: bytes) -> bool:
    """A vote: valid UTF-8 that is not more plausible as GB18030, or text in neither."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return decode_line(line, "utf-8") is None
    return decode_line(line, "gb18030") == text


def _without_cut_character(sample: bytes) -> bytes:
    for cut in range(4):
        try:
            sample[: len(sample) - cut].decode()
        except UnicodeDecodeError:
            continue
        return sample[: len(sample) - cut]
    return sample
