"""How the first edition of the identifier scan does on real text. Run: python benchmarks/pii_first.py

Recall and precision of e-mail and mobile numbers against the BDCI privacy set (measured only, nothing is trained), and
findings per 100 000 characters on text without personal data. Reads ../shared/data; prints no record text.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections import Counter
from pathlib import Path

import pyarrow as pa

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from corpora.text_buffers import Texts, texts  # noqa: E402
from quality import pii  # noqa: E402

DATA = ROOT.parent / "shared" / "data"
MAINLAND = re.compile(r"(\(?(\+|00)?86\)?[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}")
PLAIN = {
    "laws": ("general/laws_cn", "*.md"),
    "CNC manuals": ("manufacturing/cnc_manuals_gsk_txt", "*.txt"),
    "inverter manuals": ("manufacturing/inverter_manuals_md", "*.md"),
    "gateway manuals": ("manufacturing/neuron_docs_zh", "*.md"),
    "database manuals": ("manufacturing/iotdb_docs_zh", "*.md"),
}


def view(strings: list[str]) -> Texts:
    return texts(pa.array(strings, pa.large_string()))


def gold_table() -> None:
    rows = [json.loads(line) for line in (DATA / "gold/pii_bdci_privacy/gold.jsonl").open(encoding="utf-8")]
    found = pii.find(view([row["text"] for row in rows]))
    names = pii.kind_names()
    sure = found.take(found.confidence >= pii.MEDIUM)
    for kind, keys in (("email", ("email",)), ("mobile", ("mobile", "landline"))):
        ours = {(t, s, e) for t, s, e, k in zip(sure.text, sure.start, sure.end, sure.kind, strict=True) if names[k] in keys}
        gold = {(i, s["start"], s["end"]) for i, row in enumerate(rows) for s in row["spans"] if s["kind"] == kind}
        report(kind, ours, gold)
        if kind == "mobile":
            ours = {
                (t, s, e) for t, s, e, k in zip(sure.text, sure.start, sure.end, sure.kind, strict=True) if names[k] == kind
            }
            report("mobile, mainland", ours, {g for g in gold if MAINLAND.fullmatch(rows[g[0]]["text"][g[1] : g[2]])})


def report(name: str, ours: set[tuple[int, int, int]], gold: set[tuple[int, int, int]]) -> None:
    exact = len(ours & gold)
    touched = sum(any(o[0] == g[0] and o[1] < g[2] and g[1] < o[2] for o in ours) for g in gold)
    right = sum(any(o[0] == g[0] and o[1] < g[2] and g[1] < o[2] for g in gold) for o in ours)
    print(
        f"{name:18} gold {len(gold):4} found {len(ours):4}"
        f" | exact recall {exact / len(gold):.3f} precision {exact / len(ours):.3f}"
        f" | touched recall {touched / len(gold):.3f} precision {right / len(ours):.3f}"
    )


def plain_table() -> None:
    for name, (folder, pattern) in PLAIN.items():
        strings = [path.read_text("utf-8", errors="ignore") for path in sorted((DATA / folder).rglob(pattern))]
        data = view(strings)
        pii.find(data)
        start = time.thread_time()
        found = pii.find(data)
        seconds = time.thread_time() - start
        characters = sum(map(len, strings))
        sure = found.take(found.confidence >= pii.MEDIUM)
        kinds = Counter(pii.kind_names()[k] for k in sure.kind)
        print(
            f"{name:18} {characters / 1e6:5.1f} M characters, {len(sure) / characters * 1e5:6.3f} per 100 000 "
            f"(low {len(found) - len(sure)}), {len(data.data) / seconds / 1e6:4.0f} MB/s of one core, {dict(kinds)}"
        )


if __name__ == "__main__":
    gold_table()
    plain_table()
