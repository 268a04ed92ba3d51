"""Finding Markdown left-overs in text that may hold 2*3*4, M8*25, 5_10, #3轴, 张** and 138****1234.

Stricter than CommonMark 0.31, because most of this text was never Markdown: an emphasis mark beside a Latin letter
or digit, a single * beside Han, and asterisks that may hide a name are left alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from curation.clean.revision import Edit, Group

_URL = (
    r"(?:(?:https?://|ftp://|mailto:|\./|\.\./|#|/[\w%-]+[/.])[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*"
    r"|[\w%./-]+\.(?:md|html?|png|jpe?g|gif|svg|webp|bmp|pdf|docx?|xlsx?|zip|txt)(?:[?#][^\s()<>]*)?)"
)
_LINK = re.compile(rf"(!?\[)([^\[\]\n]{{0,300}})(\]\(\s*<?{_URL}>?(?:\s+[\"'][^\"'\n]*[\"'])?\s*\))", re.ASCII)
_AUTOLINK = re.compile(r"<((?:https?|ftp)://[^\s<>]+|[\w.+-]+@[\w-]+\.[\w.-]+)>", re.ASCII)
_HEADING = re.compile(r"^( {0,3}#{1,6}[ \t]+)\S.*?([ \t]+#+[ \t]*)?$", re.MULTILINE)
_FENCE = re.compile(r"^[ \t]*(?:```+|~~~+)[ \t]*[\w+#.-]*[ \t]*(?:\n|\Z)", re.MULTILINE)
_RULE = re.compile(
    r"^[ \t]*(?:-{6,}|\*{6,})[ \t]*$|(?:\A|(?<=\n\n))[ \t]*(?:-{3,}|\*{3,}|___)[ \t]*(?=\n[ \t]*\n|\n?\Z)", re.MULTILINE
)
"""A short one counts between blank lines only: in tables taken from pages, *** and --- are empty cells."""
_STARS = re.compile(r"(?<![*\\])(\*{1,3})(?=[^\s*])([^*\n]{0,200}[^\s*])(\1)(?!\*)")
_UNDERLINES = re.compile(r"(?<![\w\\])(_{1,3})(?=[^\s_])([^_\n]{0,200}[^\s_])(\1)(?!\w)")
_STRUCK = re.compile(r"(?<![~\w])(~~)([^~\n]{1,200})(~~)(?![~\d])")
_CODE = re.compile(r"(?<!`)(`)([^`\n]{1,300})(`)(?!`)")
_DELIMITER = re.compile(
    r"^[ \t]*\|(?:[ \t]*:?-+:?[ \t]*\|)*[ \t]*:?-*:?[ \t]*$"
    r"|^[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)+$",
    re.MULTILINE,
)
_BAR = re.compile(r"[ \t]*(?<!\\)\|[ \t]*")
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜"
    "叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤"
)


def find(text: str) -> Iterator[Group]:
    """Groups of edits by kind; marks that belong together are one group."""
    if "|" in text and "-" in text:
        yield from _tables(text)
    if "```" in text or "~~~" in text:
        yield from ((Edit(*match.span(), "", "markdown"),) for match in _FENCE.finditer(text))
    if "---" in text or "***" in text or "___" in text:
        yield from ((Edit(*match.span(), "", "markdown"),) for match in _RULE.finditer(text))
    if "](" in text:
        yield from (_ends(match) for match in _LINK.finditer(text))
    if "<" in text:
        for match in _AUTOLINK.finditer(text):
            yield _delete((match.start(), match.start() + 1), (match.end() - 1, match.end()))
    if "#" in text:
        for match in _HEADING.finditer(text):
            yield _delete(match.span(1), match.span(2)) if match[2] else _delete(match.span(1))
    yield from _pairs(text)


def _pairs(text: str) -> Iterator[Group]:
    if "`" in text:
        yield from (_ends(match) for match in _CODE.finditer(text))
    if "~~" in text:
        yield from (_ends(match) for match in _STRUCK.finditer(text))
    if "*" in text:
        yield from (_ends(match) for match in _STARS.finditer(text) if _is_emphasis(match))
    if "_" in text:
        yield from (_ends(match) for match in _UNDERLINES.finditer(text) if _is_underlined(match[2]))


def _is_emphasis(match: re.Match[str]) -> bool:
    """Whether the asterisks are emphasis, not multiplication and not a hidden name or number."""
    text, inner = match.string, match[2]
    before, after = text[: match.start()][-1:], text[match.end() :][:1]
    if _latin_or_digit(before) or _latin_or_digit(after):
        return False
    if len(match[1]) == 1 and (before in "/(（" or after in "/)）") and before + after:
        return False  # /*comment*/ and (*^_^*)
    if len(match[1]) == 1:
        return not before.isalnum() and not after.isalnum() and (not before or before not in ")]）")
    if before.isalnum() and (_is_mark(inner[0]) or (before in _SURNAMES and inner[-1] in _SURNAMES)):
        return False  # 张**，女，其夫李**：names made unreadable
    return len(match[1]) == 2 or not (inner[0].isdigit() or inner[-1].isdigit())


def _is_underlined(inner: str) -> bool:
    """Words, not an identifier (__init__) and not a face _(:з」∠)_ →_→."""
    return (not inner.isascii() or " " in inner) and inner[0].isalnum()


def _latin_or_digit(c: str) -> bool:
    return c.isascii() and c.isalnum()


def _is_mark(c: str) -> bool:
    return unicodedata.category(c)[0] == "P"


def _delete(*spans: tuple[int, int]) -> Group:
    return tuple(Edit(start, end, "", "markdown") for start, end in spans)


def _ends(match: re.Match[str]) -> Group:
    """Deletes groups 1 and 3 of the match: an opening and a closing mark."""
    return _delete(match.span(1), match.span(3))


def _tables(text: str) -> Iterator[Group]:
    """Tables with a delimiter row: that row goes, bars between cells become tabs, outer bars go."""
    done = 0
    for delimiter in _DELIMITER.finditer(text):
        above = text.rfind("\n", 0, max(delimiter.start() - 1, 0)) + 1
        if delimiter.start() < done or not {"|", "-"}.issubset(delimiter[0]) or "|" not in text[above : delimiter.start()]:
            continue
        edits = _row(text, above, delimiter.start() - 1)
        edits.append(Edit(delimiter.start() - 1, delimiter.end(), "", "markdown"))
        start = delimiter.end() + 1
        while start < len(text):
            end = text.find("\n", start)
            end = len(text) if end < 0 else end
            if "|" not in text[start:end]:
                break
            edits += _row(text, start, end)
            start = end + 1
        done = start
        yield edits


def _row(text: str, start: int, end: int) -> list[Edit]:
    edits = []
    for bar in _BAR.finditer(text, start, end):
        outer = bar.start() == start or bar.end() == end
        edits.append(Edit(*bar.span(), "" if outer else "\t", "markdown"))
    return edits
