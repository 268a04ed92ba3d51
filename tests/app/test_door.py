"""The door of the workbench: who is in which tab, for how long, and what ends it. Without a browser; see test_tabs for one."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from corpora.catalog import Catalog
from corpora.catalog.people import People
from corpora.ui import access, door
from corpora.ui.sessions import HOURS, Sessions
from corpora.ui.shelf import Shelf
from corpora.workspace import Workspace
from tests.app.test_pages import PAGES

APP = str(Path(__file__).resolve().parent.parent.parent / "app.py")


def words(test: AppTest) -> str:
    return "\n".join(str(one.value) for kind in ("caption", "markdown", "error", "info") for one in test.get(kind))


class Tab:
    """A tab of a browser, as session.js has it. own: this tab's word; common: the browser's."""

    def __init__(self, common: dict[str, str]) -> None:
        self.own, self.common, self.test = "", common, AppTest.from_file(APP, default_timeout=60)

    def told(self, script: str, data: dict[str, Any]) -> str | None:
        common = self.common.get("word", "")
        if data["keep"]:
            if self.own != data["keep"]:
                if data["share"] and not (self.own == door.APART and common):
                    self.common["word"] = data["keep"]
                self.own = data["keep"]
            return None
        if data["forget"]:
            if common == data["forget"]:
                common = self.common.pop("word") and ""
            if self.own == data["forget"]:
                self.own = door.APART if data["out"] and common else ""
        if data["apart"] and common:
            self.own = door.APART
        elif self.own == door.APART and (data["back"] or not common):
            self.own = ""
        held = self.own or common
        return held if held and not (self.own == door.APART and data["apart"]) else None

    def run(self) -> str:
        """Whoever is inside after one more run; "" for nobody."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(door, "_told_by_tab", self.told)
            self.test.run()
        assert not self.test.exception
        return next((one.label.split(" ")[0] for one in self.test.button if "退出" in one.label), "")

    def press(self, label: str) -> str:
        next(one for one in self.test.button if label in one.label).click()
        return self.run()

    def enter(self, token: str, *, share: bool = True) -> str:
        self.test.text_input[0].set_value(token)
        for box in self.test.checkbox:
            box.set_value(share)
        return self.press("登录")


@pytest.fixture()
def now(home: Path, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock of sessions, in seconds; li and wang are people of the house."""
    monkeypatch.setenv("YULIAO_APP_LOCAL", "1")
    time = [0.0]
    monkeypatch.setattr(door, "SESSIONS", Sessions(lambda: time[0]))
    people = People(Catalog(Workspace().catalog).database)
    people.users.add_organisation("nb", "宁波", by="test")
    for name in ("li", "wang"):
        people.users.add(name, name, by="test")
        people.users.give(name, "nb", "reviewer", by="test")
    return time


def token(name: str) -> tuple[str, str]:
    """A new token of that person, and its id."""
    secret, about = People(Catalog(Workspace().catalog).database).tokens.add(name, by="test", scope="write")
    return secret, about.id


def test_who_signed_in_is_in_every_tab_and_after_a_restart_until_the_session_or_its_token_ends(now: list[float]) -> None:
    browser: dict[str, str] = {}
    first, (secret, id_) = Tab(browser), token("li")
    assert first.run() == "" and first.enter(secret) == "li"
    word = browser["word"]
    assert word not in secret and secret not in repr(first.test.session_state) and secret not in repr(browser)
    first.test = AppTest.from_file(APP, default_timeout=60)
    assert first.run() == "li", "a reload: another connection, the same tab"
    assert Tab(browser).run() == "li", "another tab, or the browser after a restart"
    now[0] = HOURS * 3600.0
    again = Tab(browser)
    assert again.run() == "" and first.run() == "" and not browser and not first.own, "the session is over, for all of them"

    assert again.enter(token("li")[0]) == "li" and Tab(browser).run() == "li"
    first.enter(secret)
    People(Catalog(Workspace().catalog).database).tokens.revoke(id_, by="test")
    assert first.run() == "li" and first.own == browser["word"] == again.own, "its token was revoked: the browser's is left"


def test_signing_out_in_one_tab_ends_it_in_all_and_leaves_nothing_that_opens(now: list[float]) -> None:
    browser: dict[str, str] = {}
    first, second = Tab(browser), Tab(browser)
    first.run()
    first.enter(token("li")[0])
    assert second.run() == "li"
    word = browser["word"]
    assert first.press("退出") == "" and not browser and not first.own
    assert second.run() == "" and not second.own
    browser["word"] = word
    assert Tab(browser).run() == "" and not browser, "whoever kept the word has nothing"
    browser["word"] = "x" * 5000
    assert Tab(browser).run() == "" and not browser, "no word of ours"
    assert [one["what"] for one in Catalog(Workspace().catalog).audit.entries()].count("sign_out") == 1


def test_somebody_else_in_one_tab_is_in_that_tab_alone(now: list[float]) -> None:
    browser: dict[str, str] = {}
    first, second = Tab(browser), Tab(browser)
    first.run()
    first.enter(token("li")[0])
    assert second.run() == "li" and second.press("换人") == ""
    assert "只换这个标签页" in words(second.test) and not second.test.checkbox
    assert first.run() == "li", "nobody was signed out"
    assert second.press("不换了") == "li"
    second.press("换人")
    second.test = AppTest.from_file(APP, default_timeout=60)
    assert second.run() == "" and "只换这个标签页" in words(second.test), "a reload keeps its door"
    assert second.enter(token("wang")[0]) == "wang"
    assert first.run() == Tab(browser).run() == "li" and second.run() == "wang"
    assert second.press("退出") == "" and second.run() == "" and first.run() == "li", "not let in again as somebody else"
    assert first.press("退出") == "" and not browser and second.run() == ""
    assert second.enter(token("wang")[0]) == "wang", "an ordinary door again"


def test_on_a_shared_computer_a_session_stays_in_its_tab(now: list[float]) -> None:
    browser: dict[str, str] = {}
    first, second = Tab(browser), Tab(browser)
    first.run()
    assert first.enter(token("li")[0], share=False) == "li" and not browser
    assert second.run() == "" and second.enter(token("wang")[0]) == "wang"
    assert first.run() == "li" and Tab(browser).run() == "wang"


CHANGING = (
    "开始运行", "预检", "取消", "接着", "保存", "发布到目录", "签字", "撤回", "重新开放", "确定", "送出", "取回", "抽样", "送去复核", "上传", "看一遍", "试一试", "批准", "拒绝",
)  # fmt: skip


@pytest.mark.parametrize("scope", ["read", "write"])
def test_a_token_that_may_only_read_opens_the_pages_without_anything_to_press(
    scope: str, finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an owner, who may do everything with a token that may write."""
    shutil.copytree(finished, tmp_path / "copy", symlinks=True)
    monkeypatch.setenv("YULIAO_HOME", str(tmp_path / "copy"))
    monkeypatch.setattr(door, "_told_by_tab", lambda script, data: None)
    people = People(Catalog(Workspace().catalog).database)
    space = Shelf(Workspace()).entries()[0].corpus.partition("/")[0]
    people.users.add_organisation(space, by="test")
    people.users.add("li", by="test")
    for role in ("owner", "officer"):
        people.users.give("li", space, role, by="test")
    secret, _ = people.tokens.add("li", by="test", scope=scope)
    test = AppTest.from_file(APP, default_timeout=60).run()
    test.text_input[0].set_value(secret)
    test.button[0].click().run()
    before = len(list(Catalog(Workspace().catalog).audit.entries()))
    found = set()
    for name in access.PAGES:
        source = f"from corpora.ui import page as ui\nfrom {PAGES[name]} import draw\nui.begin()\nui.only_reads(ui.who())\ndraw()\n"
        page = AppTest.from_string(source, default_timeout=60)
        page.session_state["session"] = test.session_state["session"]
        page.run()
        assert not page.exception, (name, page.exception)
        assert any("只读" in str(one.value) for one in page.info) == (scope == "read"), name
        named = [one for one in page.button if any(word in one.label for word in CHANGING)]
        found |= {(name, one.label) for one in named}
        assert scope == "write" or all(one.disabled for one in named), (name, [one.label for one in named])
        if name == "review":
            assert any("可写" in str(one.value) for one in page.info) == (scope == "read"), "no row is taken from the queue"
    assert (("annotation", "只抽样") in found) == (scope == "write"), found
    assert len(list(Catalog(Workspace().catalog).audit.entries())) == before, "looking changes nothing"
