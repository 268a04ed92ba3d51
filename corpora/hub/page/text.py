"""Text of strangers, shown so that it can do nothing: direction marks and what else can't be seen become visible."""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)


def shown(text: str) -> str:
    """The text with every control, direction mark, lone surrogate and tag character written as ⟦U+202E⟧."""
    return _UNSEEN.sub(lambda found: f"⟦U+{ord(found[0]):04X}⟧", text)


def cut(text: str, longest: int) -> tuple[str, int]:
    """(the beginning, how many characters were left out)."""
    return (text, 0) if len(text) <= longest else (text[:longest], len(text) - longest)


def count(value: int, language: str) -> str:
    """2,682; from a hundred thousand on 12.3 万, 1.2 亿 (123K, 1.2M)."""
    if value < 100_000:
        return f"{value:,}"
    scale = ((1e8, " 亿"), (1e4, " 万")) if language == "zh" else ((1e9, "B"), (1e6, "M"), (1e3, "K"))
    size, unit = next((one for one in scale if value >= one[0]), scale[-1])
    return f"{value / size:.1f}".rstrip("0").rstrip(".") + unit


def size(value: int) -> str:
    """Bytes in decimal units."""
    for bound, unit, digits in ((1e12, "TB", 1), (1e9, "GB", 1), (1e6, "MB", 1), (1e3, "KB", 0)):
        if value >= bound:
            return f"{value / bound:.{digits}f} {unit}"
    return f"{value} B"
