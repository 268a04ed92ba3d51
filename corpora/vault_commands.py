"""The vault's part of the command line: `yuliao vault open`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from corpora.commands import AsJson, Reference, find_release, open_catalog, print_json
from corpora.errors import IntegrityError, UsageError, YuliaoError
from corpora.release import Release
from corpora.workspace import Workspace

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.callback()
def _vault() -> None:
    """保管库：依法还原 / the sealed vault, for lawful re-identification."""


@app.command("open")
def open_vault(
    reference: Reference,
    key: Annotated[Path, typer.Option("--key", help="这个版本的密钥文件 / key file of this version's vault")],
    reason: Annotated[str, typer.Option("--reason", help="还原的依据，记入审计日志 / why; goes to the audit log")],
    id: Annotated[str | None, typer.Option("--id", help="只还原这一行 / only this row")] = None,  # noqa: A002
    as_json: AsJson = False,
) -> None:
    """还原一个发布里被替换的值，先记审计再显示 / show what was replaced: audited first, then shown."""
    entries = restored(reference, key, reason=reason, id=id)
    if as_json:
        return print_json({"entries": entries})
    from corpora import tables

    names = ("id", "leaf", "item", "start", "kind", "replacement", "original")
    tables.show(["编号", "列", "项", "起点", "种类", "发布文本", "原文"], [[one[name] for name in names] for one in entries])


def restored(reference: str, key: Path, *, reason: str, id: str | None = None) -> list[dict[str, Any]]:  # noqa: A002
    """The vault's entries for a release. Whether it opens or not, the audit log says so before anything is given out."""
    if not reason.strip():
        raise UsageError("要写还原的依据 / give a reason", hint='--reason "…"')
    release, workspace = find_release(reference), Workspace()
    audit = open_catalog(None).audit
    details = {
        "corpus": release.corpus,
        "version": release.version,
        "release": release.hash,
        "reason": reason,
        "id": id or "",
    }
    try:
        entries = _entries(release, workspace, key, id)
    except YuliaoError as refused:
        audit.append("vault_refused", **details, error=type(refused).__name__)
        raise
    audit.append("vault_open", **details, entries=len(entries))
    return entries


def _entries(release: Release, workspace: Workspace, key: Path, id: str | None) -> list[dict[str, Any]]:  # noqa: A002
    from corpora import vault

    opened = vault.Vault.open(vault.path_of(workspace, release.corpus, release.version), vault.read_key(key))
    if opened.header["tables"] != release.tables_hash:
        raise IntegrityError(
            "保管库属于另一次运行 / the vault belongs to another run of this version",
            hint="用产生它的那个发布 / use the release that it was made with",
        )
    entries = list(opened.entries(id))
    if id and not entries:
        raise UsageError(
            "保管库里没有这一行 / no such row in the vault", hint="编号见发布的 id 列 / ids are in the release's id column"
        )
    return entries
