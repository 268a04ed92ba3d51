"""A card as HTML: Markdown of a stranger, without its HTML, without its pictures, its links marked and cut off from our page."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from corpora.catalog import cards
from corpora.hub.page.text import shown

LARGEST = 200_000
"""Characters of a card that are shown."""
_OUTSIDE = re.compile(r"https?://[^\s]+|mailto:[^\s]+", re.IGNORECASE)
Heading = tuple[str, str]


@functools.lru_cache(maxsize=64)
def of_file(path: Path) -> tuple[Markup, list[Heading]]:
    """(HTML, [(id, second-level heading)]) of a stored card; by its blob's path, which its content decides."""
    with path.open("rb") as file:
        text = file.read(4 * LARGEST).decode("utf-8", "replace")
    return render(cards.body(text))


def render(text: str) -> tuple[Markup, list[Heading]]:
    """(HTML, [(id, second-level heading)]) of Markdown. What can't be seen is made visible first."""
    parser = _parser()
    tokens = parser.parse(shown(text[:LARGEST]))
    headings = _numbered(tokens)
    return Markup(parser.renderer.render(tokens, parser.options, {})), headings


@functools.cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
    renderer: Any = parser.renderer  # its protocol does not tell of the rules
    renderer.rules |= {"image": _image, "link_open": _link_open, "link_close": _link_close}
    renderer.rules |= {"table_open": lambda *_: '<div class="wide"><table>\n', "table_close": lambda *_: "</table></div>\n"}
    return parser


def _numbered(tokens: Sequence[Token]) -> list[Heading]:
    """Headings one level down, below the page's own title, with an id of ours; tells those of the second level."""
    found: list[Heading] = []
    for at, token in enumerate(tokens):
        if token.type not in ("heading_open", "heading_close"):
            continue
        level = int(token.tag[1])
        token.tag = f"h{min(6, level + 1)}"
        if token.type == "heading_open":
            token.attrSet("id", f"card-{at}")
            if level == 2:
                found.append((f"card-{at}", tokens[at + 1].content.replace("*", "").replace("`", "")))
    return found


def _image(tokens: Sequence[Token], at: int, *_: Any) -> str:
    """A picture would be fetched from wherever its author wants: its description stands for it."""
    return str(Markup('<span class="picture">〔{}〕</span>').format(tokens[at].content or "图片 / picture"))


def _link_open(tokens: Sequence[Token], at: int, *_: Any) -> str:
    """A link to the outside says where it leads; one to a place in the repository is only shown."""
    href = str(tokens[at].attrGet("href") or "")
    if not _OUTSIDE.fullmatch(href):
        tokens[_closing(tokens, at)].meta["dead"] = True
        return "<span>"
    return str(Markup('<a href="{}" title="{}" rel="nofollow noopener noreferrer" class="outside">').format(href, href))


def _link_close(tokens: Sequence[Token], at: int, *_: Any) -> str:
    return "</span>" if tokens[at].meta.get("dead") else "</a>"


def _closing(tokens: Sequence[Token], at: int) -> int:
    depth = 0
    for place in range(at, len(tokens)):
        depth += (tokens[place].type == "link_open") - (tokens[place].type == "link_close")
        if not depth:
            return place
    return at
