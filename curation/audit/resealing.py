"""A draft that was audited is sealed anew: the same tables, and a manifest, card and gates that carry the audit.

Nothing sealed changes: the draft before steps aside, as it does for every later run of its version, and a published version
is left as it is. Running the recipe again gives the same release: an audit of these very tables is an input of the seal.
"""

from __future__ import annotations

import os
from dataclasses import fields
from typing import Any

from corpora import attestations
from corpora import release as releases
from corpora.catalog import Catalog
from corpora.errors import IntegrityError
from corpora.facts import CONFIGS, Column, Facts
from corpora.release import Release
from corpora.release.manifest import RUN, read_manifest
from corpora.workspace import Workspace
from curation.proof import bounds
from curation.run import notices, publication
from curation.run.work_folder import State
from quality import gates


def reseal(release: Release, workspace: Workspace) -> Release | None:
    """The draft with its audit in it; None where this is no draft of the workspace: published, detached or from elsewhere."""
    work = workspace.find_work(release=release.hash)
    target = workspace.releases / release.corpus / release.version
    if work is None or release.folder is None or release.folder.resolve() != target.resolve():
        return None
    if release.version in Catalog(workspace.catalog).versions(release.corpus):
        return None
    if found := releases.verify(release):
        raise IntegrityError(
            f"草稿未通过核验：{found[0].path} / the draft does not verify", hint="重新运行配方 / run the recipe again"
        )
    state = State.load(work)
    stage = releases.stage(work / "stage")
    for folder in CONFIGS.values():
        for path, file in release.files.items():
            if path.startswith(f"{folder}/"):
                os.link(file, stage / path)
    facts = _facts(release, state, attestations.audited(workspace, release.tables_hash))
    run = {key: value for key, value in publication.read_run(release.files[RUN]).items() if key != "format"}
    fresh = publication.seal_draft(stage, facts, run, target, [])
    state.follow(fresh)
    workspace.record_run(release=fresh.hash, corpus=fresh.corpus, version=fresh.version, work=work)
    return fresh


def _facts(release: Release, state: State, audited: dict[str, Any]) -> Facts:
    """What the manifest says, with the audit among the metrics and everything that hangs on metrics drawn anew."""
    said, recipe = read_manifest(release.files["release.json"]), state.file.recipe
    metrics = said["metrics"] | audited
    verdicts = gates.verdicts(bounds(recipe), metrics)
    known = {field.name for field in fields(Facts)} - {"columns", "signals"}
    return Facts(
        **{key: value for key, value in said.items() if key in known - {"metrics", "gates", "notices"}},
        columns=[Column(name=c["name"], label=c["label"], meaning=c["meaning"]) for c in said["configs"]["default"]],
        metrics=metrics,
        gates=verdicts,
        notices=notices.of(recipe, metrics, verdicts),
    )
