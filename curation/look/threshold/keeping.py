"""Where bounds that people chose are kept: in the recipe of the run, or in a draft of one's own where that is a shipped one."""

from __future__ import annotations

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


def save(studio: Studio, bounds: Bounds, workspace: Workspace, corpus: str, *, who: str) -> str:
    """Writes the bounds, tells the audit log, and gives the id of the draft that has them now, "" where it is no draft."""
    if is_shipped(studio):
        assert studio.path is not None
        draft = drafts.from_recipe(workspace, str(studio.path), who=who)
        draft.write(moving.edited(draft.text, bounds))
        name, made = studio.path.name, draft.id
    else:
        path = studio.save(bounds)
        name = path.name
        made = next((one.id for one in drafts.all_of(workspace) if one.recipe == path), "")
    Catalog(workspace.catalog).audit.append("recipe", who=who, corpus=corpus, recipe=name, where="app")
    return made
