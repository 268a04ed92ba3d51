"""What people mark in text is replaced by the next run, wherever its value stands in that row, and nothing else changes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import forms
from corpora.decisions import Log
from corpora.workspace import Workspace
from curation import recipe_file
from curation.look.replay import Replayer, find_state
from curation.look.row_ids import find
from curation.run import marking, pipeline
from curation.run.restoring import Restored
from curation.run.work_folder import State
from quality.pii import spans
from quality.pii.findings import EVIDENCE_INDEX, KIND
from tests.annotation import notes
from tests.curation import corpus
from tests.terminal import call

NAME = "test/notes"
_CELL = st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(0, 1), st.integers(0, 30), st.integers(1, 6))


def _column(cells: list[tuple[int, int, int, int, int]], evidence: str) -> Any:
    """Findings of three rows, no two of which overlap, from drawn places."""
    taken: dict[tuple[int, int, int], list[range]] = {}
    rows: list[list[dict[str, Any]]] = [[], [], []]
    for row, leaf, item, start, width in sorted(cells):
        mine = taken.setdefault((row, leaf, item), [])
        if any(start < one.stop and one.start < start + width for one in mine):
            continue
        mine.append(range(start, start + width))
        rows[row].append({"leaf": leaf, "item": item, "start": start, "end": start + width, "kind": "mobile", "subtype": "",
                          "confidence": 0.7, "evidence": evidence})  # fmt: skip
    return spans.from_column(spans.to_column(spans.from_column(_array(rows)), 3))


def _array(rows: list[list[dict[str, Any]]]) -> Any:
    import pyarrow as pa

    return pa.array(rows, forms.SPANS)


def _covered(found: Any, only: set[int] | None = None) -> set[tuple[int, ...]]:
    chosen = range(len(found)) if only is None else only
    return {
        (int(found.row[k]), int(found.leaf[k]), int(found.item[k]), at)
        for k in chosen for at in range(int(found.start[k]), int(found.end[k]))
    }  # fmt: skip


@settings(deadline=None)
@given(st.lists(_CELL, max_size=12), st.lists(_CELL, max_size=6), st.sampled_from(["context", "restored"]))
def test_nothing_gets_bare_and_nothing_overlaps(cells: list[Any], wanted: list[Any], evidence: str) -> None:
    found = _column(cells, evidence)
    marks = np.array(
        sorted({(10 + r, leaf, item, s, s + w, KIND["person_name"]) for r, leaf, item, s, w in wanted}), np.int64
    )
    done = marking.added(found, np.arange(10, 13), marks.reshape(-1, 6))
    before, after = _covered(found), _covered(done)
    asked = {(row - 10, leaf, item, at) for row, leaf, item, start, end, _ in marks.tolist() for at in range(start, end)}
    mine = _covered(done, set(np.flatnonzero(done.evidence == EVIDENCE_INDEX["marked"]).tolist()))
    assert asked <= mine
    assert evidence == "restored" or before <= after
    assert len(after) == sum(int(e - s) for s, e in zip(done.start, done.end, strict=True)), "no two overlap"
    keys = list(zip(done.row, done.leaf, done.item, done.start, strict=True))
    assert keys == sorted(keys)
    if not len(marks):
        assert done is found


def _decide(workspace: Workspace, row: dict[str, Any], start: int, end: int, kind: str, role: str = "reviewer") -> None:
    Log(workspace, NAME).append([
        {"id": row["id"], "content_key": row["key"], "leaf": "text", "item": 0, "start": start, "end": end, "kind": kind,
         "decision": "redact", "who": "li", "role": role, "at": "2026-11-26T00:00:00Z", "shown": "", "project": "test/1"}
    ])  # fmt: skip


@pytest.fixture
def marked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """A first version, one of its rows, and that row's place in the run."""
    corpus.recipe(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YULIAO_HOME", str(tmp_path / "home"))
    workspace = Workspace()
    done = _run(capfd, "1.0.0")
    replayer = Replayer(find_state(f"{NAME}@1.0.0", workspace), workspace)
    table = pq.read_table(next(Path(done["release"]).glob("data/train-*.parquet")))
    ids = [one for one, text in zip(table["id"].to_pylist(), table["text"].to_pylist(), strict=True) if len(text) > 40]
    number = find(replayer.rows.binary("id"), np.ones(len(replayer.rows), bool), ids[0])
    row = replayer.rows.take(np.array([number], np.int64)).to_pylist()[0]
    return {"id": ids[0], "key": row["_content_key"].hex(), "text": row["text"], "workspace": workspace}


def _run(capfd: pytest.CaptureFixture[str], version: str, workers: str = "1") -> dict[str, Any]:
    code, out, err = call(capfd, "run", "notes.yaml", "--version", version, "--workers", workers, "--json")
    assert code == 0, err
    done: dict[str, Any] = json.loads(out)
    return done


def _texts(release: str) -> dict[str, str]:
    tables = [pq.read_table(path) for path in Path(release).glob("data/*.parquet")]
    return {
        id: text  # noqa: A001
        for one in tables
        for id, text in zip(one["id"].to_pylist(), one["text"].to_pylist(), strict=True)  # noqa: A001
    }


def test_a_mark_is_replaced_by_the_next_run(marked: dict[str, Any], capfd: pytest.CaptureFixture[str]) -> None:
    before = _texts(_run(capfd, "1.0.0")["release"])
    at = marked["text"].index("患者") if "患者" in marked["text"] else 0
    word = marked["text"][at : at + 2]
    _decide(marked["workspace"], marked, at, at + 2, "person_name")
    done = _run(capfd, "1.1.0")
    after = _texts(done["release"])
    assert word not in after[marked["id"]] and "姓名" in after[marked["id"]]
    assert {k: v for k, v in after.items() if k != marked["id"]} == {k: v for k, v in before.items() if k != marked["id"]}
    manifest = json.loads((Path(done["release"]) / "release.json").read_text())
    assert manifest["metrics"]["pii.marked"] == marked["text"].count(word)
    assert call(capfd, "verify", f"{NAME}@1.1.0")[0] == 0
    story = json.loads(call(capfd, "explain", f"{NAME}@1.1.0", marked["id"], "--json")[1])
    assert [one["decision"] for one in story["decisions"]] == ["redact"]
    assert word not in json.dumps(Log(marked["workspace"], NAME).read().to_pylist(), ensure_ascii=False, default=str)
    again = _run(capfd, "1.1.0", workers="2")
    assert again["release"] == done["release"] and _texts(again["release"]) == after


def test_a_mark_on_another_text_changes_nothing(marked: dict[str, Any], capfd: pytest.CaptureFixture[str]) -> None:
    before = _texts(_run(capfd, "1.0.0")["release"])
    _decide(marked["workspace"], {**marked, "key": "0" * 32}, 0, 2, "person_name")
    done = _run(capfd, "1.1.0")
    assert _texts(done["release"]) == before
    assert any("不再适用" in note for note in done["notes"])


def test_a_mark_beyond_its_string_changes_nothing(marked: dict[str, Any], capfd: pytest.CaptureFixture[str]) -> None:
    before = _texts(_run(capfd, "1.0.0")["release"])
    _decide(marked["workspace"], marked, len(marked["text"]) - 1, len(marked["text"]) + 4, "address")
    assert _texts(_run(capfd, "1.1.0")["release"]) == before


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Replayer:
    """A run of generated clinical notes, with placeholders for what was found."""
    folder = tmp_path_factory.mktemp("clinic")
    workspace = Workspace(folder / "home")
    notes.release(folder / "in", workspace, n=40)
    path = folder / "in" / "recipe.yaml"
    path.write_text(path.read_text("utf-8").replace("default: surrogate", "default: placeholder"), "utf-8")
    report = pipeline.run(recipe_file.load(path), workspace=workspace)
    return Replayer(State.load(report.work), workspace)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 39), st.integers(0, 10**6), st.integers(1, 12), st.sampled_from(["person_name", "address", "mobile"]))
def test_what_is_marked_anywhere_is_gone_and_other_rows_are_the_same(
    clinic: Replayer, number: int, at: int, width: int, kind: str
) -> None:
    clinic.restored = Restored.load(Path("nowhere"))
    before, other = clinic.row(number), clinic.row((number + 1) % 40)
    text = before.cleaned[0]
    start = at % len(text)
    end = min(start + width, len(text))
    said = [(number, 0, 0, start, end, kind)]
    marks = marking.places(clinic.rows, clinic.recipe.leaves, said)
    clinic.restored = Restored(marks[:0, :5], marks[:0, :5], marks=marks)
    after = clinic.row(number)
    gone = [one for one in after.replaced or () if one["old_start"] <= start and end <= one["old_end"]]
    assert len(gone) == 1, "the place itself is inside of one replacement"
    assert clinic.row((number + 1) % 40).after == other.after
    value, names = text[start:end], "".join(re.findall(r"\[[^\]]*\]", after.after[0]))
    whole = len(value.strip()) >= (2 if kind == "person_name" else 5)
    if whole and not set(value) & set(names):  # a placeholder has words of its own
        assert value not in after.after[0]
    clinic.restored = Restored.load(Path("nowhere"))
    assert clinic.row(number).after == before.after, "without the mark, as it was"
