"""Repair of mojibake, measured: python -m benchmarks.eval_repair [SHARED_DATA]

Three tables: text as it is found in every folder of shared data (rows that `repair` changes: the bar is none in sound
text; rows that the rule `mojibake` would drop), text damaged on purpose with every pair of codecs (restored exactly, left
and dropped by the rule, left without a sign, changed into something else), and the fixtures of charset_mnbvc. Rows are
lines of 8 to 2000 characters, in samples by a fixed seed. Measuring only: rows of the same folders were looked at while the rules were made: use unseen text for rates.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from corpora import text_buffers
from corpora.text_buffers import Documents
from curation.clean.repair import Repair
from curation.step import Context
from quality import mojibake, signals

CONTEXT = Context((text_buffers.Leaf("text"),), bytes(32), ".")
SUFFIXES = {".txt", ".md", ".tex", ".json", ".jsonl", ".csv", ".tsv", ".html", ".js"}
FIXTURES = "charset_fixtures"


def rows(folder: Path, most: int) -> list[str]:
    """A sample of the lines of a folder's files, whatever their encoding."""
    found: list[str] = []
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file()):
        found += [line for line in decoded(path.read_bytes()).splitlines() if 8 <= len(line) <= 2000]
    return random.Random(1).sample(found, most) if len(found) > most else found


def decoded(raw: bytes) -> str:
    """UTF-16 by its mark, else UTF-8, else GB 18030; what does not decode is U+FFFD."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def repair(texts: list[str]) -> list[str]:
    batch = pa.RecordBatch.from_arrays([pa.array(texts, pa.large_string())], names=["text"])
    return [str(text) for text in Repair().start(CONTEXT)(batch).column("text").to_pylist()]


def places(texts: list[str]) -> list[int]:
    """The signal `mojibake` of each text."""
    view = text_buffers.texts(pa.array(texts, pa.large_string()))
    found = signals.measure(Documents(view.data, view.offsets, np.arange(len(texts) + 1)))["mojibake"]
    return [int(n) for n in found]


def sound(data: Path, most: int) -> list[str]:
    """Prints the table of text as found; returns rows for the damage, from folders without damage of their own."""
    pool: list[str] = []
    print(f"{'folder':<28}{'rows':>9}{'MB':>7}{'changed':>9}{'dropped':>9}{'MB/s':>8}")
    for folder in sorted(p for room in data.iterdir() if room.is_dir() for p in room.iterdir() if p.is_dir()):
        texts = rows(folder, most)
        if not texts or folder.name == FIXTURES:
            continue
        started = time.perf_counter()
        new = repair(texts)
        seconds = time.perf_counter() - started
        changed, size = sum(a != b for a, b in zip(texts, new, strict=True)), sum(len(t.encode()) for t in texts) / 1e6
        flagged = sum(n > 0 for n in places(new))
        print(f"{folder.name:<28}{len(texts):>9}{size:>7.1f}{changed:>9}{flagged:>9}{size / max(seconds, 1e-9):>8.0f}")
        pool += random.Random(2).sample(texts, min(200, len(texts)))
    return [t for t in pool if sum("\u4e00" <= c <= "\u9fff" for c in t) >= 8 and not places([t])[0]]


def _read(right: str, wrong: str, errors: str = "strict") -> Callable[[str], str]:
    return lambda text: text.encode(right).decode(wrong, errors)


def _cp936(text: str) -> str:
    """As Windows reads UTF-8: the byte 0x80 by itself is €."""
    out, raw, at = [], text.encode(), 0
    while at < len(raw):
        size = 1 if raw[at] <= 0x80 else 2
        out.append("€" if raw[at] == 0x80 else raw[at : at + size].decode("gb18030"))
        at += size
    return "".join(out)


def _cp1252(text: str) -> str:
    """As browsers read: bytes that Windows-1252 has not are control characters."""
    back = {byte: c for c, byte in mojibake.latin_bytes().items()}
    return "".join(chr(byte) if byte < 0x80 else back[byte] for byte in text.encode())


DAMAGE: dict[str, Callable[[str], str]] = {
    "UTF-8 read as GBK": _cp936,
    "UTF-8 read as GBK, lossy": _read("utf-8", "gbk", "replace"),
    "UTF-8 read as Latin-1": _read("utf-8", "latin-1"),
    "UTF-8 read as Windows-1252": _cp1252,
    "UTF-8 read as Latin-1 twice": lambda text: _read("utf-8", "latin-1")(_read("utf-8", "latin-1")(text)),
    "GBK read as Latin-1": _read("gbk", "latin-1"),
    "GBK read as UTF-8, lossy": _read("gbk", "utf-8", "replace"),
    "U+FFFD read as GBK (锟斤拷)": lambda text: text[:2] + "\ufffd\ufffd".encode().decode("gbk") + text[4:],
}


def damaged(text: str, how: Callable[[str], str], part: bool) -> str | None:
    """The whole row or its middle third damaged; None where the codecs cannot (strict ones on odd bytes)."""
    first, last = (len(text) // 3, 2 * len(text) // 3) if part else (0, len(text))
    try:
        return text[:first] + how(text[first:last]) + text[last:]
    except UnicodeError:
        return None


def generated(pool: list[str]) -> None:
    print(f"\n{'damage':<34}{'rows':>7}{'restored':>10}{'dropped':>9}{'silent':>8}{'wrong':>7}")
    for name, how in DAMAGE.items():
        for part in (False, True):
            pairs = [(text, bad) for text in pool if (bad := damaged(text, how, part)) not in (None, text)]
            counts = Counter(fates(pairs))
            shown = "".join(
                f"{counts[fate]:>{w}}" for fate, w in (("restored", 10), ("dropped", 9), ("silent", 8), ("wrong", 7))
            )
            print(f"{name + (', part' if part else ''):<34}{len(pairs):>7}{shown}")


def fates(pairs: list[tuple[str, str | None]]) -> Iterator[str]:
    """What becomes of each damaged row."""
    bad = [damage or "" for _, damage in pairs]
    new = repair(bad)
    for (text, _), before, after, count in zip(pairs, bad, new, places(new), strict=True):
        garbled = after.count("\ufffd") > 0.02 * len(after)
        yield "restored" if after == text else "dropped" if count or garbled else "silent" if after == before else "wrong"


def fixtures(folder: Path) -> None:
    print(f"\n{'fixture':<40}{'rows':>8}{'changed':>9}{'dropped':>9}")
    for path in sorted(folder.rglob("*.txt")):
        texts = [line for line in decoded(path.read_bytes()).splitlines() if line]
        new = repair(texts)
        changed = sum(a != b for a, b in zip(texts, new, strict=True))
        print(f"{path.name:<40}{len(texts):>8}{changed:>9}{sum(n > 0 for n in places(new)):>9}")


def main() -> None:
    data = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data")
    if not data.is_dir():
        sys.exit(f"没有 {data}：给出 shared/data 的路径 / no such folder: name the path of shared/data")
    generated(sound(data, 60_000))
    fixtures(data / "encodings" / FIXTURES)


if __name__ == "__main__":
    main()
