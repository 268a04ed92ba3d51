"""Precision and recall of the identifier scan, per kind, with errors by cause (kind and form; never text).

    python -m benchmarks.eval_identifiers [/path/to/shared/data] [--seed N] [--rows N]

1. Generated clinical and shop-floor files of a fresh seed, with all disguises (quality.samples, truth.jsonl).
2. Numbers of every kind behind their label (quality.identities.by_kind), in plain and disguised forms.
3. With the shared data: the business-text privacy set (measured only, never tuned on), and findings per 100 000 characters
   of laws, manuals and textbooks, which hold no personal information.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from corpora.text_buffers import texts
from quality import pii
from quality.identities import Draw
from quality.identities.by_kind import BY_KIND, LABELS
from quality.samples import domains, records
from quality.samples.disguise import disguise

Span = tuple[str, int, int]
_ALIAS = {"medical_record": "medical_record_number"}
_SCORED = frozenset(BY_KIND)


def found_in(strings: list[str]) -> list[list[Span]]:
    """(kind, start, end) of what is replaced by default, per string."""
    found = pii.find(texts(pa.array(strings, pa.large_string())))
    names = pii.kind_names()
    rows: list[list[Span]] = [[] for _ in strings]
    for text, start, end, kind, confidence in zip(
        found.text.tolist(), found.start.tolist(), found.end.tolist(), found.kind.tolist(), found.confidence.tolist(),
        strict=True,
    ):  # fmt: skip
        if confidence >= pii.MEDIUM and names[kind] in _SCORED:
            rows[text].append((names[kind], start, end))
    return rows


class Score:
    """Counts per kind: a span is right if kind and bounds are; `touched` if a finding of any kind overlaps it."""

    def __init__(self) -> None:
        self.right, self.wanted, self.given, self.touched = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
        self.causes = Counter[str]()

    def add(self, gold: Iterable[tuple[Span, str]], found: list[Span]) -> None:
        gold, left = list(gold), set(found)
        self.given.update(kind for kind, _, _ in found)
        for span, form in gold:
            self.wanted[span[0]] += 1
            over = [f for f in found if f[1] < span[2] and f[2] > span[1]]
            self.touched[span[0]] += bool(over)
            left -= set(over)
            if span in found:
                self.right[span[0]] += 1
            else:
                cause = "missed" if not over else ("as " + over[0][0] if over[0][0] != span[0] else "bounds")
                self.causes[f"{span[0]}/{form}: {cause}"] += 1
        self.causes.update(f"{kind}: invented" for kind, _, _ in left)

    def table(self) -> dict[str, Any]:
        rows = {
            kind: {
                "n": self.wanted[kind],
                "P": round(self.right[kind] / self.given[kind], 4) if self.given[kind] else None,
                "R": round(self.right[kind] / self.wanted[kind], 4) if self.wanted[kind] else None,
                "touched": round(self.touched[kind] / self.wanted[kind], 4) if self.wanted[kind] else None,
            }
            for kind in sorted({*self.wanted, *self.given})
        }
        return {"kinds": rows, "errors": dict(self.causes.most_common(30))}


def generated(rows: int, seed: int) -> dict[str, Any]:
    """Files of quality.samples, read back from truth: the text itself is rebuilt by the recorder, not parsed."""
    score = Score()
    for domain, files in domains.FILES.items():
        scribe = domains.Scribe(domain, seed)
        for file in files:
            recorder = records.Recorder(scribe, file, seed, domain)
            leaves = [w for r in recorder.records(rows) if not r.broken for w in r.row.leaves.values()]
            for written, found in zip(leaves, found_in([w.text for w in leaves]), strict=True):
                gold = [
                    ((_ALIAS.get(i.kind, i.kind), i.start, i.end), i.form)
                    for i in written.identities
                    if _ALIAS.get(i.kind, i.kind) in _SCORED
                ]
                score.add(gold, found)
    return score.table()


def planted(count: int, seed: int) -> dict[str, Any]:
    """Numbers behind their label (if the kind needs one), half of them disguised."""
    score = Score()
    for kind, make in BY_KIND.items():
        draw, strings, gold = Draw(seed, "planted", kind), [], []
        for k in range(count):
            written, form = make(draw), "plain"
            if k % 2:
                written, form = disguise(draw, "medical_record" if kind == "medical_record_number" else kind, written)
            head = f"{draw.pick(('经核对，', '附表', '其', ''))}{LABELS.get(kind, '')}{draw.pick(('：', ':', ' ', '为'))}"
            strings.append(f"{head}{written}{draw.pick(('，', '。', '', '（已核）'))}")
            gold.append(((kind, len(head), len(head) + len(written)), form))
        for pair, found in zip(gold, found_in(strings), strict=True):
            score.add([pair], found)
    return score.table()


def privacy(shared: Path) -> dict[str, Any]:
    """Recall on the kinds that the privacy set names; its annotation is not complete for the others."""
    names = {"mobile": "mobile", "email": "email", "QQ": "qq", "vx": "wechat"}
    path = shared / "gold" / "pii_bdci_privacy" / "gold.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    score = Score()
    for row, found in zip(rows, found_in([row["text"] for row in rows]), strict=True):
        gold = [((names[s["kind"]], s["start"], s["end"]), "gold") for s in row["spans"] if s["kind"] in names]
        score.add(gold, [f for f in found if f[0] in names.values()])
    return score.table()


def clean(folder: Path, limit: int = 8_000_000) -> dict[str, Any]:
    """Findings per 100 000 characters of text without personal information."""
    strings: list[str] = []
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".txt", ".tex", ".md", ".jsonl", ".json")):
        strings.append(path.read_text("utf-8", "ignore")[:1_000_000])
        if sum(map(len, strings)) > limit:
            break
    characters = sum(map(len, strings))
    kinds = Counter(span[0] for row in found_in(strings) for span in row)
    return {
        "characters": characters,
        "per 100 000": round(100_000 * sum(kinds.values()) / max(characters, 1), 3),
        "kinds": dict(kinds),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("shared", nargs="?", type=Path)
    parser.add_argument("--seed", type=int, default=20261)
    parser.add_argument("--rows", type=int, default=1500)
    args = parser.parse_args()
    report: dict[str, Any] = {"generated": generated(args.rows, args.seed), "planted": planted(args.rows, args.seed)}
    if args.shared:
        report["privacy set"] = privacy(args.shared)
        for name in ("general/laws_cn", "manufacturing", "medical/med_textbooks_tex", "medical/tcm_ancient_books"):
            report[f"clean: {name}"] = clean(args.shared / name)
    print(json.dumps(report, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
