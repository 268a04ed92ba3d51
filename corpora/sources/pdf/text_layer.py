"""Whether a page's text can be believed. A text layer may be broken though the page looks well on the screen.

STANDARDS 3.5 [V, measured on 432 regulations; the bounds are ours, D]: more than 20 % of the letters outside CJK and
ASCII, or more than 200 glyph codes (/G21), or a body under 300 letters. Here page by page, so that the good pages of
a file stay: the second bound becomes a share, and with the third a page must also show something that has no
text (a picture, or many drawn lines), since a short page is not a broken one.
"""

from __future__ import annotations

import re
import unicodedata

from corpora.sources.pdf.page import Page

GARBLED = 0.2
_LETTERS = 30  # fewer on a picture that fills the page: a scan with a stamp; fewer garbled ones say nothing
_COVERED = 0.5  # by pictures: a scan
_BARE = 5  # letters at most where anything else to be seen is all there is
_SEEN = 0.02  # covered by pictures, more than a rule or a logo
_DRAWN = 100  # paths: letters turned into outlines are one or more each
_GLYPHS = re.compile(r"\(cid:\d+\)|/G[0-9A-F]{2}(?![0-9A-Za-z])|/g\d+(?![0-9A-Za-z])")
_SUSPECTS = re.compile(
    r"[^\t\n -\x7e\u1100-\u11ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]"
)  # neither ASCII nor CJK


def is_broken(page: Page) -> bool:
    """Whether the page needs OCR."""
    text = page.text
    letters = sum(map(str.isalpha, text))
    solid = sum(not c.isspace() for c in text)
    if is_garbled(text) or (page.unmapped > GARBLED and solid >= _LETTERS):
        return True
    if page.covered > _COVERED and letters < _LETTERS:
        return True
    return letters <= _BARE and (page.covered > _SEEN or page.paths > _DRAWN)


def has_letters(page: Page) -> bool:
    """Whether somebody wrote more on the page than a number."""
    return sum(not c.isspace() for c in page.text) > _BARE


def is_garbled(text: str) -> bool:
    """Whether a fifth of it are glyph codes, or letters that neither Chinese nor English text has."""
    solid = sum(not c.isspace() for c in text)
    if sum(len(code) for code in _GLYPHS.findall(text)) > GARBLED * solid:
        return solid >= _LETTERS
    suspects = _SUSPECTS.findall(text)
    marks = sum(map(_is_mark, suspects))
    foreign = sum(map(str.isalpha, suspects)) + marks
    if foreign <= GARBLED * _LETTERS:
        return False
    letters = sum(map(str.isalpha, text)) + marks
    return letters >= _LETTERS and foreign > GARBLED * letters


def _is_mark(character: str) -> bool:
    """Replaced, a control, private, unassigned or an accent alone: the code of a glyph, not of a character."""
    return character == "\ufffd" or unicodedata.category(character)[0] in "CM"
