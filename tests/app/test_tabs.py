"""Signing in, in a real browser: its tabs, a restart of it, signing out, and two people in two tabs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpora.catalog import Catalog
from corpora.catalog.people import People
from corpora.workspace import Workspace
from tests.app.conftest import App, find_chromium, start_app, stop_app

LONG = 60_000
KEPT = "() => JSON.stringify([{...localStorage}, {...sessionStorage}])"


@pytest.fixture()
def tokens(home: Path) -> dict[str, str]:
    people = People(Catalog(Workspace(home).catalog).database)
    people.users.add_organisation("nb", "宁波", by="test")
    found = {}
    for name in ("li", "wang"):
        people.users.add(name, name, by="test")
        people.users.give(name, "nb", "reviewer", by="test")
        found[name] = people.tokens.add(name, by="test", scope="write")[0]
    return found


@pytest.fixture()
def house(home: Path, tokens: dict[str, str]) -> Iterator[App]:
    one = start_app(home)
    yield one
    stop_app(one)


@pytest.fixture()
def profile(browser: Any, tmp_path: Path) -> Any:
    """Starts a browser with one profile folder; started again it is the same profile."""

    def start() -> Any:
        context = browser.browser_type.launch_persistent_context(
            str(tmp_path / "profile"), executable_path=find_chromium(), args=["--no-sandbox"], locale="zh-CN"
        )
        context.set_default_timeout(LONG)
        return context

    return start


def opened(context: Any, house: App) -> Any:
    page = context.new_page()
    page.goto(house.url)
    return page


def enter(page: Any, token: str) -> None:
    page.get_by_label("令牌").fill(token)
    page.get_by_role("button", name="登录").click()


def inside(page: Any, name: str) -> None:
    page.get_by_role("button", name=f"{name} · 退出").wait_for()


def outside(page: Any) -> None:
    page.get_by_label("令牌").wait_for()


def test_tabs_a_restart_signing_out_and_somebody_else(house: App, tokens: dict[str, str], profile: Any) -> None:
    context = profile()
    first = opened(context, house)
    enter(first, tokens["li"])
    inside(first, "li")
    second = opened(context, house)
    inside(second, "li")
    context.close()

    context = profile()
    first = opened(context, house)
    inside(first, "li")
    kept = first.evaluate(KEPT)
    assert "yuliao_session" in kept and tokens["li"] not in kept, "a word, and never the token"
    assert context.cookies() == [] or not any("yuliao" in one["name"] for one in context.cookies())
    second = opened(context, house)
    inside(second, "li")
    second.get_by_role("button", name="换人").click()
    outside(second)
    enter(second, tokens["wang"])
    inside(second, "wang")
    for page, name in ((first, "li"), (second, "wang")):
        page.reload()
        inside(page, name)
    third = opened(context, house)
    inside(third, "li")

    first.get_by_role("button", name="退出").click()
    outside(first)
    outside(third)  # by itself: nobody touched it
    second.reload()
    inside(second, "wang")
    second.get_by_role("button", name="退出").click()
    outside(second)
    assert "yuliao_session" not in first.evaluate(KEPT) + second.evaluate(KEPT), "nothing is left for whoever comes next"
    context.close()
