"""Files that operating systems and office programs leave beside data: they hold none."""

from __future__ import annotations

import os

_NAMES = frozenset({".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini"})
_APPLE_DOUBLE = b"\x00\x05\x16\x07"  # begins the ._x.csv that macOS puts beside x.csv (RFC 1740, A) [M]
_LOCK_BYTES = 1024  # the ~$x.xlsx of a workbook that is open holds its user's name, in 165 bytes


def is_system_file(path: str, name: str) -> bool:
    """Whether the readable file at `path`, called `name`, is such a file. An unusual name alone does not make it one."""
    base = name.replace("\\", "/").rpartition("/")[2].lower()
    if base in _NAMES:
        return True
    if base.startswith("~$"):
        return os.path.getsize(path) <= _LOCK_BYTES
    if not base.startswith("._"):
        return False
    with open(path, "rb") as file:
        return file.read(len(_APPLE_DOUBLE)) == _APPLE_DOUBLE
