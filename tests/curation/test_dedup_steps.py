"""The specs: strict, in the vocabulary, and consistent with the sketch they ask for."""

from __future__ import annotations

import pickle

import pytest
from pydantic import ValidationError

from corpora.vocabulary import STEPS
from curation.dedup import DedupExact, DedupNear
from quality import sketch


@pytest.mark.parametrize("kind", [DedupExact, DedupNear])
def test_specs(kind: type[DedupExact] | type[DedupNear]) -> None:
    step = kind()
    assert step.phase == "decide" and step.step in STEPS and step.key == step.step
    assert pickle.loads(pickle.dumps(step)) == step
    assert kind.model_validate(step.model_dump()) == step
    with pytest.raises(ValidationError):
        kind.model_validate({"step": step.step, "treshold": 0.8})


def test_defaults_are_those_of_the_sketch() -> None:
    settings = DedupNear().sketch_settings()
    assert (settings["permutations"], settings["bands"], settings["rows"]) == (
        sketch.PERMUTATIONS,
        sketch.BANDS,
        sketch.ROWS,
    )
    assert settings["shingle"] == sketch.SHINGLE and settings["salted"] is True


def test_other_bands() -> None:
    assert DedupNear(permutations=128, bands=16).sketch_settings()["rows"] == 8


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"permutations": 128, "bands": 21}, "bands do not divide"),
        ({"threshold": 1.5}, "no such coefficient"),
        ({"threshold": 0.0}, "everything would merge"),
        ({"keep": "shortest"}, "unknown choice"),
    ],
)
def test_wrong_settings(settings: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError):
        DedupNear.model_validate(settings)
