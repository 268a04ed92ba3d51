"""About 20 MB of text without personal data: laws, manuals, textbooks. A finding there is taken for a false positive.

Upper bound: textbooks and laws do name real people (authors, signatories), nobody has removed them, and every one counts
(benchmarks.eval_pii.judge: how many of them are). The files fall into two halves by a hash of their path, less years and
versions, so that editions of one text stay together: false findings are looked at, and rules made, in the development
half only; the held-out half is for its figures.
"""

from __future__ import annotations

import hashlib
import random
import re
from pathlib import Path

from benchmarks.eval_pii.gold import DATA, Sample

SOURCES = {
    "laws": ("general/laws_cn", "*.md", 8_000_000),
    "CNC manuals": ("manufacturing/cnc_manuals_gsk_txt", "*.txt", 4_000_000),
    "inverter manuals": ("manufacturing/inverter_manuals_md", "*.md", 4_000_000),
    "gateway manuals": ("manufacturing/neuron_docs_zh", "*.md", 4_000_000),
    "database manuals": ("manufacturing/iotdb_docs_zh", "*.md", 3_000_000),
    "medical textbooks": ("medical/med_textbooks_tex", "*.tex", 8_000_000),
}
"""Name → folder, files, bytes at most (files in a seeded order)."""
HALVES = ("development", "held-out")
_EDITION = re.compile(r"\([^()]*\)|（[^（）]*）|/V?\d[\w.]*(?=/)|/(latest|Master|master|latest-Table)(?=/)")
PIECE = 2000  # characters; texts are cut at line ends so that every tool sees the same pieces


def half(path: str) -> str:
    """One of HALVES, by a path inside of its source."""
    return HALVES[hashlib.sha256(_EDITION.sub("", path).encode()).digest()[0] % 2]


def load(source: str, only: str = "", seed: int = 3) -> list[Sample]:
    """Pieces of the source's files, in order; `only`: those of one of HALVES."""
    folder, pattern, limit = SOURCES[source]
    paths = sorted((DATA / folder).rglob(pattern))
    random.Random(seed).shuffle(paths)
    samples: list[Sample] = []
    size = 0
    for number, path in enumerate(paths):
        text = path.read_text("utf-8", errors="ignore")
        size += len(text.encode())
        if size > limit:
            break
        if only in ("", half(path.relative_to(DATA / folder).as_posix())):
            samples += [Sample(piece, (), number) for piece in pieces(text)]
    return samples


def pieces(text: str) -> list[str]:
    """Runs of whole lines, up to PIECE characters unless one line is longer."""
    out, length = [""], 0
    for line in text.splitlines(keepends=True):
        if length and length + len(line) > PIECE:
            out.append("")
            length = 0
        out[-1] += line
        length += len(line)
    return [piece for piece in out if piece.strip()]


def thin(samples: list[Sample], characters: int, seed: int = 4) -> list[Sample]:
    """Seeded sample of pieces for slow peers, about `characters` in all."""
    chosen, size = [], 0
    for sample in random.Random(seed).sample(samples, len(samples)):
        if size >= characters:
            break
        chosen.append(sample)
        size += len(sample.text)
    return chosen


def exists(source: str) -> bool:
    return (Path(DATA) / SOURCES[source][0]).is_dir()
