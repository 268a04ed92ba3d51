"""A row as HTML: treated text with its redactions, and what each step did to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpora import vocabulary
from corpora.ui import safe
from corpora.ui.words import Words
from curation.look import differences
from quality.pii import MEDIUM


def redacted(text: str, spans: Sequence[Mapping[str, Any]], words: Words) -> str:
    """Text with its spans {start, end, kind, confidence} coloured by kind."""
    marks = [(int(s["start"]), int(s["end"]), _class(s), _about(s, words)) for s in spans]
    return safe.marked(text, marks)


def _class(span: Mapping[str, Any]) -> str:
    """The kind; with `low` what was not sure enough to be replaced and stands there as it was."""
    return f"{span['kind']} low" if _is_low(span) else str(span["kind"])


def _is_low(span: Mapping[str, Any]) -> bool:
    return span.get("confidence") is not None and float(span["confidence"]) < MEDIUM


def _about(span: Mapping[str, Any], words: Words) -> str:
    label = words.term(vocabulary.PII_KINDS, str(span["kind"]))
    confidence = span.get("confidence")
    said = label if confidence is None else f"{label} {float(confidence):.2f}"
    return f"{said}{_low(words)}" if _is_low(span) else said


def _low(words: Words) -> str:
    return words("（没有把握，没有替换）", " (unsure, not replaced)")


def kinds(spans: Sequence[Mapping[str, Any]], words: Words) -> str:
    """What the colours of these spans mean."""
    names = dict.fromkeys((_class(span), str(span["kind"])) for span in spans)
    told = [(name, words.term(vocabulary.PII_KINDS, kind) + (_low(words) if name != kind else "")) for name, kind in names]
    return safe.legend(told) if told else ""


def edits(found: Mapping[str, Any], words: Words, most: int = 40) -> str:
    """What each step did to a row (`passport`), step by step: up to `most` edits of each."""
    listed: dict[str, list[Mapping[str, Any]]] = {}
    for one in found["edits"]:
        listed.setdefault(one["step"], []).append(one)
    return "".join(_of_step(step, mine, words, most) for step, mine in listed.items())


def _of_step(step: str, mine: Sequence[Mapping[str, Any]], words: Words, most: int) -> str:
    count = chip(words(f"{len(mine)} 处", str(len(mine))))
    lines = "".join(f"<div>{_edit(one, words)}</div>" for one in mine[:most])
    rest = words(f"还有 {len(mine) - most} 处", f"{len(mine) - most} more") if len(mine) > most else ""
    return f"<div class='yl-step'><b>{safe.escaped(words.term(vocabulary.STEPS, step))}</b> {count}{lines}<small>{rest}</small></div>"


def _edit(one: Mapping[str, Any], words: Words) -> str:
    cause = chip(words.term(vocabulary.CAUSES | vocabulary.PII_KINDS, one["cause"]))
    if not one["hidden"]:
        return f"{cause} {edit(one['before'], one['after'])}"
    came = edit("", one["after"]) if one["after"] else ""
    return f"{cause} {one['removed']} → {one['added']} {words('字', 'chars')} {came}"


def chip(said: str, kind: str = "") -> str:
    """A word in a box. kind: good, bad, wait, or nothing."""
    return f'<span class="yl-chip {kind}">{safe.escaped(said)}</span>'


def shortened(text: str, spans: Sequence[Mapping[str, Any]], most: int) -> tuple[str, list[Mapping[str, Any]]]:
    """The beginning of a text with the spans that lie in it."""
    if len(text) <= most:
        return text, list(spans)
    return text[:most] + "…", [span for span in spans if int(span["end"]) <= most]


def diff(before: str, after: str) -> tuple[str, str]:
    """Both sides as HTML, what went and what came marked."""
    changes = differences.between(before, after)
    gone = [(one.start, one.end, "yl-old", "") for one in changes]
    came = [(one.new_start, one.new_end, "yl-new", "") for one in changes]
    return safe.marked(before, gone), safe.marked(after, came)


def edit(old: str, new: str) -> str:
    """One edit on one line."""
    parts = [
        f'<mark class="{kind}">{safe.escaped(text[:300].replace(" ", "␣").replace(chr(10), "⏎"))}</mark>'
        for kind, text in (("yl-old", old), ("yl-new", new))
        if text
    ]
    return '<span class="yl-text"><bdi>' + " → ".join(parts) + "</bdi></span>"
