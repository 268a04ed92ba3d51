"""What a run says of itself in public: facts for manifest and card, where the release goes, and notes for its maker."""

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
from corpora import schema, vocabulary
from corpora.catalog import Catalog
from corpora.errors import LawBroken
from corpora.facts import Facts
from corpora.facts import Source as PublicSource
from corpora.forms import Ledger
from corpora.release import Release, manifest
from corpora.shards import ShardInfo
from corpora.workspace import Workspace
from curation import identities
from curation.proof import bounds
from curation.recipe import Recipe, own_columns, shaped
from curation.reshape import reshaping
from curation.run import fetching, fingerprint, notices, risk
from curation.run.clock import Clock
from curation.run.deciding import Decided
from curation.run.inputs import InputFile
from curation.run.parent import Parent, published
from curation.run.splits import NAMES
from curation.treat.redact import about_kept
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


_WHOLE_FILES = (
    "not_opened", "empty_file", "password", "save_as_docx", "archive_bomb", "archive_too_deep", "archive_unsupported", "drm",
    "xml_entities", "no_record", "no_header", "no_sheet", "unknown_format", "not_readable",
)  # fmt: skip
"""Causes that take a whole file or sheet and that somebody can do something about: their meaning says what."""


def causes(measured: list[Any]) -> dict[str, int]:
    """Cause of quarantine → records, the most frequent first."""
    counted: Counter[str] = sum((one.causes for one in measured), Counter())
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def lost_files(measured: list[Any]) -> list[str]:
    """Notes on files in quarantine: how many, why, and what to do."""
    found, terms = causes(measured), vocabulary.QUARANTINE_CAUSES
    return [
        f"{found[cause]} 个文件被隔离 / files quarantined ({cause})：{terms[cause].label}，{terms[cause].meaning}"
        for cause in _WHOLE_FILES
        if cause in found
    ]


def check_kept(total: Ledger, measured: list[Any], here: Path) -> None:
    """Raises LawBroken when nothing is left to release, and says where all rows went. here: the run's folder."""
    if total.kept:
        return
    found = causes(measured)
    quarantined = [f"{_label(vocabulary.QUARANTINE_CAUSES, cause)} {count}" for cause, count in found.items()]
    dropped = [
        f"{_label(vocabulary.REASONS, reason)} {n}" for reasons in total.dropped.values() for reason, n in reasons.items()
    ]
    raise LawBroken(
        f"没有一行被保留，不发布 / no row was kept: nothing to release. 读入 {total.read}；"
        f"隔离 {total.quarantined}（{'，'.join(quarantined) or '无'}）；剔除 {total.dropped_total}（{'，'.join(dropped) or '无'}）",
        hint=_why_nothing(total, found, here),
    )


def _why_nothing(total: Ledger, found: dict[str, int], here: Path) -> str:
    """Columns, files or rules: whichever took most of the rows."""
    if 2 * total.quarantined <= total.read:
        return "用 yuliao check 看哪条规则不合适 / run `yuliao check` to see which rule does not fit"
    look = f"；逐条看 / look at them: yuliao quarantine {here}"
    if 2 * (found.get("no_text", 0) + found.get("wrong_type", 0)) > total.read:
        return f"多数记录没有文本：检查文本列名（--text）/ most records have no text: check the text column's name{look}"
    term = vocabulary.QUARANTINE_CAUSES.get(cause := next(iter(found)), vocabulary.Term(cause, ""))
    return f"文件读不进来，与规则无关 / the files cannot be read: {cause}：{term.label}，{term.meaning}{look}"


def _label(terms: dict[str, vocabulary.Term], key: str) -> str:
    return f"{terms[key].label} {key}" if key in terms else key


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


def absent_columns(recipe: Recipe, measured: list[Any]) -> list[str]:
    """Warnings: a subject or declared column that no record of any source has is most likely misspelt."""
    present: Counter[str] = Counter()
    rows = 0
    for one in measured:
        present.update(one.present)
        rows += one.rows
    names = {column.source or name: f"columns.{name}" for name, column in own_columns(recipe)}
    names |= {name: "subject" for name in [recipe.subject, *(source.subject for source in recipe.sources)] if name}
    names |= {name: "id" for name in [recipe.id, *(source.id for source in recipe.sources)] if name and name != schema.ID}
    names |= {name: "steps" for name in reshaping.reads(recipe.of_phase("reshape"))}
    mine = identities.column_names(recipe.identities)
    return [
        f"没有一条记录有「{name}」列（{where}），请检查列名 / no record has this column: check its name"
        for name, where in (names | {name: "identities.columns" for name in mine}).items()
        if rows and not (present[name] or present[identities.private(name)])
    ]


def notes(workspace: Workspace, recipe: Recipe, release: Release) -> list[str]:
    """What the maker should know before publishing."""
    catalog = Catalog(workspace.catalog)
    about = [*about_kept(recipe), *risk.notes(release.manifest["metrics"])]
    if (
        recipe.version in published(catalog, recipe.corpus)
        and catalog.release(recipe.corpus, recipe.version).hash != release.hash
    ):
        about = [
            f"{recipe.corpus}@{recipe.version} 已发布且内容不同，发布会被拒绝：请换版本号（--version）"
            " / this version is published with other content: publish it under a new version",
            *about,
        ]
    return about
