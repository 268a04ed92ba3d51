"""Generated clinical notes as a finished run: 300 of them, a few too short and rejected, identities replaced by stand-ins."""

from __future__ import annotations

import json
from pathlib import Path

from corpora.release import Release
from corpora.workspace import Workspace, private_folder, write_atomically
from curation import recipe_file
from curation.run import pipeline

RECIPE = """
format: 1
corpus: test/notes
version: {version}
title: 测试
industry: 医疗
text: [text]
sources:
  - {{files: [a.jsonl], label: 甲, licence: CC0-1.0, generated: true}}
  - {{files: [b.jsonl], label: 乙, licence: CC0-1.0, generated: true}}
steps:
  - {{step: normalise}}
  - {{step: signals}}
  - {{step: find_pii}}
  - {{step: score}}
  - {{step: filter, rules: [{{column: characters, at_least: 150, reason: too_short}}]}}
{more}  - {{step: redact_pii, default: surrogate}}
"""


def texts(n: int, folder: Path) -> list[str]:
    """n generated outpatient notes."""
    from quality.samples import sample

    sample("healthcare", rows=n * 3 + 30, seed=11, out=folder)
    lines = (folder / "healthcare" / "outpatient.jsonl").read_text("utf-8").splitlines()
    found = []
    for line in lines:
        try:
            found.append(json.loads(line)["病历正文"])
        except (ValueError, KeyError, TypeError):  # the generator breaks a few lines on purpose
            continue
    return [text for text in found if isinstance(text, str) and text.strip()][:n]


def release(folder: Path, workspace: Workspace, *, n: int = 60, version: str = "1.0.0", more: str = "") -> Release:
    """Runs the recipe over n notes in `folder`."""
    folder.mkdir(exist_ok=True)
    key = private_folder(private_folder(workspace.root / "keys") / "test") / "notes.key"
    if not key.exists():
        write_atomically(key, b"the same sample in every run ok!")
    if not (folder / "a.jsonl").exists():
        notes = [json.dumps({"n": i, "text": text}, ensure_ascii=False) for i, text in enumerate(texts(n, folder / "made"))]
        assert len(notes) == n
        for name, part in (("a", notes[: n // 3]), ("b", notes[n // 3 :])):
            (folder / f"{name}.jsonl").write_text("\n".join(part) + "\n", "utf-8")
    (folder / "recipe.yaml").write_text(RECIPE.format(version=version, more=more), "utf-8")
    return pipeline.run(recipe_file.load(folder / "recipe.yaml"), workspace=workspace).release
