"""The catalog's part of the command line: closing versions, settings, upkeep, and packs between sites."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from corpora import tables
from corpora.commands import AsJson, InCatalog, open_catalog, print_json
from corpora.errors import IntegrityError, UsageError
from corpora.names import check_corpus, did_you_mean, split_reference

app = typer.Typer(no_args_is_help=True, add_completion=False)

Version = Annotated[str, typer.Argument(metavar="NAME@VERSION", help="一个已发布的版本 / a published version")]
Dataset = Annotated[str, typer.Argument(metavar="NAME", help="数据集 / a dataset")]
Reason = Annotated[str, typer.Option("--reason", help="原因，会显示给下载者 / why; downloaders see it")]
Trust = Annotated[
    str | None, typer.Option("--trust", metavar="FINGERPRINT", help="信任这个签名者的指纹 / trust this signer")
]


def _named(reference: str, catalog: Path | None) -> tuple[Any, str, str]:
    """(catalog, dataset, version); the version has to be said: nothing is closed by default."""
    corpus, version = split_reference(reference)
    if version is None:
        raise UsageError("要写明版本 / name the version", hint=f"{corpus}@1.0.0")
    return open_catalog(catalog), corpus, version


def _repository(name: str, catalog: Path | None) -> Any:
    store = open_catalog(catalog)
    repository = store.repository(check_corpus(name))
    if not repository.exists:
        raise UsageError(f"目录里没有数据集 {name} / no dataset {name}", hint=did_you_mean(name, store.datasets()))
    return repository


@app.command("withdraw")
def withdraw(
    reference: Version,
    reason: Reason,
    undo: Annotated[bool, typer.Option("--undo", help="重新开放（同样记入审计）/ open it again; logged too")] = False,
    as_json: AsJson = False,
    catalog: InCatalog = None,
) -> None:
    """撤回一个版本：不再给出，下载者看到原因；内容与审计保留。/ Close a version: clients get 403 and the reason; nothing is deleted."""
    from corpora.catalog import closing
    from corpora.catalog.audit import user

    store, corpus, version = _named(reference, catalog)
    (closing.reopen if undo else closing.withdraw)(store.repository(corpus), version, reason=reason, by=user())
    if as_json:
        return print_json({"corpus": corpus, "version": version, "withdrawn": not undo})
    tables.say(f"{corpus}@{version} " + ("已重新开放 / open again" if undo else "已撤回 / withdrawn"))
    if not undo:
        tables.say(f'撤销：yuliao withdraw {corpus}@{version} --undo --reason "…"')


@app.command("settings")
def settings(
    name: Dataset,
    private: Annotated[
        bool | None, typer.Option("--private/--public", help="只给本组织，或公开 / members only, or open")
    ] = None,
    gated: Annotated[
        str | None, typer.Option("--gated", help="off | auto（写明用途即可）| manual（须审批）/ downloads need a grant")
    ] = None,
    as_json: AsJson = False,
    catalog: InCatalog = None,
) -> None:
    """看或改一个数据集对谁开放。默认只给本组织。/ Who may see a dataset: private until somebody opens it."""
    from corpora.catalog.audit import user

    repository = _repository(name, catalog)
    gates: dict[str, Any] = {"off": False, "auto": "auto", "manual": "manual"}
    if gated is not None and gated not in gates:
        raise UsageError(f"不认识的取值 {gated} / unknown value", hint="off | auto | manual")
    wanted = {} if private is None else {"private": private}
    wanted |= {} if gated is None else {"gated": gates[gated]}
    now = repository.set(by=user(), **wanted) if wanted else repository.settings
    verified = repository.resolve().verified if repository.refs.head else False
    if as_json:
        return print_json({"corpus": name, "private": now.private, "gated": now.gated, "verified": verified})
    tables.show(
        ["数据集", "可见", "下载", "核验"],
        [[name, "只给本组织" if now.private else "公开", {False: "不另审批", "auto": "写明用途", "manual": "须审批"}[now.gated],
          "已核验" if verified else "未经核验"]],
    )  # fmt: skip


@app.command("fsck")
def fsck(
    deep: Annotated[bool, typer.Option("--deep", help="逐字节重算哈希 / read every byte again")] = False,
    mend: Annotated[bool, typer.Option("--mend", help="清半成品，移开损坏的，做完清除 / mend what can be mended")] = False,
    as_json: AsJson = False,
    catalog: InCatalog = None,
) -> None:
    """检查目录是否完好；有问题时退出码为 1。/ Check the catalog; exit status 1 when something is wrong."""
    store = open_catalog(catalog)
    found = store.fsck(deep=deep, mend=mend)
    left = store.fsck(deep=deep) if mend and found else found
    if as_json:
        print_json({"findings": [one._asdict() for one in found], "left": len(left)})
    elif found:
        tables.show(["问题", "在哪", "说明"], found)
    if left:
        raise IntegrityError(
            f"目录有 {len(left)} 处问题 / {len(left)} finding(s) in the catalog",
            hint="从备份恢复缺失的内容，再发布一次同一版本 / restore what is missing from a backup" if mend
            else "yuliao fsck --mend 处理能处理的 / mends what can be mended",
        )  # fmt: skip
    if not as_json:
        tables.say(f"目录完好 / the catalog is whole: {len(store.datasets())} 个数据集 / datasets")


@app.command("gc")
def gc(
    older_than: Annotated[str, typer.Option("--older-than", help="多久没人用才删：12h 7d / unused for so long")] = "1d",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出，不删 / list only")] = False,
    as_json: AsJson = False,
    catalog: InCatalog = None,
) -> None:
    """删除没有任何提交引用的内容 / remove what no commit refers to."""
    from corpora.durations import seconds

    done = open_catalog(catalog).gc(older_than=seconds(older_than), dry_run=dry_run)
    if as_json:
        return print_json({**asdict(done), "dry_run": dry_run})
    verb = "会删除 / would remove" if dry_run else "已删除 / removed"
    tables.say(
        f"{verb}: {done.blobs} 个文件（{tables.size(done.bytes)}），{done.leftovers} 个半成品，{done.repositories} 个已删的数据集"
    )


@app.command("pack")
def pack(
    reference: Annotated[str, typer.Argument(metavar="NAME@VERSION", help="要带走的版本 / the version to carry")] = "",
    out: Annotated[Path | None, typer.Option("--out", help="包文件，默认 名称-版本.pack / the file to write")] = None,
    fingerprint: Annotated[
        bool, typer.Option("--fingerprint", help="只显示本目录的签名指纹 / show our fingerprint")
    ] = False,
    as_json: AsJson = False,
    catalog: InCatalog = None,
) -> None:
    """把一个版本写成一个签名的文件，带到没有网络相连的另一处 / write a version into one signed file for a site without a network."""
    from corpora.catalog.signing import Signer
    from corpora.hub import packing

    store = open_catalog(catalog)
    ours = Signer(store.root).fingerprint
    if fingerprint or not reference:
        return print_json({"fingerprint": ours}) if as_json else tables.say(ours)
    corpus, version = split_reference(reference)
    version = version or store.release(corpus).version
    file = out or Path(f"{corpus.split('/')[1]}-{version}.pack")
    with tables.progress("打包 / packing", quiet=as_json) as advance:
        head = packing.pack(store, corpus, version, file, progress=advance)
    if as_json:
        return print_json({"file": str(file), "fingerprint": ours, "release": head["release"], "bytes": file.stat().st_size})
    tables.say(f"{corpus}@{version} → {file} ({tables.size(file.stat().st_size)})")
    tables.say(f"对方运行 / the other site runs: yuliao unpack {file.name} --trust {ours}")


@app.command("unpack")
def unpack(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="语料包 / a pack")],
    trust: Trust = None,
    receipt: Annotated[
        Path | None, typer.Option("--receipt", help="回执写到哪，默认 包名.receipt / where the receipt goes")
    ] = None,
    as_json: AsJson = False,
    catalog: InCatalog = None,
) -> None:
    """核验一个包并收进目录，写出给对方的回执 / verify a pack, take it in, and write the receipt for the sender."""
    from corpora.catalog.audit import user
    from corpora.hub import packing, receipts

    packing.read_head(file)  # what is no pack is told first
    store, note = open_catalog(catalog), receipt or file.with_name(file.name.removesuffix(".pack") + ".receipt")
    kept = receipts.is_there(store, file, note)
    with tables.progress("核验并收入 / importing", total=file.stat().st_size, quiet=as_json) as advance:
        done = packing.unpack(store, file, trust=trust, by=user(), progress=advance)
    if not kept:
        receipts.write(note, done.receipt)
    if as_json:
        return print_json({**asdict(done.published), "signer": done.signer, "receipt": str(note)})
    tables.say(
        f"{done.published.corpus}@{done.published.version} "
        + ("已收入 / imported" if done.published.fresh else "早已收入 / was there already")
    )
    tables.say(f"回执 / receipt: {note}（送回对方 / send it back）")


@app.command("receipt")
def receipt(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="对方送回的回执 / the receipt that came back")],
    trust: Trust = None,
    as_json: AsJson = False,
    catalog: InCatalog = None,
) -> None:
    """核对回执并记入审计 / check a receipt and record it in the audit log."""
    from corpora.catalog.audit import user
    from corpora.hub import receipts

    taken = receipts.take(open_catalog(catalog), file, trust=trust, by=user())
    if as_json:
        return print_json(taken)
    tables.say(f"{taken['corpus']}@{taken['version']} 已由对方收入 / arrived: {taken['date']} {taken['by']}")
