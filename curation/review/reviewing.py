"""A review from end to end: what waits in a run goes onto a sheet; what people decided on a sheet goes into the log."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora import roles, schema
from corpora.catalog import Catalog
from corpora.catalog.audit import utc_now
from corpora.decisions import ABOUT, ROW, Log
from corpora.errors import UsageError
from corpora.workspace import Workspace
from curation.review import queue, sheets
from curation.run import restoring
from curation.run.deciding import Decided
from curation.run.measuring import CONTENT_KEY
from curation.run.work_folder import State
from curation.run.working_rows import WorkingRows
from quality.pii import spans

FOLDER = "review"


@dataclass(frozen=True)
class Review:
    """The findings of a finished run that people may judge."""

    state: State
    workspace: Workspace

    @property
    def rows(self) -> WorkingRows:
        return WorkingRows.of(self.state.measured, self.state.counts)

    @property
    def log(self) -> Log:
        return Log(self.workspace, self.state.file.recipe.corpus)

    def draw(self, *, n: int, seed: int, out: Path | None, unsure: bool = False) -> dict[str, Any]:
        """Writes a sheet of up to n findings into `out`, by default the run's own private folder. unsure: of those that are
        only counted."""
        decided = Decided.load(self.state.here)
        if decided is None:
            raise UsageError("运行没有完成 / the run is not finished", hint="重新运行 / run again")
        recipe, key = self.state.file.recipe, self.workspace.key(self.state.file.recipe.corpus)
        said = [entry for entry in self.log.latest() if entry["kind"] != ROW]
        items, waiting = queue.waiting(recipe, self.rows, decided.kept, said, key, n=n, seed=seed, unsure=unsure)
        paths = sheets.write(items, out or self.state.here / FOLDER) if items else []
        low, high = restoring.bounds(recipe)
        return {
            "findings": len(items),
            "waiting": waiting,
            "again": sum(one.again for one in items),
            "kinds": dict(sorted(Counter(one.kind for one in items).items())),
            "min_confidence": low,
            "high_confidence": high,
            "sheets": [str(path) for path in paths],
        }

    def take(self, path: Path, *, by: str, role: str = "") -> dict[str, Any]:
        """Adds the sheet's decisions to the log. Raises UsageError for a role that may not, a person who does not hold it,
        and findings that are not of this run or that nobody may restore; then nothing is added."""
        role = roles.acting(self.workspace, by, self.state.file.recipe.corpus, "restore", role)
        said = sheets.take(path)
        self._check(path, [about for about, _ in said])
        shown = hashlib.sha256(path.read_bytes()).hexdigest()
        common = {"who": by, "role": role, "at": utc_now(), "shown": shown, "project": sheets.PROJECT}
        counts = Counter(decision for _, decision in said)
        details = {"corpus": self.state.file.recipe.corpus, "release": self.state.release, "counts": dict(counts)}
        if said:  # the log of the house first: what counts is logged
            Catalog(self.workspace.catalog).audit.append("pii_review", **details, officer=by, role=role, sheet=shown)
        entries = [{**dict(zip(ABOUT, about, strict=True)), "decision": decision, **common} for about, decision in said]
        return {"added": self.log.append(entries), **{key: counts[key] for key in ("restore", "redact")}}

    def _check(self, path: Path, wanted: list[tuple[Any, ...]]) -> None:
        recipe, rows = self.state.file.recipe, self.rows
        found = spans.joined([restoring.restorable(recipe, rows), restoring.unsure(recipe, rows)])
        ids, contents = rows.binary(schema.ID)[found.row], rows.binary(CONTENT_KEY)[found.row]
        columns = (found.leaf, found.item, found.start, found.end)
        named = {one[0] for one in wanted}
        known = {
            (id, content.tobytes().hex(), recipe.text[leaf], item, start, end, kind)
            for id, content, leaf, item, start, end, kind in zip(  # noqa: A001
                (one.tobytes().hex() for one in ids), contents, *(column.tolist() for column in columns),
                spans.names(found)["kind"].to_pylist(), strict=True,
            )
            if id in named
        }  # fmt: skip
        if strange := [number for number, about in enumerate(wanted, 1) if about not in known]:
            raise UsageError(
                f"{path.name} 有 {len(strange)} 个决定不属于这次运行可复核的发现，从第 {strange[0]} 个起"
                f" / {len(strange)} decision(s) are not about findings of this run that may be restored",
                hint="用产生这张表的那次运行；高置信度的发现谁也不能还原 / take it back for the run that it was drawn from",
            )
