"""Audit: an append-only log of who did what, each line chained to the one before by its hash."""

from __future__ import annotations

import datetime as dt
import fcntl
import getpass
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpora.catalog.commits import canonical
from corpora.errors import UsageError
from corpora.forms import FORMAT

_START = "0" * 64
_TAIL = 1 << 16


def utc_now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")[:-4] + "Z"


def user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without a passwd entry
        return f"uid-{os.getuid()}"


class Audit:
    """The log of a catalog, one JSON object a line: {seq, at, who, what, …, prev, hash}."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, what: str, **details: Any) -> None:
        """Adds a line, on disk when this returns. Raises UsageError when the log can't be written: no log, no deed."""
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        except OSError as error:
            raise UsageError(
                f"审计日志写不了：{error.strerror} / the audit log cannot be written: {error.strerror}",
                hint="检查目录权限与磁盘空间 / check permissions and space of the catalog",
            ) from error
        with os.fdopen(handle, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            last = self._last(file)
            entry = {"format": FORMAT, "seq": last[0] + 1, "at": utc_now(), "who": user(), "what": what, **details}
            entry["prev"] = last[1]
            entry["hash"] = _digest(entry)
            file.write(canonical(entry) + b"\n")
            file.flush()
            os.fsync(file.fileno())

    @staticmethod
    def _last(file: Any) -> tuple[int, str]:
        """(seq, hash) of the last line."""
        end = file.seek(0, os.SEEK_END)
        file.seek(max(0, end - _TAIL))
        lines = file.read().splitlines()
        if not lines:
            return 0, _START
        entry = json.loads(lines[-1])
        return entry["seq"], entry["hash"]

    def entries(self) -> Iterator[dict[str, Any]]:
        """All lines, oldest first."""
        if self._path.is_file():
            with self._path.open("rb") as file:
                for line in file:
                    yield json.loads(line)

    def broken(self) -> int | None:
        """Number of the first line (from 1) that does not follow from the one before; None when the chain holds."""
        last = _START
        for number, entry in enumerate(self.entries(), 1):
            if entry["seq"] != number or entry["prev"] != last or _digest(entry) != entry["hash"]:
                return number
            last = entry["hash"]
        return None


def _digest(entry: dict[str, Any]) -> str:
    return hashlib.sha256(canonical({key: value for key, value in entry.items() if key != "hash"})).hexdigest()
