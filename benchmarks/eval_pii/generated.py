"""Generated clinical notes and shop-floor records: every planted identity is gold, with labels, titles and disguises."""

from __future__ import annotations

from benchmarks.eval_pii.gold import GoldSet, Sample, Span
from quality.samples.domains import FILES, Scribe
from quality.samples.records import Recorder
from quality.samples.truth import Record

SEED = 20_261_125
"""Not used anywhere else: no recogniser was developed on these records (the grammars are those of `yuliao sample`)."""
_KIND = {"name": "person_name", "medical_record": "medical_record_number"}
_NO_KIND = frozenset({"device_serial"})
"""Planted by the generator, but not personal: a finding there is a false positive."""
DECOY = "decoy"


def make(domain: str, rows: int, seed: int = SEED) -> GoldSet:
    """domain: healthcare or manufacturing. Rows that are broken or junk are left out, dirty ones are in."""
    scribe = Scribe(domain, seed)
    samples: list[Sample] = []
    for file in FILES[domain]:
        count = max(1, rows * file.share // 100)
        for record in Recorder(scribe, file, seed, domain).records(count):
            samples += _samples(record, len(samples))
    kinds = tuple(sorted({kind for sample in samples for _, _, kind in sample.spans} - {DECOY}))
    label = {"healthcare": "generated clinical notes", "manufacturing": "generated shop-floor records"}[domain]
    return GoldSet(label, samples, kinds, f"fresh seed {seed}; same grammars as `yuliao sample`")


def _samples(record: Record, document: int) -> list[Sample]:
    if record.broken or record.copy:
        return []
    return [
        Sample(written.text, tuple(_span(i.kind, i.start, i.end) for i in written.identities) + decoys, document)
        for written in record.row.leaves.values()
        if written.text
        for decoys in [tuple((start, end, DECOY) for start, end in written.decoys)]
    ]


def _span(kind: str, start: int, end: int) -> Span:
    return start, end, DECOY if kind in _NO_KIND else _KIND.get(kind, kind)
