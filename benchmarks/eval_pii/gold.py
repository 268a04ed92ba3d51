"""Gold sets of personal information in one form. Nothing is trained or tuned on any of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
Span = tuple[int, int, str]
"""start, end (code points, half-open), kind of vocabulary.PII_KINDS."""


@dataclass(frozen=True)
class Sample:
    """One text and what stands in it; `document` numbers the document it is a piece of."""

    text: str
    spans: tuple[Span, ...] = ()
    document: int = -1


@dataclass(frozen=True)
class GoldSet:
    """`kinds`: the kinds that the annotators marked, all others are not scored. `alias`: what counts as another kind."""

    name: str
    samples: list[Sample]
    kinds: tuple[str, ...]
    seen: str
    alias: Mapping[str, str] = field(default_factory=dict)


_BDCI = {"name": "person_name", "mobile": "mobile", "email": "email", "QQ": "qq", "vx": "wechat", "address": "address"}
_MSRA = {"PER": "person_name", "LOC": "address"}


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.open(encoding="utf-8") if line.strip()]


def msra() -> GoldSet:
    """MSRA NER test set (news, sentences). LOC is no address in our sense (a country is one): for reference only."""
    samples = [
        Sample(str(row["text"]), tuple(_msra_span(e) for e in row["entity_list"] if e["entity_type"] in _MSRA))  # type: ignore[attr-defined]
        for row in _lines(DATA / "gold/ner_msra/msra_test.txt")
    ]
    return GoldSet("MSRA test", samples, ("person_name", "address"), "unseen by our model; measured only")


def _msra_span(entity: dict[str, dict[str, int]]) -> Span:
    place = entity["entity_index"]
    return place["begin"], place["end"], _MSRA[str(entity["entity_type"])]


def privacy() -> GoldSet:
    """CCF BDCI 2020 privacy set (business text). Ends are exclusive (e-mail slices match a whole address). Its `mobile`
    holds landlines and foreign numbers too, so a landline counts as one."""
    samples = [
        Sample(str(row["text"]), tuple((s["start"], s["end"], _BDCI[s["kind"]]) for s in row["spans"] if s["kind"] in _BDCI))  # type: ignore[attr-defined]
        for row in _lines(DATA / "gold/pii_bdci_privacy/gold.jsonl")
    ]
    kinds = ("person_name", "address", "mobile", "email", "qq", "wechat")
    return GoldSet("BDCI privacy", samples, kinds, "unseen by our model; measured only", {"landline": "mobile"})


def available(makers: Mapping[str, Callable[[], GoldSet]]) -> tuple[dict[str, GoldSet], list[str]]:
    """The sets whose files are there, by key, and the keys of those that are not."""
    found, missing = {}, []
    for key, make in makers.items():
        try:
            found[key] = make()
        except FileNotFoundError:
            missing.append(key)
    return found, missing
