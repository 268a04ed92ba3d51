"""Addresses, dates and organisations, measured: python -m benchmarks.eval_addresses SHARED_DATA

Prints precision, recall and F1 of exact spans, and the share of gold spans touched at all, on both halves of the privacy
set (the annotation was learnt from a sample of the first half; the second is unseen), on generated records, on real
addresses set into sentences, false positives in text without personal data, and speed on one core.
"""

from __future__ import annotations

import csv
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import pyarrow as pa

from corpora.text_buffers import texts
from corpora.vocabulary import PII_KINDS
from quality.pii import MEDIUM, addresses, dates, organisations
from quality.pii.findings import KIND, Findings

Span = tuple[int, int, int]
CONTEXTS = (
    "住址：{}，电话见下。",
    "患者现住址：{}\n",
    "地址:{}",
    "他现住{}。",
    "请寄到{}，谢谢。",
    "事故发生在{}，无人受伤。",
    "{}",
)


def find(strings: Sequence[str]) -> Findings:
    return addresses.find(texts(pa.array(strings, pa.large_string())))


def scores(strings: Sequence[str], gold: set[Span], floor: float) -> str:
    found = find(strings)
    keep = found.confidence >= floor
    spans = set(zip(found.text[keep].tolist(), found.start[keep].tolist(), found.end[keep].tolist(), strict=True))
    hit = len(spans & gold)
    precision, recall = hit / max(1, len(spans)), hit / max(1, len(gold))
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return (
        f"P {precision:.3f} R {recall:.3f} F1 {f1:.3f} touched {touched(spans, gold):.3f} "
        f"(gold {len(gold)}, found {len(spans)}, confidence ≥ {floor})"
    )


def touched(spans: set[Span], gold: set[Span]) -> float:
    by_text: dict[int, list[Span]] = {}
    for span in spans:
        by_text.setdefault(span[0], []).append(span)
    hit = sum(any(s[1] < g[2] and g[1] < s[2] for s in by_text.get(g[0], ())) for g in gold)
    return hit / max(1, len(gold))


def privacy(shared: Path) -> None:
    rows = [json.loads(line) for line in (shared / "gold/pii_bdci_privacy/gold.jsonl").open(encoding="utf-8")]
    for name, half in (("first", [r for r in rows if r["id"] < 1257]), ("second", [r for r in rows if r["id"] >= 1257])):
        gold = {(i, s["start"], s["end"]) for i, r in enumerate(half) for s in r["spans"] if s["kind"] == "address"}
        for floor in (MEDIUM, 0.0):
            print(f"privacy set, {name} half: ", scores([r["text"] for r in half], gold, floor))


def generated() -> None:
    from quality.samples import FILES, sample

    with tempfile.TemporaryDirectory() as folder:
        for domain in FILES:
            sample(domain, rows=3000, seed=11, out=Path(folder) / domain)
        for truth in sorted(Path(folder).rglob("truth.jsonl")):
            strings, gold = _records(truth)
            if gold:
                print(f"generated, {truth.parent.name}: ", scores(strings, gold, MEDIUM))


def _records(truth: Path) -> tuple[list[str], set[Span]]:
    strings: list[str] = []
    gold: set[Span] = set()
    rows: dict[str, list[dict[str, object]]] = {}
    for line in truth.open(encoding="utf-8"):
        entry = json.loads(line)
        path = truth.parent / entry["file"]
        if path.suffix != ".jsonl" or entry.get("broken"):
            continue
        if entry["file"] not in rows:
            rows[entry["file"]] = _lines(path)
        row = rows[entry["file"]][entry["record"]]
        for leaf in {i["leaf"] for i in entry["identities"]}:
            text = row.get(leaf)
            if isinstance(text, str):
                strings.append(text)
                spans = [i for i in entry["identities"] if i["leaf"] == leaf and i["kind"] == "address"]
                gold |= {(len(strings) - 1, i["start"], i["end"]) for i in spans}
    return strings, gold


def _lines(path: Path) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for line in path.read_bytes().split(b"\n"):
        try:
            row = json.loads(line)
        except ValueError:
            row = {}
        rows.append(row if isinstance(row, dict) else {})
    return rows


def in_context(shared: Path) -> None:
    with (shared / "gold/addr_cpca/tests__addr.csv").open(encoding="utf-8-sig") as handle:
        real = [row["原始地址"].strip() for row in csv.DictReader(handle)]
    real = [a for a in real if 6 <= len(a) <= 60 and "号" in a]
    draw = random.Random(7)
    for context in CONTEXTS:
        sample = draw.sample(real, 2000)
        strings = [context.format(address) for address in sample]
        gold = {(i, context.index("{"), context.index("{") + len(a)) for i, a in enumerate(sample)}
        print(f"real addresses in {context.strip()!r}: ", scores(strings, gold, MEDIUM))


def clean(shared: Path) -> None:
    for name, pattern in (
        ("laws", "general/laws_cn/**/*.md"), ("manuals", "manufacturing/*docs_zh/**/*.md"),
        ("manuals, CNC", "manufacturing/cnc_manuals_gsk_txt/**/*.txt"), ("textbooks", "medical/med_textbooks_tex/**/*.tex"),
    ):  # fmt: skip
        strings = list(_files(shared, pattern))
        size, letters = sum(len(s.encode()) for s in strings), sum(map(len, strings))
        array = texts(pa.array(strings, pa.large_string()))
        found, seconds = find(strings), _timed(lambda a=array: addresses.find(a))
        born, more = dates.find(array), _timed(lambda a=array: dates.find(a))
        sure = found.confidence >= MEDIUM
        print(
            f"{name}: {size / 1e6:.1f} MB, addresses ≥ {MEDIUM}: {sure.sum()} ({sure.sum() / letters * 1e5:.2f} per 100 000 "
            f"characters), below: {(~sure).sum()}, dates and ages: {len(born)} ({len(born) / letters * 1e5:.2f}); "
            f"{size / 1e6 / (seconds + more):.0f} MB/s (addresses {size / 1e6 / seconds:.0f}, dates {size / 1e6 / more:.0f}, "
            f"organisations if asked {size / 1e6 / _timed(lambda a=array: organisations.find(a, organisations.KINDS)):.0f})"
        )


def _files(shared: Path, pattern: str) -> Iterable[str]:
    for path in sorted(shared.glob(pattern)):
        yield path.read_bytes().decode("utf-8", "replace")


def dense(shared: Path) -> None:
    with (shared / "gold/addr_cpca/tests__addr.csv").open(encoding="utf-8-sig") as handle:
        strings = [f"住址：{row['原始地址']}，1950年3月4日出生，94岁" for row in csv.DictReader(handle)] * 5
    array = texts(pa.array(strings, pa.large_string()))
    seconds = _timed(lambda: (addresses.find(array), dates.find(array)))
    print(f"dense: {len(array.data) / 1e6 / seconds:.0f} MB/s")


def _timed(call: object) -> float:
    best = 1e9
    for _ in range(3):
        start = time.thread_time()
        call()  # type: ignore[operator]
        best = min(best, time.thread_time() - start)
    return best


def main(folder: str) -> None:
    shared = Path(folder)
    privacy(shared)
    generated()
    in_context(shared)
    clean(shared)
    dense(shared)


if __name__ == "__main__":
    assert len(PII_KINDS) > KIND["address"]
    main(*sys.argv[1:])
