"""The server goes and comes again: the page says so in a sentence, in a real browser, and asks nobody else."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.app.conftest import App, start_app, stop_app
from tests.app.relay import Relay

LONG = 120_000
LOST = {"zh": "连接断开：服务停止了，或网络中断", "en": "Connection lost: the server stopped or the network is down"}
BACK = {"zh": "已重新接上", "en": "Connected again"}


@pytest.fixture()
def door() -> Iterator[Relay]:
    relay = Relay()
    yield relay
    relay.close()


def behind(door: Relay, app: App) -> App:
    door.port = int(app.url.rpartition(":")[2])
    return app


@pytest.mark.parametrize(("language", "width"), [("zh", 1300), ("en", 400)])
def test_a_killed_server_is_told_and_its_return_too(
    language: str, width: int, browser: Any, home: Path, door: Relay
) -> None:
    app = behind(door, start_app(home))
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN")
    strangers: list[str] = []
    context.on(
        "request", lambda one: None if one.url.startswith((door.url, "data:", "blob:")) else strangers.append(one.url)
    )
    page = context.new_page()
    page.set_default_timeout(LONG)
    page.goto(f"{door.url}/?lang={language}")
    page.locator("h1").first.wait_for()
    page.wait_for_function("window.__yuliaoConnection?.ever")
    assert page.locator(".yl-lost").count() == 0
    os.kill(app.process.pid, signal.SIGKILL)  # by its own number: `yuliao app` becomes the server
    app.process.wait(20)
    door.port = 0
    sign = page.locator(".yl-lost")
    sign.wait_for()
    assert LOST[language] in sign.inner_text() and sign.get_attribute("role") == "alert"
    box = sign.bounding_box()
    assert box["y"] == 0 and box["width"] == width, "on top, over the whole width"
    again = behind(door, start_app(home))
    page.locator(".yl-lost.back").wait_for()
    assert BACK[language] in page.locator(".yl-lost").inner_text()
    page.locator(".yl-lost").wait_for(state="detached")
    assert strangers == []
    context.close()
    stop_app(again)


def test_a_computer_without_a_network_is_told_apart(browser: Any, app: App) -> None:
    page = browser.new_context(locale="zh-CN").new_page()
    page.set_default_timeout(LONG)
    page.goto(app.url)
    page.wait_for_function("window.__yuliaoConnection?.ever")
    page.evaluate("Object.defineProperty(navigator, 'onLine', {get: () => false})")
    page.evaluate(
        "document.querySelector('[data-test-connection-state]').setAttribute('data-test-connection-state', 'PINGING_SERVER')"
    )
    page.locator(".yl-lost").wait_for()
    assert "这台电脑没有网络" in page.locator(".yl-lost").inner_text()
