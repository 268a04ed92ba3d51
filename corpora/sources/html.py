"""Web pages: the main text without navigation, scripts and styles; tables as rows; title, date and author as fields.

Pages that Word or a browser saved as one file (MHTML, RFC 2557) are read as their first HTML part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from corpora.sources import html_blocks, html_main, html_meta
from corpora.sources.items import BadFile, Item, text_fields
from corpora.sources.magic import kind_of
from corpora.sources.spec import Shard

_LONGEST = 64 << 20  # bytes of a page: parsing takes fifty times that


def items(data: bytes, shard: Shard, not_text: Counter[str]) -> Iterator[Item]:
    """One document. Fields: title, date, author."""
    kind = kind_of(data[:4096])
    if kind in ("zip", "epub", "ole", "pdf", "rtf"):
        raise BadFile("not_readable")
    page = _part(data) if kind == "mhtml" else data
    if len(page) > _LONGEST:
        raise BadFile("too_long")
    text = html_meta.decoded(page, shard.encoding)
    if text is None:
        raise BadFile("undecodable")
    tree = html_blocks.parse(text)
    found = html_blocks.blocks(tree)
    main, inside = html_main.main_text(found)
    counts = {
        "figure": sum(element in inside for element in found.figures),
        "media": sum(element in inside for element in found.media),
        "toc_line": found.contents,
    }
    not_text.update({name: count for name, count in counts.items() if count})
    yield Item(data, text_fields("\n".join(block.text for block in main), html_meta.fields(tree)))


def _part(data: bytes) -> bytes:
    """The page in a saved web archive, with its charset said as a page would."""
    import email
    import email.policy

    try:
        parts = list(email.message_from_bytes(data, policy=email.policy.compat32).walk())
    except RecursionError:
        raise BadFile("too_deep") from None
    for part in parts:
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            charset = str(part.get_param("charset") or "").encode("ascii", "ignore")
            body = payload if isinstance(payload, bytes) else b""
            return b'<meta charset="%s">' % charset + body if charset else body
    raise BadFile("not_readable")
