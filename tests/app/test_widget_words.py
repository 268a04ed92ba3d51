"""The widgets' own words in a real browser: Chinese in Chinese, as they come in English, and never a word of ours."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from corpora.ui import widget_words
from tests.app.conftest import App, start_app, stop_app


@pytest.fixture()
def page(browser: Any, app: App) -> Any:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    one = context.new_page()
    one.set_default_timeout(120_000)
    yield one
    context.close()


def uploader(page: Any, app: App) -> Any:
    page.goto(f"{app.url}/run")
    drop = page.get_by_test_id("stFileUploader")
    drop.get_by_text("选择文件", exact=True).wait_for()
    drop.get_by_text(re.compile("每个文件不超过 2")).wait_for()
    return drop


def test_an_upload_speaks_chinese_and_keeps_its_name(page: Any, app: App, home: Path) -> None:
    drop = uploader(page, app)
    page.locator("input[type=file]").set_input_files({"name": "Upload", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"})
    name = page.get_by_test_id("stFileChipName")
    name.wait_for()
    assert name.inner_text() == "Upload", "a file keeps its name, whatever that is"
    assert not re.search(r"\b(per file|Browse|Drag)\b", drop.inner_text())


def test_in_english_the_words_are_as_they_come(page: Any, app: App, home: Path) -> None:
    drop = uploader(page, app)
    page.get_by_text("English", exact=True).click()
    drop.get_by_text(re.compile("2GB per file")).wait_for()
    drop.get_by_text("Upload", exact=True).wait_for()


def test_the_row_under_review_changes_its_language_too(browser: Any, finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path / "home", symlinks=True)
    app = start_app(tmp_path / "home")
    try:
        page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN").new_page()
        page.goto(f"{app.url}/review")
        page.get_by_text("被剔除的行").click()
        page.locator(".desk[data-queue$='-dropped'] .meta").get_by_text("剔除", exact=True).wait_for(timeout=120_000)
        page.get_by_text("English", exact=True).click()
        page.locator(".meta").get_by_text("dropped", exact=True).wait_for(timeout=120_000)
        assert page.locator(".meta").get_by_text("剔除", exact=True).count() == 0
        page.context.close()
    finally:
        stop_app(app)


def test_every_word_has_its_chinese() -> None:
    assert all(re.search("[\u4e00-\u9fff]", said) for said in widget_words.EXACT.values() if said != "CSV")
    for pattern, put in widget_words.FORMS:
        assert re.compile(pattern) and re.search("[\u4e00-\u9fff]", put)
