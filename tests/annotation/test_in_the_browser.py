"""The loop as people see it: the page of annotation in a real browser, with a real Label Studio behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from notes import release as made
from test_loop import answer

from annotation import batch as batches
from annotation.batch import Batch
from annotation.label_studio import LabelStudio
from corpora.decisions import Log
from corpora.workspace import Workspace
from tests.app.conftest import browser as browser
from tests.app.conftest import start_app, stop_app

LONG = 60_000


@pytest.fixture()
def page(browser: Any, real: LabelStudio, home: Path, tmp_path: Path) -> Iterator[Any]:
    """The page of annotation over a finished run of 60 notes; the workbench knows the server as it is told by its environment."""
    made(tmp_path / "in", Workspace())
    app = start_app(home)
    one = browser.new_context(viewport={"width": 1300, "height": 1300}, locale="zh-CN").new_page()
    one.set_default_timeout(LONG)
    one.goto(f"{app.url}/annotation")
    yield one
    one.context.close()
    stop_app(app)


def test_from_a_sample_to_the_next_version(page: Any, real: LabelStudio, tmp_path: Path) -> None:
    _new(page)
    (batch,) = batches.every(Workspace())
    assert len(batch.tasks) == 20 and all(len(desk.tasks) == 20 for desk in batch.desks()), "both see every row"
    truth = {task: "drop" if place % 4 == 0 else "keep" for place, task in enumerate(batch.tasks)}
    planted = list(truth)[3:18:5]
    answer(real, batch, 0, truth)
    answer(real, batch, 1, truth | dict.fromkeys(planted, "unsure"))
    _fetch(page, "40 个新答案")
    page.get_by_text("20 / 20").nth(1).wait_for()
    page.get_by_role("tab", name="一致性").click()
    page.get_by_text("各人的答案有多一致").first.wait_for(state="attached")
    _adjudicated(page, real, batch, {task: truth[task] for task in planted})
    latest = {one["id"]: one["decision"] for one in Log(Workspace(), "test/notes").latest()}
    assert latest == {batch.tasks[task]["id"]: word for task, word in truth.items()}
    _next_version(page, tmp_path, sum(word == "drop" for word in truth.values()))


def _new(page: Any) -> None:
    page.get_by_label("标注人").fill("王芳\n李强")
    rows = page.get_by_label("抽多少行")
    rows.fill("20")
    rows.press("Enter")
    slider = page.locator("[data-testid=stSlider] [role=slider], [data-testid=stSlider] input").first
    slider.press("End")
    page.get_by_text("1.00", exact=True).first.wait_for(state="attached")
    page.get_by_role("button", name="抽样并送出").click()
    page.get_by_text("0 / 20").nth(1).wait_for()
    assert "未送" not in page.locator(".stMain").inner_text(), "every task is there"


def _fetch(page: Any, told: str) -> None:
    page.get_by_role("button", name="取回答案").click()
    page.get_by_text(told).first.wait_for()


def _adjudicated(page: Any, real: LabelStudio, batch: Batch, says: dict[str, str]) -> None:
    page.get_by_role("tab", name=f"分歧 {len(says)}").click()
    cards = page.locator(".yl-card")
    cards.nth(len(says) - 1).wait_for()
    assert cards.count() == len(says) and "王芳" in cards.first.inner_text() and "存疑" in cards.first.inner_text()
    who = page.get_by_label(re.compile("复核人"))
    who.fill("李强")
    who.press("Enter")
    page.get_by_role("button", name=f"送去复核 {len(says)} 处").click()
    page.get_by_text("李强").and_(
        page.locator("[data-testid=stAlert] *")
    ).first.wait_for()  # nobody reviews what he annotated
    who.fill("赵敏")
    who.press("Enter")
    page.get_by_role("button", name=f"送去复核 {len(says)} 处").click()
    page.get_by_text("等复核").nth(len(says) - 1).wait_for()
    answer(real, Batch.load(batch.folder), 2, says)
    _fetch(page, f"{len(says)} 个新答案")
    page.get_by_role("tab", name="分歧 0").click()
    page.get_by_text("没有分歧").wait_for()


def _next_version(page: Any, tmp_path: Path, dropped: int) -> None:
    made(tmp_path / "in", Workspace(), version="1.1.0", more="  - {step: apply_decisions}\n")
    page.goto(page.url.split("/annotation")[0] + "/flow?release=test/notes@1.1.0")
    page.get_by_text("读入与新增").wait_for()
    chart = page.locator("[data-testid=stVegaLiteChart]").first
    chart.locator(f"text=/^{dropped} · /").first.wait_for(state="attached")
    assert "人工决定 · 人工剔除" in chart.inner_html()
