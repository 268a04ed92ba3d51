"""What the sliders of the studio span, and what moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpora.ui.charts import COLOURS
from corpora.ui.words import Words
from curation.look.outcomes import Counts

Key = tuple[str, str]


def span(rule: Any) -> tuple[float, float, float]:
    """(low, high, step) of a rule's slider: p1 to p99 of its column, and the bound itself."""
    bounds = [one for one in (rule.at_least, rule.at_most) if one is not None]
    ends = [*bounds, *(rule.values.get(key) for key in ("p1", "p99") if rule.values)]
    low, high = float(min(ends)), float(max(ends))
    if high <= low:
        high = low + (abs(low) or 1.0)
    room = (high - low) * 0.05
    whole = _whole(rule)
    low, high = max(low - room, 0.0) if low >= 0 else low - room, high + room
    if whole:
        return float(int(low)), float(int(high) + 1), 1.0
    return low, high, (high - low) / 200


def _whole(rule: Any) -> bool:
    """Counts have whole bounds and reach beyond what shares can be."""
    numbers = [one for one in (rule.at_least, rule.at_most, *rule.values.values()) if one is not None]
    return all(float(one).is_integer() for one in numbers) and max(numbers, default=0) > 1


def bins(rule: Any, total: int) -> list[dict[str, Any]]:
    """The column's histogram as rows in each bar."""
    pairs = zip(rule.edges, rule.edges[1:], rule.shares, strict=False)
    return [{"low": low, "high": high, "rows": round(share * total)} for low, high, share in pairs]


def moved(
    rules: Sequence[Any], chosen: Mapping[Key, tuple[float | None, float | None]]
) -> dict[Key, tuple[float | None, float | None]]:
    """Bounds that are other than the recipe's."""
    return {
        rule.key: chosen[rule.key] for rule in rules
        if rule.key in chosen and any(not _same(a, b) for a, b in zip(chosen[rule.key], (rule.at_least, rule.at_most), strict=True))
    }  # fmt: skip


def _same(a: float | None, b: float | None) -> bool:
    if a is None or b is None:
        return a is b
    return abs(a - b) <= 1e-9 * max(abs(a), abs(b), 1e-12)


GONE = COLOURS["dropped"]


def by_people(before: Counts, now: Counts, words: Words) -> list[str]:
    """What people's decisions do to the kept count, a sentence each. before: the counts at the recipe's own bounds, whose
    difference from the run can only come from decisions made since."""
    said = []
    if now.saved:
        said.append(words(f"保留里有 {now.saved:,} 行规则要剔除，是人留下的。", f"{now.saved:,} of the kept rows break a rule: people keep them."))  # fmt: skip
    if since := before.changed.get(("", "kept"), 0):
        said.append(words(f"其中 {since:+,} 行来自运行以后的人工决定，与界限无关。", f"{since:+,} rows come from decisions made since the run, not from a bound."))  # fmt: skip
    return said
