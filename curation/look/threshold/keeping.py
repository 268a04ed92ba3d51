"""Where bounds that people chose are kept: in the recipe of the run, or in a draft of one's own where that is a shipped one."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from corpora.catalog import Catalog
from corpora.workspace import Workspace
from curation import recipe_file
from curation.form import drafts
from curation.look import bounds as moving
from curation.look.bounds import Bounds
from curation.look.studio import Studio


def is_shipped(studio: Studio) -> bool:
    """Whether the run's recipe is one that comes with the software."""
    shipped = {Path(one).resolve() for one in recipe_file.shipped().values()}
    return studio.path is not None and studio.path.resolve() in shipped


def save(studio: Studio, bounds: Bounds, workspace: Workspace, corpus: str, *, who: str, role: str | None = None) -> str:
    """Writes the bounds, tells the audit log, and gives the id of the draft that has them now, "" where it is no draft."""
    before = _hash(studio.path)
    if is_shipped(studio):
        assert studio.path is not None
        draft = drafts.from_recipe(workspace, str(studio.path), who=who)
        draft.write(moving.edited(draft.text, bounds))
        path, made = draft.recipe, draft.id
        name = studio.path.name
    else:
        path = studio.save(bounds)
        name = path.name
        made = next((one.id for one in drafts.all_of(workspace) if one.recipe == path), "")
    Catalog(workspace.catalog).audit.append(
        "recipe", who=who, role=role, corpus=corpus, recipe=name, draft=made or None, bounds=len(bounds), before=before,
        after=_hash(path), where="app",
    )  # fmt: skip
    return made


def _hash(path: Path | None) -> str | None:
    return sha256(path.read_bytes()).hexdigest() if path is not None and path.is_file() else None
