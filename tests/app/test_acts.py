"""Every change that people make in the workbench has its line in the audit log: who, in which role, what, hashes, counts."""

from __future__ import annotations

import ast
import hashlib
import inspect
import io
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from corpora.catalog import Catalog
from corpora.catalog.people import LOCAL, Principal
from corpora.errors import UsageError, YuliaoError
from corpora.workspace import Workspace
from curation.form import drafts, editing
from curation.form.acts import Acts, role_of
from curation.look.studio import Studio
from curation.run import background
from curation.run.background import Handle, Status
from tests.app import story
from tests.app.conftest import ROOT
from tests.app.test_pages import PAGES, shown

LI = Principal("li", scope="write", roles={"local": frozenset({"curator", "reviewer"}), "ward": frozenset({"owner"})})
NOTE = "王建国病程记录"
"""A name of an upload that must be in no line."""


@dataclass
class Bench:
    """A workspace with one finished run, and jobs that do nothing."""

    acts: Acts
    entry: Any
    handle: Handle
    draft: drafts.Draft = field(init=False)

    def __post_init__(self) -> None:
        self.draft = drafts.from_recipe(self.acts.workspace, "general", who="li")


@pytest.fixture()
def bench(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    home = tmp_path / "workspace"
    shutil.copytree(finished, home)
    monkeypatch.setenv("YULIAO_HOME", str(home))
    monkeypatch.setenv("YULIAO_APP_LOCAL", "1")
    monkeypatch.setattr(Handle, "_launch", launched)
    from corpora.ui.shelf import Shelf

    monkeypatch.setattr(
        "curation.look.studio.recipe_of", lambda workspace, state: recipe
    )  # of the copy, not of the original
    workspace = Workspace()
    (recipe,) = [one.recipe for one in drafts.all_of(workspace, "local")]
    (entry,) = Shelf(workspace).entries()
    handle = background.start(workspace, drafts.from_recipe(workspace, "general", who="li").recipe)
    yield Bench(Acts(workspace, LI), entry, handle)


def launched(job: Handle) -> Handle:
    """No process: only the record of a job that is over."""
    (job.folder / background.STATUS).write_bytes(Status("failed", started=1.0).to_json())
    return job


def _upload(bench: Bench) -> None:
    bench.acts.upload([(f"{NOTE}.csv", io.BytesIO(story.gbk_csv(20)))])


def _refused(bench: Bench) -> None:
    with pytest.raises(YuliaoError):
        bench.acts.upload([(f"{NOTE}.csv", io.BytesIO(b"\0" * 90))])


def _draft(bench: Bench) -> None:
    path = bench.acts.workspace.root.parent / f"{NOTE}.csv"
    path.write_bytes(story.gbk_csv(20))
    bench.acts.draft(str(path))


def _edit(bench: Bench) -> None:
    bench.acts.edit(bench.draft, editing.set_value(bench.draft.text, "version", "2.0.0"), bench.draft.text)


def _bounds(bench: Bench) -> None:
    studio = Studio.open(bench.acts.workspace, bench.entry.work)
    rule = next(one for one in studio.rules() if one.reason == "too_short")
    bench.acts.bounds(studio, {rule.key: (17.0, rule.at_most)}, bench.entry.corpus)


def _edited(bench: Bench) -> dict[str, Any]:
    return {"added": 1, "removed": 1, "after": hashlib.sha256(bench.draft.text.encode()).hexdigest()}


ACTS: list[tuple[str, Callable[[Bench], Any], list[str], Callable[[Bench], dict[str, Any]]]] = [
    ("upload", _upload, ["draft_upload", "draft_new"], lambda bench: {"files": 1}),
    ("upload", _refused, ["draft_upload", "draft_refused"], lambda bench: {"error": "UsageError"}),
    ("draft", _draft, ["draft_new"], lambda bench: {"files": 1}),
    ("copy", lambda bench: bench.acts.copy("general"), ["draft_copy"], lambda bench: {"of": "general", "files": 0}),
    ("copy", lambda bench: bench.acts.copy(drafts.all_of(bench.acts.workspace, "local")[0]), ["draft_copy"], lambda bench: {"owner": "local"}),
    ("edit", _edit, ["draft_edit"], _edited),
    ("remove", lambda bench: bench.acts.remove(bench.draft), ["draft_remove"], lambda bench: {"draft": bench.draft.id, "files": 0}),
    ("run", lambda bench: bench.acts.run(bench.draft.recipe), ["run"], lambda bench: {"recipe": hashlib.sha256(bench.draft.text.encode()).hexdigest()}),
    ("cancel", lambda bench: bench.acts.cancel(bench.handle), ["run_cancel"], lambda bench: {"job": bench.handle.id, "state": "failed"}),
    ("resume", lambda bench: bench.acts.resume(bench.handle), ["run_resume"], lambda bench: {"job": bench.handle.id}),
    ("bounds", _bounds, ["recipe"], lambda bench: {"bounds": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "act", "told", "last"), ACTS, ids=[f"{one[0]}-{one[2][-1]}" for one in ACTS])
def test_an_act_leaves_exactly_its_lines(
    name: str, act: Callable[[Bench], Any], told: list[str], last: Callable[[Bench], dict[str, Any]], bench: Bench
) -> None:
    audit = Catalog(bench.acts.workspace.catalog).audit
    before = len(list(audit.lines()))
    act(bench)
    lines = [json.loads(line) for line in audit.lines()][before:]
    assert [one["what"] for one in lines] == told
    assert all(one["who"] == "li" and one["role"] in ("curator", "owner") and one["where"] == "app" for one in lines)
    assert lines[-1].items() >= last(bench).items()
    hashes = [
        value for one in lines for key, value in one.items() if key in ("recipe", "before", "after") and len(value) == 64
    ]
    assert hashes or told[-1] == "draft_refused"
    assert NOTE not in json.dumps(lines, ensure_ascii=False) and "王建国" not in json.dumps(lines, ensure_ascii=False)
    assert audit.broken() is None


def test_no_act_is_missing_from_the_table() -> None:
    public = {name for name, _ in inspect.getmembers(Acts, inspect.isfunction) if not name.startswith("_")}
    assert {one[0] for one in ACTS} == public


def test_an_upload_is_told_by_its_bytes(bench: Bench) -> None:
    data = story.gbk_csv(20)
    bench.acts.upload([("a.csv", io.BytesIO(data)), ("b.csv", io.BytesIO(data + b"x,y,z\n"))])
    (line,) = Catalog(bench.acts.workspace.catalog).audit.entries(what="draft_upload")
    assert line["files"] == 2 and line["bytes"] == 2 * len(data) + 6
    assert line["sha256"][0] == hashlib.sha256(data).hexdigest()


def test_an_edit_that_meets_another_one_changes_nothing_and_tells_nothing(bench: Bench) -> None:
    was = bench.draft.text
    bench.draft.write(was + "# 那边\n")
    with pytest.raises(UsageError):
        bench.acts.edit(bench.draft, was + "# 这里\n", was)
    assert not list(Catalog(bench.acts.workspace.catalog).audit.entries(what="draft_edit"))


@pytest.mark.parametrize(
    ("person", "corpus", "role"),
    [
        (LOCAL, "local/notes", "owner"), (LI, "local/notes", "curator"), (LI, "ward/notes", "owner"), (LI, "else/where", ""),
        (LI, "", "owner"), (Principal("wu"), "", ""),
    ],
)  # fmt: skip
def test_the_role_in_which_somebody_acts(person: Principal, corpus: str, role: str) -> None:
    assert role_of(person, corpus) == role


CHANGES = re.compile(
    r"drafts\.(new|keep|from_files|from_recipe|remove)|background\.start|keeping\.save|studio\.save|(draft|chosen|job)\.(write|resume|cancel)"
    r"|audit\.append|write_atomically|.*\.(write_text|write_bytes|unlink|rmtree|mkdir)|open"
)
"""Calls that change something and tell nobody."""


def test_pages_change_nothing_but_through_acts() -> None:
    """What the other pages call (review, annotation, catalog, publishing, signing) tells the log by itself."""
    found = []
    for module in {*PAGES.values(), "curation.form.page", "curation.look.page"}:
        path = ROOT / (module.replace(".", "/") + ".py")
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and CHANGES.fullmatch(ast.unparse(node.func)):
                found.append(f"{module}: {ast.unparse(node.func)}")
    assert found == []


# --- through the pages -------------------------------------------------------------------------------


def told(bench: Bench) -> list[str]:
    return [one["what"] for one in Catalog(bench.acts.workspace.catalog).audit.entries()]


def click(test: Any, label: str) -> Any:
    next(one for one in test.button if one.label == label).click()
    return test.run()


def test_copying_editing_running_and_resuming_by_the_page(bench: Bench) -> None:
    before = len(told(bench))
    test = shown("run", language="zh")
    picked = next(one for one in test.selectbox if one.label == "配方")
    picked.set_value(next(i for i, name in enumerate(picked.options) if name.startswith("general（自带"))).run()
    click(test, "照它另写一份")
    assert told(bench)[before:] == ["draft_copy"], test.exception
    test.text_area(key="yaml").set_value(test.text_area(key="yaml").value.replace("version: 1.0.0", "version: 1.4.0")).run()
    assert told(bench)[before:] == ["draft_copy", "draft_edit"]
    click(test, "开始运行")
    click(test, "接着运行")
    assert told(bench)[before:] == ["draft_copy", "draft_edit", "run", "run_resume"], test.exception
    last = list(Catalog(bench.acts.workspace.catalog).audit.entries())[-1]
    assert last["role"] == "owner" and last["who"] == "local" and len(last["recipe"]) == 64


def test_the_demo_and_saved_bounds_by_the_page(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    test = shown("studio")
    rules = test.selectbox[1]
    rules.set_value(next(i for i, label in enumerate(rules.options) if "太短" in label)).run()
    test.slider[0].set_value(test.slider[0].max).run()
    assert not test.exception and not test.error, test.error
    click(test, "保存")
    (line,) = [one for one in Catalog(bench.acts.workspace.catalog).audit.entries(what="recipe")]
    assert line["role"] == "owner" and line["bounds"] == 1 and line["before"] != line["after"]
    monkeypatch.setenv("YULIAO_HOME", str(bench.acts.workspace.root / "empty"))
    click(shown("home"), "运行演示")
    (line,) = Catalog(Workspace().catalog).audit.entries(what="run")
    assert line["role"] == "owner" and line["corpus"] == "demo/healthcare-notes"
