"""Short pieces of real Chinese text, in pools by industry, from the files of ../shared/data: what make_input.py recombines.

A piece has 8 to 60 characters, at least half of them Han, and occurs once. No piece is long enough to make two
documents alike by itself.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
POOLS = {
    "medical": ("medical", ""),
    "manufacturing": ("manufacturing", ""),
    "general": ("general", "DRCD"),
    "traditional": ("general/cmrc_drcd", "data__"),
}
"""Name of a pool: its folder, and the beginning of the names of files that are left out."""
SHORTEST, LONGEST = 8, 60
PLAIN = {".md", ".txt", ".tex", ".tsv"}

_HAN = re.compile(r"[\u3400-\u9fff]+")
_UNSEEN = re.compile(r"<(script|style)\b.*?</\1>|<!--.*?-->|<[^>]{0,400}>", re.S | re.I)
_SENTENCE = re.compile(r"[^。！？；\n\r]+[。！？；]?")
_CLAUSE = re.compile(r"[^，、,：:]{1,60}[，、,：:]?")


def pieces(pool: str, data: Path = DATA) -> list[str]:
    """All pieces of one pool, each once, in the order of the files."""
    folder, without = POOLS[pool]
    found: dict[str, None] = {}
    for path in sorted((data / folder).rglob("*")):
        if path.is_file() and not (without and path.name.startswith(without)):
            for text in _texts(path):
                found.update(dict.fromkeys(_cut(text)))
    return list(found)


def decode(raw: bytes) -> str:
    """Text in UTF-8, UTF-16 with a byte order mark, or else GB18030; what does not decode is left out."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "ignore")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "ignore")


def _texts(path: Path) -> Iterator[str]:
    kind = path.suffix.lower()
    if kind not in PLAIN | {".json", ".jsonl", ".csv", ".html", ".htm"}:
        return
    text = decode(path.read_bytes())
    if kind in PLAIN:
        yield text
    elif kind == ".csv":
        yield from (cell for row in csv.reader(io.StringIO(text)) for cell in row)
    elif kind in (".json", ".jsonl"):
        yield from _strings(_parsed(text))
    else:
        yield _UNSEEN.sub("\n", text)


def _parsed(text: str) -> list[Any]:
    """One JSON value, or one a line."""
    try:
        return [json.loads(text)]
    except ValueError:
        return [_line(line) for line in text.splitlines()]


def _line(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def _cut(text: str) -> Iterator[str]:
    for match in _SENTENCE.finditer(text):
        sentence = match.group().strip()
        for piece in [sentence] if len(sentence) <= LONGEST else _clauses(sentence):
            if len(piece) >= SHORTEST and 2 * sum(map(len, _HAN.findall(piece))) >= len(piece):
                yield piece


def _clauses(sentence: str) -> list[str]:
    """A long sentence in parts of at most LONGEST characters, after commas where there are any."""
    parts = [""]
    for clause in _CLAUSE.findall(sentence):
        if len(parts[-1]) + len(clause) > LONGEST:
            parts.append("")
        parts[-1] += clause[:LONGEST]
    return parts
