"""What `yuliao clean` says: the work folders, what would go, and what that costs."""

from __future__ import annotations

import sys
import time
from typing import Any

import typer

from corpora import tables
from corpora.durations import DAY
from corpora.errors import UsageError
from curation.run.leftovers import KINDS, Leftover


def listed(found: list[Leftover], going: list[Leftover]) -> None:
    """Every work folder, marked where it goes."""
    now = time.time()
    rows = [
        (one.corpus, one.folder.name, KINDS[one.kind], f"{(now - one.used) / DAY:.1f}", tables.size(one.size),
         "删除 remove" if one in going else "保留 keep")
        for one in found
    ]  # fmt: skip
    tables.show(["数据集", "工作目录", "状态", "几天没用 / days", "大小", "去留"], rows)
    if not found:
        tables.say("没有工作目录 / there are no work folders")
    elif not going:
        tables.say("没有要删的；--older-than 1d 或 --all 放宽 / nothing to remove; widen with --older-than 1d or --all")
    else:
        tables.say(f"可腾出 {_size(going)} / would be freed（{len(going)} 个 / folders）")


def ask(going: list[Leftover], *, quiet: bool) -> None:
    """Asks on a terminal. Raises UsageError where nobody can answer, and ends the command on a no."""
    if quiet or not sys.stdin.isatty():
        raise UsageError(
            f"要删除 {len(going)} 个工作目录，需要确认 / {len(going)} folder(s) would be removed: this needs a yes",
            hint="加 --yes 删除，或 --dry-run 只看 / add --yes to remove them, or --dry-run to look",
        )
    tables.say("删后这些运行不能再 peek、explain，重跑要从头来；发布不受影响")
    tables.say("peek and explain will not work for these runs, and running again starts from the beginning; releases stay")
    typer.confirm("删除 / remove?", abort=True)


def freed(removed: list[Leftover]) -> None:
    tables.say(f"已删 {len(removed)} 个，腾出 {_size(removed)} / removed and freed")


def fetched(count: int, size: int, *, dry_run: bool) -> None:
    """Rows of queries and files of Hubs that no run needs any more."""
    done = "可删 / can go" if dry_run else "已删 / removed"
    tables.say(f"取来的数据（查询、Hub），没有运行再用：{count} 份，{tables.size(size)}，{done} / fetched data no run uses")


def to_dict(found: list[Leftover], gone: list[Leftover], *, dry_run: bool) -> dict[str, Any]:
    """The JSON contract of `yuliao clean --json`: `removed` are those that would be, in a dry run."""
    folders = [
        {"corpus": one.corpus, "folder": str(one.folder), "kind": one.kind, "bytes": one.size, "removed": one in gone}
        for one in found
    ]
    return {"dry_run": dry_run, "bytes": sum(one.size for one in gone), "folders": folders}


def _size(these: list[Leftover]) -> str:
    return tables.size(sum(one.size for one in these))
