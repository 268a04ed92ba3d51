"""Records → bytes on disk: layouts, encodings, and the ways in which a record can be broken."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from quality.identities import Draw
from quality.samples.domains import SampleFile, Scribe
from quality.samples.records import Recorder
from quality.samples.truth import Record

_BOM = {"utf-8-sig": b"\xef\xbb\xbf", "utf-16": b"\xff\xfe"}
_CODEC = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}
_BAD = b"\xff\xff\xfe"
"""Bytes that begin nothing in UTF-8, GBK or GB18030."""


class Sink:
    """One open sample file; encodes a record at a time."""

    def __init__(self, out: BinaryIO, file: SampleFile, seed: int) -> None:
        self._out, self._file = out, file
        self._draw = Draw(seed, file.name, "bytes")
        self._codec = _CODEC.get(file.encoding, file.encoding)
        self.bytes = 0
        self._send(_BOM.get(file.encoding, b""))

    def header(self, record: Record) -> None:
        if self._file.layout in ("csv", "tsv"):
            self._send(self._table([*record.row.columns, *record.row.leaves]).encode(self._codec))

    def write(self, record: Record) -> None:
        fields: dict[str, Any] = {**record.row.columns, **{name: w.text for name, w in record.row.leaves.items()}}
        if record.broken == "no_text":
            fields |= {name: "" for name in record.row.leaves}
        if self._file.layout == "jsonl":
            self._send(self._json(record, fields))
        elif self._file.layout == "lines":
            self._send(self._spoiled(record, next(iter(fields.values())) + "\n"))
        else:
            cells = list(fields.values())
            self._send(self._spoiled(record, self._table(cells[:-2] if record.broken == "ragged" else cells)))

    def _send(self, data: bytes) -> None:
        self.bytes += self._out.write(data)

    def _table(self, cells: list[Any]) -> str:
        text = io.StringIO()
        csv.writer(text, delimiter="\t" if self._file.layout == "tsv" else ",", lineterminator="\r\n").writerow(cells)
        return text.getvalue()

    def _json(self, record: Record, fields: dict[str, Any]) -> bytes:
        if record.broken == "wrong_type":
            fields |= {name: self._draw.pick((20260314, ["见附件"], {"正文": "见附件"}, True)) for name in record.row.leaves}
        line = json.dumps(fields, ensure_ascii=self._draw.chance(6))
        if record.broken == "truncated":
            line = line[: self._draw.between(len(line) // 3, len(line) - 4)]
        if record.broken == "not_json":
            line = self._draw.pick(("---- 导出中断，重新连接 ----", "共导出 3000 条", "[1, 2, 3]", "null", "记录号,正文"))
        return self._spoiled(record, line + "\n")

    def _spoiled(self, record: Record, line: str) -> bytes:
        codec = self._draw.pick(("utf-8", "gb18030")) if self._file.encoding == "mixed" else self._codec
        data = line.encode(codec)
        if record.broken != "undecodable":
            return data
        half = len(line[: len(line) // 2].encode(codec))
        return data[:half] + _BAD + data[half:]


def write_domain(domain: str, files: tuple[SampleFile, ...], rows: int, seed: int, out: Path) -> list[dict[str, Any]]:
    """Writes the domain's files and truth.jsonl into `out`; returns one summary per file."""
    out.mkdir(parents=True, exist_ok=True)
    scribe = Scribe(domain, seed)
    summaries = []
    with (out / "truth.jsonl").open("w", encoding="utf-8", newline="\n") as truth:
        for file, count in zip(files, _shares(files, rows), strict=True):
            records = Recorder(scribe, file, seed, domain).records(count)
            with (out / file.name).open("wb") as handle:
                summary = _write_file(Sink(handle, file, seed), file, records, truth)
            summaries.append({**summary, "file": f"{domain}/{file.name}", "rows": count})
    return summaries


def _write_file(sink: Sink, file: SampleFile, records: Iterable[Record], truth: TextIO) -> dict[str, Any]:
    tally: Counter[str] = Counter(dict.fromkeys(("identities", "obfuscated", "dirty", "broken"), 0))
    for number, record in enumerate(records):
        if number == 0:
            sink.header(record)
        sink.write(record)
        entry = record.truth(file.name, number)
        tally.update(_planted(entry))
        truth.write(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n")
    return {"bytes": sink.bytes, "encoding": file.encoding, **tally}


def _planted(entry: dict[str, Any]) -> dict[str, int]:
    """What one truth record adds to the counts of its file."""
    found = entry.get("identities", ())
    counts = {"identities": len(found), "obfuscated": sum(i["obfuscated"] for i in found)}
    copies = {f"copies_{entry['copy']['how']}": 1} if "copy" in entry else {}
    return {**counts, "dirty": int("dirt" in entry), "broken": int("broken" in entry), **copies}


def _shares(files: tuple[SampleFile, ...], rows: int) -> list[int]:
    """Whole rows per file, `rows` in all; what rounding leaves goes to the first file."""
    counts = [rows * file.share // 100 for file in files]
    return [counts[0] + rows - sum(counts), *counts[1:]]
