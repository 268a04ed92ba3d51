"""A row as HTML: treated text with its redactions, and what each step did to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from corpora import vocabulary
from corpora.ui import safe
from corpora.ui.words import Words
from curation.look import differences


def redacted(text: str, spans: Sequence[Mapping[str, Any]], words: Words) -> str:
    """Text with its spans {start, end, kind, confidence} coloured by kind."""
    marks = [(int(s["start"]), int(s["end"]), str(s["kind"]), _about(s, words)) for s in spans]
    return safe.marked(text, marks)


def _about(span: Mapping[str, Any], words: Words) -> str:
    label = words.term(vocabulary.PII_KINDS, str(span["kind"]))
    confidence = span.get("confidence")
    return label if confidence is None else f"{label} {float(confidence):.2f}"


def kinds(spans: Sequence[Mapping[str, Any]], words: Words) -> str:
    """What the colours of these spans mean."""
    names = dict.fromkeys(str(span["kind"]) for span in spans)
    return safe.legend([(kind, words.term(vocabulary.PII_KINDS, kind)) for kind in names]) if names else ""


def diff(before: str, after: str) -> tuple[str, str]:
    """Both sides as HTML, what went and what came marked."""
    changes = differences.between(before, after)
    gone = [(one.start, one.end, "yl-old", "") for one in changes]
    came = [(one.new_start, one.new_end, "yl-new", "") for one in changes]
    return safe.marked(before, gone), safe.marked(after, came)


def edit(old: str, new: str) -> str:
    """One edit on one line."""
    parts = [
        f'<mark class="{kind}">{safe.escaped(text[:300])}</mark>'
        for kind, text in (("yl-old", old), ("yl-new", new))
        if text
    ]
    return '<span class="yl-text"><bdi>' + " → ".join(parts) + "</bdi></span>"
