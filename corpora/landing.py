"""A landing: where a release that is pulled lies until it is whole. It outlives the process, so that the next pull goes on.

Beside the target, in `.<name>.part`: `files/` holds what is whole, each file hashed before it got its name there; `halves/` what is
under way, named by the hash that it has to have. When everything is there, `files/` becomes the target by one rename.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from corpora import disk
from corpora.errors import IntegrityError, UsageError
from corpora.forms import FORMAT
from corpora.release import Release, load
from corpora.workspace import sync_folder, write_atomically

_BLOCK = 1 << 20


class Advance(Protocol):
    """Called with the bytes that have just come; negative when some have to come again."""

    def __call__(self, count: int, /) -> object: ...


class Bar(Protocol):
    """Shows how far it is: begun with all bytes and those that are there already."""

    def __call__(self, total: int, there: int, /) -> AbstractContextManager[Advance]: ...


def no_bar(total: int, there: int) -> AbstractContextManager[Advance]:
    return contextlib.nullcontext(lambda count: None)


@dataclass(frozen=True)
class Wanted:
    """A file to come: its size in bytes and its sha256, or its name as a git blob (SHA-1) where a Hub tells no other."""

    size: int
    sha256: str = ""
    git: str = ""

    @property
    def name(self) -> str:
        return self.sha256 or self.git

    def digest(self) -> Any:
        return hashlib.sha256() if self.sha256 else hashlib.sha1(b"blob %d\0" % self.size, usedforsecurity=False)

    def is_whole(self, file: Path) -> bool:
        """Whether a file holds exactly this; every byte is read."""
        if file.is_symlink() or not file.is_file() or file.stat().st_size != self.size:
            return False
        digest = self.digest()
        with file.open("rb") as data:
            while block := data.read(_BLOCK):
                digest.update(block)
        return bool(digest.hexdigest() == self.name)


def check_target(target: Path) -> None:
    """Raises UsageError for what no release can be pulled into: a file, or a folder with other things in it."""
    if target.exists() and not target.is_dir():
        raise UsageError(
            f"{target.name} 不是目录 / {target.name} is not a folder", hint="指定一个新目录 / name a new folder"
        )
    with _writing(target):
        taken = target.is_dir() and any(target.iterdir()) and not (target / "release.json").is_file()
    if taken:
        raise _taken(target)


def landed(target: Path, wanted: Mapping[str, Wanted]) -> Release | None:
    """The release in a folder when it is exactly this one; None where the folder is new or empty. Raises UsageError otherwise."""
    check_target(target)
    if not target.is_dir() or not any(target.iterdir()):
        return None
    found = {path.relative_to(target).as_posix() for path in target.rglob("*") if not path.is_dir()}
    if found == set(wanted) and all(one.is_whole(target / path) for path, one in wanted.items()):
        return load(target)
    raise _taken(target)


def _taken(target: Path) -> UsageError:
    return UsageError(
        f"目录不是空的：{target.name} / the folder is not empty: {target.name}", hint="指定一个新目录 / name a new folder"
    )


class Half:
    """A file under way. etag: what the server called it when its first byte came."""

    def __init__(self, landing: Landing, path: str, wanted: Wanted) -> None:
        self._landing, self._path, self.wanted = landing, path, wanted
        self._part, self._note = landing.halves / wanted.name, landing.halves / f"{wanted.name}.etag"
        self.etag = self._note.read_text("utf-8") if self._note.is_file() else ""
        self._file: IO[bytes] = self._part.open("a+b", buffering=0)
        self.size, self._digest = 0, wanted.digest()
        self._file.seek(0)
        while block := self._file.read(_BLOCK):
            self._digest.update(block)
            self.size += len(block)
        self.resumed = self.size > 0

    def restart(self, etag: str = "") -> int:
        """Begins anew; returns how many bytes went."""
        with _writing(self._landing.target):
            self._file.truncate(0)
            self._note.write_text(etag, "utf-8")
        gone, self.size, self.etag, self.resumed, self._digest = self.size, 0, etag, False, self.wanted.digest()
        return gone

    def write(self, data: bytes) -> None:
        with _writing(self._landing.target):
            rest = memoryview(data)
            while rest:
                rest = rest[self._file.write(rest) :]
        self._digest.update(data)
        self.size += len(data)

    def finish(self) -> bool:
        """Gives the file its name among the whole ones, on disk; False, and nothing is left of it, when it is not the wanted one."""
        whole = self.size == self.wanted.size and self._digest.hexdigest() == self.wanted.name
        with _writing(self._landing.target):
            if whole:
                os.fsync(self._file.fileno())
                place = self._landing.files / self._path
                place.parent.mkdir(parents=True, exist_ok=True)
                self._part.chmod(0o444)
                os.replace(self._part, place)
                self._note.unlink(missing_ok=True)
                sync_folder(place.parent)
            else:
                self.restart()
        return whole

    def close(self) -> None:
        self._file.close()


class Landing:
    """The folder where a pull into `target` grows; made by `landing`, which holds it against other processes."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.folder = target.with_name(f".{target.name}.part")
        self.files, self.halves, self._note = self.folder / "files", self.folder / "halves", self.folder / "pull.json"
        self.wanted: dict[str, Wanted] = {}

    def begin(self, wanted: Mapping[str, Wanted], source: Mapping[str, str]) -> bool:
        """What is to come, and where it comes from. What is not among it goes; False when the source is not that of the last time."""
        self.wanted, told = dict(wanted), {"format": FORMAT, **source}
        with _writing(self.target):
            before = json.loads(self._note.read_bytes()) if self._note.is_file() else told
            for folder in (self.files, self.halves):
                folder.mkdir(exist_ok=True)
            for path in [one for one in self.files.rglob("*") if not one.is_dir() or one.is_symlink()]:
                one = wanted.get(path.relative_to(self.files).as_posix())
                if one is None or not one.is_whole(path):
                    path.unlink()
            names = {one.name for one in wanted.values()}
            for path in self.halves.iterdir():
                if path.name.removesuffix(".etag") not in names:
                    path.unlink()
            write_atomically(self._note, json.dumps(told).encode())
        return bool(before == told)

    def missing(self) -> list[str]:
        return [path for path in self.wanted if not (self.files / path).is_file()]

    @property
    def total(self) -> int:
        return sum(one.size for one in self.wanted.values())

    @property
    def there(self) -> int:
        """Bytes that need not come again: whole files, and halves as far as they are."""
        left = {self.wanted[path].name for path in self.missing()}
        halves = sum(path.stat().st_size for path in self.halves.iterdir() if path.name in left)
        return min(self.total, halves + sum(one.size for path, one in self.wanted.items() if path not in self.missing()))

    @contextmanager
    def half(self, path: str) -> Iterator[Half]:
        with _writing(self.target):
            half = Half(self, path, self.wanted[path])
        try:
            yield half
        finally:
            half.close()

    def finish(self) -> Release:
        """Everything is there: the files become the target, by one rename."""
        with _writing(self.target):
            sync_folder(self.files)
            os.rename(self.files, self.target)  # over an empty folder too
            sync_folder(self.target.parent)
            self.remove()
        return load(self.target)

    def remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def landing(target: Path) -> Iterator[Landing]:
    """The landing of a target, held until the block ends.

    It stays when the block was interrupted or said `keep` (an error with a true attribute of that name), and goes with any other error.
    Raises UsageError when another process pulls there, or nothing can be written.
    """
    place = Landing(target)
    with _writing(target):
        place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = _locked(place)
    try:
        yield place
    except Exception as error:
        if not getattr(error, "keep", False):
            place.remove()
        raise
    finally:
        os.close(lock)


def _locked(place: Landing) -> int:
    """A handle that holds the landing; the system lets go of it when the process dies."""
    while True:
        place.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = place.folder / "lock"
        handle = os.open(name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise UsageError(
                f"另一个进程正在拉取到 {place.target.name} / another process is pulling into {place.target.name}",
                hint="等它结束，或指定另一个目录 / wait for it, or name another folder",
            ) from None
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(handle), name.stat()):
                return handle
        os.close(handle)  # whoever held it has just finished and removed the folder


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    """Errors of the file system in words. A full disk keeps what is there: the same command goes on once there is space."""
    try:
        yield
    except OSError as error:
        full = disk.is_full(error)
        said = disk.full(target.parent) if full else UsageError(
            f"写不到 {target.name}：{error.strerror} / cannot write to {target.name}: {error.strerror}",
            hint="检查目录权限，或换一个目录 / check its permissions, or name another folder",
        )  # fmt: skip
        said.keep = full  # type: ignore[attr-defined]
        raise said from error


def damaged(path: str) -> IntegrityError:
    """The error for a file that is not what was announced, read twice."""
    return IntegrityError(
        f"收到的内容与哈希不符：{path} / what arrived is not what was announced: {path}",
        hint="再拉取一次；仍不行请联系发布者 / pull again; else ask the publisher",
    )
