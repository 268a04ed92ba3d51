"""The main text of a web page: the part of the tree where sentences outweigh links.

Every block has a gain: sentences count for what they are long, links and copyright lines count against. The part of
the page with the greatest sum is the main text (the highest one, so that a page without navigation loses nothing).
Chinese marks of punctuation tell sentences from labels: running text has one in 10 to 15 characters, menus have none.
The idea to weigh text against links is old (Sun, Song, Liao: DOM based content extraction via text density, SIGIR 2011);
the gains and their sum over the tree are ours.
"""

from __future__ import annotations

import re

from corpora.sources.html_blocks import Block, Page, count

_SENTENCE = re.compile(r"[，。！？；：、“”《》（）…,.!?;]")
_SPARSE = 40  # characters to a mark of punctuation: text with fewer marks counts less
_QUIET = 0.1  # weight of a long line without any mark
_LONG = 30
_LINK_COST = 5  # menus have many short links: each costs more than its characters
_LITTLE = 60  # gain of a page that has no main text: a list, a form, a table
_MOST = 0.4  # of the gain: an element that holds it is no comment section, whatever it is called
_LEGAL = re.compile(
    r"ICP[备证]|公网安备|版权所有|copyright|©|未经.{0,12}(?:授权|许可|允许)|责任编辑|举报电话|违法和?不良信息|经营许可证|网络视听许可",
    re.I,
)
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:comments?|pinglun|footer|foot|header|nav|menu|side(?:bar)?|aside|related|recommend|tuijian|"
    r"xiangguan|share|bread\w*|crumbs?|copyright|login|toolbar|rank(?:ing)?|hot|ads?|adv|banner|qrcode|dialog|popup|"
    r"statement|disclaimer|friendlinks?)(?:$|[\s_\d-])",
    re.I,
)
_ASIDE_NAMES = frozenset({"footer", "aside", "header"})


def main_text(page: Page) -> tuple[list[Block], frozenset[int]]:
    """(blocks of the main text in order, the elements that it spans); all blocks if the page has none."""
    gains = [gain(block) for block in page.blocks]
    aside = _aside(page, _sums(page, [max(value, 0.0) for value in gains]))
    gains = [
        min(value, -_LINK_COST) if block.element in aside else value for block, value in zip(page.blocks, gains, strict=True)
    ]
    sums = _sums(page, gains)
    best = max(range(len(sums)), key=lambda element: (sums[element], -element), default=-1)
    if best < 0 or sums[best] < _LITTLE:
        kept = [block for block in page.blocks if block.element not in aside]
        return (kept or page.blocks), frozenset(range(-1, len(sums))) - (aside if kept else frozenset())
    inside = _within(page, {best}) - aside
    pairs = zip(page.blocks, gains, strict=True)
    return [block for block, value in pairs if block.element in inside and value >= 0], inside


def gain(block: Block) -> float:
    """Characters that speak for main text; negative for links and legal lines."""
    own = count(block.text) - block.link
    if _LEGAL.search(block.text):
        return -float(own + block.link)
    if block.link > own:
        return -float(block.link + _LINK_COST)
    marks = len(_SENTENCE.findall(block.text))
    if marks:
        return float(min(own, _SPARSE * marks)) if own > 4 else 0.0
    return _QUIET * own if own >= _LONG else 0.0


def _sums(page: Page, gains: list[float]) -> list[float]:
    """Gain of each element with all that is inside; parents come first, so one pass backwards is enough."""
    sums = [0.0] * len(page.parents)
    for block, value in zip(page.blocks, gains, strict=True):
        if block.element >= 0:
            sums[block.element] += value
    for element in range(len(sums) - 1, 0, -1):
        if page.parents[element] >= 0:
            sums[page.parents[element]] += sums[element]
    return sums


def _aside(page: Page, good: list[float]) -> frozenset[int]:
    """Elements that call themselves comments, navigation or footer, and all inside them. good: what speaks for each."""
    total = good[0] if good else 0.0
    named = {
        element
        for element, (name, mark) in enumerate(zip(page.names, page.marks, strict=True))
        if name != "body" and (name in _ASIDE_NAMES or _ASIDE.search(mark)) and good[element] <= _MOST * total
    }
    return _within(page, named)


def _within(page: Page, tops: set[int]) -> frozenset[int]:
    inside = set(tops)
    for element, parent in enumerate(page.parents):
        if parent in inside:
            inside.add(element)
    return frozenset(inside)
