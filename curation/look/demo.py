"""`yuliao demo`: the whole way on the data that ships with the project, from files to `datasets.load_dataset`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from corpora.catalog import Catalog
from corpora.errors import VersionClosed, VersionTaken
from corpora.workspace import Workspace
from curation import recipe_file
from curation.run import pipeline
from curation.run.report import Progress, Report
from curation.run.runner import Runner

RECIPES = ("healthcare", "manufacturing")


def run(workspace: Workspace, *, runner: Runner, progress: Progress) -> list[Report]:
    """Runs and publishes both shipped recipes; running it again publishes nothing new.

    Where an earlier version of the program published other contents under the number, the next free patch number is taken.
    """
    catalog = Catalog(workspace.catalog)
    return [_published(recipe_file.load(name), workspace, catalog, runner, progress) for name in RECIPES]


def _published(
    file: recipe_file.RecipeFile, workspace: Workspace, catalog: Catalog, runner: Runner, progress: Progress
) -> Report:
    own = file.recipe.version
    last, free = numbers(own, catalog.versions(file.recipe.corpus))

    def go(version: str) -> Report:
        numbered = file if version == own else recipe_file.override(file, version=version)
        report = pipeline.run(numbered, workspace=workspace, runner=runner, progress=progress)
        catalog.publish(report.release, message="demo")
        return report

    try:
        return go(last)
    except (VersionTaken, VersionClosed):
        report = go(free)
    report.notes.append(f"{last} 已发布，内容不同或已关闭；这次发布为 {free} / {last} is taken: published as {free}")
    return report


def numbers(own: str, there: Iterable[str]) -> tuple[str, str]:
    """(the newest patch of the recipe's own version that is published, or that itself; the next one, which is free)."""
    line = own.rpartition(".")[0] + "."
    patches = [int(one.removeprefix(line)) for one in (own, *there) if re.fullmatch(re.escape(line) + r"[0-9]+", one)]
    return f"{line}{max(patches)}", f"{line}{max(patches) + 1}"


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
