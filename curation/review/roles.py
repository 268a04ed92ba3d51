"""Which roles may decide what: `configs/workbench.yaml`, or the workspace's own file of that name in its place."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import yaml

from corpora.errors import UsageError
from corpora.forms import FORMAT
from corpora.workspace import Workspace

FILE = "workbench.yaml"


def may_restore(workspace: Workspace) -> tuple[str, ...]:
    """Roles that may restore a finding. Raises UsageError for a file that is none."""
    own = workspace.root / FILE
    path = own if own.is_file() else Path(str(resources.files("configs"))) / FILE
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
        roles = data["review"]["restore"] if data["format"] == FORMAT else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError):
        roles = None
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise UsageError(
            f"{FILE} 不是角色设置 / {FILE} names no roles",
            hint="format: 1\nreview:\n  restore: [数据安全官]",
        )
    return tuple(roles)


def check(workspace: Workspace, role: str) -> None:
    """Raises UsageError unless this role may restore."""
    roles = may_restore(workspace)
    if role not in roles:
        raise UsageError(
            f"角色 {role} 不能还原发现 / the role {role} may not restore findings",
            hint=f"可以的角色 / roles that may: {'、'.join(roles)}；见 {FILE}",
        )
