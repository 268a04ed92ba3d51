"""Peers' predictions, kept under .bench so that a peer runs once per set and way of using it."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.eval_pii.gold import Sample, Span

TOOLS = ("lac", "jieba", "jionlp", "presidio", "data_juicer")
SCRIPT = Path(__file__).with_name("peers.py")
PINS = Path(__file__).parents[1] / "requirements-peers-pii.txt"


@dataclass(frozen=True)
class Run:
    """`found` is None where the tool did not run; `note` then says why (never text of a record)."""

    found: list[list[Span]] | None
    note: str
    seconds: float = 0.0
    version: str = ""


def run(python: Path, folder: Path, tool: str, samples: Sequence[Sample]) -> Run:
    """A tool's spans of the samples, from the cache or from the tool. `python`: interpreter of the peers' environment."""
    lines = "".join(json.dumps({"text": sample.text}, ensure_ascii=False) + "\n" for sample in samples)
    key = hashlib.blake2b((lines + _usage(tool)).encode(), digest_size=8).hexdigest()
    kept = folder / f"{tool}-{key}.json"
    if kept.exists():
        return _run(json.loads(kept.read_text("utf-8")))
    if not python.exists():
        return Run(None, "not installed: make eval-pii-peers")
    folder.mkdir(parents=True, exist_ok=True)
    source, target = folder / f"{tool}.in", folder / f"{tool}.out"
    source.write_text(lines, "utf-8")
    try:
        done = subprocess.run(  # noqa: S603  our own script in our own environment
            [python, SCRIPT, tool, source, target], capture_output=True, text=True, check=False
        )
        if done.returncode:
            return Run(None, f"failed: {done.stderr.strip().splitlines()[-1].split(':')[0] if done.stderr.strip() else '?'}")
        report = json.loads(done.stdout.splitlines()[-1])
        report["found"] = [json.loads(line)["spans"] for line in target.open(encoding="utf-8")]
        kept.write_text(json.dumps(report), "utf-8")
        return _run(report)
    finally:
        source.unlink(missing_ok=True)
        target.unlink(missing_ok=True)


def _usage(tool: str) -> str:
    """How a tool is used: its function in the script, and the versions that are installed."""
    source = SCRIPT.read_text("utf-8")
    start = source.index(f"def {tool}(")
    return source[start : source.index("\n\n\n", start)] + PINS.read_text("utf-8")


def _run(report: dict[str, object]) -> Run:
    found = [[(s, e, k) for s, e, k in spans] for spans in report["found"]]  # type: ignore[attr-defined]
    return Run(found, str(report["setup"]), float(str(report["seconds"])), str(report["version"]))
