"""Where the time goes: the healthcare recipe with one worker, in this process. `python -m benchmarks.profile_run --mb 50`.

The first run warms caches and kernels, the second counts. MB/s: bytes that the step was given, per second of the step.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks import make_input
from corpora.workspace import Workspace
from curation import recipe_file
from curation.run import pipeline
from curation.run.report import Report


def run(source: Path, recipe: str) -> Report:
    """One fresh run: a new workspace, so that nothing is reused."""
    file = recipe_file.override(recipe_file.load(recipe), inputs=[str(source)], id="id", subject="患者编号")
    with tempfile.TemporaryDirectory(dir=make_input.FOLDER) as folder:
        return pipeline.run(file, workspace=Workspace(Path(folder) / "home"), workers=1, out=Path(folder) / "out")


def table(report: Report) -> str:
    """Steps, slowest first; what is left over is start, sealing and hashing."""
    steps = sorted(report.steps(), key=lambda step: -step["seconds"])
    known = sum(step["seconds"] for step in steps)
    lines = [f"{'step':20}{'phase':10}{'seconds':>9}{'share':>8}{'MB/s':>9}{'input MB/s':>12}"]
    for step in [*steps, {"step": "(rest)", "phase": "", "seconds": report.seconds - known, "mb_per_second": 0.0}]:
        seconds = step["seconds"]
        share, whole = seconds / report.seconds, report.bytes_in / 1e6 / seconds if seconds > 0 else 0.0
        own = f"{step['mb_per_second']:.0f}" if step["mb_per_second"] else ""
        lines.append(f"{step['step']:20}{step['phase']:10}{seconds:9.2f}{share:8.1%}{own:>9}{whole:12.0f}")
    lines.append(f"{'total':30}{report.seconds:9.2f}{'':8}{'':9}{report.bytes_in / 1e6 / report.seconds:12.1f}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=int, default=50)
    parser.add_argument("--recipe", default="healthcare")
    options = parser.parse_args()
    source = make_input.ensure(options.mb)
    run(make_input.ensure(2), options.recipe)
    print(table(run(source, options.recipe)))


if __name__ == "__main__":
    main()
