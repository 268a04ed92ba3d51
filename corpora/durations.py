"""Lengths of time as people type them: 30m, 12h, 7d, 2w."""

from __future__ import annotations

import re

from corpora.errors import UsageError

DAY = 86_400
_UNITS = {"m": 60, "h": 3600, "d": DAY, "w": 7 * DAY}


def seconds(text: str) -> float:
    """Seconds of `30m`, `12h`, `7d`, `2w`. Raises UsageError."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([mhdw])", text.strip())
    if found is None:
        raise UsageError(f"看不懂的时长 / not a duration: {text}", hint="写成 30m、12h、7d、2w / write 30m, 12h, 7d or 2w")
    return float(found[1]) * _UNITS[found[2]]
