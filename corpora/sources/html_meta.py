"""What a web page says of itself: its encoding, title, date and author. Only what is marked, nothing guessed from prose."""

from __future__ import annotations

import codecs
import re
from typing import Any

from corpora.sources.decoding import decode
from corpora.sources.detect import bom_of

_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.I)
_HEAD = 16 << 10  # bytes in which the charset is looked for; HTML says 1024, pages are later with it
_PLAUSIBLE = (
    "utf-8", "gb", "hz", "big5", "cp9", "shift_jis", "euc_", "johab", "iso8859", "cp125", "koi8", "ascii", "tis",
)  # fmt: skip
_DATE = re.compile(
    r"(?:19|20)\d{2}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?:\s?日)?(?:[T\s]{0,3}\d{1,2}[:：]\d{2}(?:[:：]\d{2})?(?:\.\d+)?"
    r"(?:Z|[+-]\d{2}:?\d{2})?)?"
)
_DATE_NAMES = (
    "article:published_time", "og:release_date", "publishdate", "pubdate", "weibo:article:create_at", "datepublished",
    "article:create_at", "bytedance:published_time", "og:time", "date", "dc.date",
)  # fmt: skip
_AUTHOR_NAMES = ("article:author", "author", "og:article:author", "mediaid", "dc.creator")
_DATED = "time, [itemprop=datePublished], [class*=time], [class*=date], [id*=time], [id*=date]"
_SITE = re.compile(r"\s*(?:[_|｜—–]+|\s-+\s|--+)\s*")
_MOST = 40  # elements looked at for a date


def decoded(data: bytes, encoding: str) -> str | None:
    """The page's text: by byte order mark, then by what it says, then by its bytes; None if it is text in neither.

    Single-byte Western names are not believed before the bytes are: pages in GBK that say iso-8859-1 are common.
    """
    mark, marked = bom_of(data[:4])
    if marked:
        return decode(data[mark:], marked)
    found = _CHARSET.search(data[:_HEAD])
    name = python_name(found[1]) if found else None
    if name == "utf-8" or (name or "").startswith("gb"):
        return decode(data, "utf-8" if name == "utf-8" else "gb18030")
    if name is None or name in ("iso8859-1", "cp1252", "ascii"):
        text = decode(data, encoding)
        return text if text is not None or name is None else data.decode("cp1252", "replace")
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return decode(data, encoding)


def python_name(name: bytes) -> str | None:
    """Python's name of an encoding that files are in; None for others. Python also calls zip and punycode encodings, and
    UTF-16 that can be read as ASCII to find its name is none."""
    try:
        found = codecs.lookup(name.decode("ascii"))
    except (LookupError, UnicodeDecodeError, ValueError):
        return None
    return found.name if found.name.startswith(_PLAUSIBLE) else None


def fields(tree: Any) -> dict[str, str]:
    """title, date and author, as far as the page marks them."""
    metas = _metas(tree)
    found = {
        "title": _title(tree, metas),
        "date": next((match[0] for name in _DATE_NAMES if (match := _DATE.search(metas.get(name, "")))), "") or _date(tree),
        "author": next((metas[name] for name in _AUTHOR_NAMES if metas.get(name)), ""),
    }
    return {name: value for name, value in found.items() if value}


def heading(tree: Any) -> str:
    """The page's first heading, else its window title."""
    for name in ("h1", "h2", "h3", "title"):
        node = tree.css_first(name)
        if node is not None and (text := _line(node.text())):
            return text
    return ""


def _metas(tree: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in tree.css("meta"):
        values = meta.attributes
        name = (values.get("property") or values.get("name") or values.get("itemprop") or "").strip().lower()
        found.setdefault(name, (values.get("content") or "").strip())
    return found


def _title(tree: Any, metas: dict[str, str]) -> str:
    """What the page shares as its title; else its heading, if the window's title has it; else that without the site."""
    node = tree.css_first("title")
    window = _line(node.text()) if node is not None else ""
    if metas.get("og:title"):
        return _line(metas["og:title"])
    for heading in tree.css("h1"):
        text = _line(heading.text())
        if text and (text in window or not window):
            return text
    return max(_SITE.split(window), key=len, default="") if window else ""


def _date(tree: Any) -> str:
    for node in tree.css(_DATED)[:_MOST]:
        text = f"{node.attributes.get('datetime') or ''} {node.text()[:200]}"
        if match := _DATE.search(text):
            return match[0]
    return ""


def _line(text: str) -> str:
    return " ".join(text.split())
