"""Two people at once in two real browsers, and the server killed while their decisions are under way."""

from __future__ import annotations

import os
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from corpora.catalog import Catalog
from corpora.catalog.people import People
from corpora.decisions import WITHDRAW, Log
from corpora.leases import Leases
from corpora.ui.shelf import Shelf
from corpora.workspace import Workspace
from tests.app.conftest import App, start_app, stop_app
from tests.app.relay import Relay

LONG = 120_000
DIGITS = {"keep": "Digit1", "drop": "Digit2", "unsure": "Digit3", "undo": "Digit0"}
NAMES = ("li", "wang")


class House:
    """A workspace with two reviewers, and its server behind a door that stays."""

    def __init__(self, home: Path) -> None:
        self.workspace = Workspace(home)
        self.corpus = Shelf(self.workspace).entries()[0].corpus
        people = People(Catalog(self.workspace.catalog).database)
        organisation = self.corpus.split("/")[0]
        people.users.add_organisation(organisation, "甲", by="test")
        self.tokens = {}
        for name in NAMES:
            people.users.add(name, name, by="test")
            people.users.give(name, organisation, "reviewer", by="test")
            self.tokens[name] = people.tokens.add(name, by="test", scope="write")[0]
        self.relay, self.app = Relay(), start_app(home)
        self.relay.port = self._port()

    def _port(self) -> int:
        return int(urlsplit(self.app.url).port or 0)

    def kill(self) -> None:
        self.relay.port = 0
        os.killpg(self.app.process.pid, signal.SIGKILL)
        self.app.process.wait(20)

    def again(self) -> None:
        self.app: App = start_app(self.workspace.root)
        self.relay.port = self._port()

    def words(self) -> list[dict[str, Any]]:
        return list(Log(self.workspace, self.corpus).read().to_pylist())

    def standing(self, who: str) -> list[dict[str, Any]]:
        return [entry for entry in Log(self.workspace, self.corpus).about_rows() if entry["who"] == who]


@pytest.fixture()
def house(finished: Path, tmp_path: Path) -> Iterator[House]:
    shutil.copytree(finished, tmp_path / "home", symlinks=True)
    one = House(tmp_path / "home")
    yield one
    stop_app(one.app)
    one.relay.close()


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, browser: Any, house: House, name: str) -> None:
        self.name, self.house = name, house
        self.page = browser.new_context(viewport={"width": 1300, "height": 900}, locale="zh-CN").new_page()
        self.page.set_default_timeout(LONG)
        self.page.goto(house.relay.url)

    def sign_in(self, name: str = "") -> None:
        self.page.get_by_label("令牌").fill(self.house.tokens[name or self.name])
        self.page.get_by_role("button", name="登录").click()
        self.page.get_by_role("button", name="退出").wait_for()

    def review(self) -> None:
        self.page.get_by_role("link", name="复核", exact=True).click()
        self.page.get_by_text("随机对照").click()
        self.page.locator(".desk[data-queue$='-kept'] .text .yl-text").wait_for()

    def press(self, *words: str) -> None:
        for word in words:
            self.page.keyboard.press(DIGITS[word])

    def saved(self) -> None:
        self.page.locator("[data-at=state].good").wait_for()


@pytest.fixture()
def two(browser: Any, house: House) -> Iterator[tuple[Person, Person]]:
    people = (Person(browser, house, NAMES[0]), Person(browser, house, NAMES[1]))
    for one in people:
        one.sign_in()
        one.review()
    yield people
    for one in people:
        one.page.context.close()


def test_two_reviewers_never_meet_undo_their_own_and_a_killed_server_loses_nothing(
    house: House, two: tuple[Person, Person]
) -> None:
    li, wang = two
    for _ in range(4):  # by turns, so that each asks for rows while the other's are leased
        li.press("keep", "keep")
        wang.press("drop", "drop")
    for one in two:
        one.saved()
    mine, theirs = ({entry["id"] for entry in house.standing(name)} for name in NAMES)
    assert len(mine) == len(theirs) == 8 and not mine & theirs
    li.press("undo", "undo")
    wang.press("undo")
    for one in two:
        one.saved()
    assert {entry["id"] for entry in house.standing("li")} < mine and len(house.standing("li")) == 6
    assert {entry["id"] for entry in house.standing("wang")} < theirs and len(house.standing("wang")) == 7
    withdrawn = {(entry["who"], entry["decision"]) for entry in house.words() if entry["decision"] == WITHDRAW}
    assert withdrawn == {(name, WITHDRAW) for name in NAMES}

    before = len(house.words())
    li.press("unsure", "unsure", "unsure")
    wang.press("keep", "keep", "keep", "keep", "keep", "keep", "keep")  # more than a batch: some of it is on its way
    house.kill()
    li.press("unsure", "unsure")
    wang.press("keep")
    house.again()
    for one in two:
        one.sign_in()
        one.review()
        one.saved()
    for name, word, count in (("li", "unsure", 5), ("wang", "keep", 8)):
        said = Counter(entry["decision"] for entry in house.standing(name))
        assert said[word] == count, (name, said)
    assert len(house.words()) == before + 13, "each once"
    mine, theirs = ({entry["id"] for entry in house.standing(name)} for name in NAMES)
    assert not mine & theirs


def test_what_one_left_unsent_is_not_the_word_of_the_next(house: House, browser: Any) -> None:
    """The same browser, the server gone before anything was acknowledged, and somebody else signs in."""
    one = Person(browser, house, "li")
    one.sign_in()
    one.review()
    house.kill()
    one.press("drop", "drop")
    house.again()
    one.sign_in("wang")
    one.review()
    one.press("keep")
    one.saved()
    assert [entry["decision"] for entry in house.standing("wang")] == ["keep"] and house.standing("li") == []
    one.page.get_by_role("button", name="退出").click()
    one.sign_in("li")
    one.review()
    one.saved()
    one.page.get_by_text("已定 2").wait_for()
    assert [entry["decision"] for entry in house.standing("li")] == ["drop", "drop"], "they waited for their person"
    one.page.context.close()


def test_rows_that_others_hold_are_no_empty_queue(house: House, browser: Any) -> None:
    """Somebody has taken all of them; what is put down appears by itself."""
    release = Shelf(house.workspace).entries()[0].release.hash[:16]
    queue = Leases(house.workspace, f"{house.corpus}/{release}-dropped")
    one = Person(browser, house, "li")
    one.sign_in()
    one.page.get_by_role("link", name="复核", exact=True).click()
    one.page.get_by_text("被剔除的行").click()
    one.page.locator(".desk[data-queue$='-dropped'] .text .yl-text").wait_for()  # the queue is there now
    queue.give_back("li")
    held = queue.take("wang", LONG, 900)
    one.page.reload()
    one.page.get_by_text(f"还有 {len(held)} 行正由别人复核").wait_for()
    one.page.get_by_text(f"还有 0 · 别人手里 {len(held)}").wait_for()
    queue.give_back("wang", held[:1])
    one.page.locator(".desk[data-queue$='-dropped'] .text .yl-text").wait_for()
    one.page.get_by_text(f"还有 1 · 别人手里 {len(held) - 1}").wait_for()
    one.press("drop")
    one.saved()
    one.page.get_by_text("已定 1 · 还有 0").wait_for()
    one.page.context.close()
