"""The workspace: one private folder with the catalog, the work folders, the releases and the keys of the dataset lines.

`$YULIAO_HOME`, else the nearest `.yuliao` from here upwards, else `~/.yuliao`; made with mode 0700 on first use.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

from corpora.errors import FormatUnknown, IntegrityError, UsageError
from corpora.forms import FORMAT
from corpora.names import check_corpus, check_version

HOME_VARIABLE = "YULIAO_HOME"
FOLDER = ".yuliao"
KEY_BYTES = 32


def find_root(start: Path | None = None) -> Path:
    """Where the workspace is, or would be made."""
    if os.environ.get(HOME_VARIABLE):
        return Path(os.environ[HOME_VARIABLE]).expanduser().absolute()
    here = (start or Path.cwd()).absolute()
    near = (folder / FOLDER for folder in (here, *here.parents))
    return next((folder for folder in near if folder.is_dir()), Path.home() / FOLDER)


def private_folder(path: Path) -> Path:
    """`path`, made with mode 0700 if it is not there. A folder that somebody else made keeps its mode."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            f"工作区不可用：{error.strerror} / the workspace cannot be used: {error.strerror}",
            hint=f"检查目录权限，或用 {HOME_VARIABLE} 指定别处 / check permissions, or set {HOME_VARIABLE}",
        ) from error
    return path


def write_atomically(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Replaces `path` by `data` in one rename, on disk before it is visible."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Makes renames in a folder durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Workspace:
    """The folder and what lies where in it. Two processes may use it at once."""

    def __init__(self, root: str | Path | None = None) -> None:
        self.root = private_folder(Path(root).absolute() if root else find_root())

    @property
    def catalog(self) -> Path:
        return private_folder(self.root / "catalog")

    @property
    def work(self) -> Path:
        """As private as the raw data: rejected rows, quarantine, traces."""
        return private_folder(self.root / "work")

    @property
    def unpacked(self) -> Path:
        """Members of archives: raw data, as private as it."""
        return private_folder(self.root / "unpacked")

    @property
    def fetched(self) -> Path:
        """Rows of queries and files of Hubs: raw data, as private as it."""
        return private_folder(self.root / "fetched")

    @property
    def releases(self) -> Path:
        return private_folder(self.root / "releases")

    def drafts(self) -> list[Path]:
        """Folders of the releases that runs on this machine sealed, by dataset and version (published or not yet)."""
        folders = (self.root / "releases").glob("*/*/*") if (self.root / "releases").is_dir() else ()
        return sorted(
            folder for folder in folders if not folder.name.startswith(".") and (folder / "release.json").is_file()
        )

    def key(self, corpus: str) -> bytes:
        """The 32 secret bytes of a dataset line: made once, never changed; ids and hashes of rows hang on it."""
        namespace, name = check_corpus(corpus).split("/")
        path = private_folder(private_folder(self.root / "keys") / namespace) / f"{name}.key"
        if not path.exists():
            self._make_key(path)
        key = path.read_bytes()
        if len(key) != KEY_BYTES:
            raise IntegrityError(
                f"密钥文件损坏：{corpus} / the key of {corpus} is damaged",
                hint="从备份恢复密钥；换密钥会改变所有编号 / restore it from a backup: a new key would change every id",
            )
        return key

    @staticmethod
    def _make_key(path: Path) -> None:
        partial = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
        write_atomically(partial, secrets.token_bytes(KEY_BYTES))
        # a link fails where a rename would replace the key that another process has just made
        with contextlib.suppress(FileExistsError):
            os.link(partial, path)
        partial.unlink()
        sync_folder(path.parent)

    def record_run(self, *, release: str, corpus: str, version: str, work: str | Path) -> None:
        """Remembers which work folder a release came from (its rejected rows, quarantine and origins)."""
        entry = {"format": FORMAT, "corpus": corpus, "version": version, "release": release, "work": str(work)}
        folder = private_folder(self.root / "runs")
        write_atomically(folder / f"{release}.json", json.dumps(entry, ensure_ascii=False, sort_keys=True).encode())

    def runs(self) -> list[dict[str, Any]]:
        """All recorded runs, by corpus and version."""
        folder = self.root / "runs"
        entries = [self._read_run(path) for path in sorted(folder.glob("*.json"))] if folder.is_dir() else []
        return sorted(entries, key=lambda e: (e["corpus"], e["version"], e["release"]))

    @staticmethod
    def _read_run(path: Path) -> dict[str, Any]:
        entry: dict[str, Any] = json.loads(path.read_bytes())
        if entry.get("format") != FORMAT:
            raise FormatUnknown(f"不认识的运行登记 / unknown run entry: {path.name}", hint="请升级 / upgrade yuliao")
        return entry

    def find_work(self, *, release: str = "", corpus: str = "", version: str = "") -> Path | None:
        """The work folder of a release, by hash, or by corpus and version; None when this machine has none."""
        version = check_version(version) if version else ""
        for entry in self.runs():
            named = bool(corpus) and entry["corpus"] == corpus and entry["version"] == version
            if entry["release"] == release or (not release and named):
                return Path(entry["work"]) if Path(entry["work"]).is_dir() else None
        return None
