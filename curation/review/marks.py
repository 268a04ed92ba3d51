"""What a reviewer points at in a row: stretches of the treated text, and the decisions about the cleaned text that follow.

Offsets come and go in code points of the treated strings that are on the screen; the log holds places of the cleaned text,
the kind and no text (law 7).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpora import replacements, vocabulary
from corpora.ui import safe
from corpora.ui.words import Words
from curation.look.treated import TreatedRow
from curation.run.restoring import PROVEN

KINDS = (
    "person_name", "address", "mobile", "resident_id", "medical_record_number", "date_of_birth", "organisation",
    "employee_number", "contract_number",
)  # fmt: skip
"""What can be said with the digits 1 to 9."""


def kinds(words: Words) -> list[dict[str, Any]]:
    """{kind, label, hue} of each digit, in order."""
    return [{"kind": kind, "label": words.term(vocabulary.PII_KINDS, kind), "hue": safe.hue(kind)} for kind in KINDS]


@dataclass(frozen=True)
class Marked:
    """One row with what people may point at in it.

    paths: path of each leaf of the recipe; high: confidence from which nobody may give a finding back, 0 where nothing is treated.
    """

    row: TreatedRow
    paths: Sequence[str]
    high: float

    def place(self, text: int, start: int, end: int) -> dict[str, Any] | None:
        """{leaf, item, start, end} in the cleaned text of a stretch of string `text` of the row; None where there is no way back."""
        if self.row.replaced is None or not 0 <= text < len(self.row.texts):
            return None
        if not 0 <= start < end <= len(self.row.texts[text]):
            return None
        leaf, item = self.row.places[text]
        old_start, old_end = replacements.before(self._replaced(text), start, end)
        return {"leaf": self.paths[leaf], "item": item, "start": old_start, "end": old_end}

    def findings(
        self, words: Words, standing: Sequence[Mapping[str, Any]], *, who: str, may_restore: bool
    ) -> list[dict[str, Any]]:
        """{text, start, end, kind, label, hue, state} of all that is marked, in order. state: `fixed` (nobody gives it back),
        `found`, `back` (given back by a decision), `mine` (marked by this person), `theirs` (by another). standing: decisions
        about the row that count."""
        said = {(e["leaf"], e["item"], e["start"], e["end"], e["kind"]): (e["decision"], e["who"]) for e in standing}
        found = []
        for span in self.row.spans:
            text = self.row.places.index((span["leaf"], span["item"]))
            place = self.place(text, span["start"], span["end"]) if span["end"] > span["start"] else None
            word, by = said.pop(_about(place, span["kind"]), ("", "")) if place else ("", "")
            free = may_restore and place is not None and span["confidence"] < self.high and span["evidence"] not in PROVEN
            state = "back" if word == "restore" else "found" if free else "fixed"
            if word == "redact" and span["evidence"] == "marked":
                state = "mine" if by == who else "theirs"
            found.append(self._shown(text, span["start"], span["end"], span["kind"], state, words))
        for (leaf, item, start, end, kind), (word, by) in said.items():
            if word == "redact" and leaf in self.paths and (self.paths.index(leaf), item) in self.row.places:
                text = self.row.places.index((self.paths.index(leaf), item))
                new_start, new_end = replacements.after(self._replaced(text), start, end)
                found.append(
                    self._shown(text, new_start, new_end, kind, "mine" if by == who else "theirs", words)
                )  # over a finding it names another kind or other bounds
        return sorted(found, key=lambda one: (one["text"], one["start"]))

    def _shown(self, text: int, start: int, end: int, kind: str, state: str, words: Words) -> dict[str, Any]:
        label = words.term(vocabulary.PII_KINDS, kind)
        return {
            "text": text,
            "start": start,
            "end": end,
            "kind": kind,
            "label": label,
            "hue": safe.hue(kind),
            "state": state,
        }

    def _replaced(self, text: int) -> list[dict[str, Any]]:
        return [one for one in self.row.replaced or () if (one["leaf"], one["item"]) == self.row.places[text]]


def _about(place: Mapping[str, Any], kind: str) -> tuple[Any, ...]:
    return place["leaf"], place["item"], place["start"], place["end"], kind
