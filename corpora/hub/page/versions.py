"""The versions of a dataset and what changed from one to the next, from their commits and manifests: no table is opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corpora.catalog.people import Principal
from corpora.catalog.refs import MAIN
from corpora.catalog.repository import Repository, version_of
from corpora.errors import YuliaoError
from corpora.gates import said
from corpora.hub.page import overview
from corpora.hub.page.found import manifest_of
from corpora.names import version_order

_MOST = 30


def of(repository: Repository, who: Principal, language: str) -> dict[str, Any]:
    """{versions: newest first, each with what changed; left: how many older ones; head: `main`, where it is something else}."""
    refs = repository.refs.read()
    member = who.holds(repository.corpus)
    named = sorted((name for name in map(version_of, refs["tags"]) if name), key=version_order, reverse=True)
    known = [one for one in named if member or _verified(repository, f"v{one}")]
    found = [_version(repository, refs["tags"][f"v{one}"], one) for one in known[:_MOST]]
    for newer, older in zip(found, found[1:], strict=False):
        newer["changes"] = changes(older, newer, language)
    head = refs["branches"].get(MAIN)
    tagged = {entry["commit"] for entry in refs["tags"].values()}
    beside = head if member and head and head not in tagged else None
    return {"versions": found, "left": max(0, len(known) - _MOST), "head": beside}


def _verified(repository: Repository, name: str) -> bool:
    try:
        return repository.resolve(name).verified
    except YuliaoError:
        return False


def _version(repository: Repository, tag: Mapping[str, Any], version: str) -> dict[str, Any]:
    commit = repository.commits.get(tag["commit"])
    revision = repository.resolve(f"v{version}")
    manifest = manifest_of(repository, commit["files"])
    rows = manifest.get("rows")
    return {
        "version": version, "date": tag["date"], "by": tag["by"], "message": tag["message"], "commit": tag["commit"],
        "files": commit["files"], "bytes": sum(one["size"] for one in commit["files"].values()), "manifest": manifest,
        "rows": rows if isinstance(rows, int) else None, "withdrawn": revision.withdrawn, "purged": revision.purged,
        "verified": revision.verified, "changes": None, "note": _note(manifest, version),
    }  # fmt: skip


def _note(manifest: Mapping[str, Any], version: str) -> str:
    """What its makers wrote about this version."""
    listed = manifest.get("changes")
    found = (one for one in (listed if isinstance(listed, list) else []) if isinstance(one, dict))
    return next((str(one.get("note") or "") for one in found if one.get("version") == version), "")


def changes(old: Mapping[str, Any], new: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Files, rows, columns, sources, steps and verdicts that differ."""
    before, after = old["files"], new["files"]
    same = [path for path in after if path in before and before[path]["sha256"] == after[path]["sha256"]]
    shared = {one["sha256"] for one in before.values()}
    rows = new["rows"] - old["rows"] if new["rows"] is not None and old["rows"] is not None else None
    return {
        "since": old["version"], "rows": rows, "same": len(same),
        "added": sorted(after.keys() - before.keys()), "removed": sorted(before.keys() - after.keys()),
        "changed": sorted(path for path in after.keys() & before.keys() if path not in same),
        "fresh": sum(one["size"] for one in after.values() if one["sha256"] not in shared),
        **{name: _names(part, old, new) for name, part in _PARTS.items()},
        "gates": _gates(old, new),
    }  # fmt: skip


def _names(part: Any, old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """(names that came, names that went)."""
    before, after = (part(one["manifest"]) for one in (old, new))
    return [one for one in after if one not in before], [one for one in before if one not in after]


def _columns(manifest: Mapping[str, Any]) -> list[str]:
    return list(overview.labels(manifest))


def _sources(manifest: Mapping[str, Any]) -> list[str]:
    listed = manifest.get("sources")
    return [str(one.get("label")) for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _steps(manifest: Mapping[str, Any]) -> list[str]:
    recipe = manifest.get("recipe")
    steps = recipe.get("steps") if isinstance(recipe, dict) else None
    return [str(one.get("step")) for one in steps if isinstance(one, dict)] if isinstance(steps, list) else []


_PARTS = {"columns": _columns, "sources": _sources, "steps": _steps}


def _gates(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Verdicts of the new version that the old one did not have word for word."""
    try:
        before, after = ([said(gate) for gate in one["manifest"].get("gates") or []] for one in (old, new))
    except (KeyError, TypeError, AttributeError, ValueError):
        return []
    return [one for one in after if one not in before]
