"""The logic of every page, without a browser: what is drawn, what a click does, what a mistake looks like."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from corpora.catalog import Catalog
from corpora.catalog.people import People
from corpora.decisions import Log
from corpora.ui import access
from corpora.ui.sessions import SESSIONS
from corpora.ui.shelf import Shelf
from corpora.ui.words import Words
from corpora.workspace import Workspace
from curation.form import drafts
from curation.look.studio import Studio
from curation.review import candidates
from curation.review import page as review
from curation.review.desk import Desk
from curation.run.background import Status
from tests.app import story

PAGES = {
    "home": "curation.home.page", "run": "curation.run.page", "flow": "curation.look.flow.page",
    "rows": "curation.look.reader.page", "studio": "curation.look.threshold.page", "review": "curation.review.page",
    "quality": "quality.page", "release": "curation.release_desk.page", "catalog": "corpora.catalog.page",
    "annotation": "annotation.page",
}  # fmt: skip


def shown(page: str, **state: Any) -> AppTest:
    """A page, drawn once."""
    source = f"from corpora.ui import page as ui\nfrom {PAGES[page]} import draw\nui.begin()\ndraw()\n"
    test = AppTest.from_string(source, default_timeout=60)
    if (token := state.pop("token", None)) is not None:
        state["session"] = SESSIONS.open(str(People(Catalog(Workspace().catalog).database).principal(token).token))
    for key, value in state.items():
        test.session_state[key] = value
    return test.run()


def said(test: AppTest) -> str:
    """Every word on the page that is plain or HTML."""
    parts = [str(getattr(one, "value", "")) for kind in ("title", "header", "subheader", "caption", "markdown", "error", "warning", "info") for one in test.get(kind)]  # fmt: skip
    parts += [str(one.proto.body) for one in test.get("html")]
    parts += [str(one.label) for kind in ("button", "metric", "tab", "selectbox") for one in test.get(kind)]
    return "\n".join(parts)


@pytest.fixture()
def local(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty workspace on one's own machine."""
    monkeypatch.setenv("YULIAO_APP_LOCAL", "1")
    return home


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_stands_on_an_empty_workspace(page: str, language: str, local: Path) -> None:
    test = shown(page, language=language)
    assert not test.exception and test.title[0].value


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_stands_on_a_finished_run(page: str, language: str, done: Path) -> None:
    test = shown(page, language=language)
    assert not test.exception, test.exception
    assert not test.error, said(test)


def test_home_offers_the_demo_when_there_is_nothing(local: Path) -> None:
    assert {one.label for one in shown("home").button} == {"选择文件", "运行演示"}


def test_home_tells_the_newest_version(done: Path) -> None:
    words = said(shown("home"))
    assert "v1.0.0" in words and "已发布" in words


def test_flow_tells_each_fate(done: Path) -> None:
    test = shown("flow")
    kept = next(one for one in test.metric if one.label == "保留")
    assert int(kept.value.replace(",", "")) == Shelf(Workspace()).entries()[0].manifest["rows"]


def test_hostile_rows_are_text(done: Path) -> None:
    test = shown("rows")
    test.text_input[0].set_value("document.title").run()
    body = said(test)
    assert not test.exception and "&lt;script&gt;" in body and "<script>" not in body and "<img src" not in body


def test_rows_show_no_untreated_number(done: Path) -> None:
    test = shown("rows")
    test.text_input[0].set_value("1381234").run()
    assert any(one.value.startswith("0 ") for one in test.caption), said(test)


def test_rows_of_a_reason(done: Path) -> None:
    test = shown("rows", rows_kept=False, rows_reason="monotonous")
    assert not test.exception and any(one.value.startswith("1 行") for one in test.caption), said(test)


def test_a_bound_moves_the_counts_at_once(done: Path) -> None:
    test = shown("studio")
    rules = test.selectbox[1]
    place = next(i for i, label in enumerate(rules.options) if "太短" in label)
    rules.set_value(place).run()
    before = next(one for one in test.metric if one.label == "保留").value
    slider = test.slider[0]
    slider.set_value(slider.max).run()
    after = next(one for one in test.metric if one.label == "保留")
    assert (
        not test.exception
        and int(after.value.replace(",", "")) < int(before.replace(",", ""))
        and after.delta.startswith("-")
    )


def test_samples_on_either_side_of_a_bound_are_coloured_and_their_edits_are_told(done: Path) -> None:
    test = shown("studio")
    rules = test.selectbox[1]
    rules.set_value(next(i for i, label in enumerate(rules.options) if "太短" in label)).run()
    slider = test.slider[0]
    slider.set_value(slider.min + (slider.max - slider.min) / 2).run()
    assert "刚好剔除" in said(test) and "yl-card" in said(test)
    how = next(one for one in test.get("button_group") if "每步改动" in str(one.options))
    assert any("原文" in str(one) for one in how.options), "on one's own machine"
    how.set_value("edits").run()
    assert not test.exception and "yl-step" in said(test)


@pytest.fixture()
def mine(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the finished workspace that a test may change."""
    import shutil

    target = tmp_path / "copy"
    shutil.copytree(finished, target, symlinks=True)
    shutil.copy(finished.parent / "notes.csv", tmp_path)  # recipes name it relative to themselves
    monkeypatch.setenv("YULIAO_HOME", str(target))
    monkeypatch.setenv("YULIAO_APP_LOCAL", "1")
    return target


def test_bounds_of_a_shipped_recipe_go_into_a_draft_of_ones_own(mine: Path) -> None:
    from curation import recipe_file
    from curation.look.threshold import keeping

    run = Shelf(Workspace()).entries()[0]
    studio = Studio.open(Workspace(), str(run.work))
    assert not keeping.is_shipped(studio) and studio.path is not None
    before = studio.path.read_text("utf-8")
    bounds = {next(rule.key for rule in studio.rules() if rule.reason == "too_short"): (17.0, None)}
    shipped = recipe_file.find("healthcare")
    studio.path, text = shipped, shipped.read_text("utf-8")
    made = keeping.save(studio, bounds, Workspace(), run.corpus, who="li")
    (draft,) = drafts.all_of(Workspace(), "li")
    assert draft.id == made and "at_least: 17" in draft.text and shipped.read_text("utf-8") == text
    studio.path = drafts.all_of(Workspace(), "local")[0].recipe
    own = keeping.save(studio, bounds, Workspace(), run.corpus, who="li")
    assert own == drafts.all_of(Workspace(), "local")[0].id and "at_least: 17" in studio.path.read_text("utf-8") != before
    told = [one for one in Catalog(Workspace().catalog).audit.entries() if one["what"] == "recipe"]
    assert [one["who"] for one in told] == ["li", "li"]


def test_several_conditions_hold_at_once(done: Path) -> None:
    test = shown("rows")
    test.multiselect[0].set_value(["characters", "han_share"]).run()
    values = {one.key: one for one in test.text_input if one.key}
    values["value_characters"].set_value("30").run()
    one = next(caption.value for caption in test.caption if " 行" in caption.value)
    next(one for one in test.text_input if one.key == "value_han_share").set_value("0.9").run()
    both = next(caption.value for caption in test.caption if " 行" in caption.value)
    assert not test.exception and int(both.split()[0].replace(",", "")) < int(one.split()[0].replace(",", ""))


def test_a_search_that_takes_long_can_be_stopped_and_goes_on(done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from curation.look.searching import Search

    monkeypatch.setattr(Search, "advance", lambda self, seconds: None)
    test = shown("rows", rows_fate="all")
    test.text_input[0].set_value("患者的").run()
    next(one for one in test.button if one.label == "停止").click().run()
    assert not test.exception and "停在 0%" in said(test)
    monkeypatch.undo()
    monkeypatch.setenv("YULIAO_HOME", str(done))
    monkeypatch.setenv("YULIAO_APP_LOCAL", "1")
    next(one for one in test.button if one.label == "接着找").click().run()
    assert not test.exception and "停在" not in said(test)


def test_a_draft_that_was_changed_elsewhere_is_asked_about(local: Path) -> None:
    draft = drafts.from_recipe(Workspace(), "general")
    test = shown("run", draft=draft.id)
    other = draft.text.replace("version: 1.0.0", "version: 1.2.0")
    draft.write(other)
    field = next(one for one in test.text_input if one.label.endswith("title"))
    field.set_value("另一个标题").run()
    assert "别处改过" in said(test) and draft.text == other, "nothing is written until somebody chooses"
    next(one for one in test.button if one.label == "用那边的").click().run()
    assert "别处改过" not in said(test) and draft.text == other and test.text_area[0].value == other


def test_a_mistake_stands_at_its_field(local: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.csv").write_bytes(story.gbk_csv(20))
    draft = drafts.from_files(Workspace(), [tmp_path / "notes.csv"])
    good = draft.text
    draft.write(good.replace("version: 1.0.0", "version: 甲"))
    test = shown("run", draft=draft.id)
    assert not test.exception
    words = said(test)
    assert "1 处错误" in words and words.count("三段数字") >= 2, "told above and at the field"
    assert next(one for one in test.button if one.label == "开始运行").disabled
    field = next(one for one in test.text_input if one.label.endswith("version"))
    field.set_value("2.0.0").run()
    assert "配方没有错误" in said(test) and "version: 2.0.0" in drafts.all_of(Workspace())[0].text


class Job:
    """A job as curation.run.background tells of one."""

    def __init__(self, state: str, error: str = "") -> None:
        self.id, self.calls, self.about = "20261126T000000", list[str](), {"corpus": "nb/notes"}
        self._status = Status(state, "write", 1, 4, error=error, hint="改好再来 / fix it" if error else "")

    def status(self) -> Status:
        return self._status

    def cancel(self) -> None:
        self.calls.append("cancel")

    def resume(self) -> Job:
        self.calls.append("resume")
        return self


@pytest.mark.parametrize(
    ("state", "error", "buttons"),
    [
        ("running", "", {"取消"}),
        ("failed", "磁盘满了 / disk full", {"接着运行"}),
        ("done", "", {"看流向", "逐行查看", "调界限", "发布"}),
    ],
)
def test_progress(state: str, error: str, buttons: set[str], local: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = Job(state, error)
    monkeypatch.setattr("curation.run.background.jobs", lambda workspace: [job])
    test = shown("run")
    assert not test.exception and buttons <= {one.label for one in test.button}
    assert not test.error or "disk full" in test.error[0].value and "fix it" in test.error[0].value
    assert "job" not in test.session_state, "looking at a run does not pull the page to it"
    if act := {"running": "取消", "failed": "接着运行"}.get(state):
        next(one for one in test.button if one.label == act).click().run()
        assert job.calls == [{"取消": "cancel", "接着运行": "resume"}[act]]


def test_an_upload_keeps_to_its_folder(local: Path) -> None:
    import io

    draft = drafts.new(Workspace())
    for name in ("../../etc/passwd", "..\\..\\a.csv", ".hidden", "a\x00b.csv", "", "a.csv"):
        path = drafts.keep(draft, name, io.BytesIO(b"x"))
        assert path.parent == draft.folder / "files" and path.stat().st_mode & 0o077 == 0
    assert len(list((draft.folder / "files").iterdir())) == 6


# --- review ------------------------------------------------------------------------------------------


def desk(finished: Path, tmp_path: Path, who: str, kind: str = "kept") -> Desk:
    """A desk on a copy of the run's workspace, so that what is decided stays with this test."""
    import shutil

    target = tmp_path / "copy"
    if not target.exists():
        shutil.copytree(finished, target, symlinks=True)
        shutil.rmtree(target / "leases", ignore_errors=True)  # of pages that were opened on the shared one
    workspace = Workspace(target)
    work = Shelf(workspace).entries()[0].work
    assert work is not None
    return Desk(workspace, work, kind, who=who, role="reviewer")


def test_two_reviewers_never_meet(finished: Path, tmp_path: Path) -> None:
    first, second = desk(finished, tmp_path, "li"), desk(finished, tmp_path, "wang")
    mine, theirs = first.take(10, Words()), second.take(10, Words())
    assert len(mine) == len(theirs) == 10 and not {one.id for one in mine} & {one.id for one in theirs}


def test_a_batch_that_comes_twice_counts_once_and_undo_takes_it_back(finished: Path, tmp_path: Path) -> None:
    one = desk(finished, tmp_path, "li")
    cards = one.take(3, Words())
    batch = [{"seq": i + 1, "id": card.id, "decision": word, "shown": card.shown, "cluster": False} for i, (card, word) in enumerate(zip(cards, ("keep", "drop", "unsure"), strict=True))]  # fmt: skip
    assert one.submit(batch) == 3 and one.submit(batch) == 0
    said = {entry["id"]: entry for entry in one.log.about_rows()}
    assert [said[card.id]["decision"] for card in cards] == ["keep", "drop", "unsure"]
    assert all(said[card.id]["who"] == "li" and said[card.id]["shown"] == card.shown for card in cards)
    one.submit([{"seq": 4, "id": cards[1].id, "decision": "undo"}])
    assert {entry["id"] for entry in one.log.about_rows()} == {cards[0].id, cards[2].id}
    assert cards[1].id in {card.id for card in one.take(3, Words())}, "it is shown again"


def test_a_row_that_another_one_decided_is_not_overruled(finished: Path, tmp_path: Path) -> None:
    first, second = desk(finished, tmp_path, "li"), desk(finished, tmp_path, "wang")
    card = first.take(1, Words())[0]
    assert first.submit([{"seq": 1, "id": card.id, "decision": "keep", "shown": ""}]) == 1
    assert second.submit([{"seq": 1, "id": card.id, "decision": "drop", "shown": ""}]) == 0
    assert second.submit([{"seq": 2, "id": "f" * 32, "decision": "drop"}, {"seq": 3, "id": card.id, "decision": "rm"}]) == 0


def test_killed_between_log_and_queue_nothing_is_lost(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = desk(finished, tmp_path, "li")
    card = one.take(1, Words())[0]
    batch = [{"seq": 1, "id": card.id, "decision": "drop", "shown": ""}]
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(one.leases, "done", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        one.submit(batch)
    again = desk(finished, tmp_path, "li")
    assert [entry["decision"] for entry in again.log.about_rows()] == ["drop"]
    assert again.submit(batch) == 0 and card.id not in {shown.id for shown in again.take(5, Words())}


@pytest.mark.parametrize("word", ["keep", "drop", "unsure"])
def test_a_cluster_is_decided_at_once_and_taken_back_at_once(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    one = desk(finished, tmp_path, "li")
    first, second = one.take(2, Words())
    monkeypatch.setattr(
        one, "_survivor", lambda id: second.id
    )  # the row that is shown need not be the one that stands for all
    monkeypatch.setattr(
        "curation.review.candidates.cluster", lambda run, number: [one._number[first.id], one._number[second.id]]
    )
    assert one.submit([{"seq": 1, "id": first.id, "decision": word, "shown": "", "cluster": True}]) == 2
    said = one.log.about_rows()
    assert {entry["cluster"] for entry in said} == {second.id} and {entry["decision"] for entry in said} == {word}
    assert {entry["id"] for entry in said} == {first.id, second.id}
    assert one.submit([{"seq": 2, "id": first.id, "decision": "undo"}]) == 2 and one.log.about_rows() == []


def test_a_row_that_was_judged_in_another_text_waits_again(finished: Path, tmp_path: Path) -> None:
    one = desk(finished, tmp_path, "li")
    first, second = one.take(2, Words())
    one.submit([{"seq": 1, "id": card.id, "decision": "keep", "shown": ""} for card in (first, second)])
    said = next(entry for entry in one.log.about_rows() if entry["id"] == first.id)
    one.log.undo([said], at="2026-11-26T00:00:00Z")
    one.log.append([{**said, "content_key": "0" * 32}, {**said, "content_key": "1" * 32, "id": "f" * 32}])
    again = desk(finished, tmp_path, "wang", "again")
    assert [card.id for card in again.take(9, Words())] == [first.id], (
        "not the row whose text is the same, nor one that is gone"
    )
    again.submit([{"seq": 1, "id": first.id, "decision": "drop", "shown": ""}])
    assert candidates.of(again.run, "again", 9).tolist() == [], "judged"


def test_batches_are_numbered_by_the_page_that_sent_them(finished: Path, tmp_path: Path) -> None:
    one = desk(finished, tmp_path, "li")
    cards = one.take(2, Words())
    state: dict[str, Any] = {"client": "", "acked": 0, "mistake": ""}
    review.take(lambda queue: one, {"client": "a", "decisions": [{"seq": 1, "id": cards[0].id, "decision": "keep"}]}, state)
    assert state["acked"] == 1
    both = [{"seq": 1, "id": cards[0].id, "decision": "keep"}, {"seq": 2, "id": cards[1].id, "decision": "drop"}]
    review.take(lambda queue: one, {"client": "a", "decisions": both}, state)
    assert state == {"client": "a", "acked": 2, "mistake": ""} and len(one.log.about_rows()) == 2
    review.take(lambda queue: one, {"client": "b", "decisions": []}, state)
    assert state == {"client": "b", "acked": 0, "mistake": ""}


def test_a_decision_goes_to_the_queue_that_it_was_made_in(finished: Path, tmp_path: Path) -> None:
    """Its batch may arrive when another queue, or another version, is open already."""
    near, kept = desk(finished, tmp_path, "li", "near"), desk(finished, tmp_path, "li")
    one, two = near.take(1, Words())[0], kept.take(1, Words())[0]
    state: dict[str, Any] = {"client": "", "acked": 0, "mistake": ""}
    said = [{"seq": i, "queue": queue, "id": id, "decision": "drop"} for i, (queue, id) in enumerate((("near", one.id), ("kept", two.id)), 1)]  # fmt: skip
    review.take({"near": near, "kept": kept}.get, {"client": "a", "decisions": said}, state)
    assert {entry["id"] for entry in kept.log.about_rows()} == {one.id, two.id} and not state["mistake"]
    assert near.leases.counts().done == kept.leases.counts().done == 1
    review.take({}.get, {"client": "a", "decisions": [{**said[0], "seq": 3, "queue": "gone"}]}, state)
    assert state["acked"] == 3 and state["mistake"]


def test_an_undo_takes_corrections_back_too_and_comes_twice_without_harm(finished: Path, tmp_path: Path) -> None:
    one = desk(finished, tmp_path, "li")
    id = one.take(1, Words())[0].id  # noqa: A001
    one.submit([{"id": id, "decision": "keep"}])
    one.submit([{"id": id, "decision": "drop"}])
    assert one.submit([{"id": id, "decision": "undo"}]) == 2 and one.log.about_rows() == []
    assert one.submit([{"id": id, "decision": "undo"}]) == 0 and one.log.about_rows() == []


def test_what_is_shown_is_treated(finished: Path, tmp_path: Path) -> None:
    cards = desk(finished, tmp_path, "li").take(200, Words())
    assert len(cards) > 100 and not any("1381234" in card.html for card in cards)
    assert any("<mark" in card.html for card in cards)


# --- people ------------------------------------------------------------------------------------------


def front() -> AppTest:
    return AppTest.from_file(str(Path(__file__).resolve().parent.parent.parent / "app.py"), default_timeout=60).run()


def test_a_reload_opens_the_same_release_and_queue_and_an_unknown_one_is_told(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Shelf(Workspace()).entries()[0]
    other = replace(one, corpus=one.corpus + "-2")
    monkeypatch.setattr(Shelf, "entries", lambda self: [one, other])

    def opened(**asked: str) -> AppTest:
        test = AppTest.from_string("from curation.review.page import draw\ndraw()\n", default_timeout=60)
        test.query_params.update(asked)
        return test.run()

    def stands(test: AppTest) -> tuple[object, ...]:
        assert not test.exception
        told = ("".join(test.query_params[key]) for key in ("release", "queue"))  # a word, or a list that holds it
        return test.selectbox[0].value, test.session_state["review_kind"], *told

    test = opened(release=other.name, queue="kept")
    assert stands(test) == (other.name, "kept", other.name, "kept") and not test.warning
    assert stands(test.run())[:2] == (other.name, "kept"), "the next run keeps it"
    test.selectbox[0].set_value(one.name).run()
    assert stands(test) == (one.name, "kept", one.name, "kept"), "the widget, once used, knows better than the address"
    test.query_params["release"] = other.name
    assert stands(test.run())[0] == other.name, "the address was changed by its reader: a step back"
    test = opened(release="nb/gone@1.0", queue="nothing").run()
    assert stands(test)[:2] == (one.name, "near") and len(test.warning) == 2 and "gone" in test.warning[0].value
    assert not test.selectbox[0].set_value(other.name).run().warning[1:], "told until something is chosen"


def test_without_users_only_ones_own_machine_is_let_in(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YULIAO_APP_LOCAL", "")
    assert [one.label for one in front().text_input] == ["令牌"]
    monkeypatch.setenv("YULIAO_APP_LOCAL", "1")
    assert front().title[0].value == "语料工坊" and not front().text_input


def test_a_token_opens_the_door_and_a_wrong_one_does_not(local: Path) -> None:
    people = People(Catalog(Workspace().catalog).database)
    people.users.add_organisation("nb", "宁波", by="test")
    people.users.add("li", "李", by="test")
    people.users.give("li", "nb", "reviewer", by="test")
    token, _ = people.tokens.add("li", by="test", scope="write")
    test = front()
    test.text_input[0].set_value("wrong")
    test.button[0].click().run()
    assert test.error and "令牌" in test.error[0].value
    test.text_input[0].set_value(token)
    test.button[0].click().run()
    assert not test.exception and any("退出" in one.label for one in test.button)
    assert set(test.session_state["pages"]) == {"home", "flow", "rows", "review", "annotation", "quality", "catalog"}
    assert "sign_in" in {entry["what"] for entry in Catalog(Workspace().catalog).audit.entries()}


ROLES = {
    "developer": (set(), "models are trained elsewhere"), "auditor": (set(), "numbers and papers"),
    "reviewer": (set(), "judges rows"), "officer": (set(), "signs and grants"),
    "curator": ({"开始运行", "发布到目录", "只抽样"}, "makes the dataset"), "owner": ({"开始运行", "发布到目录", "只抽样"}, "everything"),
}  # fmt: skip
ACTS = {"run": "开始运行", "release": "发布到目录", "annotation": "只抽样"}


@pytest.mark.parametrize("role", ROLES)
def test_each_page_for_each_role(role: str, mine: Path) -> None:
    """Every page that the role opens stands; what it may not do is not there, or cannot be pressed."""
    may, why = ROLES[role]
    run = Shelf(Workspace()).entries()[0]
    people = People(Catalog(Workspace().catalog).database)
    space = run.corpus.partition("/")[0]
    people.users.add_organisation(space, "本院", by="test")
    people.users.add("li", "李", by="test")
    people.users.give("li", space, role, by="test")
    token, _ = people.tokens.add("li", by="test", scope="write")
    person = people.principal(token)
    draft = drafts.from_recipe(Workspace(), str(drafts.all_of(Workspace())[0].recipe), who="li")
    found = set()
    for page in PAGES:
        if access.may_open(person, page):
            test = shown(page, token=token, draft=draft.id, release=run.name)
            assert not test.exception, (page, test.exception)
            options = [str(option) for one in test.get("button_group") for option in one.options]
            assert not any("原文" in one for one in [*(one.label for one in test.toggle), *options]), (
                f"{page} offers raw text to somebody who is not this machine's owner"
            )
            found |= {
                one.label
                for one in test.button
                if one.label == ACTS.get(page) and (not one.disabled or page == "annotation")
            }
    published = "发布到目录"  # of a draft only; this one is out already
    assert found == may - {published}, why


def test_a_stranger_to_the_dataset_sees_none_of_it(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil

    target = tmp_path / "copy"
    shutil.copytree(finished, target, symlinks=True)
    monkeypatch.setenv("YULIAO_HOME", str(target))
    monkeypatch.setenv("YULIAO_APP_LOCAL", "1")
    people = People(Catalog(Workspace().catalog).database)
    people.users.add_organisation("elsewhere", "别处", by="test")
    people.users.add("wu", "吴", by="test")
    people.users.give("wu", "elsewhere", "owner", by="test")
    token, _ = people.tokens.add("wu", by="test", scope="write")
    for page in ("home", "flow", "rows", "studio", "review", "release", "quality", "catalog"):
        test = shown(page, token=token)
        assert not test.exception and "records" not in said(test), page
    assert Log(Workspace(), Shelf(Workspace()).entries()[0].corpus).about_rows() == []
    draft = drafts.all_of(Workspace())[0]
    test = shown("run", token=token, draft=draft.id)
    assert not any(one.label == "开始运行" for one in test.button), "the draft of somebody else does not open"
    assert not any(draft.label in option for one in test.selectbox for option in one.options), "nor is it offered"


def test_a_mistake_of_several_lines_stands_on_several_lines() -> None:
    from corpora.ui import page as ui

    said = ui._quiet("第一行 *甲*\n  第二行")
    assert said == "第一行 \\*甲\\*  \n第二行" and "⏎" not in said
