"""The whole story in a real browser: upload a GBK table, recipe, preflight, run, bounds, review, publish, load it back."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from corpora.catalog import Catalog
from corpora.decisions import Log
from corpora.workspace import Workspace
from tests.app import story
from tests.app.conftest import ROOT, App

LONG = 120_000


@pytest.fixture()
def page(browser: Any, app: App) -> Any:
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="zh-CN")
    one = context.new_page()
    one.set_default_timeout(LONG)
    one.strangers = []
    context.on("request", lambda request: one.strangers.append(request.url) if _elsewhere(request.url, app) else None)
    yield one
    context.close()


def _elsewhere(url: str, app: App) -> bool:
    return not url.startswith((app.url, app.url.replace("http", "ws"), "data:", "blob:"))


def test_from_a_table_to_load_dataset(page: Any, app: App, home: Path, tmp_path: Path) -> None:
    page.goto(app.url)
    page.get_by_role("button", name="选择文件").click()
    _upload_and_run(page)
    _flow(page)
    _bounds(page)
    _rows(page)
    corpus = _review(page, home)
    (home / "roles.yaml").write_text("format: 1\nroles:\n  数据安全官: [周明]\n", "utf-8")
    _publish(page)
    assert Catalog(Workspace(home).catalog).versions(corpus) == ["1.0.0"]
    assert page.strangers == [], "the workbench asks nobody on the network"
    assert page.title().startswith("语料工坊"), "no script of a record has run"
    assert _load_back(home, corpus, tmp_path) > 100


def _upload_and_run(page: Any) -> None:
    page.locator("input[type=file]").set_input_files(
        {"name": "病程 记录.csv", "mimeType": "text/csv", "buffer": story.gbk_csv()}
    )
    page.get_by_role("button", name="看一遍，起草配方").click()
    page.get_by_text("配方没有错误").wait_for()
    _yaml_holds(page, "text: [病程记录]")
    page.get_by_label(re.compile(r"title$")).fill("病程语料")
    page.keyboard.press("Enter")
    _yaml_holds(page, "title: 病程语料")
    page.get_by_role("button", name="预检").click()
    page.get_by_text("预检结果").wait_for()
    page.get_by_role("button", name="开始运行").click()
    page.get_by_text("完成", exact=True).wait_for()


def _yaml_holds(page: Any, words: str) -> None:
    page.wait_for_function(
        "words => [...document.querySelectorAll('textarea')].some(one => one.value.includes(words))", arg=words
    )


def _flow(page: Any) -> None:
    page.get_by_role("button", name="看流向").click()
    page.get_by_role("heading", name="流向").wait_for()
    page.get_by_text("读入与新增").wait_for()
    page.locator("[data-testid=stVegaLiteChart]").first.wait_for()


def _open(page: Any, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).click()
    page.get_by_role("heading", name=name, exact=True, level=1).wait_for()


def _bounds(page: Any) -> None:
    _open(page, "界限")
    page.locator("[data-testid=stSlider]").first.wait_for()


def _rows(page: Any) -> None:
    _open(page, "逐行")
    page.locator(".yl-text").first.wait_for()
    assert "1381234" not in page.locator(".stMain").inner_text()


def _review(page: Any, home: Path) -> str:
    _open(page, "复核")
    page.get_by_text("随机对照").click()
    page.get_by_text("保留的行，次序由编号的哈希定").wait_for()
    page.locator(".keys button.keep").wait_for()
    page.wait_for_timeout(1000)
    for key in ("Digit1", "Digit2", "Digit3"):
        page.keyboard.press(key)
    page.get_by_text("已定 3").wait_for()
    page.locator("[data-at=state].good").wait_for()
    workspace = Workspace(home)
    corpus = str(workspace.runs()[0]["corpus"])
    page.wait_for_timeout(500)
    assert sorted(one["decision"] for one in Log(workspace, corpus).about_rows()) == ["drop", "keep", "unsure"]
    return corpus


def _publish(page: Any) -> None:
    _open(page, "发布")
    page.get_by_label("姓名").fill("周明")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="我已核对，签字").click()
    page.get_by_label("姓名").wait_for(state="detached")
    page.get_by_label("这一版有什么变化").fill("第一版")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="发布到目录").click()
    page.get_by_text("已发布").first.wait_for()


def _load_back(home: Path, corpus: str, tmp_path: Path) -> int:
    """Rows that `datasets` gets from the served catalog, in a process of its own."""
    from tests.corpora.served import serving

    code = f"import datasets; print(sum(map(len, datasets.load_dataset({corpus!r}, revision='v1.0.0').values())))"
    with serving(Catalog(Workspace(home).catalog)) as hub:
        environment = {
            "HF_ENDPOINT": hub.url,
            "HF_HOME": str(tmp_path / "hf"),
            "PATH": "/usr/bin:/bin",
            "HOME": str(tmp_path),
        }
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return int(done.stdout.split()[-1])
