"""Attestations: what people vouch for about a sealed release: an audit of what remains in it, a signature under counts.

They hang on the hash of the release's tables, which is what people read. A release never changes: they are kept in the
workspace, in the catalog's audit log and commit; an audit of a draft is sealed into it anew (curation.audit.resealing).
They hold numbers, names and roles of the people who vouch, and no text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from corpora.catalog import Catalog
from corpora.catalog.audit import user, utc_now
from corpora.catalog.people import People
from corpora.errors import FormatUnknown, UsageError
from corpora.forms import FORMAT
from corpora.gates import RESIDUAL
from corpora.names import did_you_mean
from corpora.release import Release
from corpora.workspace import Workspace, private_folder, write_atomically

OFFICER = "数据安全官"
ROLES = "roles.yaml"
_EXAMPLE = f"format: 1\nroles:\n  {OFFICER}: [姓名]\n"


def of(release: Release, workspace: Workspace, catalog: Catalog | None = None) -> list[dict[str, Any]]:
    """What has been attested about a release: in the catalog's commit (by default the workspace's catalog), then on this
    machine; oldest first."""
    catalog = catalog or Catalog(workspace.catalog)
    published = list[dict[str, Any]]()
    if release.version in catalog.versions(release.corpus):
        published = catalog.attestations(release.corpus, release.version, release=release.hash)
    return published + [entry for entry in _here(workspace, release.tables_hash) if entry not in published]


def _here(workspace: Workspace, tables: str) -> list[dict[str, Any]]:
    path = _file(workspace, tables)
    if not path.is_file():
        return []
    data = json.loads(path.read_bytes())
    if data.get("format") != FORMAT:
        raise FormatUnknown("不认识的鉴证文件 / an attestation has an unknown format", hint="请升级 / upgrade yuliao")
    return list(data["entries"])


def audited(workspace: Workspace, tables: str) -> dict[str, Any]:
    """Metrics of the audits of these tables: of several the worst, so that a bad one is not audited away; {} without one."""
    audits = [entry for entry in _here(workspace, tables) if entry["kind"] == "audit"]
    if not audits:
        return {}
    worst = max(audits, key=lambda entry: float(entry["metrics"][RESIDUAL]))
    return {RESIDUAL: worst["metrics"][RESIDUAL], "pii.audit": {**worst["counts"], **worst["sample"], "audits": len(audits)}}


def add(release: Release, workspace: Workspace, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Stores an attestation, with time and account, and writes it into the catalog's audit log."""
    full = {**entry, "at": utc_now(), "by": user()}
    entries = [*of(release, workspace), full]
    data = {"format": FORMAT, "tables": release.tables_hash, "entries": entries}
    Catalog(workspace.catalog).audit.append(
        "attest", corpus=release.corpus, version=release.version, release=release.hash, entry=full
    )
    write_atomically(_file(workspace, release.tables_hash), json.dumps(data, ensure_ascii=False, sort_keys=True).encode())
    return full


def _file(workspace: Workspace, tables: str) -> Path:
    return private_folder(workspace.root / "attestations") / f"{tables}.json"


def check_role(workspace: Workspace, name: str, role: str, corpus: str) -> None:
    """Raises UsageError unless the workspace's roles.yaml gives this person that role, or the person is an officer among
    the people of the workspace's catalog."""
    if role == OFFICER and People(Catalog(workspace.catalog).database).users.holds(name, corpus, "officer"):
        return
    path = workspace.root / ROLES
    try:
        data = yaml.safe_load(path.read_text("utf-8")) if path.is_file() else None
    except (yaml.YAMLError, UnicodeDecodeError):
        data = None
    roles = data.get("roles") if isinstance(data, dict) and data.get("format") == FORMAT else None
    if not isinstance(roles, dict):
        raise UsageError(
            f"工作区没有角色表 {ROLES} / the workspace has no {ROLES}",
            hint=f"由管理员写好再签 / an administrator writes it into {workspace.root}:\n{_EXAMPLE}",
        )
    if role not in roles:
        raise UsageError(f"角色表里没有角色 {role} / no such role in {ROLES}", hint=did_you_mean(role, map(str, roles)))
    if name not in (roles[role] or []):
        raise UsageError(
            f"{name} 没有角色 {role} / {name} does not hold the role {role}",
            hint=f"请有此角色的人签字，或由管理员改 {ROLES} / let somebody sign who holds it",
        )
