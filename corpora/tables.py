"""Printing for people: rich tables on a terminal, tab-separated lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer

from corpora.gates import final
from corpora.gates import said as gate_said
from corpora.release import Diff, Release
from corpora.vocabulary import METRICS, REASONS, STEPS, Term

KINDS = {"added": "新增", "removed": "移除", "edited": "修改", "moved": "换划分", "same": "不变"}


def say(text: str) -> None:
    typer.echo(text)


def size(count: int) -> str:
    """Bytes for people."""
    return f"{count / 1e6:.1f} MB" if count >= 100_000 else f"{count} B"


@contextmanager
def progress(text: str, *, total: int | None = None, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """A bar of bytes on standard error while something runs, at a terminal; gives the function that moves it on."""
    if quiet or not sys.stderr.isatty():
        yield lambda count: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(text, total=total)
        yield lambda count: bars.update(task, advance=count)


def show(head: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str = "") -> None:
    """A table: drawn on a terminal, plain otherwise (nothing at all when there are no rows)."""
    lines = [["" if cell is None else str(cell) for cell in row] for row in rows]
    if not lines:
        return
    if not sys.stdout.isatty():
        for line in [*([[f"# {title}"]] if title else []), list(head), *lines]:
            say("\t".join(line))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(*head, title=title or None)
    for line in lines:
        table.add_row(*(cell.replace("[", "\\[") for cell in line))
    Console().print(table)


def label(terms: dict[str, Term], key: str) -> str:
    return terms[key].label if key in terms else key


def show_release(release: Release, vouched: Sequence[dict[str, Any]] = ()) -> None:
    """What `yuliao show` prints."""
    said = release.manifest
    parent = f"v{said['parent']['version']}" if said["parent"] else "无 / none"
    facts = [("标题", said["title"]), *([("日期", said["date"])] if said["date"] else []), ("行数", said["rows"])]
    facts += [("上一版本", parent), ("哈希", release.hash)]
    show(["项", "值"], facts, title=release.name)
    show(["划分", "行数"], release.splits.items(), title="划分 / splits")
    show(["去向", "原因", "行数"], _ledger(said["ledger"]["total"]), title="账本 / ledger")
    sources = [(s["label"], s["licence"], s.get("obtained"), "是" if s.get("generated") else "否") for s in said["sources"]]
    show(["来源", "许可", "取得日期", "合成"], sources, title="来源 / sources")
    for config, columns in said["configs"].items():
        show(["列", "类型", "名称"], [(c["name"], c["type"], c["label"]) for c in columns], title=f"列 / columns: {config}")
    files = [(entry["path"], entry.get("rows", ""), size(entry["bytes"])) for entry in said["files"]]
    show(["文件", "行数", "大小"], files, title="文件 / files")
    verdicts = {True: "通过 / pass", False: "未过 / fail", None: "待定 / pending"}
    shown = [(gate_said(one), verdicts[one["passed"]]) for one in final(said.get("gates") or [], vouched)]
    show(["门限", "结论"], shown, title="门限 / gates")
    from corpora import roles  # it knows the people of the catalog

    lines = [(e["kind"], roles.said(e.get("role", "")), e.get("officer", ""), e["at"], _numbers(e)) for e in vouched]
    show(["鉴证", "角色", "姓名", "时间", "数字"], lines, title="鉴证 / attestations")
    for notice in said["notices"]:
        say(f"! {notice}")


def _numbers(entry: dict[str, Any]) -> str:
    numbers = {**(entry.get("counts") or {}), **(entry.get("metrics") or {})}
    return "，".join(f"{label(METRICS, key)} {value:g}" for key, value in numbers.items() if isinstance(value, (int, float)))


def _ledger(total: dict[str, Any]) -> list[tuple[str, str, int]]:
    dropped = [
        (f"剔除：{label(STEPS, step)}", label(REASONS, reason), rows)
        for step, reasons in total["dropped"].items()
        for reason, rows in reasons.items()
    ]
    names = {"read": "读入", "made": "新增", "consumed": "消耗", "quarantined": "隔离"}
    return [*((names[key], "", total[key]) for key in names), *dropped, ("保留", "", total["kept"])]


def show_diff(diff: Diff, rows: list[dict[str, Any]]) -> None:
    """What `yuliao diff` prints."""
    show(["变化", "行数"], [(KINDS[kind], count) for kind, count in diff.counts.items()], title=f"{diff.old} → {diff.new}")
    reasons = [
        (label(STEPS, step) if step else "来源中不再出现，或原因不在本机", label(REASONS, reason), count)
        for step, by_reason in diff.reasons.items()
        for reason, count in by_reason.items()
    ]
    show(["移除的步骤", "原因", "行数"], reasons)
    columns = [("+", name) for name in diff.columns_added] + [("-", name) for name in diff.columns_removed]
    show(["列", "名称"], columns)
    lines = [
        (KINDS[r["kind"]], r["id"], r["old_split"], r["new_split"], ",".join(r["leaves"]), label(REASONS, r["reason"] or ""))
        for r in rows
    ]
    show(["变化", "编号", "原划分", "新划分", "改动的列", "原因"], lines)
