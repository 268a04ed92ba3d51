"""What a file is by its first bytes: the names of documents lie (a .doc that is HTML, RTF or .docx is common)."""

from __future__ import annotations

import re

_MAGIC = (
    (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"), (b"{\\rtf", "rtf"),
    (b"%PDF-", "pdf"), (b"\xdb\xa5-\0\0\0", "ole"),
)  # fmt: skip
_EPUB = b"mimetypeapplication/epub+zip"
_HTML = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*|<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|meta|body|title|table|div|style)\b",
    re.I | re.S,
)
_MHTML = re.compile(rb"\s*(?:From|MIME-Version|Date|Subject|Content-Type|X-[\w-]+):[ \t]", re.I)
_MULTIPART = re.compile(rb"^Content-Type:\s*multipart/related", re.I | re.M)


def kind_of(head: bytes) -> str | None:
    """zip, epub, ole, rtf, pdf, html, mhtml or None. head: at least the first kilobyte.

    ole is the container of .doc, .xls, .wps, and of password-protected .docx and .xlsx ([MS-CFB]).
    """
    for magic, name in _MAGIC:
        if head.startswith(magic):
            return "epub" if name == "zip" and _EPUB in head[:100] else name
    plain = head.removeprefix(b"\xef\xbb\xbf")
    if plain[:2] in (b"\xff\xfe", b"\xfe\xff"):
        plain = plain[2:].replace(b"\0", b"")
    if _HTML.match(plain):
        return "html"
    return "mhtml" if _MHTML.match(plain) and _MULTIPART.search(plain) else None
