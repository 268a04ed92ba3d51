"""The whole loop on 300 generated clinical notes with a real Label Studio, by the commands that people type."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import krippendorff
import numpy as np
import pyarrow.parquet as pq
import pytest
from notes import release as made
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats import inter_rater
from typer.testing import CliRunner

import cli
from annotation import batch as batches
from annotation import project as projects
from annotation import pull as pulling
from annotation import push as pushing
from annotation import regions
from annotation.batch import Batch
from annotation.label_studio import LabelStudio
from corpora.decisions import Log
from corpora.errors import UsageError
from corpora.workspace import Workspace


def yuliao(*arguments: str) -> dict[str, Any]:
    """Runs a command with --json and gives what it printed."""
    done = CliRunner().invoke(cli.app, ["annotate", *arguments, "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def answer(real: LabelStudio, batch: Batch, desk: int, says: Mapping[str, str]) -> None:
    """A scripted annotator: what the browser would send."""
    known = batch.known(batch.desks()[desk])[1]

    def say(one: tuple[str, str]) -> None:
        body = {"result": regions.of_choice(batch.project, one[1]), "lead_time": 2.5}
        real._ask("POST", f"api/tasks/{known[one[0]]}/annotations/", json=body)

    with ThreadPoolExecutor(4) as hands:
        list(hands.map(say, says.items()))


def test_the_loop_on_300_notes(real: LabelStudio, tmp_path: Path) -> None:
    workspace = Workspace()
    made(tmp_path / "in", workspace, n=300)
    push = (
        "push",
        "test/notes@1.0.0",
        "--project",
        "keep_drop",
        "--who",
        "王芳",
        "--who",
        "李强",
        "--n",
        "300",
        "--overlap",
        "0.1",
    )
    first = yuliao(*push)
    assert first["tasks"] == 300 and first["sent"] == 330 and yuliao(*push)["sent"] == 0
    batch = batches.find(workspace, first["batch"])
    fang, qiang = (desk.tasks for desk in batch.desks())
    shared = [task for task in batch.tasks if task in set(fang) & set(qiang)]
    assert len(shared) == 30 and len(set(fang) | set(qiang)) == 300

    truth = {task: "drop" if place % 4 == 0 else "keep" for place, task in enumerate(batch.tasks)}
    planted = set(shared[::5])
    answer(real, batch, 0, {task: truth[task] for task in fang})
    answer(real, batch, 1, {task: "unsure" if task in planted else truth[task] for task in qiang})
    pulled = yuliao("pull", batch.name)
    assert pulled["answers"] == 330 and pulled["disputed"] == len(planted) == 6 and pulled["settled"] == 294
    assert yuliao("pull", batch.name)["answers"] == 0
    figures = yuliao("agreement", batch.name)["all"]
    assert figures["percent"]["value"] == pytest.approx(1 - 6 / 30)
    theirs = cohen_kappa_score([truth[task] for task in shared], ["unsure" if t in planted else truth[t] for t in shared])
    assert figures["cohen 王芳–李强"]["value"] == pytest.approx(theirs)
    assert figures["cohen 王芳–李强"]["low"] < theirs < figures["cohen 王芳–李强"]["high"]
    codes = {"keep": 0, "drop": 1, "unsure": 2}
    pairs = np.array([[codes[truth[t]], codes["unsure" if t in planted else truth[t]]] for t in shared])
    alpha = krippendorff.alpha(reliability_data=pairs.T, level_of_measurement="nominal", value_domain=[0, 1, 2])
    assert figures["alpha_nominal"]["value"] == pytest.approx(alpha)
    kappa = inter_rater.cohens_kappa(inter_rater.to_table(pairs, bins=3)[0], return_results=False)
    assert figures["cohen 王芳–李强"]["value"] == pytest.approx(kappa)

    with pytest.raises(UsageError):
        CliRunner().invoke(cli.app, ["annotate", "adjudicate", batch.name, "--by", "李强"], catch_exceptions=False)
    asked = yuliao("adjudicate", batch.name, "--by", "赵敏")
    assert {one["task"] for one in asked["disputes"]} == planted and asked["sent"] == 6
    answer(real, batch, 2, {task: truth[task] for task in planted})
    assert yuliao("pull", batch.name)["settled"] == 300
    assert yuliao("adjudicate", batch.name)["disputes"] == []

    latest = {entry["id"]: entry for entry in Log(workspace, "test/notes").latest()}
    wanted = {batch.tasks[task]["id"]: key for task, key in truth.items()}
    assert {row: entry["decision"] for row, entry in latest.items()} == wanted
    assert {latest[batch.tasks[task]["id"]]["who"] for task in planted} == {"赵敏"}
    (status,) = yuliao("status")["batches"]
    assert status["settled"] == 300 and [desk["answered"] for desk in status["desks"]] == [165, 165, 6]

    next_ = made(tmp_path / "in", workspace, version="1.1.0", more="  - {step: apply_decisions}\n")
    kept = {row for path in next_.tables() for row in pq.read_table(path, columns=["id"])["id"].to_pylist()}
    assert kept == {row for row, key in wanted.items() if key == "keep"}, (
        "a human word beats every rule, and nothing else moved"
    )
    ledger = next_.manifest["ledger"]["total"]
    dropped = sum(sum(reasons.values()) for reasons in ledger["dropped"].values())
    assert (
        ledger["read"] + ledger["made"]
        == 300 + ledger["quarantined"] + ledger["consumed"]
        == ledger["kept"] + dropped + (ledger["quarantined"] + ledger["consumed"])
    )
    assert ledger["dropped"]["apply_decisions"]["human_drop"] > 0
    for task, who in ((next(iter(planted)), {"赵敏"}), (next(t for t in shared if t not in planted), {"王芳", "李强"})):
        told = CliRunner().invoke(cli.app, ["explain", "test/notes@1.1.0", batch.tasks[task]["id"], "--json"])
        words = json.loads(told.output)["decisions"]
        assert {one["who"] for one in words if one["decision"] == truth[task]} >= who and words[-1]["applies"], told.output


def test_offsets_and_aliases_come_back_as_they_went(real: LabelStudio, tmp_path: Path) -> None:
    """Code points with characters beyond the BMP before the mark; a skipped task; an answer that was deleted."""
    workspace = Workspace()
    release = made(tmp_path / "in", workspace, n=30)
    batch = pushing.prepare(workspace, release, projects.load("pii_spans"), [("甲", "")], n=9, seed=1, url=real.url)
    for row in batch.tasks.values():
        row["text"] = "😀𠮷" + row["text"]
        row["engine"] = [{"start": 1, "end": 2, "kind": "person_name"}]
    pushing.push(batch, real)
    known = batch.known(batch.desks()[0])[1]
    one, two, three = list(batch.tasks)[:3]
    result = regions.of_marks(batch.project, batch.tasks[one]["text"], [(1, 2, "person_name"), (2, 4, "address")])
    first = real._ask("POST", f"api/tasks/{known[one]}/annotations/", json={"result": result})
    real._ask("POST", f"api/tasks/{known[two]}/annotations/", json={"result": [], "was_cancelled": True})
    bad = [{**result[0], "value": {**result[0]["value"], "end": 10**6}}]
    real._ask("POST", f"api/tasks/{known[three]}/annotations/", json={"result": bad})
    project = batch.known(batch.desks()[0])[0]
    assert project is not None
    pulled = pulling.pull(batch, real)
    assert (pulled["answers"], pulled["skipped"], pulled["faulty"]) == (1, 1, 1)
    ((_, row),) = batch.answers().items()
    assert [(m["start"], m["end"], m["kind"]) for m in row["marks"]] == [(1, 2, "person_name"), (2, 4, "address")]
    real._ask("DELETE", f"api/annotations/{first['id']}/")
    assert pulling.pull(batch, real)["taken_back"] == 1 and batch.answers() == {}
    sent = real._ask("GET", "api/tasks/", params={"project": project, "fields": "all", "page_size": 100})["tasks"]
    assert sum(len(task["predictions"]) for task in sent) == sum(row["reason"] != "random" for row in batch.tasks.values())
    assert np.all([set(task["data"]) == {"text", "task"} for task in sent])


def test_the_guidelines_travel(real: LabelStudio, tmp_path: Path) -> None:
    workspace = Workspace()
    release = made(tmp_path / "in", workspace, n=30)
    batch = pushing.prepare(workspace, release, projects.load("document_quality"), [("甲", "")], n=2, seed=1, url=real.url)
    pushing.push(batch, real)
    project = real._ask("GET", f"api/projects/{batch.known(batch.desks()[0])[0]}")
    assert (
        project["show_instruction"]
        and "5 优" in project["expert_instruction"]
        and "两级之间犹豫" in project["expert_instruction"]
    )
    assert project["title"] == pushing.title_of(batch, batch.desks()[0]) and len(project["title"]) <= 50


def test_serve_says_what_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LABEL_STUDIO_URL", "LABEL_STUDIO_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    made(tmp_path / "in", Workspace(), n=12)
    with pytest.raises(UsageError) as error:
        CliRunner().invoke(
            cli.app,
            ["annotate", "push", "test/notes@1.0.0", "--project", "keep_drop", "--who", "甲", "--n", "3"],
            catch_exceptions=False,
        )
    assert "annotate serve" in error.value.hint
    with contextlib.redirect_stdout(io.StringIO()):
        assert "没有在运行" in CliRunner().invoke(cli.app, ["annotate", "serve", "--stop"]).output
