"""Cards as HTML: for any text, nothing but elements of Markdown with attributes of ours."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.hub.page import card_html
from corpora.hub.page.text import shown

TAGS = {
    "p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "s", "hr", "br", "a", "span",
    "div", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
ATTRIBUTES = {"id", "class", "href", "title", "rel", "start", "style"}
PIECES = ["<script>", "</p>", "[a](", "javascript:x", "https://e.example", ")", "![", "]", "`", "```", "|", "\n", "---", "<!--", "&lt;",
          "# ", "> ", "- ", "*", "\\", "<a href=x>", "onclick=", '"', "'", "data:text/html,", "\u202e", "[r]: ", "mailto:a@b.c"]  # fmt: skip


class _Elements(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=30).map("".join))
def test_any_text_gives_only_elements_of_markdown(text: str) -> None:
    html, _ = card_html.render(text)
    for tag, attributes in _Elements(str(html)).found:
        assert tag in TAGS and attributes.keys() <= ATTRIBUTES
        assert (attributes.get("href") or "https://").lower().startswith(("https://", "http://", "mailto:"))
        assert attributes.get("style") in (None, "text-align:left", "text-align:right", "text-align:center")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("# A", '<h2 id="card-0">A</h2>'),
        ("[x](https://a.example)", 'rel="nofollow noopener noreferrer" class="outside">x</a>'),
        ("[x](./data.txt)", "<span>x</span>"),  # a place in the repository
        ("[x](//evil.example)", "<span>x</span>"),  # another host by the back door
        ("[x](JAVASCRIPT:alert)", "[x](JAVASCRIPT:alert)"),
        ("![图](https://a.example/p.png)", '<span class="picture">〔图〕</span>'),
        ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
        ("a\u202eb", "a⟦U+202E⟧b"),
        ("表 | 头\n--- | ---\na | b", "<td>a</td>"),
    ],
)
def test_a_table_of_texts(text: str, wanted: str) -> None:
    assert wanted in str(card_html.render(text)[0])


@pytest.mark.parametrize(
    "text", ["[" * 50_000, "*a" * 50_000, "> " * 20_000, "`" * 60_000, "a|" * 30_000, "<" * 60_000, "- " * 20_000]
)
def test_a_long_card_of_one_sign_is_only_long(text: str) -> None:
    assert card_html.render(text)[0]


def test_headings_are_listed() -> None:
    html, headings = card_html.render("# 名\n\n## 一 `x`\n\n### 细\n\n## 二")
    assert [name for _, name in headings] == ["一 x", "二"]
    assert all(f'id="{one}"' in str(html) for one, _ in headings)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("a\u202eb", "a⟦U+202E⟧b"), ("\x00", "⟦U+0000⟧"), ("\ud800", "⟦U+D800⟧"), ("\ufeff", "⟦U+FEFF⟧"), ("👨‍👩‍👧", "👨‍👩‍👧"), ("a\n\tb", "a\n\tb")],
)  # fmt: skip
def test_what_cannot_be_seen_is_shown(text: str, wanted: str) -> None:
    assert shown(text) == wanted
