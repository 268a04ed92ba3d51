"""Secrets that a recipe names and never holds: `${NAME}` stands for an environment variable or a line of the workspace's file.

The file is `secrets.env` in the workspace, one `NAME=value` a line, readable by its owner alone. The environment wins.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from corpora.errors import UsageError

FILE = "secrets.env"
NAME = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
Lookup = Callable[[str], str]
"""Name → value. Raises UsageError, which names the variable and never a value."""


def of(root: Path) -> Lookup:
    """Secrets of the workspace at `root`."""
    return lambda name: _value(name, root / FILE)


def expand(template: str, lookup: Lookup) -> str:
    """`template` with every `${NAME}` replaced."""
    return NAME.sub(lambda found: lookup(found[1]), template)


def _value(name: str, file: Path) -> str:
    value = os.environ.get(name) or _stored(file).get(name)
    if not value:
        raise UsageError(
            f"没有设置变量 {name} / the variable {name} is not set",
            hint=f"设置环境变量 {name}，或在工作区的 {FILE} 里写一行 {name}=… / set it, or write it into {FILE} of the workspace",
        )
    return value


def _stored(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    if file.stat().st_mode & 0o077:
        raise UsageError(
            f"{FILE} 能被别人读到 / others can read {FILE}", hint=f"运行 chmod 600 {FILE} / run chmod 600 on it"
        )
    lines = (line.strip() for line in file.read_text("utf-8-sig").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}
