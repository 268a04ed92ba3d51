"""`yuliao demo`: the whole way on the data that ships with the project, from files to `datasets.load_dataset`."""

from __future__ import annotations

from typing import Any

from corpora.catalog import Catalog
from corpora.workspace import Workspace
from curation import recipe_file
from curation.run import pipeline
from curation.run.report import Progress, Report
from curation.run.runner import Runner

RECIPES = ("healthcare", "manufacturing")


def run(workspace: Workspace, *, runner: Runner, progress: Progress) -> list[Report]:
    """Runs and publishes both shipped recipes; running it again publishes nothing new."""
    catalog = Catalog(workspace.catalog)
    reports = []
    for name in RECIPES:
        report = pipeline.run(recipe_file.load(name), workspace=workspace, runner=runner, progress=progress)
        catalog.publish(report.release, message="demo")
        reports.append(report)
    return reports


def load_back(report: Report, workspace: Workspace) -> Any:
    """The published release, pulled from the catalog and opened by `datasets.load_dataset`."""
    import sys

    import datasets

    if not sys.stderr.isatty():
        datasets.disable_progress_bars()
    name = f"{report.recipe.corpus}@{report.recipe.version}"
    folder = workspace.root / "pulled" / name.replace("/", "__")
    Catalog(workspace.catalog).pull(report.recipe.corpus, report.recipe.version, folder)
    return datasets.load_dataset(str(folder), cache_dir=str(workspace.root / "cache"))
