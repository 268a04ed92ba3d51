"""Taking an audit back: two readers' finds become a verdict, kept privately and attested for the release."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from corpora import attestations, roles
from corpora.errors import UsageError
from corpora.forms import FORMAT
from corpora.gates import LOW, RESIDUAL
from corpora.release import Release
from corpora.workspace import Workspace, write_atomically
from curation.audit import resealing, sample, sheets
from curation.audit.sample import RESULT, Sampled
from quality.residual import Remain, Verdict, compare


def take(release: Release, workspace: Workspace, paths: list[Path]) -> dict[str, Any]:
    """Reads both sheets, stores audit.json in the work folder (positions, no text), attests the figures, and seals a draft anew
    so that its card and its gates carry them; `release` is the hash afterwards, `sealed` whether it was.

    Raises UsageError unless there are two different sheets, complete and of the last sample.
    """
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else path.name for path in paths]
    if len(paths) != 2 or paths[0].resolve() == paths[1].resolve():
        raise UsageError(
            "要两位审读者各一份表 / two readers' sheets are needed", hint="--take reader1.jsonl --take reader2.jsonl"
        )
    drawn = sample.remembered(release, workspace)
    rows = sample.read(release, drawn["ids"])
    finds = [sheets.take(path, rows) for path in paths]
    verdict = compare(finds[0], finds[1], len(rows))
    said = {"format": FORMAT, "release": release.hash, "seed": drawn["seed"], **verdict.to_dict()}
    positions = [_positions(rows, mine) for mine in finds]
    whole = {**said, "sheets": digests, "readers": positions}
    write_atomically(sample.folder(release, workspace) / RESULT, json.dumps(whole, ensure_ascii=False).encode())
    attestations.add(release, workspace, _entry(verdict, drawn["seed"], digests))
    fresh = resealing.reseal(release, workspace)
    return said | {"release": (fresh or release).hash, "sealed": fresh is not None}


def _entry(verdict: Verdict, seed: int, digests: list[str]) -> dict[str, Any]:
    return {
        "kind": "audit",
        "metrics": {RESIDUAL: round(verdict.upper, 8)},
        "counts": {
            "documents": verdict.documents,
            "documents_marked": verdict.marked_by_any,
            "finds": verdict.found,
            "finds_of_both": verdict.finds[2],
            "missed_estimate": round(verdict.missed, 3),
        },
        "sample": {"n": verdict.documents, "seed": seed},
        "sheets": digests,
    }


def _positions(rows: list[Sampled], finds: list[Remain]) -> list[dict[str, Any]]:
    places = [(rows[one.row].id, rows[one.row].strings[one.string], one) for one in finds]
    return [
        {"id": id, "leaf": string.leaf, "item": string.item, "start": one.start, "end": one.end}
        for id, string, one in places  # noqa: A001
    ]


def sign(release: Release, workspace: Workspace, *, officer: str, role: str = "") -> dict[str, Any]:
    """An officer vouches for the counts of findings that were not replaced, in the role that is named, else in the one that
    may. Raises UsageError without one."""
    role = roles.acting(workspace, officer, release.corpus, "sign", role)
    metrics = release.manifest["metrics"]
    counts = {LOW: int(metrics.get(LOW) or 0), **(metrics.get("pii_low_kinds") or {})}
    return attestations.add(release, workspace, {"kind": "signature", "officer": officer, "role": role, "counts": counts})
