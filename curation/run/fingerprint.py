"""What a stage's result depends on, as a hash: same fingerprint, same result, so a finished stage is reused (law 8)."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from corpora.forgotten import Forgotten
from curation import identities
from curation.recipe import Recipe

ROOMS = ("corpora", "quality", "curation", "configs")
_NOT_READ = ("licence", "rights", "obtained", "public", "files", "query", "database", "hub", "endpoint", "config", "split")
"""Of a source: what says nothing of its rows, or what they are found by; the files found are in the fingerprint themselves."""
PACKAGES = ("pyarrow", "numpy", "numba", "opencc", "pydantic", "pypdfium2")


@cache
def code() -> str:
    """Hash of the rooms' source and shipped resources: what makes the result what it is."""
    digest = hashlib.sha256()
    root = Path(__file__).resolve().parent.parent.parent
    for room in ROOMS:
        folder = root / room
        for path in sorted(folder.rglob("*.py" if room != "configs" else "*.txt")):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@cache
def versions() -> tuple[tuple[str, str], ...]:
    """Installed versions of the packages that shape a release."""
    return tuple((name, metadata.version(name)) for name in PACKAGES)


def of(*parts: Any) -> str:
    """sha256 over the canonical JSON of the parts."""
    return hashlib.sha256(
        json.dumps(parts, ensure_ascii=False, sort_keys=True, default=str).encode("utf-8", "surrogatepass")
    ).hexdigest()


def measure(recipe: Recipe, base: Path, shards: list[Any], stamps: list[Any], key: bytes, forgotten: Forgotten) -> str:
    """Fingerprint of read · rewrite · measure."""
    dump = recipe.model_dump(mode="json")
    sources = [{k: v for k, v in s.items() if k not in _NOT_READ} for s in dump["sources"]]
    steps = [step.model_dump(mode="json") for phase in ("reshape", "rewrite", "measure") for step in recipe.of_phase(phase)]
    near = [step.sketch_settings() for step in recipe.of_phase("decide") if hasattr(step, "sketch_settings")]
    resources = [_resources(step, base) for phase in ("reshape", "rewrite", "measure") for step in recipe.of_phase(phase)]
    columns = {name: column.source for name, column in recipe.columns.items()}
    return of(
        code(), versions(), dump["text"], dump["id"], dump["subject"], columns, sources, steps, near, resources,
        recipe.splits.by_template, identities.fingerprint(recipe.identities, base, key), [vars(shard) for shard in shards], stamps, hashlib.sha256(key).hexdigest(),
        [forgotten.subjects, forgotten.ids] if forgotten else [],
    )  # fmt: skip


def _resources(step: Any, base: Path) -> list[str]:
    """Hashes of the user's own files that a step loads (shipped ones are part of `code`)."""
    paths = (base / name for name in step.resources())
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths if path.is_file()]


def decide(measured: str, recipe: Recipe, parent: str, decisions: list[list[Any]]) -> str:
    """Fingerprint of decide · treat · write, on top of the measured stage. decisions: what people restored."""
    return of(measured, recipe.model_dump(mode="json"), parent, decisions)
