"""Own word lists: `key = word word …`, continued on indented lines."""

from __future__ import annotations

import re
from importlib import resources


def load(name: str) -> dict[str, tuple[str, ...]]:
    """The lists of one file of this folder."""
    text = (resources.files(__name__) / name).read_text("utf-8")
    blocks = (block.partition("=") for block in re.split(r"\n(?=\S)", text.strip()))
    return {key.strip(): tuple(words.split()) for key, _, words in blocks}
