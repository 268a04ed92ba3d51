"""The audit log on the command line: `yuliao audit show`, `verify`, `move`, `export`."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Annotated, Any

import typer

from corpora import tables
from corpora.catalog import Catalog
from corpora.catalog.audit import Audit
from corpora.catalog.database import Database
from corpora.catalog.people import People
from corpora.catalog.people.terms import DEEDS
from corpora.catalog.people_options import As, DatabaseUrl, OfDataset, acting, open_store
from corpora.catalog.spool import Spool
from corpora.commands import AsJson, InCatalog, print_json
from corpora.errors import IntegrityError, SourceMissing, UsageError

app = typer.Typer(no_args_is_help=True, help="审计日志：谁、何时、做了什么 / the audit log: who did what, and when")

_SHOWN = ("format", "seq", "at", "who", "what", "corpus", "version", "prev", "hash")


@app.command("show")
def show(
    since: Annotated[str, typer.Option("--since", metavar="DATE", help="从这天起（UTC）/ from this day on (UTC)")] = "",
    who: Annotated[str | None, typer.Option("--who", help="谁 / who did it")] = None,
    dataset: OfDataset = None,
    what: Annotated[str | None, typer.Option("--what", help="什么事，如 download / what was done")] = None,
    n: Annotated[int, typer.Option("--n", "-n", min=1, help="最后多少条 / how many, from the end")] = 50,
    as_json: AsJson = False,
    catalog: InCatalog = None,
    database: DatabaseUrl = None,
) -> None:
    """列出日志的最后几条 / list the last entries that match."""
    if since and not re.match(r"\d{4}-\d\d-\d\d(T|$)", since):
        raise UsageError("--since 要写成 2026-03-01 / write --since as a date", hint="2026-03-01")
    found = list(open_store(catalog, database).audit.entries(since=since, who=who, corpus=dataset, what=what, limit=n))
    if as_json:
        return print_json({"entries": found})
    tables.show(["序号", "时间", "谁", "做了什么", "数据集", "版本", "其他"], [_line(one) for one in found])
    if not found:
        tables.say("没有记录 / no entries")


def _line(entry: dict[str, Any]) -> list[Any]:
    rest = "，".join(f"{key}={value}" for key, value in entry.items() if key not in _SHOWN)
    said = (entry["seq"], entry["at"], entry["who"], tables.label(DEEDS, entry["what"]))
    return [*said, entry.get("corpus"), entry.get("version"), rest]


@app.command("verify")
def verify(
    against: Annotated[
        Path | None, typer.Option("--against", metavar="EXPORT", help="早先导出的日志，须是现在的开头 / an earlier export")
    ] = None,
    as_json: AsJson = False,
    catalog: InCatalog = None,
    database: DatabaseUrl = None,
) -> None:
    """核验日志：改动、缺失、重复、换位的记录都会发现 / verify the chain; a changed, missing or moved entry is found."""
    store = open_store(catalog, database)
    audit, spool = store.audit, Spool(store.root)
    waiting, refused = spool.waiting(), spool.refused()
    broken, lost = audit.broken(), audit.lost()
    foreign = lost is not None and audit.foreign()
    differs = _compared(audit, against) if against else None
    last = next(iter(audit.entries(limit=1)), {}) if broken is None else {}
    unlogged = _unlogged(store) if broken is None else []
    said = {"entries": last.get("seq", 0), "last": last.get("hash", ""), "broken": broken, "differs": differs, "lost": lost,
            "foreign": foreign, "waiting": waiting, "refused": refused, "unlogged": unlogged}  # fmt: skip
    if as_json:
        print_json(said)
    _check(broken)
    if lost is not None:
        raise _lost(audit, lost, foreign=foreign)
    if differs is not None:
        raise IntegrityError(
            f"与导出不符：从第 {differs} 条起 / the log differs from the export from entry {differs} on",
            hint="日志被整个重写过；以导出为证 / the log was rewritten as a whole: the export is the evidence",
        )
    if unlogged:
        raise IntegrityError(
            f"目录里有 {len(unlogged)} 个，这个日志里没有：{'、'.join(unlogged[:5])}；日志被删去、重新开始，或是另一个"
            " / the catalog holds what this log knows nothing of: it was deleted and begun anew, or is another one",
            hint="从备份恢复数据库，或用 --database 指明 / restore the database from a backup, or name it with --database",
        )
    if waiting:
        typer.echo(
            f"另有 {waiting} 条还没进日志：数据库曾经用不了，服务恢复后补记 / {waiting} more wait in audit.spool for the server",
            err=True,
        )  # fmt: skip
    if refused:
        typer.echo(
            f"数据库不收的 {refused} 条在 audit.refused / {refused} that the database refused: audit.refused", err=True
        )
    if not as_json:
        tables.say(f"审计日志完好 / the log is whole: {said['entries']} 条 / entries {said['last'][:12]}")


def _lost(audit: Audit, line: int, *, foreign: bool) -> IntegrityError:
    """What the anchor knows and the log does not hold: said as what it most likely is, in no case passed over."""
    if foreign:
        return IntegrityError(
            "audit.anchor 属于另一个日志：用了别的数据库，或这个数据库是重新开始的"
            " / this anchor belongs to another log: another database is in use, or this one was begun anew",
            hint="先用回原来的库（去掉 YULIAO_DATABASE 或 --database）再核验；要换库用 yuliao audit move 地址，人员与日志一并搬去"
            " / go back to the database of before and verify; to change it: yuliao audit move URL",
        )
    if audit.broken() is None and audit.moved():
        return IntegrityError(
            "日志已从这个数据库搬到另一个 / the log was moved from this database to another one",
            hint="用新库核验 / verify it there: YULIAO_DATABASE 或/or --database",
        )
    return IntegrityError(
        f"日志不再有原来的第 {line} 条：被截短、删除或换成了别的 / the log was cut, deleted or swapped: entry {line} is gone",
        hint="先看 YULIAO_DATABASE 与 --database 是不是原来的库；再与早先的导出比对；确是从备份恢复的，才删去目录里的 audit.anchor"
        " / is it the database of before? compare it with an export; after restoring a backup on purpose, remove audit.anchor",
    )


def _unlogged(store: Catalog) -> list[str]:
    """Versions that the log does not know; datasets, where it is empty."""
    from corpora.catalog import logged, upkeep

    there = upkeep.sound(store.root, store.blobs, store.audit)
    if next(store.audit.lines(limit=1), None) is None:
        return [one.corpus for one in there]
    return logged.unlogged(store.audit, there)


def _check(broken: int | None) -> None:
    if broken is not None:
        raise IntegrityError(
            f"审计日志从第 {broken} 条起不可信 / the log cannot be trusted from entry {broken} on",
            hint="保全数据库，与早先的导出比对 / keep the database and compare it: yuliao audit verify --against EXPORT",
        )


def _compared(audit: Audit, export: Path) -> int | None:
    if not export.is_file():
        raise SourceMissing(f"没有这个文件：{export.name} / no such file", hint="yuliao audit export FILE")
    if not export.stat().st_size:
        raise UsageError(
            f"导出是空的，什么也证明不了：{export.name} / the export is empty", hint="换一个 / take another one"
        )
    with export.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        return audit.differs(lines)


@app.command("move")
def move(
    to: Annotated[
        str, typer.Argument(metavar="URL", help="空的数据库 / an empty one: postgresql://user:${PASSWORD}@host/db")
    ],
    as_: As = None,
    as_json: AsJson = False,
    catalog: InCatalog = None,
    database: DatabaseUrl = None,
) -> None:
    """把人员、令牌、授权和整个日志搬到另一个空数据库 / move people, tokens, grants and the log to another, empty database."""
    from corpora.catalog import moving

    store = open_store(catalog, database)
    by = acting(People(store.database), as_)
    found = moving.move(store.database, Database(to, folder=store.root), **by)
    if as_json:
        return print_json(found._asdict())
    tables.say(
        f"已搬完，链条核验无误：{found.entries} 条，{found.users} 个用户 / moved and verified: {found.entries} entries\n"
        "原来的库不再写入，请保管；今后设 YULIAO_DATABASE，并重启服务"
        " / keep the old one, it is closed; from now on set YULIAO_DATABASE and restart the server"
    )


@app.command("export")
def export(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="写到哪个文件，- 是标准输出 / where to; - is standard output")
    ],
    as_json: AsJson = False,
    catalog: InCatalog = None,
    database: DatabaseUrl = None,
) -> None:
    """把整个日志导出为 JSONL，存到别处，日后核对 / write the whole log as JSONL, to be kept elsewhere."""
    audit = open_store(catalog, database).audit
    if str(file) == "-":
        for line in audit.lines():
            typer.echo(line)
        return _check(audit.broken())
    lines = _written(audit, file)
    if as_json:
        print_json({"entries": lines, "file": str(file)})
    else:
        tables.say(f"已导出 {lines} 条 / {lines} entries written: {file.name}")
    _check(audit.broken())


def _written(audit: Audit, file: Path) -> int:
    """The log in a file that appears complete, by one rename, readable by its owner alone."""
    partial, count = file.with_name(f".{file.name}.{secrets.token_hex(6)}"), 0
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            for line in audit.lines():
                count += bool(out.write(line + "\n"))
            out.flush()
            os.fsync(out.fileno())
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    return count
