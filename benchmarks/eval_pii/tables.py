"""Results as text: for a terminal, and as Markdown for the README. No text of a record is ever printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.eval_pii.bars import bars
from benchmarks.report import where

Results = dict[str, Any]
_MET = {True: "yes", False: "no", None: ""}


def plain(results: Results) -> str:
    rows = [(bar.what, bar.figure, bar.wanted, _MET[bar.met]) for bar in bars(results)]
    parts = [_where(results), "", _aligned([("bar", "figure", "wanted", "met"), *rows]), ""]
    for part in results["sets"].values():
        parts += [f"{part['name']}: {part['samples']} texts; {part['seen']}", _aligned(_kinds(part)), ""]
    if "plain" in results:
        parts += ["Findings per 100 000 characters of text without personal data", _aligned(_plain(results)), ""]
    parts += [f"{tool}: {note}" for tool, note in results["tools"].items()]
    return "\n".join([*parts, *(f"missing: {key}" for key in results["missing"])])


def markdown(results: Results) -> str:
    """Bars, then names, addresses and numbers of every tool."""
    rows = [(bar.what, bar.figure, bar.wanted, _MET[bar.met]) for bar in bars(results)]
    parts = [_markdown([("bar", "figure", "wanted", "met"), *rows]), "", _markdown(_compared(results)), ""]
    if "plain" in results:
        parts += [_markdown(_plain(results)), ""]
    notes = "; ".join(f"{tool}: {note}" for tool, note in results["tools"].items())
    return "\n".join(["<!-- eval:start -->", *parts, notes + ".", "", _where(results), "<!-- eval:end -->"])


def _where(results: Results) -> str:
    """Machine, date, and how busy the machine was: speeds of a busy machine say little."""
    return f"{where(results)}; load average at the start {results.get('load', 0):.1f}"


def _kinds(part: dict[str, Any]) -> list[tuple[str, ...]]:
    rows = [("kind", "tool", "gold", "found", "P", "R", "F1", "touched", "by any", "touched, any confidence")]
    for kind in part["scored"]:
        for tool, figures in part["tools"].items():
            row = figures.get("kinds", {}).get(kind)
            if row and (row["found"] or tool == "ours"):
                numbers = [f"{row[name]:.3f}" for name in ("precision", "recall", "f1", "touched_recall", "covered_recall")]
                low = f"{row['any_touched_recall']:.3f}" if "any_touched_recall" in row else ""
                rows.append((kind, tool, str(row["gold"]), str(row["found"]), *numbers, low))
    return rows


def _compared(results: Results) -> list[tuple[str, ...]]:
    """Exact F1 / touched recall of the tools side by side."""
    tools = ["ours", *(tool for tool in results["tools"] if tool != "ours")]
    rows = [("set", "kind", "gold", *(f"{tool} F1 / touched" for tool in tools))]
    for part in results["sets"].values():
        for kind in part["scored"]:
            cells = [_cell(part["tools"].get(tool, {}).get("kinds", {}).get(kind)) for tool in tools]
            gold = part["tools"]["ours"]["kinds"][kind]["gold"]
            rows.append((part["name"], kind, str(gold), *cells))
    return rows


def _cell(row: dict[str, float] | None) -> str:
    return f"{row['f1']:.3f} / {row['touched_recall']:.3f}" if row and row["found"] else "—"


def _plain(results: Results) -> list[tuple[str, ...]]:
    part = results["plain"]
    rows = [("tool", "characters", "per 100 000", "per kind")]
    for tool, row in {"ours, all": part, **part["tools"]}.items():
        kinds = ", ".join(f"{kind} {rate:.2f}" for kind, rate in row["kinds"].items())
        rows.append((tool, f"{row['characters'] / 1e6:.2f} M", f"{row['rate']:.3f}", kinds))
    return rows + [
        (name, f"{r['characters'] / 1e6:.2f} M", f"{r['rate']:.3f}", "ours, this source")
        for name, r in part["sources"].items()
    ]


def _aligned(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)


def _markdown(rows: Sequence[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])
