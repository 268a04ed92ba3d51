"""What the findings in text "without personal data" are: a seeded sample of the held-out half's, read one by one.

    python -m benchmarks.eval_pii.judge draw .bench/sample.tsv     number, kind, what stands before, the finding, behind
    python -m benchmarks.eval_pii.judge count .bench/sample.tsv    once a column in front holds one of VERDICTS a line

`count` writes the counts, and no text, into judged.json beside this file, which the table cites. The sample itself is text
of others and is not committed.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from benchmarks.eval_pii import ours, plain
from benchmarks.eval_pii.gold import Span

JUDGED = Path(__file__).with_name("judged.json")
SEED, SIZE, AROUND = 20_261_125, 200, 30
VERDICTS = ("person", "address", "none")
"""A person who is named (surname and title too) · another real identifier: a mailbox, the address of a machine, a place
with its number · neither."""


def findings() -> list[tuple[str, str, Span]]:
    """(source, text, finding) of the held-out half, in the order of the files."""
    found = []
    for name in filter(plain.exists, plain.SOURCES):
        samples = plain.load(name, "held-out")
        for sample, spans in zip(samples, ours.find(samples)[0], strict=True):
            found += [(name, sample.text, span) for span in spans]
    return found


def draw(path: Path) -> None:
    every = findings()
    chosen = random.Random(SEED).sample(range(len(every)), min(SIZE, len(every)))
    lines = [f"# {len(every)}"]
    for number in chosen:
        name, text, (start, end, kind) = every[number]
        parts = text[max(0, start - AROUND) : start], text[start:end], text[end : end + AROUND]
        lines.append("\t".join([name, kind, *(" ".join(part.split()) for part in parts)]))
    path.write_text("\n".join(lines) + "\n", "utf-8")


def count(path: Path) -> dict[str, Any]:
    """ValueError if a line has no verdict."""
    head, *lines = path.read_text("utf-8").splitlines()
    verdicts = [line.split("\t")[0] for line in lines]
    if set(verdicts) - set(VERDICTS):
        raise ValueError("有的行没有判断 / some lines have no verdict")
    counts = Counter(verdicts)
    return {"half": "held-out", "seed": SEED, "found": int(head.split()[-1]), "sampled": len(verdicts),
            "counts": {verdict: counts[verdict] for verdict in VERDICTS}}  # fmt: skip


def judged() -> dict[str, Any] | None:
    """The counts that are committed; None if there are none."""
    return dict(json.loads(JUDGED.read_text("utf-8"))) if JUDGED.exists() else None


if __name__ == "__main__":
    if sys.argv[1] == "draw":
        draw(Path(sys.argv[2]))
    else:
        JUDGED.write_text(json.dumps(count(Path(sys.argv[2])), ensure_ascii=False, indent=1) + "\n", "utf-8")
