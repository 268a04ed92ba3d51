"""Which strings need which rewriting step: one cheap pass that sets a bit per kind of character seen.

A rewriting step names the bits that can make it act; a string without any of them is never touched, never
copied. The bits may promise too much (the step then changes nothing), never too little.
"""

from __future__ import annotations

from enum import IntFlag
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Texts
from quality import folding, mojibake, private_use, script_characters
from quality.kernels import triggers as kernel


class Trigger(IntFlag):
    """Bits of the uint32 that `scan` gives for each string."""

    FOLD = 1  # radical, control, zero-width, NBSP, full-width alphanumeric: what `normalise` folds
    SPACE = 2  # a space between Han characters, runs of spaces, spaces at a line's end, more than two line breaks
    MARKUP = 4  # < & or entity, Markdown or LaTeX left-overs
    BREAK = 8  # a line break inside the string
    TRADITIONAL = 16  # a character that OpenCC's t2s would change
    SIMPLIFIED = 32  # a character that OpenCC's s2t, s2tw or s2hk would change
    BOILERPLATE = 64  # a string that could hold a boilerplate line (cheap cue characters)
    HTML = 256  # < before a letter or mark, & before a letter or #; MARKUP is set as well
    DAMAGE = 512  # what text read with the wrong codec is made of, private-use code points of GBK: `repair`
    ANY = 128  # any string that is not empty: for steps whose settings reach beyond the bits above


BOILERPLATE_PAIRS = "一本此首闭收回权网转编责扫维阅浏点分页工大言千豆", "篇页扫窗藏顶列所安载辑编码读览击享共智模言问包"
"""Every shipped boilerplate line holds a character of the first string and then, blanks aside, one of the second
(一篇, 权所, 转载, 页 共, 大模), or one of AI Cop COP Dee GPT ICP ©."""

_LATIN_LETTERS = tuple(cp for cp in range(0xC0, 0x100) if cp not in (0xD7, 0xF7))
_LOOK = "\t\n <&#*_-`$~\\|]^ACDGI"


def scan(texts: Texts) -> NDArray[np.uint32]:
    """uint32[n]: the Trigger bits of each string. One pass over valid UTF-8, no copy."""
    return scan_ranges(texts.data, texts.offsets[:-1], texts.offsets[1:])


def scan_ranges(data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint32]:
    """uint32[n]: the bits of each data[starts[i]:ends[i]], read as if it were a string of its own."""
    starts, ends = starts.view(), ends.view()
    starts.flags.writeable = ends.flags.writeable = False  # as offsets from Arrow are: the kernel is compiled once
    out = np.empty(len(starts), np.uint32)
    kernel.scan(data, starts, ends, table(), out)
    return out


@lru_cache(maxsize=1)
def table() -> NDArray[np.uint8]:
    """uint8[0x40000]: bits of each code point; 128 marks ASCII to be looked at, and CJK beyond ASCII."""
    bits = np.zeros(0x40000, np.uint8)
    actions = folding.actions()
    action = actions & 0x3F
    bits[:0x10000][(action != folding.Action.KEEP) & (action != folding.Action.WIDE_MARK)] = Trigger.FOLD
    bits[:0x10000][actions & folding.CJK != 0] |= 128
    bits[0x20000:] |= 128
    compatibility = script_characters.compatibility_ideographs()
    bits[[ord(c) for c in script_characters.TRADITIONAL] + compatibility] |= np.uint8(Trigger.TRADITIONAL)
    bits[[ord(c) for c in script_characters.SIMPLIFIED] + compatibility] |= np.uint8(Trigger.SIMPLIFIED)
    for bit, characters in zip((kernel.CUE_FIRST, kernel.CUE_SECOND), BOILERPLATE_PAIRS, strict=True):
        bits[[ord(c) for c in characters]] |= np.uint8(bit)
    bits[[ord(c) for c in _LOOK]] |= kernel.LOOK
    bits[[*map(ord, mojibake.telling()), *_LATIN_LETTERS, *private_use.assigned()]] |= np.uint8(kernel.DAMAGED)
    bits[ord("\n")] |= np.uint8(Trigger.BREAK)
    return bits
