"""The YAML beside the form, in a real browser: what is written there stays, whatever the form remembers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.app.conftest import App

LONG = 60_000


@pytest.fixture()
def home(tmp_path: Path) -> Path:
    """An empty workspace."""
    return tmp_path / "home"


def test_what_is_written_in_the_yaml_stays(browser: Any, home: Path, app: App, tmp_path: Path) -> None:
    """Two edits of one key in the YAML, then one in the form: nothing is put back by a field that remembers an older value."""
    table = tmp_path / "门诊.csv"
    table.write_text(
        "病案号,主诉\n" + "".join(f"P{i},患者{i}日前头痛，体温36.{i % 10}℃，予对症处理，嘱随诊观察。\n" for i in range(60)),
        "gb18030",
    )
    page = browser.new_context(viewport={"width": 1400, "height": 950}, locale="zh-CN").new_page()
    page.set_default_timeout(LONG)
    page.goto(f"{app.url}/run")
    page.set_input_files("input[type=file]", str(table))
    page.get_by_role("button", name="看一遍，起草配方").click()
    yaml = page.get_by_label("YAML")
    yaml.wait_for()
    quiet = page.locator("[data-testid=stApp][data-test-script-state=notRunning]")
    quiet.wait_for()
    for old, new in (("1.0.0", "1.0.1"), ("1.0.1", "1.2.0")):
        yaml.fill(yaml.input_value().replace(f"version: {old}", f"version: {new}"))
        yaml.press("Control+Enter")
        page.wait_for_function("v => [...document.querySelectorAll('input')].some((one) => one.value === v)", arg=new)
        quiet.wait_for()
    title = page.get_by_label("title")
    title.fill("另一个标题")
    title.press("Enter")
    page.wait_for_function(
        "() => [...document.querySelectorAll('textarea')].some((one) => one.value.includes('另一个标题'))"
    )
    said = yaml.input_value()
    assert "version: 1.2.0" in said and "另一个标题" in said
    (draft,) = (home / "drafts").rglob("*.yaml")
    assert "version: 1.2.0" in draft.read_text("utf-8") and "另一个标题" in draft.read_text("utf-8")
