"""`yuliao pii eval`: how well findings agree with gold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from corpora import tables
from corpora.vocabulary import PII_KINDS
from quality.pii_commands import Json, Kinds, WithText, chosen_kinds, pii


@pii.command("eval", epilog="退出码 / exit codes: 0 评完，分数多低都是 0；2 用法不对，或金标有错（逐行列出）")
def evaluate(
    gold: Annotated[Path, typer.Option("--gold", help='金标 JSONL：{"id","text","spans":[{"kind","start","end"}]} / gold')],
    text: Annotated[str, typer.Option("--text", help="文本列 / text column")] = "text",
    names: Annotated[str, typer.Option("--map", help="标签=种类，逗号分隔，如 name=person_name / label=kind, …")] = "",
    kinds: Kinds = None,
    min_confidence: Annotated[
        float, typer.Option("--min-confidence", min=0, max=1, help="只算不低于此置信度的 / at least this confidence")
    ] = 0.5,
    ignore: Annotated[str, typer.Option("--ignore", help="这些标签不算，逗号分隔 / labels that are not measured")] = "",
    skip_wrong: Annotated[
        bool, typer.Option("--skip-wrong", help="有错的行不算，只报数 / leave rows with mistakes out, and count them")
    ] = False,
    with_text: WithText = False,
    as_json: Json = False,
) -> None:
    """与金标比较：每种的准确率、召回率、F1，错误按原因列出。/ Compare with gold, errors listed by cause."""
    from quality import gold as golds
    from quality.evaluation import evaluate as compare

    read = golds.read(
        gold, text=text, names=golds.mapping(names), ignore=frozenset(filter(None, ignore.split(","))), skip_wrong=skip_wrong
    )
    found = compare(read, min_confidence=min_confidence, kinds=chosen_kinds(kinds))
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
        tables.say(f"未计入（--ignore）/ not measured: {counts}")
    if said["skipped"]:
        tables.say(f"{said['skipped']} 行有错，没有算（--skip-wrong）/ rows with mistakes were left out")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _place(span: dict[str, Any] | None, with_text: bool) -> str:
    if span is None:
        return ""
    return f"{span['kind']} {span['start']}–{span['end']}" + (f" {span['text']}" if with_text else "")
