"""A table whose cells mean harm, through every page in a real browser and out again: shown as text, run by nobody."""

from __future__ import annotations

import csv
import io
import random
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import cli
from corpora.workspace import Workspace
from curation.form import drafts
from tests.app.conftest import App
from tests.curation import corpus

LONG = 120_000
HIT = "window.hit=1;document.title='hit'"
MARKUP = [
    f"<script>{HIT}</script>",
    f'<img src=x onerror="{HIT}">',
    f"<svg/onload={HIT}>",
    "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
    f"[点我](javascript:{HIT})",
    f'</div></script><details open ontoggle="{HIT}">',
]
FORMULAS = ["=cmd|' /C calc'!A0 ", '=HYPERLINK("http://example.invalid","点")', "+1+1 ", "@SUM(1+1)*cmd ", "-2+3+cmd "]
BIDI = ["金额\u202e0001\u202c元", "说明\u2066\u2069隐\u200b形"]
LINE = 1_000_000


def table(rows: int = 6) -> bytes:
    """UTF-8, with a header; the last cell is one line of a million characters. Fewer rows than the queue fetches at once."""
    rng, out = random.Random(5), io.StringIO()
    lines = csv.writer(out)
    lines.writerow(["编号", "<b>科室</b>", "病程记录"])
    for number, head in enumerate([*MARKUP, *FORMULAS, *BIDI, *[""] * rows]):
        lines.writerow([f"A{number:04d}", "<i>内科</i>", head + corpus.text(rng)])
    lines.writerow(["Z", "=1+1", "".join(corpus.text(rng) for _ in range(LINE // 60))[:LINE]])
    return out.getvalue().encode()


@pytest.fixture()
def page(browser: Any, app: App) -> Any:
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="zh-CN")
    one = context.new_page()
    one.set_default_timeout(LONG)
    one.alarms = []
    one.on("dialog", lambda dialog: (one.alarms.append(dialog.message), dialog.dismiss()))
    context.on("request", lambda request: one.alarms.append(request.url) if "example.invalid" in request.url else None)
    yield one
    context.close()


def quiet(page: Any) -> None:
    """Nothing of a record has run, in any frame, and none of its elements is there."""
    assert page.alarms == [] and page.title().startswith("语料工坊")
    assert not any(frame.evaluate("window.hit || 0") for frame in page.frames)
    assert (
        page.evaluate("document.querySelectorAll('img[src=x], [onerror], [ontoggle], [onload], a[href^=javascript]').length")
        == 0
    )


def opened(page: Any, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", name=name, exact=True, level=1).wait_for()
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    quiet(page)


def test_hostile_cells_are_text_on_every_page_and_in_every_export(page: Any, app: App, home: Path, tmp_path: Path) -> None:
    page.goto(f"{app.url}/run")
    page.locator("input[type=file]").set_input_files(
        {"name": "<img src=x onerror=alert(1)>.csv", "mimeType": "text/csv", "buffer": table()}
    )
    page.get_by_role("button", name="看一遍，起草配方").click()
    page.get_by_text("配方没有错误").wait_for()
    quiet(page)
    _keep_markup(page, home)
    page.get_by_role("button", name="预检").click()
    page.get_by_text("预检结果").wait_for()
    quiet(page)
    page.get_by_role("button", name="开始运行").click()
    page.get_by_text("完成", exact=True).wait_for()
    opened(page, "流向")
    opened(page, "逐行")
    page.locator(".yl-text").first.wait_for()
    opened(page, "界限")
    opened(page, "复核")
    _every_row(page)
    for name in ("质量", "发布", "目录", "标注", "首页"):
        page.get_by_role("link", name=name, exact=True).click()
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
        quiet(page)
    _exports(Workspace(home).drafts()[0], tmp_path)


def _keep_markup(page: Any, home: Path) -> None:
    """The recipe without the step that takes markup out: it has to be seen."""
    box = page.locator("textarea").last
    while "strip_markup" not in box.input_value():  # it is drawn before it has its text
        page.wait_for_timeout(100)
    text = re.sub(r"  - step: strip_markup\n(    .*\n)*", "", box.input_value())
    box.fill(text)
    page.keyboard.press("Control+Enter")
    while "strip_markup" in drafts.all_of(Workspace(home))[0].text:
        page.wait_for_timeout(100)
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def _every_row(page: Any) -> None:
    """Kept and dropped rows one after the other: what was written is what is read."""
    seen = []
    for queue, name in (("kept", "随机对照"), ("dropped", "被剔除的行")):
        page.get_by_text(name).click()
        page.locator(f".desk[data-queue$='-{queue}']").wait_for()
        while page.locator(".desk .text .yl-text").count():
            seen.append(page.locator(".desk .text").inner_text())
            quiet(page)
            page.keyboard.press("ArrowRight")
    said = "\n".join(seen)
    for cell in (*MARKUP, *FORMULAS):
        assert cell.split("http")[0].strip() in said, cell
    assert "金额0001元" in said and not re.search("[\u200b\u202a-\u202e\u2066-\u2069]", said), "cleaning takes these out"


def _exports(folder: Path, tmp_path: Path) -> None:
    """Nothing that a spreadsheet would run as a formula."""
    done = CliRunner().invoke(cli.app, ["export", str(folder), "--format", "csv", "--out", str(tmp_path / "out.csv")])
    assert done.exit_code == 0, done.output
    csv.field_size_limit(10 * LINE)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert not [cell[:20] for cell in cells if re.match(r"[=+@\t\r＝＋－＠]|-(?!\d+(\.\d+)?$)", cell)]
    assert sum(cell.startswith(("'=", "'+", "'@", "'-")) for cell in cells) >= len(FORMULAS)
