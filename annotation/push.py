"""Sampling, pre-annotation and import. Every step looks at what is there before it does anything: killed between any two
calls, the same command goes on, and no task stands on the server twice."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from annotation import batch as batches
from annotation import regions, sampling, shown
from annotation.batch import ANNOTATOR, TASK_TABLE, Batch, Desk
from annotation.label_studio import TASK_KEY, LabelStudio
from annotation.project import Project
from annotation.rows import Pool, Rows
from corpora.errors import IntegrityError, LawBroken, UsageError
from corpora.release import Release
from corpora.workspace import Workspace

CHUNK, CHUNK_BYTES = 2000, 16 << 20
Person = tuple[str, str]
"""(name, e-mail on the server or "")."""
Report = Callable[[int, int], None]


def prepare(
    workspace: Workspace, release: Release, project: Project, people: Sequence[Person], *, n: int, seed: int, url: str,
    overlap: float | None = None,
) -> Batch:  # fmt: skip
    """The batch of these wishes, drawn and written unless it is there already. Nothing is sent.

    Raises UsageError without people, for the same person twice, or where the release has no run on this machine.
    """
    names = [name for name, _ in people]
    if not names or len(set(names)) < len(names):
        raise UsageError("要有标注人，每人一次 / name the annotators, each once", hint="--who 王芳 --who 李强")
    share = project.overlap if overlap is None else overlap
    wishes = {
        "release": release.hash, "project": project.model_dump(mode="json"), "people": [list(one) for one in people],
        "n": n, "seed": seed, "overlap": share,
    }  # fmt: skip
    folder = batches.folder(workspace) / batches.name_of(project, wishes)
    if (folder / batches.FACTS).is_file():
        return Batch.load(folder)
    rows = Rows.open(release, workspace)
    key = hashlib.blake2b(batches.digest(wishes).encode(), key=workspace.key(release.corpus), digest_size=32)
    table = _tasks(rows, project, n=n, seed=seed, key=key.digest(), draw_key=workspace.key(release.corpus))
    facts = {
        **wishes, "key": key.hexdigest()[:12], "corpus": release.corpus, "version": release.version, "url": url,
        "leaves": list(release.manifest["leaves"]), "apart": not url,
    }  # fmt: skip
    return Batch.make(folder, facts, table, assign(table["task"].to_pylist(), people, share))


def _tasks(rows: Rows, project: Project, *, n: int, seed: int, key: bytes, draw_key: bytes) -> pa.Table:
    wanted = project.sample
    pool = rows.pool(
        near=project.near.column if project.near else None, confidence=project.kind == "spans", rejected=wanted.rejected > 0
    )
    if not len(pool):
        raise UsageError("发布里没有行 / the release has no rows", hint="换一个版本 / take another version")
    sample = sampling.draw(pool, project, n=n, seed=seed, key=draw_key)
    found = rows.read(pool.ids[sample.rows])
    made = [
        _task(rows, project, pool, int(row), reason, found[pool.ids[row].tobytes()], key)
        for row, reason in zip(sample.rows, sample.reasons, strict=True)
    ]
    return pa.Table.from_pylist(made, TASK_TABLE)


def _task(
    rows: Rows, project: Project, pool: Pool, row: int, reason: str, said: dict[str, Any], key: bytes
) -> dict[str, Any]:
    seen, id_ = shown.render(rows.leaves, said["leaves"]), pool.ids[row].tobytes()
    marks = shown.placed(seen.segments, said["spans"])
    kept = bool(pool.kept[row])
    return {
        "task": hashlib.blake2b(id_, key=key, digest_size=8).hexdigest(), "id": id_.hex(), "content_key": said["content_key"],
        "reason": reason, "kept": kept, "drop_reason": "" if kept else pool.reasons[pool.reason[row]], "shown": seen.hash,
        "text": seen.text, "segments": [vars(one) for one in seen.segments], "replaced": said["replaced"],
        "engine": [dict(zip(("start", "end", "kind"), one, strict=True)) for one in marks],
        "guess": guess(project, kept=kept, quality=float(pool.quality[row])),
    }  # fmt: skip


def guess(project: Project, *, kept: bool, quality: float) -> str:
    """The engine's own answer: what it did with the row, or its score cut into as many levels as the rubric has."""
    if project.decides == "row":
        return "keep" if kept else "drop"
    if project.kind == "choice" and project.measure != "nominal" and not np.isnan(quality):
        levels = sorted(project.keys, key=int)
        return levels[min(int(quality * len(levels)), len(levels) - 1)]
    return ""


def assign(tasks: Sequence[str], people: Sequence[Person], overlap: float) -> list[Desk]:
    """Desks: the first share of the tasks goes to two people each, the others to one, everybody as many as the next."""
    mine: list[list[str]] = [[] for _ in people]
    twice = round(len(tasks) * overlap) if len(people) > 1 else 0
    turn = 0
    for place, task in enumerate(tasks):
        for _ in range(2 if place < twice else 1):
            mine[turn % len(people)].append(task)
            turn += 1
    return [Desk(i, name, account, ANNOTATOR, tuple(mine[i])) for i, (name, account) in enumerate(people)]


def payload(batch: Batch, task: str) -> dict[str, Any]:
    """What is sent of a task: text and our own id, nothing of where it comes from or why. The random control goes bare.

    Raises LawBroken for a pre-annotation that Label Studio would take in silently and show wrong or not at all.
    """
    row, project = batch.tasks[task], batch.project
    data = {"data": {"text": row["text"], TASK_KEY: task}}
    if row["reason"] == "random":
        return data
    if project.kind == "spans":
        guessed = regions.of_marks(project, row["text"], [(one["start"], one["end"], one["kind"]) for one in row["engine"]])
    else:
        guessed = regions.of_choice(project, row["guess"]) if row["guess"] else []
    if found := regions.faults(project, row["text"], guessed):
        raise LawBroken(
            f"任务 {task} 的预标注不合项目：{found[0]} / the pre-annotation of task {task} does not fit its project",
            hint="这是程序缺陷，请报告 / this is a defect: report it",
        )
    return {**data, "predictions": [{"model_version": regions.VERSION, "result": guessed}]} if guessed else data


def push(batch: Batch, server: LabelStudio, *, report: Report = lambda done, total: None) -> dict[str, Any]:
    """Brings every desk of a batch onto the server. Raises UsageError for another server than before, IntegrityError where
    the server has other tasks than we sent."""
    counts: Counter[str] = Counter()
    for desk in batch.desks():
        door = batch.door(desk, server)
        project = _project(batch, desk, door)
        counts.update(_fill(batch, desk, project, door, report))
    return {"batch": batch.name, "desks": len(batch.desks()), **{key: counts[key] for key in ("sent", "found", "deleted")}}


def _project(batch: Batch, desk: Desk, server: LabelStudio) -> int:
    known, _ = batch.known(desk)
    if known is not None:
        return known
    title = title_of(batch, desk)
    project = server.find(title)
    if project is None:
        project = server.create(
            title=title, description=f"{batch.facts['corpus']} · {batch.project.label}", config=batch.project.config(),
            guidelines=batch.project.instruction(),
        )  # fmt: skip
    batch.record(desk, project)
    return project


def title_of(batch: Batch, desk: Desk) -> str:
    """At most 50 characters, as the server asks, and never the same for two desks."""
    return f"{batch.project.title[:16]} {batch.key}-{desk.number} {desk.name}"[:50]


def _fill(batch: Batch, desk: Desk, project: int, server: LabelStudio, report: Report) -> Counter[str]:
    counts: Counter[str] = Counter()
    for _ in range(2):  # the second time only where the count at the end was not right
        _, pairs = batch.known(desk)
        if server.size(project) != len(pairs):
            pairs = _compare(batch, desk, project, server, counts)
        missing = [task for task in desk.tasks if task not in pairs]
        for chunk in chunks(batch, missing):
            ids = server.import_tasks(project, [payload(batch, task) for task in chunk])
            batch.record(desk, project, dict(zip(chunk, ids, strict=True)))
            counts["sent"] += len(chunk)
            report(len(chunk), len(desk.tasks))
        if server.size(project) == len(desk.tasks):
            return counts
    raise IntegrityError(
        f"{desk.name} 的项目里任务数不对 / the project of {desk.name} has another number of tasks than were sent",
        hint="有人在 Label Studio 里增删了任务；删掉多出来的再推一次 / somebody added or deleted tasks there",
    )


def _compare(batch: Batch, desk: Desk, project: int, server: LabelStudio, counts: Counter[str]) -> dict[str, int]:
    """Own id → task id as it stands on the server; copies that nobody has answered are deleted."""
    there: dict[str, int] = {}
    tasks = server.task_ids(project)
    for own, number, answered in sorted(tasks, key=lambda one: (one[0], -one[2], one[1])):
        if own in there and not answered:
            server.delete_task(number)
            counts["deleted"] += 1
        elif own in batch.tasks:
            there.setdefault(own, number)
    _, pairs = batch.known(desk)
    fresh = {own: number for own, number in there.items() if pairs.get(own) != number}
    if fresh:
        batch.record(desk, project, fresh)
        counts["found"] += len(fresh)
    return there


def chunks(batch: Batch, tasks: Sequence[str]) -> list[list[str]]:
    """At most CHUNK tasks and about CHUNK_BYTES of text a request."""
    out: list[list[str]] = []
    size = CHUNK_BYTES
    for task in tasks:
        size += len(batch.tasks[task]["text"].encode())
        if size > CHUNK_BYTES or len(out[-1]) == CHUNK:
            out.append([])
            size = len(batch.tasks[task]["text"].encode())
        out[-1].append(task)
    return out
