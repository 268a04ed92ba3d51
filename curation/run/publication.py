"""What a run says of itself in public: facts for manifest and card, and where the release goes."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import shutil
import time
from collections import Counter
from importlib import metadata
from pathlib import Path
from typing import Any

from corpora import release as releases
from corpora.catalog import Catalog, closed
from corpora.facts import Facts
from corpora.facts import Source as PublicSource
from corpora.forms import Ledger
from corpora.release import Release, manifest
from corpora.shards import ShardInfo
from corpora.workspace import Workspace
from curation.proof import bounds
from curation.recipe import Recipe, own_columns, shaped
from curation.run import fetching, fingerprint, notices
from curation.run.clock import Clock
from curation.run.deciding import Decided
from curation.run.inputs import InputFile
from curation.run.parent import Parent
from curation.run.splits import NAMES
from quality import gates


def facts(
    recipe: Recipe,
    measured: list[Any],
    decided: Decided,
    written: list[dict[str, Any]],
    ledger: tuple[Ledger, dict[str, Ledger]],
    files: list[InputFile],
    digests: list[str],
    parent: Parent,
    proof: dict[str, Any],
) -> Facts:
    """Everything that manifest and card say. No path, file name or text of a row."""
    total, by_source = ledger
    metrics = _metrics(total, measured, decided, written) | proof
    verdicts = gates.verdicts(bounds(recipe), metrics)
    splits = Counter({name: 0 for name in NAMES})
    for result in written:
        if result["split"]:
            splits[result["split"]] += result["rows"]
    return Facts(
        corpus=recipe.corpus,
        version=recipe.version,
        title=recipe.title,
        description=recipe.description,
        contact=recipe.contact,
        publisher=recipe.publisher,
        uses=list(recipe.uses),
        limitations=list(recipe.limitations),
        citation={str(key): value for key, value in recipe.citation.items()},
        date=recipe.released.isoformat() if recipe.released else "",
        recipe=_public_recipe(recipe),
        sources=[_source(recipe, i, by_source, files, digests) for i in range(len(recipe.sources))],
        ledger={"total": total.to_dict(), "sources": {label: one.to_dict() for label, one in by_source.items()}},
        leaves=list(recipe.text),
        columns=_columns(recipe),
        splits=dict(splits),
        metrics=metrics,
        parent={"version": parent.version, "release": parent.release} if parent.release else None,
        changes=[_change(recipe, total), *parent.changes],
        versions={**dict(fingerprint.versions()), "yuliao": metadata.version("yuliao"), "code": fingerprint.code()[:16]},
        notices=notices.of(recipe, metrics, verdicts),
        gates=verdicts,
        tags=[recipe.industry, "语料工坊"],
    )


def _change(recipe: Recipe, total: Ledger) -> dict[str, str]:
    date = recipe.released or max((s.obtained for s in recipe.sources if s.obtained), default=None)
    return {
        "version": recipe.version,
        "date": date.isoformat() if date else "",
        "note": recipe.note or f"保留 {total.kept} 行",
    }


def _public_recipe(recipe: Recipe) -> dict[str, Any]:
    """The recipe in full with defaults, without the names of files."""
    data = recipe.model_dump(mode="json", by_alias=True)
    for source in data["sources"]:
        source["files"] = len(source["files"])
        if source.pop("query"):  # tables, hosts and conditions are nobody's business
            source["database"] = True
        del source["endpoint"]
        source["sheet"] = bool(source["sheet"])  # sources appear by label: names of sheets are as private as names of files
    for step in data["steps"]:
        if step.get("actions"):  # pairs, not keys: the kind `secret` is no credential
            step["actions"] = [{"kind": kind, "action": action} for kind, action in sorted(step["actions"].items())]
    if data["identities"]:
        for one in data["identities"]["lists"]:
            del one["file"]
    return data


def _source(
    recipe: Recipe, index: int, by_source: dict[str, Ledger], files: list[InputFile], digests: list[str]
) -> PublicSource:
    source = recipe.sources[index]
    mine = [(one, digest) for one, digest in zip(files, digests, strict=True) if one.source == index]
    return {
        "label": source.label,
        "licence": source.licence,
        "rights_basis": source.rights.basis,
        "obtained": source.obtained.isoformat() if source.obtained else "",
        "generated": source.generated,
        "files": [{"sha256": digest, "bytes": one.size} for one, digest in mine],
        "bytes": sum(one.size for one, _ in mine),
        "records": by_source[source.label].read,
        **({"dataset": fetching.dataset_of(mine[0][0].shown)} if source.hub and mine else {}),
    }


def _columns(recipe: Recipe) -> list[Any]:
    leaves = [{"name": name, "label": "文本"} for name in dict.fromkeys(leaf.column for leaf in recipe.leaves)]
    made = [{"name": field.name} for field in shaped(recipe)]
    own = [{"name": name, "label": column.label or name} for name, column in own_columns(recipe)]
    return [{"name": "id"}, *leaves, {"name": "source"}, {"name": "licence"}, {"name": "quality"}, *made, *own]


def _metrics(total: Ledger, measured: list[Any], decided: Decided, written: list[dict[str, Any]]) -> dict[str, Any]:
    kinds: Counter[str] = Counter()
    misfits: Counter[str] = Counter()
    causes: Counter[str] = Counter()
    unsure: Counter[str] = Counter()
    stay: dict[str, Counter[str]] = {"kept": Counter(), "restored": Counter()}
    for result in written:
        kinds.update(result["kinds"])
        for name, counts in result["stay"].items():
            stay[name].update(counts)
        unsure.update(result["unsure"])
        misfits.update(result["misfits"])
    for one in measured:
        causes.update(one.causes)
    return {
        "kept_share": round(total.kept / total.read, 6) if total.read else 0.0,
        "largest_component": decided.largest_component,
        "pii_replaced": dict(sorted(kinds.items())),
        **_stay(stay),
        **_unsure(unsure, sum(result["watched"] for result in written)),
        "quarantine_causes": dict(sorted(causes.items())),
        "values_not_of_declared_type": {name: count for name, count in sorted(misfits.items()) if count},
    }


def _stay(found: dict[str, Counter[str]]) -> dict[str, Any]:
    """Sure findings that stand in the release: kept as the recipe says, restored as a review says; nothing where none is."""
    said: dict[str, Any] = {f"pii_{name}": dict(sorted(counts.items())) for name, counts in found.items() if counts}
    return said | ({"pii.restored": sum(found["restored"].values())} if found["restored"] else {})


def _unsure(kinds: Counter[str], rows: int) -> dict[str, Any]:
    """Findings left as they are, in `rows` rows of real sources; nothing where no row is watched."""
    if not rows:
        return {}
    low = sum(kinds.values())
    rate = round(low * 10_000 / rows, 4)
    return {"pii.low_confidence": low, "pii.low_confidence_per_10k_rows": rate, "pii_low_kinds": dict(sorted(kinds.items()))}


def run_facts(started: float, clock: Clock) -> dict[str, Any]:
    """Times and machine: they go to run.json, outside the hash."""
    return {
        "started": dt.datetime.fromtimestamp(started, dt.UTC).isoformat(timespec="seconds"),
        "seconds": round(time.time() - started, 3),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "steps": {step: round(spent.seconds, 3) for step, spent in clock.steps.items()},
    }


def read_run(path: Path) -> dict[str, Any]:
    """What an earlier seal said of times and machine."""
    return dict(json.loads(path.read_bytes()))


def tables_hash(written: list[dict[str, Any]]) -> str:
    """The hash of the tables that the writers wrote: files without rows are not released."""
    shards = [shard for result in written for shard in result["shards"] if shard.rows]
    return manifest.tables_hash({f"{shard.path.parent.name}/{shard.path.name}": shard.sha256 for shard in shards})


def check_number(workspace: Workspace, recipe: Recipe) -> None:
    """Better now than after an hour. Raises VersionTaken for the number of a version that was purged."""
    closed.check_number(Catalog(workspace.catalog).repository(recipe.corpus), recipe.version)


def place(workspace: Workspace, recipe: Recipe) -> Path:
    """Where the workspace keeps the release of this version."""
    return workspace.releases / recipe.corpus / recipe.version


def seal_draft(stage: Path, public: Facts, run: dict[str, Any], target: Path, shards: list[ShardInfo]) -> Release:
    """Seals into the workspace. An earlier draft of the same version steps aside: only publishing takes a version."""
    if not target.exists():
        return releases.seal(stage, public, run, target, shards=shards)
    waiting = target.with_name(f".{target.name}.new")
    shutil.rmtree(waiting, ignore_errors=True)  # left by a run that was killed right here
    fresh = releases.seal(stage, public, run, waiting, shards=shards)
    old = releases.load(target)
    if old.hash == fresh.hash:
        _remove(fresh)
        return old
    aside = target.parent / "superseded" / f"{target.name}-{old.hash[:8]}"
    aside.parent.mkdir(exist_ok=True)
    if aside.exists():
        _remove(old)
    else:
        os.rename(target, aside)
    os.rename(fresh.folder or stage, target)
    return releases.load(target)


def _remove(release: Release) -> None:
    if release.folder is not None:
        shutil.rmtree(release.folder)
