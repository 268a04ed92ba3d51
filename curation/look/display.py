"""What the terminal shows of runs, preflights and samples. Rich on a terminal, plain text in a pipe."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from typing import Any

from corpora import vocabulary
from corpora.gates import said as gate_said
from curation.run.report import Progress, Report, Silent

STAGES = {
    "fetch": "取数据库的行",
    "measure": "读取·清洗·测量",
    "decide": "规则·去重·划分",
    "write": "脱敏·写出",
    "seal": "封存",
}


class _Bars:
    """Rich progress bars, one a stage."""

    def __init__(self, bars: Any) -> None:
        self.bars, self.task = bars, None

    def begin(self, stage: str, total: int) -> None:
        self.task = self.bars.add_task(STAGES.get(stage, stage), total=total or None)

    def advance(self, amount: int) -> None:
        self.bars.advance(self.task, amount)


@contextlib.contextmanager
def progress(*, quiet: bool) -> Iterator[Progress]:
    """Progress bars on a terminal, nothing otherwise. They go to standard error."""
    if quiet:
        yield Silent()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, console=Console(stderr=True)) as bars:
        yield _Bars(bars)


def _yuliao() -> str:
    """How to type the command here: by name if it is on the path, else by where it lies."""
    called = os.path.abspath(sys.argv[0])
    if shutil.which("yuliao") or os.path.basename(called) != "yuliao":
        return "yuliao"
    return min(called, os.path.relpath(called), key=len)


def screen() -> Any:
    from rich.console import Console

    return Console(highlight=False)


def _table(*columns: str, title: str = "") -> Any:
    from rich import box
    from rich.table import Table

    table = Table(title=title or None, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold")
    for i, column in enumerate(columns):
        table.add_column(column, justify="left" if i == 0 else "right", overflow="fold")
    return table


def reason_label(reason: str) -> str:
    term = vocabulary.REASONS.get(reason)
    return f"{term.label} ({reason})" if term else reason


def cause_label(cause: str) -> str:
    term = vocabulary.QUARANTINE_CAUSES.get(cause)
    return f"{term.label} ({cause})" if term else cause


def step_label(step: str) -> str:
    term = vocabulary.STEPS.get(step)
    return f"{term.label} ({step})" if term else step


def report(done: Report) -> None:
    """Ledger, where everything lies, and what to type next."""
    ledger(done)
    console = screen()
    console.print("接着可以 / next:")
    sign = (
        [f"pii sign {done.release.folder} --officer 姓名"]
        if done.release.manifest["metrics"].get("pii.low_confidence")
        else []
    )
    open_ = all(one["passed"] is not False for one in done.release.manifest["gates"])
    publish = [f"publish {done.release.folder}"] if open_ else []
    lost = [f"quarantine {done.work}"] if done.causes else []
    for line in (f"peek {done.work}", *lost, f"verify {done.release.folder}", *sign, *publish):
        console.print(f"  {_yuliao()} {line}", style="cyan", soft_wrap=True)


def demo(reports: list[Report], loaded: Any, workspace: Any) -> None:
    """What the demo made, and the next three commands."""
    console = screen()
    first = f"{reports[0].recipe.corpus}@{reports[0].recipe.version}"
    shape = "，".join(f"{split} {len(rows):,} 行" for split, rows in loaded.items())
    console.print(f"load_dataset 读回 {first}：{shape}", style="bold", soft_wrap=True)
    row = loaded["train"][0]
    console.print(
        "  "
        + "，".join(f"{key}={str(value)[:24]}…" if len(str(value)) > 24 else f"{key}={value}" for key, value in row.items()),
        markup=False,
        soft_wrap=True,
    )
    console.print(f"目录 catalog   {workspace.catalog}", soft_wrap=True)
    console.print(f"发布 releases  {workspace.releases}", soft_wrap=True)
    console.print(f"工作区 work    {workspace.work}  （含原文，只留本机 / private）", soft_wrap=True)
    console.print("接着可以 / next:")
    for line in (
        f"show {first}",
        f"peek {first} --n 5",
        "run general --input 我的文件.jsonl --out 我的发布",
    ):
        console.print(f"  {_yuliao()} {line}", style="cyan", soft_wrap=True)


def ledger(done: Report) -> None:
    """The run's ledger and where its results lie."""
    console = screen()
    counts = done.ledger
    table = _table(
        "账本 / ledger",
        "行 / rows",
        title=f"{done.recipe.title or done.recipe.corpus}  {done.recipe.corpus}@{done.recipe.version}",
    )
    table.add_row("读入 read", f"{counts.read:,}")
    if counts.made or counts.consumed:
        table.add_row("+ 新增 made", f"{counts.made:,}")
        table.add_row("− 消耗 consumed", f"{counts.consumed:,}")
    for step, reasons in counts.dropped.items():
        for reason, count in reasons.items():
            table.add_row(f"− {step_label(step)} · {reason_label(reason)}", f"{count:,}")
    table.add_row("− 隔离 quarantined", f"{counts.quarantined:,}")
    for cause, count in done.causes.items():
        table.add_row(f"    {cause_label(cause)}", f"{count:,}", style="dim")
    table.add_row("= 保留 kept", f"{counts.kept:,}", style="bold")
    console.print(table)
    flags = [
        f"{step} {reason} {count}"
        for step, reasons in counts.flagged.items()
        for reason, count in reasons.items()
        if reason == "values_changed"
    ]
    aside = "，".join(f"{vocabulary.NOT_TEXT[kind].label} {count:,}" for kind, count in counts.not_text.items())
    if aside:
        console.print(f"文件里不是文本的东西 / not text, not in the ledger: {aside}")
    if flags:
        console.print(f"保持原样以免改动数值的行 / rows kept as they were to save their values: {'；'.join(flags)}")
    size, speed = done.bytes_in / 1e6, done.bytes_in / 1e6 / max(done.seconds, 1e-9)
    console.print(f"{size:.1f} MB，{done.seconds:.1f} 秒，{speed:.1f} MB/s", style="dim")
    console.print(f"发布 release  {done.release.folder}", soft_wrap=True)
    console.print(f"工作目录 work {done.work}  （含原文，只留本机 / private）", soft_wrap=True)
    personal(done.release.manifest["metrics"])
    verdicts(done.release.manifest["gates"])
    for note in done.notes:
        console.print(f"注意 / note: {note}", style="yellow", soft_wrap=True)


def personal(metrics: dict[str, Any]) -> None:
    """What became of personal information: replaced, left and counted, planted and read again."""
    replaced, low, planted = (
        sum(metrics["pii_replaced"].values()),
        metrics.get("pii.low_confidence"),
        metrics.get("pii.canaries"),
    )
    said = [f"替换 {replaced:,} 处 / replaced"] if replaced else []
    kept = sum((metrics.get("pii_kept") or {}).values())
    said += [f"按配方保留 {kept:,} 处 / kept as the recipe says"] if kept else []
    said += [f"复核还原 {metrics['pii.restored']:,} 处 / restored by review"] if metrics.get("pii.restored") else []
    said += [f"由人标出 {metrics['pii.marked']:,} 处 / marked by people"] if metrics.get("pii.marked") else []
    said += [f"没有把握的 {low:,} 处只计数，发布前须签字 / left for an officer to sign"] if low else []
    if planted:
        said.append(
            f"植入 {planted['planted']:,}，读不出 {planted['found']:,}，召回率 {planted['recall']:.2%} / canary recall"
        )
    if said:
        screen().print(f"个人信息 PII  {'；'.join(said)}", soft_wrap=True)


def verdicts(gates: list[dict[str, Any]]) -> None:
    """Every bound with what was measured."""
    for one in gates:
        mark, style = {True: ("✓", "green"), False: ("✗", "bold red"), None: ("…", "yellow")}[one["passed"]]
        screen().print(f"门限 gate {mark} {gate_said(one)}", style=style, soft_wrap=True)


def preflight(found: Any) -> None:
    """Predicted keep rates and warnings."""
    console = screen()
    none = found.sampled and found.quarantined == found.sampled
    said = (
        "配方合格，但一行也读不进 / the recipe is valid, but not one row can be read"
        if none
        else "配方无误 / recipe is valid"
    )
    style = "bold red" if none else "bold"
    console.print(f"{said} · 试跑 {found.sampled:,} 行（共约 {found.estimated:,} 行）", style=style)
    table = _table("规则 / rule", "保留率 / kept", "95 % 区间 / interval")
    for rule in found.rules:
        table.add_row(
            f"{step_label(rule.step)} · {reason_label(rule.reason)}", f"{rule.kept:.1%}", f"{rule.low:.1%} – {rule.high:.1%}"
        )
    console.print(table)
    for warning in found.warnings:
        console.print(f"⚠ {warning}", style="bold yellow", soft_wrap=True)


_ROLES = {
    "text": "文本", "part": "拼入文本", "id": "主键", "subject": "主体", "identity": "身份列，不发布", "column": "公开",
    "left out": "不取",
}  # fmt: skip


def started(start: Any, out: Any) -> None:
    """Sources and columns, and what they seem to hold (no values); where the recipe is."""
    from curation.look import left_out

    console = screen()
    title = f"{start.files} 个文件，看了 {start.rows:,} 条，行业像是{start.industry}"
    table = _table("来源 / source", "文件", "看了", "编码", "形状", title=title)
    for source in start.sources:
        table.add_row(source.label, f"{source.files:,}", f"{source.rows:,}", "、".join(source.encodings), source.shape)
    console.print(table)
    for source in start.sources:
        _columns_seen(source)
    for line in left_out.said(start.left_files, out.absolute().parent):
        console.print(f"⚠ {line}", style="bold yellow", soft_wrap=True, markup=False)
    console.print(f"配方 recipe  {out}", soft_wrap=True)
    console.print("接着可以 / next:")
    for command in ("check", "run"):
        console.print(f"  {_yuliao()} {command} {out}", style="cyan", soft_wrap=True)


def _columns_seen(source: Any) -> None:
    from curation.look.personal_columns import label

    table = _table("列 / column", "非空", "平均字数", "不同值", "像是", "用作", title=source.label)
    for one in source.columns:
        kind = label(one.kind) + ({"name": "·看列名", "content": "·看内容"}.get(one.by, ""))
        use = "、".join(_ROLES[role] for role in one.role.split("+"))
        table.add_row(one.name, f"{one.filled:.0%}", f"{one.length:g}", f"{one.distinct:.0%}", kind, use)
    screen().print(table)
