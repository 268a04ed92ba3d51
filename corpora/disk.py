"""A full disk, said in words: which folder, and what to do."""

from __future__ import annotations

import errno
from pathlib import Path

from corpora.errors import UsageError

_FULL = (errno.ENOSPC, errno.EDQUOT)


def is_full(error: OSError) -> bool:
    """Whether there was no space left; `shutil.Error` holds the reasons of many files as text only."""
    return error.errno in _FULL or any(f"[Errno {number}]" in str(error) for number in _FULL)


def full(folder: str | Path) -> UsageError:
    """The error for a folder that takes no more."""
    return UsageError(
        f"磁盘已满：{folder} 写不下了 / the disk is full: no space left in {folder}",
        hint="清出空间，或换到别的盘（--out、YULIAO_HOME），再运行同一条命令 / free some space, or use another disk, and run again",
    )
