"""`yuliao pii …`: what quality can do about personal information: scan a file, measure against gold."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from corpora import tables
from corpora.errors import UsageError
from corpora.names import did_you_mean
from corpora.vocabulary import PII_KINDS

pii = typer.Typer(
    no_args_is_help=True, help="个人信息：查找、评测、残留审计、签字 / personal information: find, measure, audit, sign"
)

Texts = Annotated[list[str] | None, typer.Option("--text", help="文本列，可重复，默认 text / text column, may repeat")]
Kinds = Annotated[str | None, typer.Option("--kinds", help="只要这些种类，逗号分隔 / only these kinds, comma-separated")]
WithText = Annotated[bool, typer.Option("--with-text", help="输出里带原文片段（敏感）/ include the text found (sensitive)")]
Json = Annotated[bool, typer.Option("--json", help="标准输出只打印 JSON / JSON on standard output, nothing else")]


def _kinds(said: str | None) -> tuple[str, ...] | None:
    if said is None:
        return None
    wanted = tuple(filter(None, (part.strip() for part in said.split(","))))
    for kind in wanted:
        if kind not in PII_KINDS:
            raise UsageError(f"没有这个种类 / no such kind: {kind}", hint=did_you_mean(kind, PII_KINDS))
    return wanted


@pii.command()
def scan(
    input: Annotated[str, typer.Option("--input", help="要扫描的文件：jsonl csv tsv parquet text / the file")],  # noqa: A002
    text: Texts = None,
    id: Annotated[  # noqa: A002
        str, typer.Option("--id", help="主键列；空串则用记录序号 / key column; '' for the record's number")
    ] = "id",
    out: Annotated[Path | None, typer.Option("--out", help="每行一个 JSON 对象写到这里 / write JSONL here")] = None,
    kinds: Kinds = None,
    min_confidence: Annotated[
        float, typer.Option("--min-confidence", min=0, max=1, help="只要不低于此置信度的 / at least this confidence")
    ] = 0.0,
    unit: Annotated[str, typer.Option("--unit", help="纯文本的单位 file line blank_line / unit of plain text")] = "file",
    workers: Annotated[int, typer.Option("--workers", min=0, help="进程数，0 为自动 / processes, 0: as many as pay")] = 0,
    with_text: WithText = False,
    as_json: Json = False,
) -> None:
    """查找个人信息：每行一个 JSON 对象，只有位置没有原文。/ Find personal information; positions only, no text."""
    from quality import scan as scanning

    if unit not in ("file", "line", "blank_line"):
        raise UsageError(f"不认识的单位 / unknown unit: {unit}", hint="file | line | blank_line")
    asked = scanning.Request(
        input, tuple(text or ["text"]), id or None, _kinds(kinds), min_confidence, with_text=with_text, unit=unit
    )
    with scanning.start(asked, workers=workers) as (_, shards, pieces), _sink(out) as write:
        total = _carry(pieces, shards, [w for w in (write, sys.stdout.buffer.write if as_json else None) if w], as_json)
    if total["records"] and not total["documents"]:
        raise UsageError(
            f"{total['records']} 条记录都没有文本列 {'、'.join(asked.texts)} / no record has the text column",
            hint="用 --text 指定列名 / name the column by --text",
        )
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


def _carry(pieces: Any, shards: int, writes: list[Any], quiet: bool) -> dict[str, Any]:
    """Writes every piece, with a progress bar on a terminal, and adds the counts up."""
    total: dict[str, Any] = {"records": 0, "documents": 0, "touched": 0, "size": 0, "counts": 0}
    with _progress(shards, quiet) as advance:
        for piece in pieces:
            data = piece.lines(total["records"]) if writes else b""
            for write in writes:
                write(data)
            for name in total:
                total[name] = total[name] + getattr(piece, name)
            advance()
    return total


@contextmanager
def _progress(shards: int, quiet: bool) -> Iterator[Any]:
    if quiet or shards < 2 or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as bars:
        task = bars.add_task("扫描 scan", total=shards)
        yield lambda: bars.advance(task)


def _show_scan(total: dict[str, Any], out: Path | None) -> None:
    from quality.scan.pieces import per_kind

    rows = [
        (f"{PII_KINDS[kind].label} {kind}", *bands.values(), sum(bands.values()))
        for kind, bands in (per_kind(total["counts"]) if total["records"] else ())
    ]
    tables.show(["种类 / kind", "高 ≥0.8", "中 0.5–0.8", "低 <0.5", "合计"], rows)
    unread = total["records"] - total["documents"]
    tables.say(f"{total['records']} 条记录，{total['touched']} 条有发现，{unread} 条读不出 / records, with findings, unread")
    if out:
        tables.say(f"→ {out}")


@pii.command("eval")
def evaluate(
    gold: Annotated[Path, typer.Option("--gold", help='金标 JSONL：{"id","text","spans":[{"kind","start","end"}]} / gold')],
    text: Annotated[str, typer.Option("--text", help="文本列 / text column")] = "text",
    names: Annotated[str, typer.Option("--map", help="标签=种类，逗号分隔，如 name=person_name / label=kind, …")] = "",
    kinds: Kinds = None,
    min_confidence: Annotated[
        float, typer.Option("--min-confidence", min=0, max=1, help="只算不低于此置信度的 / at least this confidence")
    ] = 0.5,
    with_text: WithText = False,
    as_json: Json = False,
) -> None:
    """与金标比较：每种的准确率、召回率、F1，错误按原因列出。/ Compare with gold, errors listed by cause."""
    from quality import gold as golds
    from quality.evaluation import evaluate as compare

    found = compare(
        golds.read(gold, text=text, names=golds.mapping(names)), min_confidence=min_confidence, kinds=_kinds(kinds)
    )
    if as_json:
        print(json.dumps(found.to_dict(with_text=with_text), ensure_ascii=False))
    else:
        _show_evaluation(found.to_dict(with_text=with_text), with_text)


SHOWN = 20


def _show_evaluation(said: dict[str, Any], with_text: bool) -> None:
    from quality.evaluation import CAUSES

    rows = [
        (f"{PII_KINDS[kind].label} {kind}" if kind in PII_KINDS else kind, one["gold"], one["found"],
         *(_number(one[way][score]) for way in ("strict", "overlapping") for score in ("precision", "recall", "f1")),
         _number(one["touched"]))
        for kind, one in [*said["kinds"].items(), ("全部 all", said["all"])]
    ]  # fmt: skip
    tables.show(["种类 / kind", "金标", "找到", "严格 P", "R", "F1", "重叠 P", "R", "F1", "碰到"], rows)
    tables.show(
        ["错误 / error", "处数"], [(f"{CAUSES[c]} {c}", e["count"]) for c, e in said["errors"].items() if e["count"]]
    )
    lines = [
        (CAUSES[cause], error["id"], *(_place(error.get(side), with_text) for side in ("gold", "found")))
        for cause, errors in said["errors"].items()
        for error in errors["spans"][:SHOWN]
    ]
    tables.show(
        ["原因", "编号", "金标", "找到"], lines, title=f"每种原因最多 {SHOWN} 处，全部见 --json / at most {SHOWN} each"
    )
    if said["not_measured"]:
        counts = "，".join(f"{label} {count}" for label, count in said["not_measured"].items())
        tables.say(f"未计入（不是本工具的种类，可用 --map 指定）/ not measured: {counts}")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _place(span: dict[str, Any] | None, with_text: bool) -> str:
    if span is None:
        return ""
    return f"{span['kind']} {span['start']}–{span['end']}" + (f" {span['text']}" if with_text else "")
