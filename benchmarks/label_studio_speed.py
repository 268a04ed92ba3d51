"""20 000 tasks onto a Label Studio of one's own and their answers back: seconds of `annotate push` and `annotate pull`.

`python -m benchmarks.label_studio_speed [--tasks 20000] [--characters 400]`; the server is that of the tests (.bench/label-studio).
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa

from annotation import project as projects
from annotation import pull as pulling
from annotation import push as pushing
from annotation import regions, server
from annotation.batch import TASK_TABLE, Batch
from annotation.label_studio import LabelStudio

BAR = 60.0
"""Seconds for 20 000 tasks (issue 6)."""


def made(folder: Path, tasks: int, characters: int) -> Batch:
    """A batch of keep / drop tasks, all pre-annotated, for one person."""
    sentence = "患者咳嗽三天，体温38.2℃，予以止咳化痰，嘱多饮水，三日后复诊。"
    asked = projects.load("keep_drop")
    rows = []
    for number in range(tasks):
        text = f"第{number}份记录。" + sentence * (characters // len(sentence))
        own = hashlib.blake2b(b"%d" % number, digest_size=8).hexdigest()
        rows.append({
            "task": own, "id": own * 2, "content_key": own * 2, "reason": "stratified", "kept": True, "drop_reason": "",
            "shown": hashlib.sha256(text.encode()).hexdigest(), "text": text, "replaced": [], "engine": [], "guess": "keep",
            "segments": [{"leaf": 0, "item": 0, "start": 0, "end": len(text)}],
        })  # fmt: skip
    table = pa.Table.from_pylist(rows, TASK_TABLE)
    facts = {"key": "bench", "corpus": "bench/tasks", "version": "1.0.0", "url": "", "seed": 0,
             "leaves": ["text"], "project": asked.model_dump(mode="json")}  # fmt: skip
    return Batch.make(folder / "batch", facts, table, pushing.assign(table["task"].to_pylist(), [("甲", "")], 0))


def answer_all(studio: LabelStudio, batch: Batch) -> None:
    """Every task answered, quicker than people: it is deleted and imported with its answer."""
    (desk,) = batch.desks()
    project, known = batch.known(desk)
    assert project is not None
    studio._ask("POST", "api/dm/actions", params={"project": project, "id": "delete_tasks"},
                json={"project": project, "selectedItems": {"all": True, "excluded": []}})  # fmt: skip
    result = regions.of_choice(batch.project, "keep")
    for chunk in pushing.chunks(batch, list(known)):
        sent = [{**pushing.payload(batch, task), "annotations": [{"result": result}]} for task in chunk]
        batch.record(desk, project, dict(zip(chunk, studio.import_tasks(project, sent), strict=True)))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tasks", type=int, default=20_000)
    options.add_argument("--characters", type=int, default=400)
    given = options.parse_args()
    shared = Path(".bench/label-studio").absolute()
    folder = Path(tempfile.mkdtemp(prefix="yuliao-label-studio-"))
    home = folder / "home"
    home.mkdir(mode=0o700)
    running = server.start(home, port=0, python=server.install(shared))
    try:
        studio, batch = LabelStudio(running.url, running.token), made(folder, given.tasks, given.characters)
        studio.who()
        started = time.perf_counter()
        done = pushing.push(batch, studio)
        pushed = time.perf_counter() - started
        answer_all(studio, batch)
        time.sleep(pulling.MARGIN.total_seconds() + 5)  # people do not answer 20 000 tasks within the margin of a pull
        started = time.perf_counter()
        answers = pulling.pull(batch, studio)
        first = time.perf_counter() - started
        started = time.perf_counter()
        pulling.pull(batch, studio)
        again = time.perf_counter() - started
    finally:
        server.stop(home)
        shutil.rmtree(folder, ignore_errors=True)
    print(
        f"push  {done['sent']} tasks of {given.characters} characters: {pushed:.1f} s ({done['sent'] / pushed:.0f} tasks/s)"
    )
    print(f"pull  {answers['answers']} answers of {given.tasks} tasks: {first:.1f} s; again, nothing new: {again:.1f} s")
    return int(given.tasks >= 20_000 and pushed > BAR * given.tasks / 20_000)


if __name__ == "__main__":
    sys.exit(main())
