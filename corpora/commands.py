"""The corpora room's part of the command line: releases and the catalog."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from corpora import attestations, gates, publisher, tables
from corpora.catalog import Catalog, closed, closing
from corpora.errors import IntegrityError, SourceMissing, UsageError
from corpora.exports import write_file
from corpora.landing import Advance, no_bar
from corpora.names import split_reference
from corpora.release import Release, load
from corpora.release import diff as diff_releases
from corpora.release import verify as verify_release
from corpora.release.manifest import MANIFEST
from corpora.workspace import Workspace

app = typer.Typer(no_args_is_help=True, add_completion=False)

Reference = Annotated[str, typer.Argument(metavar="NAME@VERSION", help="发布，或发布目录的路径 / a release, or its folder")]
AsJson = Annotated[bool, typer.Option("--json", help="只输出一个 JSON 对象 / one JSON object, nothing else")]
InCatalog = Annotated[Path | None, typer.Option("--catalog", help="目录的位置，默认在工作区 / default: the workspace's")]


def open_catalog(path: Path | None) -> Catalog:
    """The catalog at `path`, by default the workspace's own."""
    return Catalog(path or Workspace().catalog)


def find_release(reference: str, catalog: Path | None = None) -> Release:
    """The release that `NAME@VERSION` (with or without v; latest without a version) or a folder's path means.

    Raises UsageError for an unknown name or version, with what was probably meant.
    """
    folder = Path(reference)
    if (folder / MANIFEST).is_file():
        return load(folder)
    if folder.is_absolute() or reference.startswith((".", "~")) or (folder.is_dir() and reference.count("/") != 1):
        raise SourceMissing(
            f"这里没有发布：{folder.name} / no release in {folder.name}",
            hint="发布目录里应有 release.json / a release folder has a release.json",
        )
    corpus, version = split_reference(reference)
    store = open_catalog(catalog)
    if catalog is None and version and version not in store.versions(corpus):
        draft = next((one for one in Workspace().drafts() if one.parts[-3:] == (*corpus.split("/"), version)), None)
        if draft is not None:
            return load(draft)
    return store.release(corpus, version)


def open_release(reference: str, catalog: Path | None = None) -> Release:
    """As `find_release`, for whoever is then given its rows. Raises VersionClosed for a version that the catalog withdrew or
    purged, also where a copy of it lies in a folder: it is opened again by `yuliao withdraw --undo`, which is logged.
    """
    release = find_release(reference, catalog)
    store = open_catalog(catalog)
    closed.check_release(store.repository(release.corpus), release.version, release.hashes)
    return release


def print_json(value: Any) -> None:
    """One JSON object on standard output."""
    typer.echo(json.dumps(value, ensure_ascii=False, sort_keys=True))


_STATES = {"published": "已发布", "withdrawn": "已撤回", "purged": "已清除", "draft": "草稿"}


@app.command("releases")
def releases(as_json: AsJson = False, catalog: InCatalog = None) -> None:
    """列出已发布的版本和本机的草稿 / list published versions, and drafts of this machine."""
    store = open_catalog(catalog)
    found = [
        (store.release(name, version), closing.state(store.repository(name), version))
        for name in store.datasets() for version in store.versions(name)
    ]  # fmt: skip
    published = {one.hash for one, _ in found}
    drafts = [load(folder) for folder in Workspace().drafts()] if catalog is None else []
    found += [(one, "draft") for one in drafts if one.hash not in published]
    entries = [
        {"corpus": one.corpus, "version": one.version, "rows": one.manifest["rows"], "date": one.manifest["date"],
         "release": one.hash, "published": state != "draft", "state": state}
        for one, state in found
    ]  # fmt: skip
    if as_json:
        return print_json({"releases": entries})
    lines = [
        [e["corpus"], e["version"], _STATES[str(e["state"])], e["rows"], str(e["release"])[:12], e["date"]] for e in entries
    ]
    tables.show(["数据集", "版本", "状态", "行数", "哈希", "日期"], lines)
    if not entries:
        tables.say("还没有发布；先运行 yuliao run 再 yuliao publish / nothing here yet: run, then publish")


@app.command("show")
def show(reference: Reference, as_json: AsJson = False, catalog: InCatalog = None) -> None:
    """显示一个发布：划分、账本、来源、列 / show a release."""
    release = find_release(reference, catalog)
    vouched = attestations.of(release, Workspace(), open_catalog(catalog))
    shut = closed.of_release(open_catalog(catalog).repository(release.corpus), release.version, release.hashes)
    if as_json:
        said = {"closed": shut} if shut else {}
        return print_json({**release.manifest, "release": release.hash, "attestations": vouched, **said})
    tables.show_release(release, vouched)
    if shut and shut["kind"] == "withdrawn":
        tables.say(f"! {closed.told({f'v{release.version}': shut})}；不再给出 / withdrawn: it is not given out")
    if _is_purged(reference, catalog):
        _tombstone(reference, as_json, catalog)


@app.command("verify")
def verify(reference: Reference, as_json: AsJson = False, catalog: InCatalog = None) -> None:
    """核验每个哈希、账本、列、行数和编号 / verify hashes, ledger, schema, rows and ids."""
    if _is_purged(reference, catalog):
        return _tombstone(reference, as_json, catalog)
    release = find_release(reference, catalog)
    findings = verify_release(release)
    if not findings and release.folder is None:
        _now_verified(release, catalog)
    if as_json:
        print_json({"name": release.name, "release": release.hash, "findings": [f._asdict() for f in findings]})
    elif findings:
        tables.show(["问题", "文件", "说明"], findings)
    if findings:
        raise IntegrityError(
            f"核验未通过：{len(findings)} 处 / {len(findings)} finding(s)",
            hint="重新拉取，或从备份恢复 / pull it again, or restore it from a backup",
        )
    if not as_json:
        rows = release.manifest["rows"]
        tables.say(f"{release.name} 完好 / verified: {len(release.hashes)} files, {rows} rows, {release.hash}")


def _is_purged(reference: str, catalog: Path | None) -> bool:
    from corpora.catalog.repository import version_of

    if Path(reference).exists() or "@" not in reference:
        return False
    corpus, version = split_reference(reference)
    tags = open_catalog(catalog).refs(corpus).read()["tags"]
    return any(version_of(tag) == version and "purged" in entry for tag, entry in tags.items())


def _tombstone(reference: str, as_json: bool, catalog: Path | None) -> None:
    """A purged version verifies as a tombstone: its manifest and hashes are whole, and none of its rows is left."""
    store = open_catalog(catalog)
    corpus, version = split_reference(reference)
    repository = store.repository(corpus)
    found = repository.resolve(f"v{version}")
    files = repository.commits.get(found.commit)["files"]
    left = [path for path, one in files.items() if store.blobs.has(one["sha256"]) and store.blobs.purged(one["sha256"])]
    stone = dict(found.purged or {})
    if left:
        raise IntegrityError(f"清除未完成：{len(left)} 个文件 / its purge is not finished", hint="yuliao fsck --mend")
    if as_json:
        return print_json({"name": f"{corpus}@{version}", "purged": stone, "findings": []})
    tables.say(f"{corpus}@{version} 已清除，墓碑完好 / purged, its tombstone verifies: {stone['reason']} {stone['date']}")


def _now_verified(release: Release, catalog: Path | None) -> None:
    """A release that was pushed over the protocol, verifies here and passes its gates is no longer 未经核验."""
    from corpora.catalog.audit import user

    store = open_catalog(catalog)
    repository = store.repository(release.corpus)
    if not repository.exists or release.version not in store.versions(release.corpus):
        return
    found = repository.resolve(f"v{release.version}")
    same = repository.commits.get(found.commit)["files"].get(MANIFEST, {}).get("sha256") == release.hashes[MANIFEST]
    if same and not found.verified:
        gates.check(release.manifest, store.attestations(release.corpus, release.version, release=release.hash))
        repository.mark_verified(found.commit, release.hash, by=user())


def _comparable(reference: str, catalog: Path | None) -> Release:
    """A release whose rows are there: a diff tells ids and names of columns, which a withdrawn version keeps to nobody."""
    release = find_release(reference, catalog)
    repository = open_catalog(catalog).repository(release.corpus)
    if (shut := closed.of_release(repository, release.version, release.hashes)) and shut["kind"] == "purged":
        raise closed.refusal(release.corpus, {f"v{release.version}": shut})
    return release


@app.command("diff")
def diff(
    old: Reference,
    new: Reference,
    n: Annotated[int, typer.Option("--n", min=0, help="列出多少行 / how many changed rows to list")] = 20,
    as_json: AsJson = False,
    catalog: InCatalog = None,
) -> None:
    """比较两个版本：新增、移除、修改的行和原因 / rows added, removed, edited, and why."""
    before, after = (_comparable(one, catalog) for one in (old, new))
    work = Workspace().find_work(release=after.hash)
    found = diff_releases(before, after, rejected=work / "rejected" if work else None)
    rows = [change._asdict() for change in found.changes(limit=n)] if n else []
    if as_json:
        return print_json({**found.to_dict(), "changes": rows})
    tables.show_diff(found, rows)


@app.command("publish")
def publish(
    reference: Reference,
    to: Annotated[
        str | None,
        typer.Option("--to", help="目录的位置，或服务的网址；默认工作区的目录 / a catalog's folder, or a server's URL"),
    ] = None,
    message: Annotated[str, typer.Option("--message", "-m", help="说明 / what is new")] = "",
    as_: Annotated[
        str | None, typer.Option("--as", metavar="NAME", help="以哪个用户的名义，默认系统用户 / who does it")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """把发布放进目录：已有的内容不重复存 / put a release into the catalog; only new blobs are stored."""
    if to:
        publisher.check_place(to)
    release = find_release(reference)
    ours = open_catalog(None).repository(release.corpus)  # what it closed goes nowhere else either
    closed.check_number(ours, release.version)
    closed.check_release(ours, release.version, release.hashes)
    vouched = attestations.of(release, Workspace())
    if to and to.startswith(("http://", "https://")):
        return _push(release, to, message, vouched, as_json)
    store = open_catalog(Path(to) if to else None)
    done = store.publish(release, message=message, attestations=vouched, by=publisher.named(store, as_, release.corpus))
    if as_json:
        return print_json(asdict(done))
    verb = "已发布 / published" if done.fresh else "已在目录里 / was there already"
    tables.say(f"{done.corpus}@{done.version} {verb}")
    tables.say(f"新增 / new {done.new_blobs} ({tables.size(done.new_bytes)})，共用 / shared {done.shared_blobs}")


def _push(release: Release, url: str, message: str, vouched: list[dict[str, Any]], as_json: bool) -> None:
    from corpora.hub.publishing import publish as push

    done = push(release, url, message=message, attestations=vouched)
    if as_json:
        return print_json(asdict(done))
    verb = "已发布 / published" if done.fresh else "已在目录里 / was there already"
    tables.say(f"{done.corpus}@{done.version} {verb}: {done.url}")


@app.command("pull")
def pull(
    reference: Reference,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="新目录 / a new folder")],
    source: Annotated[
        str | None, typer.Option("--from", help="服务的网址，默认本机目录；令牌用 YULIAO_TOKEN / a server's URL")
    ] = None,
    as_json: AsJson = False,
    catalog: InCatalog = None,
) -> None:
    """把一个发布完整拷到目录，逐字节核验 / copy a release into a folder, every byte verified."""
    bar = no_bar if as_json else _pulling
    if source:
        from corpora.hub.pulling import pull as fetch

        release = fetch(source, *split_reference(reference), folder, bar=bar, say=lambda said: typer.echo(said, err=True))
    else:
        release = open_catalog(catalog).pull(*split_reference(reference), folder, bar=bar)
    if as_json:
        return print_json({"name": release.name, "release": release.hash, "folder": str(release.folder)})
    tables.say(f'{release.name} → {folder}\nload_dataset("{folder}")')


@contextmanager
def _pulling(total: int, there: int) -> Iterator[Advance]:
    if there:
        typer.echo(
            f"上次已有 {tables.size(there)}（共 {tables.size(total)}），接着拉取 / {tables.size(there)} were there already",
            err=True,
        )
    with tables.progress("拉取 / pulling", total=total) as advance:
        advance(there)
        yield advance


@app.command("export")
def export(
    reference: Reference,
    form: Annotated[str, typer.Option("--format", help="jsonl | csv | xlsx | messages | sharegpt | alpaca")],
    out: Annotated[Path | None, typer.Option("--out", help="文件，默认标准输出 / default: standard output")] = None,
    split: Annotated[str | None, typer.Option("--split", help="只要一个划分 / one split only")] = None,
    as_json: AsJson = False,
    catalog: InCatalog = None,
) -> None:
    """导出为表格或训练格式；会被当作公式的单元格已处理 / export; formula-like cells are made safe."""
    from corpora.exports import export as write

    release = open_release(reference, catalog)
    if out is None:
        if form == "xlsx" or as_json:
            raise UsageError("请用 --out 指定文件 / --out is needed here", hint="yuliao export … --out FILE")
        write(release, form, sys.stdout.buffer, split=split)
        return
    done = write_file(release, form, out, split=split)
    if as_json:
        return print_json({"name": release.name, "out": str(out), **asdict(done)})
    tables.say(f"{done.rows} 行 / rows → {out}")
    if done.skipped:
        tables.say(f"{done.skipped} 行无法用此格式表达，未写出 / rows cannot be said in this format")
    if done.fragile:
        tables.say(
            f"{done.fragile} 个单元格（如 0098123、18 位号码）用 Excel 打开会变样，文件里是完整的；给 Excel 用请导出 xlsx"
            " / cells are whole in the file but change when Excel opens it: export xlsx for Excel"
        )
    if done.truncated:
        tables.say(f"{done.truncated} 个单元格超长被截断，全文请导出 jsonl / cells were cut: export jsonl for all")
