"""One run: read · reshape · rewrite · measure · decide · treat · write, from files to a sealed release.

Two stages map over shards (measuring, writing); between them one place decides. Each stage is finished in the work
folder before the next begins, so a killed run goes on where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from corpora import attestations, disk
from corpora import release as releases
from corpora.errors import LawBroken, UsageError
from corpora.forgotten import Forgotten, Requests
from corpora.forms import Ledger
from corpora.release import Release
from corpora.sources import Shard
from corpora.workspace import Workspace
from curation.recipe_file import RecipeFile
from curation.run import (
    accounts,
    advice,
    canary_copies,
    deciding,
    fingerprint,
    gathering,
    inputs,
    lost,
    measuring,
    publication,
    restoring,
    risk,
    vaulting,
    writing,
)
from curation.run.cleaner import Job
from curation.run.clock import Clock
from curation.run.deciding import Decided
from curation.run.inputs import InputFile
from curation.run.judged import Judged
from curation.run.parent import Parent
from curation.run.report import Progress, Report, Silent
from curation.run.runner import Runner, start
from curation.run.shard_facts import Facts, load_facts
from curation.run.work_folder import WorkFolder
from curation.run.working_rows import WorkingRows

SHARD_BYTES = 8 << 20
BLOCK_BYTES = 4 << 20  # measured: smaller blocks pay for their overhead, larger ones fall out of the cache


def run(
    file: RecipeFile,
    *,
    workspace: Workspace,
    workers: int = 1,
    out: Path | None = None,
    progress: Progress | None = None,
    shard_bytes: int = SHARD_BYTES,
    runner: Runner | None = None,
) -> Report:
    """Runs a recipe. `out`: the sealed folder goes there, detached (no parent, no registration). Raises YuliaoError.

    A `runner` that is given stays open (several runs may share it), else one is made for `workers` and closed.
    """
    if out is not None:
        _check_free(out)
    own = start(workers) if runner is None else runner
    try:
        return _Run(file, workspace, own, progress or Silent(), shard_bytes).go(out)
    except OSError as error:
        if disk.is_full(error):
            raise disk.full(workspace.root) from error
        raise
    finally:
        if runner is None:
            own.close()


def _check_free(out: Path) -> None:
    """Better now than after an hour: `out` must be new, empty, or a release (which then has to be this very one)."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())) and not (out / "release.json").is_file():
        raise UsageError(
            f"--out 不是空目录：{out.name} / the folder of --out is not empty: {out.name}",
            hint="换一个新目录 / name a new folder",
        )


@dataclass
class _Run:
    file: RecipeFile
    workspace: Workspace
    runner: Runner
    progress: Progress
    shard_bytes: int
    clock: Clock = field(default_factory=Clock)

    def go(self, out: Path | None) -> Report:
        started = time.time()
        since = time.perf_counter()
        recipe = self.file.recipe
        if out is None:
            publication.check_number(self.workspace, recipe)
        key = self.workspace.key(recipe.corpus)
        files = inputs.find(recipe, self.file.base, self.workspace, fetched=self._fetching())
        with ThreadPoolExecutor(2) as background:
            background.submit(deciding.warm)
            hashes = [background.submit(inputs.sha256, one) for one in files]
            shards = self._plan(files)
            parent = Parent.none() if out else Parent.find(self.workspace, recipe)
            measured = fingerprint.measure(recipe, self.file.base, shards, [f.stamp for f in files], key, self.forgotten)
            with WorkFolder.open(self.workspace, recipe.corpus, measured) as work:
                facts = self._measure(work, shards, key)
                rows = WorkingRows.of(work.measured, [one.rows for one in facts])
                restored = restoring.Restored.match(recipe, rows, restoring.in_force(self.workspace, recipe))
                judged = Judged.match(recipe, rows, self.workspace)
                about = [*restored.about(), *judged.about()]
                here = work.run_folder(fingerprint.decide(measured, recipe, parent.release, about))
                decided = self._decide(rows, key, parent, here, judged)
                restored.save(here)
                judged.save(here)
                total, by_source = accounts.ledgers(recipe, facts, rows, decided, restored, judged)
                proof = self._risk(rows, decided, here) | restored.metrics(decided.kept)
                copies = background.submit(
                    canary_copies.measure, recipe, str(self.file.base), key, rows, decided.kept, self.clock
                )
                written = self._write(rows, decided, key, here)
                proof |= copies.result()
                broken = accounts.quarantine(work.measured, here / lost.FOLDER, len(shards))
                lost.describe(here, recipe, files, shards)
                release = self._seal(
                    here, out, facts, decided, written, (total, by_source), files, hashes, parent, started, proof
                )
                work.save_state(here, self.file, files, shards, [one.rows for one in facts], decided.reasons, release)
        seconds, size = time.perf_counter() - since, sum(one.size for one in files)
        notes = [*accounts.about_broken(broken, files), *advice.absent_columns(recipe, facts)]
        notes += [*advice.lost_files(facts), *advice.unmet(self.forgotten, facts)]
        notes += [*restored.notes(), *judged.notes(), *advice.notes(self.workspace, recipe, release)]
        return Report(recipe, release, here, total, by_source, seconds, size, self.clock, notes, advice.causes(facts))

    def _fetching(self) -> Callable[[int], None]:
        """Moves a bar on with the rows of queries, which nobody has counted before; it appears with the first of them."""
        begun = list[int]()

        def fetched(rows: int) -> None:
            if not begun:
                self.progress.begin("fetch", 0)
            begun.append(rows)
            self.progress.advance(rows)

        return fetched

    @cached_property
    def forgotten(self) -> Forgotten:
        """Whose rows are not taken in: the deletion requests of this dataset line."""
        return Requests(self.workspace, self.file.recipe.corpus).in_force()

    def _plan(self, files: list[InputFile]) -> list[Shard]:
        return [shard for i, one in enumerate(files) for shard in inputs.plan(self.file.recipe, i, one, self.shard_bytes)]

    def _measure(self, work: WorkFolder, shards: list[Shard], key: bytes) -> list[Facts]:
        todo = [(i, shard) for i, shard in enumerate(shards) if load_facts(work.measured, i) is None]
        job = Job(self.file.recipe, str(self.file.base), key, str(work.measured), BLOCK_BYTES, self.forgotten)
        gathering.gather(self.file.recipe, shards, key, work.measured, BLOCK_BYTES)
        self.progress.begin("measure", len(shards))
        self.progress.advance(len(shards) - len(todo))
        for _ in self.runner.map(measuring.build, job, todo):
            self.progress.advance(1)
        facts = [load_facts(work.measured, i) for i in range(len(shards))]
        done = [one for one in facts if one is not None]
        for one in done:
            self.clock.add(one.clock)
        if len(done) != len(shards):
            raise LawBroken("有分片没有完成 / a shard is missing", hint="重新运行 / run again")
        return done

    def _decide(self, rows: WorkingRows, key: bytes, parent: Parent, here: Path, judged: Judged) -> Decided:
        self.progress.begin("decide", 1)
        self.clock.to("decide", "decide")
        decided = Decided.load(here)
        if decided is None:
            decided = deciding.decide(self.file.recipe, rows, key, parent.ids, here, judged)
            decided.save(here)
        self.clock.to(None)
        self.clock.count("decide", "decide", len(rows), int(decided.kept.sum()), 0)
        self.progress.advance(1)
        return decided

    def _risk(self, rows: WorkingRows, decided: Decided, here: Path) -> dict[str, Any]:
        """Metrics of the declared columns; what has to be coarser lies in the run's folder for the writers."""
        self.clock.to("risk", "decide")
        has_subjects = any(source.subject or self.file.recipe.subject for source in self.file.recipe.sources)
        found = {"pii.persons": risk.persons(rows, decided.kept)} if has_subjects else {}
        found |= risk.coarsen(self.file.recipe, rows, decided.kept, here)
        self.clock.to(None)
        return found

    def _write(self, rows: WorkingRows, decided: Decided, key: bytes, here: Path) -> list[dict[str, Any]]:
        stage = releases.stage(here / "stage")
        (here / "rejected").mkdir(exist_ok=True, mode=0o700)
        reasons = tuple(decided.reasons)
        job = writing.Job(
            self.file.recipe, str(self.file.base), key, rows, str(here), str(stage), str(here / "rejected"), reasons,
            *vaulting.begin(self.workspace, self.file.recipe, here),
        )  # fmt: skip
        tasks: list[Any] = [*writing.plan(rows, decided.kept, decided.split)]
        tasks += [writing.RejectedTask(shard) for shard in rows.shards()]
        self.progress.begin("write", len(tasks))
        results: list[dict[str, Any]] = [{}] * len(tasks)
        for position, result in self.runner.map(writing.build, job, tasks):
            results[position] = result
            self.clock.add(result["clock"])
            self.progress.advance(1)
        return results

    def _seal(
        self, here: Path, out: Path | None, facts: list[Facts], decided: Decided, written: list[dict[str, Any]],
        ledger: tuple[Ledger, dict[str, Ledger]], files: list[InputFile], hashes: list[Future[str]], parent: Parent, started: float,
        proof: dict[str, Any],
    ) -> Release:  # fmt: skip
        recipe = self.file.recipe
        self.progress.begin("seal", 1)
        digests = [future.result() for future in hashes]
        inputs.check_unchanged(files, digests)
        advice.check_kept(ledger[0], facts, here, files)
        audited = attestations.audited(self.workspace, publication.tables_hash(written))
        public = publication.facts(recipe, facts, decided, written, ledger, files, digests, parent, proof | audited)
        target = out if out else publication.place(self.workspace, recipe)
        shards = [shard for result in written for shard in result["shards"]]
        run = publication.run_facts(started, self.clock)
        if out is None:
            release = publication.seal_draft(here / "stage", public, run, target, shards)
        else:
            release = releases.seal(here / "stage", public, run, target, shards=shards)
        # a detached release is not registered either; this private note only lets `peek` and `explain` find its origins
        vaulting.finish(self.workspace, recipe, here, release.tables_hash)
        self.workspace.record_run(release=release.hash, corpus=recipe.corpus, version=recipe.version, work=here)
        self.progress.advance(1)
        return release
