"""Datasets of a Hub-compatible endpoint, or of a catalog of ours on disk: their files in a private folder, pinned to a commit.

A revision is resolved once; from then on the workspace has the commit and its files, and needs no network. The token comes
from the environment (HF_TOKEN) alone. Every file is compared with the hash that the endpoint gives for it.
"""

from __future__ import annotations

import contextlib
import glob
import hashlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora.errors import FormatUnknown, IntegrityError, SourceMissing, UsageError, YuliaoError
from corpora.forms import FORMAT
from corpora.sources.hub_files import choose
from corpora.workspace import private_folder, write_atomically

REFERENCE = re.compile(r"([\w.\-]+(?:/[\w.\-]+)?)@([^\s@]+)")
CARD, PIN, DONE = "README.md", "pin.json", "files.json"


@dataclass(frozen=True)
class Dataset:
    """What a recipe names. endpoint: an address, or the folder of a catalog; config and split: None = the only one, all."""

    name: str
    revision: str
    endpoint: str
    config: str | None = None
    split: str | None = None

    @classmethod
    def parse(cls, reference: str, endpoint: str, config: str | None = None, split: str | None = None) -> Dataset:
        """From NAME@REVISION. Raises UsageError."""
        found = REFERENCE.fullmatch(reference)
        if found is None:
            raise UsageError(MISTAKE, hint="版本要写明 / the revision has to be named")
        return cls(found[1], found[2], endpoint, config, split)


MISTAKE = "写成 命名空间/名称@版本（标签或提交）/ write namespace/name@revision, a tag or a commit"


@dataclass(frozen=True)
class Fetched:
    """commit: 40 hex digits; files: (path in the dataset, path on disk), by name."""

    commit: str
    files: list[tuple[str, str]]


def fetch(wanted: Dataset, folder: Path) -> Fetched:
    """The dataset's data files below `folder`, fetched if they are not there yet.

    Raises SourceMissing (endpoint, dataset or revision not there), UsageError (config, split), IntegrityError (a hash).
    """
    place = private_folder(private_folder(folder) / _name(wanted.endpoint, wanted.name, wanted.revision))
    pinned = _load(place / PIN)
    choice = place / f"{_name(wanted.config or '', wanted.split or '')}.{DONE}"
    chosen = _load(choice)
    if pinned is None or chosen is None:
        client = _catalog if not wanted.endpoint.startswith(("http://", "https://")) else _download
        commit, names = client(wanted, place, (pinned or {}).get("commit"))
        _store(place / PIN, {"commit": commit})
        _store(choice, {"names": names})
        return Fetched(commit, _paths(place, commit, names))
    return Fetched(pinned["commit"], _paths(place, pinned["commit"], chosen["names"]))


def _name(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def _paths(place: Path, commit: str, names: list[str]) -> list[tuple[str, str]]:
    """Files with a fixed time: fetching them again does not look like a change."""
    found = [(name, str(place / commit / name)) for name in names]
    for _, path in found:
        if not os.path.isfile(path):
            raise SourceMissing(
                "取来的数据集文件不见了 / a fetched file is gone",
                hint=f"删掉工作区的 fetched/hub/{place.name} 再运行 / remove it, run again",
            )
        os.utime(path, ns=(0, 0))
    return found


def _load(path: Path) -> dict[str, Any] | None:
    if not path.is_file():
        return None
    data: dict[str, Any] = json.loads(path.read_bytes())
    if data.get("format") != FORMAT:
        raise FormatUnknown(f"不认识的登记 / unknown entry: {path.name}", hint="请升级 / upgrade yuliao")
    return data


def _store(path: Path, data: dict[str, Any]) -> None:
    write_atomically(path, json.dumps({"format": FORMAT, **data}, ensure_ascii=False, sort_keys=True).encode())


def _catalog(wanted: Dataset, place: Path, pinned: str | None) -> tuple[str, list[str]]:
    """From a catalog on disk: `yuliao pull` into the folder, every byte verified, in its audit log."""
    from corpora.catalog import Catalog

    root = Path(wanted.endpoint)
    if not (root / "datasets").is_dir():
        raise SourceMissing(
            f"没有写 endpoint，工作区目录里也没有 {wanted.name} / no `endpoint`, and no such dataset in the catalog: {wanted.name}",
            hint="写 endpoint: 网址，或设置 HF_ENDPOINT / write `endpoint:`, or set HF_ENDPOINT; nothing is downloaded without it",
        )
    catalog = Catalog(root)
    commit = pinned or catalog.commit_of(wanted.name, wanted.revision)
    catalog.pull(wanted.name, wanted.revision, place / commit)
    return commit, _chosen(wanted, place / commit, _listed(place / commit))


def _listed(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]


def _chosen(wanted: Dataset, folder: Path, names: list[str]) -> list[str]:
    card = folder / CARD
    text = card.read_text("utf-8", "replace") if card.is_file() else ""
    return choose(names, text, wanted.config, wanted.split)


def _download(wanted: Dataset, place: Path, pinned: str | None) -> tuple[str, list[str]]:
    """From an endpoint, through huggingface_hub; neither its cache nor its stored token is used."""
    import huggingface_hub as hub

    token: str | bool = os.environ.get("HF_TOKEN") or False
    api = hub.HfApi(endpoint=wanted.endpoint.rstrip("/"), token=token)
    info = _asked(wanted, lambda: api.dataset_info(wanted.name, revision=pinned or wanted.revision, files_metadata=True))
    listed = {one.rfilename: one for one in info.siblings or ()}
    target = private_folder(place / str(info.sha))

    def get(names: list[str]) -> None:
        told = {"allow_patterns": [glob.escape(name) for name in names], "local_dir": target, "revision": info.sha}
        _asked(wanted, lambda: api.snapshot_download(wanted.name, repo_type="dataset", **told))
        for name in names:
            _verify(target / name, listed[name])

    with _without_progress_bars():
        if CARD in listed:
            get([CARD])
        chosen = _chosen(wanted, target, list(listed))
        get(chosen)
    shutil.rmtree(target / ".cache", ignore_errors=True)
    return str(info.sha), chosen


@contextlib.contextmanager
def _without_progress_bars() -> Iterator[None]:
    """The client would draw its own between ours."""
    from huggingface_hub.utils.tqdm import are_progress_bars_disabled, disable_progress_bars, enable_progress_bars

    if are_progress_bars_disabled():
        yield
        return
    disable_progress_bars()
    try:
        yield
    finally:
        enable_progress_bars()


def _verify(path: Path, said: Any) -> None:
    """Compares a file with the sha256 (large files) or the git blob hash that the endpoint gives; with neither, its size."""
    lfs = getattr(said, "lfs", None)
    digest = hashlib.sha256() if lfs else hashlib.sha1(b"blob %d\0" % path.stat().st_size, usedforsecurity=False)
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    wanted = lfs.sha256 if lfs else said.blob_id
    if (wanted and digest.hexdigest() != wanted) or (said.size is not None and said.size != path.stat().st_size):
        path.unlink()
        raise IntegrityError(
            "取来的文件与数据源给出的哈希不符 / a fetched file does not have the hash that the endpoint gives",
            hint="再运行一次；还不行就联系数据源 / run again, else ask those who run the endpoint",
        )


def _asked(wanted: Dataset, call: Callable[[], Any]) -> Any:
    """The call's answer. Whatever the client raises (its HTTP library changes by version) becomes one of ours."""
    failed: YuliaoError
    try:
        return call()
    except YuliaoError:
        raise
    except Exception as error:
        failed = _told(wanted, error)
    raise failed


def _told(wanted: Dataset, error: Exception) -> YuliaoError:
    kind = type(error).__name__
    name = f"{wanted.name}@{wanted.revision}"
    if kind == "OfflineModeIsEnabled":
        said = "处于离线模式，不能下载 / offline mode: nothing is downloaded"
        return SourceMissing(f"{said}: {name}", hint="去掉 HF_HUB_OFFLINE，或在联网的机器上取 / unset HF_HUB_OFFLINE")
    if kind == "GatedRepoError" or getattr(getattr(error, "response", None), "status_code", 0) == 403:
        return SourceMissing(
            f"没有权限 / access refused: {name}", hint="申请权限，设置 HF_TOKEN / ask for access, set HF_TOKEN"
        )
    if kind in ("RepositoryNotFoundError", "RevisionNotFoundError"):
        what = "数据集 / dataset" if kind.startswith("Repo") else "版本 / revision"
        hint = "检查名称与版本；私有数据集要设置 HF_TOKEN / check the name; a private dataset needs HF_TOKEN"
        return SourceMissing(f"数据源上没有这个{what} not found: {name}", hint=hint)
    status = getattr(getattr(error, "response", None), "status_code", None)
    return SourceMissing(
        f"取不到数据集 / cannot fetch the dataset: {name}（{kind}{f' {status}' if status else ''}）",
        hint="检查 endpoint 与网络 / check `endpoint` and the network",
    )
