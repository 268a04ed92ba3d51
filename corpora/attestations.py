"""Attestations: what people vouch for about a sealed release: an audit of what remains in it, a signature under counts.

They hang on the hash of the release's tables, which is what people read. A release never changes: they are kept in the
workspace, in the catalog's audit log and commit; an audit of a draft is sealed into it anew (curation.audit.resealing).
They hold numbers, names and roles of the people who vouch, and no text. Roles are keys of the catalog's; older ones are
Chinese labels (corpora.roles.said reads both).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpora.catalog import Catalog
from corpora.catalog.audit import user, utc_now
from corpora.errors import FormatUnknown
from corpora.forms import FORMAT
from corpora.gates import RESIDUAL
from corpora.release import Release
from corpora.workspace import Workspace, private_folder, write_atomically


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
