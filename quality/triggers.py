"""Which strings need which rewriting step: one cheap pass that sets a bit per kind of character seen.

A rewriting step names the bits that can make it act; a string without any of them is never touched, never
copied. The bits may promise too much (the step then changes nothing), never too little.
"""

from __future__ import annotations

from enum import IntFlag


class Trigger(IntFlag):
    """Bits of the uint32 that `quality.kernels.triggers.scan` gives for each string."""

    FOLD = 1  # radical, control, zero-width, NBSP, full-width alphanumeric: what `normalise` folds
    SPACE = 2  # a space, tab or ideographic space beside a Han character, or at a line's end
    MARKUP = 4  # < & or entity, Markdown or LaTeX left-overs
    BREAK = 8  # a line break inside the string
    TRADITIONAL = 16  # a character that OpenCC's t2s would change
    SIMPLIFIED = 32  # a character that OpenCC's s2t would change
    BOILERPLATE = 64  # a string that could hold a boilerplate line (cheap cue characters)
