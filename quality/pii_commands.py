"""`yuliao pii …`: what quality can do about personal information: scan files. (Measuring: quality.evaluation_command.)"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer

from corpora import tables
from corpora.errors import UsageError
from corpora.names import did_you_mean, suggest
from corpora.sources.spec import UNITS
from corpora.vocabulary import PII_KINDS

pii = typer.Typer(
    no_args_is_help=True, help="个人信息：查找、评测、残留审计、签字 / personal information: find, measure, audit, sign"
)

Texts = Annotated[
    list[str] | None, typer.Option("--text", help="文本列，可重复，默认 text，发布则用它的文本列 / text column, may repeat")
]
Kinds = Annotated[str | None, typer.Option("--kinds", help="只要这些种类，逗号分隔 / only these kinds, comma-separated")]
WithText = Annotated[bool, typer.Option("--with-text", help="输出里带原文片段（敏感）/ include the text found (sensitive)")]
Json = Annotated[bool, typer.Option("--json", help="标准输出只打印 JSON / JSON on standard output, nothing else")]


def chosen_kinds(said: str | None) -> tuple[str, ...] | None:
    if said is None:
        return None
    wanted = tuple(filter(None, (part.strip() for part in said.split(","))))
    for kind in wanted:
        if kind not in PII_KINDS:
            raise UsageError(f"没有这个种类 / no such kind: {kind}", hint=did_you_mean(kind, PII_KINDS))
    return wanted


@pii.command(epilog="退出码 / exit codes: 0 扫完，有没有发现都是 0；2 用法不对、文件打不开、没有一条记录有文本；130 被中断")
def scan(
    files: Annotated[list[str] | None, typer.Argument(metavar="[FILE…]", help="更多文件 / more files")] = None,
    input: Annotated[  # noqa: A002
        list[str] | None,
        typer.Option(
            "--input",
            help="要扫描的文件、通配符，或发布（名称@版本、文件夹），可重复 / files, globs or a release, may repeat",
        ),
    ] = None,
    text: Texts = None,
    id: Annotated[  # noqa: A002
        str, typer.Option("--id", help="主键列；空串则用记录序号 / key column; '' for the record's number")
    ] = "id",
    release: Annotated[
        str | None,
        typer.Option("--release", help="文件导出自这个发布：按编号认出它的替身，不再报 / the files come from this release"),
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="每行一个 JSON 对象写到这里 / write JSONL here")] = None,
    kinds: Kinds = None,
    min_confidence: Annotated[
        float, typer.Option("--min-confidence", min=0, max=1, help="只要不低于此置信度的 / at least this confidence")
    ] = 0.0,
    unit: Annotated[
        str, typer.Option("--unit", help="一篇文档的单位 file line blank_line page / unit of text or PDF")
    ] = "file",
    workers: Annotated[int, typer.Option("--workers", min=0, help="进程数，0 为自动 / processes, 0: as many as pay")] = 0,
    with_text: WithText = False,
    as_json: Json = False,
) -> None:
    """查找个人信息：每行一个 JSON 对象，只有位置没有原文。/ Find personal information; positions only, no text."""
    from quality import scan as scanning
    from quality.scan import inputs

    if unit not in UNITS:
        raise UsageError(f"不认识的单位 / unknown unit: {unit}", hint=suggest(unit, UNITS))
    asked = scanning.Request(
        "", tuple(text or ()), id or None, chosen_kinds(kinds), min_confidence, with_text=with_text, unit=unit
    )
    requests = inputs.find([*(input or []), *(files or [])], asked, release)
    with scanning.start(*requests, workers=workers) as (shards, pieces), _sink(out) as write:
        total = _carry(pieces, shards, [w for w in (write, sys.stdout.buffer.write if as_json else None) if w], as_json)
        inputs.check_read(requests, total.files)
    if not as_json:
        _show_scan(total, out)


@contextmanager
def _sink(out: Path | None) -> Iterator[Any]:
    """Writes a file that appears when it is complete; nothing without a name."""
    if out is None:
        yield None
        return
    part = out.with_name(f".{out.name}.part")
    try:
        with part.open("wb") as file:
            yield file.write
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


@dataclass
class _Total:
    """files: path → (records, documents); counts: int64 (kinds, bands), or 0."""

    files: dict[str, tuple[int, int]] = field(default_factory=dict)
    touched: int = 0
    counts: Any = 0

    @property
    def records(self) -> int:
        return sum(records for records, _ in self.files.values())

    @property
    def documents(self) -> int:
        return sum(documents for _, documents in self.files.values())

    def add(self, piece: Any) -> None:
        records, documents = self.files.get(piece.file, (0, 0))
        self.files[piece.file] = records + piece.records, documents + piece.documents
        self.touched += piece.touched
        self.counts = self.counts + piece.counts


def _carry(pieces: Any, shards: int, writes: list[Any], quiet: bool) -> _Total:
    """Writes every piece, with a progress bar on a terminal, and adds the counts up."""
    total = _Total()
    with _progress(shards, quiet) as advance:
        for piece in pieces:
            data = piece.lines(total.files.get(piece.file, (0, 0))[0]) if writes else b""
            for write in writes:
                write(data)
            total.add(piece)
            advance()
    return total


@contextmanager
def _progress(shards: int, quiet: bool) -> Iterator[Any]:
    if quiet or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task("扫描 scan", total=shards)
        yield lambda: bars.advance(task)


def _show_scan(total: _Total, out: Path | None) -> None:
    from quality.scan.pieces import per_kind

    rows = [
        (f"{PII_KINDS[kind].label} {kind}", *bands.values(), sum(bands.values())) for kind, bands in per_kind(total.counts)
    ]
    tables.show(["种类 / kind", "高 ≥0.8", "中 0.5–0.8", "低 <0.5", "合计"], rows)
    unread = total.records - total.documents
    several = f"{len(total.files)} 个文件，" if len(total.files) > 1 else ""
    tables.say(
        f"{several}{total.records} 条记录，{total.touched} 条有发现，{unread} 条读不出 / records, with findings, unread"
    )
    if silent := [Path(path).name for path, (_, documents) in total.files.items() if not documents]:
        tables.say(f"没有读到文本的文件 / files without a text: {'、'.join(silent)}")
    if out:
        tables.say(f"→ {out}")
