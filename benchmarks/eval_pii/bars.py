"""The bars of the project, each with its figure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from benchmarks.eval_pii.vectors import CHECKED
from quality.intervals import clopper_pearson

Results = dict[str, Any]


@dataclass(frozen=True)
class Bar:
    """`met` is None where there is no figure."""

    what: str
    figure: str
    wanted: str
    met: bool | None = None


def bars(results: Results) -> list[Bar]:
    return [*_checked(results), *_names(results), *_generated(results), *_throwaway(results), *_addresses(results),
            *_plain(results), *_peers(results), *_speed(results)]  # fmt: skip


def _least(what: str, value: float | None, least: float, ambition: str = "") -> Bar:
    wanted = f"≥ {least:g}" + (f", ambition {ambition}" if ambition else "")
    return Bar(what, "—" if value is None else f"{value:.4f}", wanted, None if value is None else value >= least)


def _ours(results: Results, key: str, kind: str) -> dict[str, float]:
    """Our figures for a kind of a gold set; empty where the set is not there."""
    return dict(results["sets"].get(key, {}).get("tools", {}).get("ours", {}).get("kinds", {}).get(kind, {}))


def _checked(results: Results) -> list[Bar]:
    keys = [key for key in ("drawn", "healthcare", "manufacturing", "vectors") if key in results["sets"]]
    rows = [_ours(results, key, kind) for key in keys for kind in CHECKED]
    gold, found, exact, right = (sum(row.get(name, 0) for row in rows) for name in ("gold", "found", "exact", "right"))
    vectors = results["sets"].get("vectors")
    every = Bar("shared identifier vectors", "—", "all")
    if vectors:
        every = Bar(
            "shared identifier vectors",
            f"{vectors['right']}/{vectors['samples']}",
            "all",
            vectors["right"] == vectors["samples"],
        )
    note = f"check-digit identifiers ({gold:.0f}, generated and vectors), "
    return [
        _least(note + "exact recall", exact / gold if gold else None, 0.999),
        _least(note + "precision", right / found if found else None, 0.995),
        every,
    ]


def _names(results: Results) -> list[Bar]:
    found = []
    for key, least, ambition in (("msra", 0.80, "0.90"), ("privacy", 0.76, "0.85")):
        row = _ours(results, key, "person_name")
        name = {"msra": "MSRA test", "privacy": "BDCI privacy"}[key]
        found += [
            _least(f"names, {name}, exact F1", row.get("f1"), least, ambition),
            _least(f"names, {name}, touched recall (by a name)", row.get("touched_recall"), 0.95),
            Bar(f"names, {name}, touched by any finding; at any confidence", _two(row), "reference"),
        ]
    return found


def _two(row: dict[str, float]) -> str:
    return f"{row['covered_recall']:.4f}; {row.get('any_touched_recall', 0):.4f}" if row else "—"


def _generated(results: Results) -> list[Bar]:
    found = []
    for key, name in (("healthcare", "clinical notes"), ("manufacturing", "shop-floor records")):
        row = _ours(results, key, "person_name")
        found += [
            _least(f"names, generated {name}, exact F1", row.get("f1"), 0.97),
            _least(f"names, generated {name}, touched recall", row.get("touched_recall"), 0.995),
        ]
    return found


def _throwaway(results: Results) -> list[Bar]:
    figures = results.get("throwaway")
    text = "no .bench/throwaway.json"
    if figures:
        text = ", ".join(f"{key} {value:.4f}" for key, value in figures.items() if isinstance(value, float))
    return [Bar("throw-away names model, trained on half of BDCI, on the other half", text, "reference")]


def _addresses(results: Results) -> list[Bar]:
    row = _ours(results, "privacy", "address")
    return [
        _least("addresses, BDCI privacy, exact F1", row.get("f1"), 0.65),
        _least("addresses, BDCI privacy, touched recall", row.get("touched_recall"), 0.92),
    ]


def _plain(results: Results) -> list[Bar]:
    part = results.get("plain")
    if not part:
        return [Bar("false positives per 100 000 characters", "—", "< 1")]
    return [
        Bar(
            f"false positives per 100 000 characters, {part['megabytes']:.1f} MB",
            f"{part['rate']:.3f}",
            "< 1",
            part["rate"] < 1,
        ),
        *(Bar(f"… {name} half", f"{row['rate']:.3f}", "reference") for name, row in part.get("halves", {}).items()),
        *_judged(part),
        *(Bar(f"… {kind}", f"{rate:.3f}", "reference") for kind, rate in part["kinds"].items()),
    ]


def _judged(part: Results) -> list[Bar]:
    """What a sample of the held-out half's findings is, read by a person; the raw rate above stays the figure."""
    judged = part.get("judged")
    if not judged:
        return []
    rate = part["halves"]["held-out"]["rate"]
    bars = []
    for what, key in (("are real persons' names", "person"), ("are no personal information", "none")):
        share = clopper_pearson(judged["counts"].get(key, 0), judged["sampled"])
        text = f"{share.value:.3f} ({share.low:.3f}–{share.high:.3f})"
        bars.append(
            Bar(f"… held-out findings that {what}, {judged['sampled']} of {judged['found']} read", text, "reference")
        )
    bars.append(Bar("… held-out half, times the share that is no personal information",
                    f"{rate * share.value:.3f} ({rate * share.low:.3f}–{rate * share.high:.3f})", "reference"))  # fmt: skip
    return bars


def _peers(results: Results) -> list[Bar]:
    """Ours against the best peer: exact F1 of each kind and set that any peer has a recogniser for. Places of the MSRA set
    are no addresses in our sense, so they are left out; level at 1 counts as won, level below it does not."""
    won, lost, sets = [], [], results["sets"]
    for key, part in sets.items():
        if key == "vectors":
            continue
        for kind in part["scored"]:
            if (key, kind) == ("msra", "address"):
                continue
            ours = _ours(results, key, kind).get("f1", 0.0)
            others = {tool: figures["kinds"][kind]["f1"] for tool, figures in part["tools"].items()
                      if tool != "ours" and kind in figures.get("kinds", {}) and figures["kinds"][kind]["found"]}  # fmt: skip
            if others:
                best = max(others, key=lambda tool: others[tool])
                (won if ours > others[best] or ours == 1 else lost).append(
                    f"{key}/{kind} {ours:.3f} vs {best} {others[best]:.3f}"
                )
    if not won and not lost:
        return [Bar("exact F1 above every peer, by set and kind", "—", "all")]
    head = Bar("exact F1 above every peer, by set and kind", f"{len(won)} of {len(won) + len(lost)}", "all", not lost)
    return [head, *(Bar(f"… behind: {row}", "", "reference") for row in lost)]


def _speed(results: Results) -> list[Bar]:
    wanted = {("few hits", "identifier scan"): (100, ""), ("dense", "identifier scan"): (30, ""),
              ("few hits", "whole scrub"): (8, "15"), ("dense", "whole scrub"): (8, "15")}  # fmt: skip
    found = []
    for row in results.get("speed", []):
        least, ambition = wanted.get((row["set"], row["job"]), (0, ""))
        bar = row["processes"] == 2 and least > 0
        found.append(Bar(
            f"{row['job']}, {row['set']}, {row['processes']} process{'es' * (row['processes'] > 1)}, MB/s",
            f"{row['mb_s']:.1f} ({row['low']:.1f}–{row['high']:.1f}; {row['cpu_mb_s']:.1f} by one core's time)",
            (f"≥ {least}" + (f", ambition {ambition}" if ambition else "")) if bar else "reference",
            row["mb_s"] >= least if bar else None,
        ))  # fmt: skip
    return found
