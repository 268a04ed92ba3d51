"""Pulling a release over the Hub's protocol into a folder, every byte verified; no environment variable is needed."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path
from typing import Any

from corpora.catalog.paths import check_path
from corpora.catalog.repository import version_of
from corpora.errors import IntegrityError, UsageError
from corpora.hub.publishing import client, told
from corpora.names import check_corpus, did_you_mean, version_order
from corpora.release import Release, load, verify
from corpora.workspace import sync_folder


def pull(url: str, corpus: str, version: str | None, folder: Path) -> Release:
    """A version (the latest by default) from an endpoint, by one rename into a new or empty folder.

    Raises UsageError (unknown, closed to us, folder not empty), SourceMissing (endpoint), IntegrityError (does not verify;
    nothing stays then).
    """
    target = folder.absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(f"目录不是空的：{target.name} / the folder is not empty", hint="指定一个新目录 / name a new folder")
    api = client(url)
    partial = target.with_name(f".{target.name}.{secrets.token_hex(6)}")
    try:
        with told(url):
            _fetch(api, check_corpus(corpus), _tag(api, corpus, version), partial)
        _check(partial)
        if target.exists():
            target.rmdir()
        os.rename(partial, target)
        sync_folder(target.parent)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return load(target)


def _tag(api: Any, corpus: str, version: str | None) -> str:
    tags = [one.name for one in api.list_repo_refs(corpus, repo_type="dataset").tags]
    versions = sorted((name for name in map(version_of, tags) if name), key=version_order)
    wanted = version or (versions[-1] if versions else "")
    if wanted not in versions:
        raise UsageError(f"{corpus} 没有版本 {wanted} / no version {wanted}", hint=did_you_mean(f"v{wanted}", tags))
    return f"v{wanted}"


def _fetch(api: Any, corpus: str, tag: str, partial: Path) -> None:
    info = api.dataset_info(corpus, revision=tag)
    for sibling in info.siblings or ():
        api.hf_hub_download(
            corpus, check_path(sibling.rfilename), repo_type="dataset", revision=info.sha, local_dir=str(partial)
        )
    shutil.rmtree(partial / ".cache", ignore_errors=True)  # the client's own notes


def _check(partial: Path) -> None:
    (partial / ".gitattributes").unlink(missing_ok=True)
    if findings := verify(load(partial)):
        raise IntegrityError(
            f"拉取的内容未通过核验：{findings[0].path} / what arrived does not verify ({len(findings)})",
            hint="再拉取一次；仍不行请联系发布者 / pull again; else ask the publisher",
        )
