"""Canaries of what the house knows: identity columns of the copies, entries of lists; the row's own values come back."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest

from corpora.text_buffers import Leaf
from corpora.workspace import Workspace
from curation.identities import Identities, IdentityList
from curation.recipe_file import load
from curation.run import canary_known
from curation.run.pipeline import run
from curation.step import Context
from quality.identities import Draw
from tests.curation import corpus

COLUMNS = {"姓名": "person_name/patient", "手机": "mobile", "代号": "secret"}


def context(folder: Path, lists: bool = True) -> Context:
    (folder / "staff.txt").write_text("孙立人\n赵雪梅\n平安\n", "utf-8")
    names = [IdentityList(file="staff.txt", kind="person_name", subtype="doctor")] if lists else []
    return Context((Leaf("text"),), b"k" * 32, str(folder), Identities(columns=COLUMNS, lists=names))


def test_every_column_and_form_is_planted_evenly_and_once_a_copy(tmp_path: Path) -> None:
    known = canary_known.of_the_house(Draw(1, "x"), context(tmp_path), 5, 40, ["person_name", "mobile"])
    assert Counter((one.column, one.canary.context) for one in known) == {
        ("姓名", "known"): 10, ("手机", "known"): 10, ("", "known"): 5,
    }  # fmt: skip
    for name in ("姓名", "手机"):
        copies = [one.copy for one in known if one.column == name]
        assert len(set(copies)) == len(copies)
    listed = {one.canary.value for one in known if not one.column}
    assert listed <= {"孙立人", "赵雪梅"}  # 平安 is an everyday word: only counted, so not planted


def test_columns_hold_the_canaries(tmp_path: Path) -> None:
    known = canary_known.of_the_house(Draw(1, "x"), context(tmp_path, lists=False), 1, 4, ["person_name", "mobile"])
    batch = pa.RecordBatch.from_pydict({f"_identity.{name}": pa.array(["旧"] * 4, pa.large_string()) for name in COLUMNS})
    done = canary_known.entered(batch, known).to_pydict()
    assert done["_identity.姓名"][:2] == [one.canary.value for one in known if one.column == "姓名"]
    assert done["_identity.姓名"][2:] == ["旧", "旧"] and done["_identity.代号"] == ["旧"] * 4


def test_nothing_is_known_without_identities(tmp_path: Path) -> None:
    assert canary_known.of_the_house(Draw(1, "x"), Context((), b"k" * 32, str(tmp_path)), 5, 40, ["person_name"]) == []


def test_a_run_measures_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = corpus.recipe(tmp_path)
    extra = "identities:\n  columns: {秘密: person_name/patient}\ncanaries: {rows: 200, each: 4}\n"
    path.write_text(path.read_text("utf-8") + extra, "utf-8")
    report = run(load(str(path)), workspace=Workspace(), out=tmp_path / "out")
    found = report.release.manifest["metrics"]["pii.canaries"]
    assert found["contexts"]["known"]["planted"] >= 16 and found["contexts"]["known"]["recall"] == 1
    assert found["contexts"]["mistyped"]["recall"] == 1
