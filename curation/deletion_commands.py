"""Deletion requests on the command line: whom to forget, and which versions to purge once a newer one is without them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from corpora import tables
from corpora.commands import AsJson, InCatalog, open_catalog, print_json
from corpora.errors import UsageError
from corpora.names import check_corpus
from corpora.workspace import Workspace

app = typer.Typer(no_args_is_help=True, add_completion=False)

Dataset = Annotated[str, typer.Argument(metavar="NAME", help="数据集 / a dataset")]
Reason = Annotated[str, typer.Option("--reason", help="原因，如请求编号 / why, such as the number of the request")]


@app.command("forget")
def forget(
    name: Dataset,
    subject: Annotated[
        list[str] | None, typer.Option("--subject", help="主体（患者号、工单号），可多次 / a subject; repeatable")
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option("--key", help="主键的值（如病案号），可多次 / a value of the id column; repeatable")
    ] = None,
    id: Annotated[list[str] | None, typer.Option("--id", help="行编号，可多次 / a row's id; repeatable")] = None,
    reason: Reason = "",
    listed: Annotated[bool, typer.Option("--list", help="只列出已有请求 / list the requests")] = False,
    as_json: AsJson = False,
) -> None:
    """登记删除请求：以后的运行不再收这些行；只记加密的哈希。/ Register a deletion request: no run takes these rows in again."""
    from corpora.forgotten import Requests

    requests = Requests(Workspace(), check_corpus(name))
    ids = [*(id or ()), *(requests.ids_of(key) if key else ())]
    if not listed:
        new = requests.add(subjects=subject or (), ids=ids, reason=reason)
    entries = requests.entries()
    found = requests.rows(ids)
    if as_json:
        return print_json({"corpus": name, "requests": entries, "rows": found})
    if listed:
        rows = [
            ["主体" if one["kind"] == "subject" else "行", one["hash"][:12], one["reason"], one["by"], one["date"]]
            for one in entries
        ]
        return tables.show(["类", "哈希", "原因", "登记人", "时间"], rows)
    tables.say(f"新登记 / new: {new}，共 / in all {len(entries)}")
    for version, count in found.items():
        tables.say(f"{name}@{version} 里有 {count} 行 / rows of this version: {count}")
    if ids and not found:
        tables.say("本机的版本里没有这些行，请核对 / no version here has these rows: check them")
    if subject:
        tables.say("主体只以加密哈希登记，对上几行由下次运行报告 / the next run says how many rows a subject met")
    tables.say("接着 / next: 升版本号重新运行并发布，再清除旧版本 / run and publish a new version, then purge the old ones:")
    tables.say(f'yuliao purge {name} --before NEW_VERSION --reason "…"')


@app.command("purge")
def purge(
    name: Dataset,
    version: Annotated[
        list[str] | None, typer.Option("--version", help="要清除的版本，可多次 / a version; repeatable")
    ] = None,
    before: Annotated[
        str | None, typer.Option("--before", help="清除早于它的所有版本 / all versions older than this")
    ] = None,
    reason: Reason = "",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="不再询问 / do not ask")] = False,
    as_json: AsJson = False,
    catalog: InCatalog = None,
) -> None:
    """清除版本的数据和本机的全部副本，不可撤销；留下墓碑与审计。/ Remove versions and every copy here for good; tombstones stay."""
    from corpora.names import check_version
    from curation import purging

    store = open_catalog(catalog)
    wanted = purging.chosen(
        Workspace(),
        store,
        check_corpus(name),
        versions=[check_version(one) for one in version or ()],
        before=before and check_version(before),
    )
    if not yes:
        _ask(name, wanted, quiet=as_json)
    done = purging.purge(Workspace(), store, name, wanted, reason=reason)
    if as_json:
        return print_json({"corpus": name, "versions": wanted, **asdict(done)})
    tables.say(f"已清除 / purged: {name} {' '.join(wanted)}")
    tables.show(
        ["目录里的文件", "发布目录", "工作目录", "来源副本", "密封表", "运行记录", "复核队列", "审计", "标注批次", "拉取的副本", "缓存"],
        [[done.blobs, done.releases, done.work_folders, done.copies, done.vaults, done.jobs, done.queues, done.audits,
          done.batches, done.pulled, done.caches]],
    )  # fmt: skip
    for holder, count in done.held.items():
        given = "不再给出，但还在磁盘上" if holder.split()[0] == name else "仍能下载"
        tables.say(
            f"! {holder} 里还有 {count} 个同样的文件，{given}：删去它们再清除一次"
            " / these bytes still lie there: remove them there and purge again"
        )
    for folder in done.unknown:
        tables.say(
            f"! 工作区里的 {folder} 看不出由什么而来，请自己核对 / nobody can say what this was made of: look yourself"
        )
    if done.elsewhere:
        tables.say(
            f"这些 Label Studio 项目里还有文字，请在那里删去 / these projects still hold the text: {'、'.join(done.elsewhere)}"
        )


def _ask(name: str, versions: list[str], *, quiet: bool) -> None:
    import sys

    if quiet or not sys.stdin.isatty():
        raise UsageError(
            "清除不可撤销，须加 --yes / a purge cannot be undone: add --yes", hint=f"{name} {' '.join(versions)}"
        )
    tables.say(f"将永久删除 / will be removed for good: {name} {' '.join(versions)}")
    if typer.prompt("输入数据集名确认 / type the name of the dataset") != name:
        raise UsageError("名字不符，什么也没有删 / another name: nothing was removed")
