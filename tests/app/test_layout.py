"""Nothing of a page is cut off on a small screen: told from the boxes that a real browser draws."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.app.conftest import App, start_app, stop_app

LONG = 40_000
HIDDEN = """() => [...document.querySelectorAll('.stMain .stButtonGroup button')].filter(b =>
  b.getBoundingClientRect().right > b.parentElement.getBoundingClientRect().right + 1).map(b => b.innerText)"""


@pytest.fixture(scope="module")
def pages(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    home = tmp_path_factory.mktemp("layout") / "home"
    shutil.copytree(finished, home, symlinks=True)
    one = start_app(home)
    yield one
    stop_app(one)


def opened(browser: Any, pages: App, page: str, width: int) -> Any:
    one = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN").new_page()
    one.set_default_timeout(LONG)
    one.goto(f"{pages.url}/{page}")
    one.wait_for_selector("h1")
    return one


@pytest.mark.parametrize("language", ["zh", "en"])
def test_choices_side_by_side_wrap(browser: Any, pages: App, language: str) -> None:
    page = opened(browser, pages, f"review?lang={language}", 400)
    page.wait_for_selector(".stMain .stButtonGroup button >> nth=4")
    assert page.evaluate(HIDDEN) == []
    page.context.close()


def test_the_title_is_below_the_bar_wherever_the_menu_is_folded(browser: Any, pages: App) -> None:
    for width in (400, 760, 1300):
        page = opened(browser, pages, "flow", width)
        if width == 1300:
            page.locator("[data-testid=stSidebar]").hover()
            page.locator("[data-testid=stSidebarCollapseButton] button").click()
        page.wait_for_selector("[data-testid=stExpandSidebarButton]")
        page.wait_for_function(
            "document.querySelector('h1').getBoundingClientRect().top >= document.querySelector('[data-testid=stHeader]').getBoundingClientRect().bottom"
        )
        page.context.close()


def test_what_follows_a_heading_does_not_touch_it(browser: Any, pages: App) -> None:
    page = opened(browser, pages, "release", 1300)
    page.get_by_role("heading", name="核对清单").wait_for()
    page.wait_for_function("""() => { const h = [...document.querySelectorAll('h3')].find(one => one.innerText.includes('核对清单'));
      const next = h && h.closest('.stElementContainer').nextElementSibling;
      return next && next.getBoundingClientRect().top - h.getBoundingClientRect().bottom >= 5; }""")
    page.context.close()
