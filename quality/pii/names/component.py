"""The name recogniser as a spaCy component for Chinese: `nlp = spacy.blank("zh"); nlp.add_pipe("yuliao_names")`."""

from __future__ import annotations

import pyarrow as pa
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans

from corpora import text_buffers
from quality.pii import names

PERSON = "PERSON"


class NameComponent:
    """Adds every name of at least `confidence` to doc.ents as PERSON, widened to whole tokens; other entities stay."""

    def __init__(self, confidence: float = 0.5) -> None:
        self.confidence = confidence

    def __call__(self, doc: Doc) -> Doc:
        found = names.find(text_buffers.texts(pa.array([doc.text], pa.large_string())))
        found = found.take(found.confidence >= self.confidence)
        spans = [
            doc.char_span(int(start), int(end), label=PERSON, alignment_mode="expand")
            for start, end in zip(found.start, found.end, strict=True)
        ]
        doc.ents = tuple(filter_spans([*doc.ents, *(span for span in spans if span is not None)]))
        return doc


@Language.factory("yuliao_names", default_config={"confidence": 0.5}, assigns=["doc.ents"])
def create(nlp: Language, name: str, confidence: float) -> NameComponent:
    """Factory of the component; confidence: 0…1, lowest that counts."""
    return NameComponent(confidence)
