"""A dataset card for a page: its prose without the YAML head, and without anything that a browser would fetch or run."""

from __future__ import annotations

import re

_HEAD = re.compile(r"\A---\n.*?\n---\n", re.S)
_IMAGE = re.compile(r"!\[([^\]]*)\]\([^)]*\)")
_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_TARGET = re.compile(r"\]\((?!https?://|#)[^)]*\)")


def prose(card: str) -> str:
    """Markdown of a card. Cards may be pushed by anybody who may write: images, tags and odd link targets are taken out."""
    text = _HEAD.sub("", card.replace("\r\n", "\n"))
    text = _TAG.sub("&lt;", _IMAGE.sub(r"\1", text))
    return _TARGET.sub("]", text)
