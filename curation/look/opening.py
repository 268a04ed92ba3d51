"""A finished run, opened by whatever people call it: its folder, a release, NAME@VERSION, or the recipe it came from."""

from __future__ import annotations

from pathlib import Path

from corpora.errors import UsageError
from corpora.workspace import Workspace
from curation import recipe_file
from curation.look.replay import find_state
from curation.run import background
from curation.run.deciding import Decided
from curation.run.work_folder import STATE, State


def open_state(workspace: Workspace, run: str | Path) -> tuple[State, Decided]:
    """The run's state and decisions. Raises UsageError where there is no such finished run on this machine."""
    if Path(run).suffix in (".yaml", ".yml"):
        recipe = recipe_file.load(str(run)).recipe
        found = _newest(workspace, recipe.corpus, recipe.version)
        if found is None:
            raise UsageError(
                f"{recipe.corpus}@{recipe.version} 还没有运行过 / has not been run yet", hint="先运行 / run it first"
            )
        run = found
    state = find_state(str(run), workspace)
    decided = Decided.load(state.here)
    if decided is None:
        raise UsageError("运行没有完成 / the run is not finished", hint="重新运行 / run again")
    return state, decided


def _newest(workspace: Workspace, corpus: str, version: str) -> Path | None:
    """The run of this version that ended last: a draft may have been made several times."""
    entries = [one for one in workspace.runs() if (one["corpus"], one["version"]) == (corpus, version)]
    states = [path for one in entries if (path := Path(one["work"], STATE)).is_file()]
    return max(states, key=lambda path: path.stat().st_mtime_ns).parent if states else None


def recipe_of(workspace: Workspace, state: State) -> Path | None:
    """The recipe's file: that of the job which made the run, else the one beside the data that says the same; or None."""
    for job in background.jobs(workspace):
        path = Path(job.about["recipe"])
        if path.is_file() and job.status().work == str(state.here):
            return path
    return next((path for path in sorted(state.file.base.glob("*.y*ml")) if _same(path, state)), None)


def _same(path: Path, state: State) -> bool:
    try:
        return recipe_file.load(str(path)).recipe == state.file.recipe
    except (UsageError, OSError):
        return False
