"""The results as a table, plain or in Markdown. Every line says what was asked for beside what was measured."""

from __future__ import annotations

from typing import Any

Line = tuple[str, str, str]
LARGE_ROW_BYTES = 32  # allowed growth of memory per further row


def lines(results: dict[str, Any]) -> list[Line]:
    """(what, measured, wanted) of all parts that were measured."""
    found: list[Line] = []
    recipe, large = results.get("recipe"), results.get("large")
    if recipe:
        found += _compared(recipe, f"{recipe['mb']:.0f} MB, median of {recipe['runs']}")
        found.append(("peak memory of the process tree", _memory(recipe), "PSS < 2 GB"))
    if large:
        found += _compared(large, f"{large['mb']:.0f} MB, one run")
        found.append(("peak memory of the process tree", _memory(large), _allowed(recipe, large)))
    found += _dedup(results)
    if "juicer" in results:
        found += _juicer(results["juicer"], recipe)
    return found


def _compared(part: dict[str, Any], how: str) -> list[Line]:
    rows = f"{part['rows']:,} rows of {part['bytes_per_row']:.0f} bytes"
    return [
        (f"bare pyarrow copy ({how})", f"{part['bare_seconds']:.2f} s, {part['mb'] / part['bare_seconds']:.0f} MB/s", rows),
        (f"yuliao run healthcare ({how})", f"{part['seconds']:.2f} s, {part['mb_per_second']:.1f} MB/s", ""),
        ("ratio to the bare copy", f"{part['ratio']:.1f}", "≤ 5, better 3"),
    ]


def _memory(part: dict[str, Any]) -> str:
    return f"PSS {part['pss'] / 1e6:.0f} MB, RSS {part['rss'] / 1e6:.0f} MB (bare copy {part['bare_pss'] / 1e6:.0f} MB)"


def _allowed(small: dict[str, Any] | None, large: dict[str, Any]) -> str:
    """The bound, and how much each further row took over the peak at the smaller size."""
    allowed = f"PSS < 2 GB + {LARGE_ROW_BYTES} bytes a row"
    if small is None or small["rows"] >= large["rows"]:
        return allowed
    growth = (large["pss"] - small["pss"]) / (large["rows"] - small["rows"])
    return f"{allowed}; {growth:.0f} bytes a row more than at {small['mb']:.0f} MB"


def _dedup(results: dict[str, Any]) -> list[Line]:
    found: list[Line] = []
    recall, minhash = results.get("recall"), results.get("minhash")
    if recall:
        found.append((f"near duplicates found, of {recall['pairs']:,.0f} true pairs", f"{recall['recall']:.4f}", "≥ 0.98"))
        found.append((f"true edges, of {recall['edges']:,.0f} verified", f"{recall['precision']:.4f}", "1"))
    if minhash:
        found.append(("deduplication keys, one core", f"{minhash['mb_per_second']:.0f} MB/s", ""))
        if "rensa_ratio" in minhash:
            found.append(("times rensa (5-grams and sketch)", f"{minhash['rensa_ratio']:.1f}", "≥ 5"))
            alone = minhash["mb_per_second"] / minhash["rensa_alone_mb_per_second"]
            found.append(("times rensa, its 5-grams ready-made", f"{alone:.1f}", ""))
    return found


def _juicer(part: dict[str, Any], recipe: dict[str, Any] | None) -> list[Line]:
    size = f"{part['mb']:.0f} MB"
    each, fixed = part["peer_seconds_per_mb"], part["peer_seconds_fixed"]
    found = [
        (
            f"data-juicer, its equivalents ({size}, median of {part['runs']})",
            f"{part['peer_seconds']:.1f} s, {part['mb'] / part['peer_seconds']:.2f} MB/s",
            f"{fixed:.0f} s + {each:.2f} s a MB",
        ),
        (
            f"times data-juicer, both on {size}",
            f"{part['peer_seconds'] / part['seconds']:.0f}",
            f"ours {part['seconds']:.1f} s",
        ),
    ]
    if recipe:
        rate = recipe["mb_per_second"] / (part["mb"] / part["peer_seconds"])
        line = (fixed + each * recipe["mb"]) / recipe["seconds"]
        size = f"{recipe['mb']:.0f} MB"
        found.append((f"times data-juicer at {size}, its MB/s as on the slice", f"{rate:.0f}", "≥ 50; extrapolated"))
        found.append((f"times data-juicer at {size}, its start counted once", f"{line:.0f}", "extrapolated along a line"))
    return found


def where(results: dict[str, Any]) -> str:
    """Machine and date in one sentence."""
    facts = results["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    return (
        f"{facts['date']}, {facts['cpu']}, {facts['cores']} cores, {facts['memory_gb']:.0f} GB, {facts['system']}, "
        f"Python {facts['python']}, {versions}"
    )


def plain(results: dict[str, Any]) -> str:
    rows = lines(results)
    widths = [max((len(row[i]) for row in rows), default=0) for i in (0, 1)]
    body = [f"{what:{widths[0]}}  {measured:{widths[1]}}  {wanted}" for what, measured, wanted in rows]
    return "\n".join([where(results), "", *body, "", *_steps(results)])


def markdown(results: dict[str, Any]) -> str:
    head = ["| what | measured | wanted, or note |", "|---|---|---|"]
    body = [f"| {what} | {measured} | {wanted} |" for what, measured, wanted in lines(results)]
    return "\n".join([*head, *body, "", where(results)])


def _steps(results: dict[str, Any]) -> list[str]:
    """Seconds of each step, summed over workers, and what was found of what was planted."""
    part = results.get("recipe")
    if not part:
        return []
    steps = sorted(part["steps"], key=lambda step: -step["seconds"])
    spent = ", ".join(f"{step['step']} {step['seconds']:.1f}" for step in steps)
    planted = {name: part["planted"][name] for name in ("exact", "near", "twin", "broken")}
    return [
        f"steps, seconds of all workers: {spent}",
        f"planted: {planted}; dropped: {part['dropped']}, quarantined {part['quarantined']}",
    ]
