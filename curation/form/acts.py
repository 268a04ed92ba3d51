"""What people change in the workbench, each act with its line in the audit log: who, in which role, what, hashes and counts.

Pages change nothing themselves. No name of an upload and no text is logged: both may hold a patient's name.
"""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from corpora.catalog import Catalog
from corpora.catalog.people import Principal
from corpora.errors import YuliaoError
from corpora.names import is_corpus
from corpora.workspace import Workspace
from curation.form import drafts
from curation.form.copying import FILES
from curation.form.drafts import Draft

if TYPE_CHECKING:
    from curation.look.bounds import Bounds
    from curation.look.studio import Studio
    from curation.run.background import Handle, Status

_ROLES = ("owner", "curator", "officer", "reviewer", "auditor")


@dataclass(frozen=True)
class Acts:
    """The acts of one person in one workspace. Whether the person may is the page's to ask, and the catalog's to know."""

    workspace: Workspace
    person: Principal

    # --- drafts ------------------------------------------------------------------------------------

    def upload(self, files: Sequence[tuple[str, IO[bytes]]]) -> Draft:
        """A draft for uploads (name, bytes). One that cannot be drafted leaves nothing but its lines. Raises YuliaoError."""
        draft = drafts.new(self.workspace, self.person.name)
        paths = [drafts.keep(draft, name, file) for name, file in files]
        sizes = sum(path.stat().st_size for path in paths)
        self._tell(
            "draft_upload", draft=draft.id, files=len(paths), bytes=sizes, sha256=[_hash_file(path) for path in paths]
        )
        return self._drafted(paths, draft)

    def draft(self, path: str) -> Draft:
        """A draft for a file or folder of this machine."""
        return self._drafted([path], drafts.new(self.workspace, self.person.name))

    def _drafted(self, paths: Sequence[Path | str], draft: Draft) -> Draft:
        try:
            drafts.from_files(self.workspace, paths, draft)
        except YuliaoError as error:
            self._tell("draft_refused", draft=draft.id, error=type(error).__name__)
            raise
        self._tell("draft_new", draft, recipe=_hash(draft.text), files=len(paths))
        return draft

    def copy(self, of: str | Draft) -> Draft:
        """A draft of one's own after another one or a shipped recipe, uploads included."""
        name = str(of.recipe) if isinstance(of, Draft) else of
        draft = drafts.from_recipe(self.workspace, name, who=self.person.name)
        given = sum(one.is_file() for one in (draft.folder / FILES).rglob("*"))
        source: dict[str, Any] = {"of": of.id, "owner": of.owner} if isinstance(of, Draft) else {"of": Path(name).stem}
        self._tell("draft_copy", draft, recipe=_hash(draft.text), files=given, **source)
        return draft

    def edit(self, draft: Draft, text: str, was: str) -> None:
        """Replaces the draft's recipe. Raises UsageError where somebody changed it meanwhile."""
        draft.write(text, was=was)
        changed = [line[:1] for line in difflib.ndiff(was.splitlines(), text.splitlines())]
        self._tell("draft_edit", draft, before=_hash(was), after=_hash(text), added=changed.count("+"), removed=changed.count("-"))  # fmt: skip

    def remove(self, draft: Draft) -> None:
        """The draft and its uploads. Raises UsageError while a run reads it."""
        corpus, text = draft.label, draft.text
        files = sum(one.is_file() for one in (draft.folder / FILES).rglob("*"))
        drafts.remove(self.workspace, draft)
        self._tell("draft_remove", corpus=corpus, draft=draft.id, recipe=_hash(text), files=files)

    # --- runs --------------------------------------------------------------------------------------

    def run(self, recipe: str | Path) -> Handle:
        """Begins a run of a draft's recipe or a shipped one. Raises RecipeError, UsageError."""
        from curation.run import background

        job = background.start(self.workspace, recipe)
        self._about_run("run", job)
        return job

    def cancel(self, job: Handle) -> Status:
        status = job.cancel()
        self._about_run("run_cancel", job, state=status.state)
        return status

    def resume(self, job: Handle) -> Handle:
        """Raises UsageError while it is under way."""
        again = job.resume()
        self._about_run("run_resume", job)
        return again

    def _about_run(self, what: str, job: Handle, **more: Any) -> None:
        path = Path(job.about["recipe"])
        recipe = _hash_file(path) if path.is_file() else None
        self._tell(what, corpus=str(job.about["corpus"]), job=job.id, recipe=recipe, **more)

    # --- bounds ------------------------------------------------------------------------------------

    def bounds(self, studio: Studio, bounds: Bounds, corpus: str) -> str:
        """Saves bounds to the run's recipe, or to a draft of one's own; gives the draft's id, "" where it is none."""
        from curation.look.threshold import keeping

        return keeping.save(studio, bounds, self.workspace, corpus, who=self.person.name, role=role_of(self.person, corpus))

    # -----------------------------------------------------------------------------------------------

    def _tell(self, what: str, about: Draft | None = None, *, corpus: str = "", **details: Any) -> None:
        if about is not None:
            corpus, details = about.label, {"draft": about.id, **details}
        corpus = corpus if is_corpus(corpus) else ""
        said = {"corpus": corpus or None, "role": role_of(self.person, corpus), "where": "app", **details}
        Catalog(self.workspace.catalog).audit.append(what, who=self.person.name, **said)


def role_of(person: Principal, corpus: str) -> str:
    """The role in which this person changes something of the dataset; of all that are held, where there is none yet."""
    if person.local:
        return "owner"
    held = frozenset[str]().union(*person.roles.values())
    return next((one for one in _ROLES if (person.holds(corpus, one) if corpus else one in held)), "")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _hash_file(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
