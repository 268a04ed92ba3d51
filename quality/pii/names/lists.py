"""Word lists beside this file: `key = word word …`, continued on indented lines."""

from __future__ import annotations

import re
from importlib import resources


def load(file: str) -> dict[str, tuple[str, ...]]:
    """Key → words, in the order of the file."""
    text = resources.files(__package__).joinpath(file).read_text("utf-8")
    blocks = (block.partition("=") for block in re.split(r"\n(?=\S)", text.strip()))
    return {key.strip(): tuple(words.split()) for key, _, words in blocks}
