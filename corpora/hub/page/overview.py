"""The overview of a release, from its manifest: rights, verdicts, where the rows went, columns. A part that does not have the
shape of ours (a stranger's manifest) is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from corpora.facts import split_order
from corpora.gates import said
from corpora.licences import may, strictest
from corpora.vocabulary import METRICS, PII_KINDS, QUARANTINE_CAUSES, REASONS, STEPS, Term

_BAD_SHAPE = (KeyError, TypeError, ValueError, AttributeError, IndexError)
_MOST = 40
Manifest = Mapping[str, Any]


def of(manifest: Manifest, language: str) -> dict[str, Any]:
    """Every part that the manifest has; None for what it lacks."""
    parts: dict[str, Callable[[Manifest, str], Any]] = {
        "notices": lambda m, _: [str(one) for one in m["notices"][:_MOST]], "rights": _rights, "gates": _gates,
        "metrics": _metrics, "ledger": _ledger, "splits": _splits, "columns": _columns, "sources": _sources,
        "removed": _removed, "uses": lambda m, _: [str(one) for one in m["uses"][:_MOST]],
        "limitations": lambda m, _: [str(one) for one in m["limitations"][:_MOST]],
        "contact": lambda m, _: str(m["contact"]), "description": lambda m, _: str(m["description"]),
    }  # fmt: skip
    return {name: _shaped(part, manifest, language) for name, part in parts.items()}


def _shaped(part: Callable[[Manifest, str], Any], manifest: Manifest, language: str) -> Any:
    try:
        return part(manifest, language)
    except _BAD_SHAPE:
        return None


def labels(manifest: Manifest) -> dict[str, str]:
    """column → its Chinese label."""
    found = _shaped(_columns, manifest, "zh") or []
    return {one["name"]: one["label"] for one in found}


def _label(terms: Mapping[str, Term], key: str, language: str) -> str:
    return key if language == "en" or key not in terms else terms[key].label


def _rights(manifest: Manifest, language: str) -> dict[str, Any]:
    licences = sorted({str(source["licence"]) for source in manifest["sources"]})
    lines = [(one, may(one)) for one in licences[:_MOST]]
    return {
        "lines": [(name, (a.training, a.commercial, a.redistribution), a.terms) for name, a in lines],
        "whole": strictest(licences),
    }


def _gates(manifest: Manifest, language: str) -> list[dict[str, Any]]:
    return [{"said": said(one), "passed": one["passed"]} for one in manifest["gates"][:_MOST]]


def _metrics(manifest: Manifest, language: str) -> list[dict[str, str]]:
    found = []
    for key, value in manifest["metrics"].items():
        if key in METRICS and isinstance(value, int | float) and not isinstance(value, bool):
            shown = f"{value:,}" if isinstance(value, int) else f"{value:.4g}"
            share = 0 <= value <= 1 and isinstance(value, float)
            meaning = METRICS[key].meaning if language == "zh" else key
            found.append(
                {"label": _label(METRICS, key, language), "value": f"{value:.2%}" if share else shown, "meaning": meaning}
            )
    return found[:_MOST]


def _ledger(manifest: Manifest, language: str) -> dict[str, Any]:
    total = manifest["ledger"]["total"]
    read, made, kept, quarantined = (int(total[key]) for key in ("read", "made", "kept", "quarantined"))
    reasons = [
        (f"{_label(STEPS, step, language)} · {_label(REASONS, reason, language)}", int(rows))
        for step, found in total["dropped"].items() for reason, rows in found.items()
    ]  # fmt: skip
    causes = manifest["metrics"].get("quarantine_causes") or {}
    held = [(_label(QUARANTINE_CAUSES, cause, language), int(rows)) for cause, rows in causes.items()]
    dropped, whole = sum(rows for _, rows in reasons), max(1, read + made)
    parts = [("kept", kept), ("dropped", dropped), ("quarantined", quarantined), ("consumed", int(total["consumed"]))]
    bars, at = [], 0.0
    for name, rows in parts:
        if rows > 0:
            bars.append({"name": name, "x": round(at, 2), "width": max(3.0, round(1000 * rows / whole, 2))})
            at += 1000 * rows / whole
    order = {
        "reasons": sorted(reasons, key=lambda one: -one[1])[:_MOST],
        "causes": sorted(held, key=lambda one: -one[1])[:_MOST],
    }
    return {"read": read, "made": made, "parts": [one for one in parts if one[1]], "bars": bars, **order}


def _splits(manifest: Manifest, language: str) -> list[tuple[str, int, float]]:
    rows = {str(name): int(count) for name, count in manifest["splits"].items()}
    return [
        (name, count, 100 * count / max(1, sum(rows.values()))) for name in split_order(rows) for count in (rows[name],)
    ][:_MOST]


def _columns(manifest: Manifest, language: str) -> list[dict[str, str]]:
    return [
        {"name": str(one["name"]), "label": str(one["label"]), "type": str(one["type"]).replace(" not null", ""),
         "meaning": str(one["meaning"])}
        for one in manifest["configs"]["default"][:200]
    ]  # fmt: skip


def _sources(manifest: Manifest, language: str) -> list[dict[str, Any]]:
    return [
        {"label": str(one["label"]), "licence": str(one["licence"]), "basis": str(one.get("rights_basis") or ""),
         "obtained": str(one.get("obtained") or ""), "generated": bool(one.get("generated")), "records": int(one["records"])}
        for one in manifest["sources"][:_MOST]
    ]  # fmt: skip


def _removed(manifest: Manifest, language: str) -> list[tuple[str, int]]:
    """Kinds of personal information that were replaced, with how often."""
    found = manifest["metrics"]["pii_replaced"]
    pairs = [(_label(PII_KINDS, kind, language), int(times)) for kind, times in found.items() if isinstance(times, int)]
    return sorted(pairs, key=lambda one: -one[1])[:_MOST]
