"""Finding HTML in text that may hold `<5%`, `P<0.05` and `a<b`: known tags, comments, scripts and entities only.

A tag without attributes whose name is also an ordinary word counts only if its closing tag is there. Entities are
decoded as HTML 5 says (html.unescape), except `&lt;` where the decoded text could be taken for a tag.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from curation.clean.revision import Edit, Group


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


_BLOCK = _words(
    "address article aside blockquote body br caption center dd details dir div dl dt fieldset figcaption figure "
    "footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li main menu nav noscript ol "
    "optgroup option p pre section select summary table tbody textarea tfoot thead title tr ul script style "
)
_CELL = frozenset({"td", "th"})
_INLINE = _words(
    "a abbr acronym applet area audio b base basefont bdi bdo big button canvas cite code col colgroup data del dfn "
    "em embed font i img input ins kbd label link map mark marquee meta meter nobr object output param picture "
    "progress q rp rt ruby s samp small source span strike strong sub sup svg template time track tt u var video "
    "wbr "
)
_KNOWN = _BLOCK | _CELL | _INLINE
_BARE = _words(
    "blockquote br center dd div dl dt em font h1 h2 h3 h4 h5 h6 hr img input li ol p pre span strong sub sup table "
    "tbody td tfoot th thead tr ul wbr "
)
"""Names that nobody writes between < and > for anything else."""
_FLAGS = _words(
    "allowfullscreen async autofocus autoplay checked compact controls default defer disabled hidden ismap loop "
    "multiple muted nohref noresize noshade novalidate nowrap open readonly required reversed selected "
)

_TOKEN = re.compile(
    r"<!--(?:(?!<!--).)*?-->"
    r"|<(?P<raw>script|style)\b[^<>]*>(?:(?!<(?P=raw)\b).)*?</(?P=raw)\s*>"
    r"|<!doctype\b[^<>]*>|<\?xml\b[^<>]*>|<!\[(?:if|endif)\b[^<>]*>|<!\[CDATA\[|\]\]>"
    r"|<(?P<close>/?)(?P<name>[a-z][a-z0-9]*(?::[a-z][a-z0-9]*)?)(?P<rest>(?:\s(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*|\s[^<>]*)?)/?>"
    r"|&lt;/?[a-z!][^&<>\n]{0,300}&gt;"
    r"|&(?:amp;)*(?P<entity>#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"\s[A-Za-z_:@-][\w:.@-]*\s*=\s*[\"'\w#./(+-]")
_POWER = re.compile(r"\s*[+\-−–]?[0-9A-Za-z]{1,4}[+\-]?\s*</sup", re.IGNORECASE)


def find(text: str) -> Iterator[Group]:
    """Groups of one edit each: runs of tags (with the space between them) and entities."""
    if "<" not in text and "&" not in text:
        return
    lowered = text.lower()
    run: list[tuple[int, int, str]] = []  # touching tags: start, end, separator
    for match in _TOKEN.finditer(text):
        token = _token(match, text, lowered)
        if token is None:
            continue
        if match["entity"]:
            yield (Edit(*match.span(), token, "entity"),)
            continue
        if run and text[run[-1][1] : match.start()].strip():
            yield from _run(text, run)
            run = []
        run.append((*match.span(), token))
    yield from _run(text, run)


def _token(match: re.Match[str], text: str, lowered: str) -> str | None:
    """What stands for the token: a separator, a character, or None where it stays."""
    if match["entity"]:
        return _entity(match, text)
    if match["raw"]:
        return "\n"
    name = match["name"]
    if name is None:
        start = match[0][:4].lower()
        if start == "&lt;" or (start == "]]>" and "<![cdata[" not in lowered):
            return None
        return ""
    return _tag(match, name.lower(), lowered)


def _tag(match: re.Match[str], name: str, lowered: str) -> str | None:
    rest = match["rest"].rstrip("/")
    if name not in _KNOWN and ":" not in name:
        return None
    if not match["close"] and not _has_attributes(rest):
        lone = name not in _BARE and not match[0].endswith("/>") and f"</{name}" not in lowered
        if rest.strip() or lone:
            return None
    if name in _CELL:
        return "\t"
    if name == "sup" and not match["close"] and _is_power(match):
        return "^"
    return "\n" if name in _BLOCK else ""


def _has_attributes(rest: str) -> bool:
    flags = rest.lower().split()
    return _ATTRIBUTE.search(rest) is not None or (bool(flags) and _FLAGS.issuperset(flags))


def _is_power(tag: re.Match[str]) -> bool:
    """10<sup>9</sup> and m<sup>2</sup>, not the <sup>[1]</sup> of a reference."""
    return tag.string[: tag.start()][-1:].isalnum() and _POWER.match(tag.string, tag.end()) is not None


def _entity(match: re.Match[str], text: str) -> str | None:
    decoded = html.unescape(f"&{match['entity']};")
    if decoded.startswith("&") and decoded.endswith(";"):
        return None  # no such entity
    if decoded == "<" and re.match(r"[A-Za-z/!?&]", text[match.end() : match.end() + 1]):
        return None  # would read as a tag
    return " " if decoded == "\xa0" else decoded


def _run(text: str, run: list[tuple[int, int, str]]) -> Iterator[Group]:
    """Tags with nothing but white space between them: one separator for all, or each deleted by itself."""
    separators = "".join(token for _, _, token in run)
    if "\n" not in separators and "\t" not in separators:
        yield from ((Edit(start, end, token, "html"),) for start, end, token in run)
        return
    start, end = run[0][0], run[-1][1]
    while start > 0 and text[start - 1].isspace():
        start -= 1
    while end < len(text) and text[end].isspace():
        end += 1
    gaps = text[start : run[0][0]] + text[run[-1][1] : end]
    separator = "\n\n" if gaps.count("\n") > 1 else "\n" if "\n" in separators + gaps else "\t"
    yield (Edit(start, end, separator if start > 0 and end < len(text) else "", "html"),)
