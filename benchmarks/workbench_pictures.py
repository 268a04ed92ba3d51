"""Draws every page of the workbench on the demo data, light and dark, as WebP pictures under 120 KB for the README.

python -m benchmarks.workbench_pictures [--out benchmarks/pictures] [--only flow,rows]
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LARGEST = 120_000
NARROW = ("home", "flow", "review")
SIZES = {"": (1440, 900), "narrow": (420, 900)}


def make(home: Path) -> None:
    """Both demo recipes published, and a draft of the next version that drops shorter records."""
    from corpora.catalog import Catalog
    from corpora.workspace import Workspace
    from curation import recipe_file
    from curation.form import drafts, editing
    from curation.run import background, pipeline

    workspace = Workspace(home)
    for name in ("manufacturing", "healthcare"):
        report = pipeline.run(recipe_file.load(name), workspace=workspace)
        Catalog(workspace.catalog).publish(report.release)
    draft = drafts.from_recipe(workspace, "healthcare")
    text = editing.set_value(draft.text, "version", "1.1.0")
    text = editing.set_value(text, "note", "删去不足 60 字的记录")
    place = next(i for i, step in enumerate(recipe_file.load("healthcare").recipe.steps) if step.key == "filter")
    draft.write(
        editing.set_value(text, f"steps.{place}.rules", [{"column": "characters", "at_least": 60, "reason": "too_short"}])
    )
    job = background.start(workspace, draft.recipe)
    while job.status().state in ("queued", "running"):
        time.sleep(0.2)


def _redacted_row(page: Any) -> None:
    page.get_by_label("文本里有").fill("身份证号")
    page.keyboard.press("Enter")
    page.get_by_text("第 1 /").wait_for()
    page.wait_for_timeout(1200)


def _studio(page: Any) -> None:
    page.get_by_label("规则", exact=True).click()
    page.get_by_role("option").filter(has_text="太短").first.click()
    page.locator("[data-testid=stSlider] input").first.wait_for(state="attached")
    for _ in range(30):
        page.locator("[data-testid=stSlider] input").first.press("ArrowRight")
    page.wait_for_timeout(1500)


def _review(page: Any) -> None:
    page.get_by_text("随机对照").click()
    page.locator(".keys button.keep").wait_for()
    page.wait_for_timeout(1500)
    for _ in range(2):
        page.keyboard.press("Digit1")


def _recipe(page: Any) -> None:
    from tests.app import story

    page.locator("input[type=file]").set_input_files(
        {"name": "病程记录.csv", "mimeType": "text/csv", "buffer": story.gbk_csv()}
    )
    page.wait_for_timeout(2500)  # the upload
    page.get_by_role("button", name="看一遍，起草配方").click()
    page.get_by_text("配方没有错误").wait_for()
    page.wait_for_timeout(800)


PAGES: dict[str, Callable[[Any], None] | None] = {
    "home": None, "run": _recipe, "flow": None, "rows": _redacted_row, "studio": _studio, "review": _review,
    "annotation": None, "quality": None, "release": None, "catalog": None,
}  # fmt: skip


def webp(png: bytes) -> bytes:
    """As good as fits."""
    from PIL import Image

    image = Image.open(io.BytesIO(png)).convert("RGB")
    for quality in (88, 80, 70, 60, 45, 30):
        out = io.BytesIO()
        image.save(out, "WEBP", quality=quality, method=6)
        if out.tell() <= LARGEST:
            return out.getvalue()
    raise ValueError("too large a picture")


def draw(browser: Any, url: str, out: Path, wanted: list[str]) -> None:
    for mode in ("light", "dark"):
        for size, (width, height) in SIZES.items():
            if size and mode == "dark":
                continue
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=mode, locale="zh-CN", device_scale_factor=1
            )
            page = context.new_page()
            for name in wanted if not size else [one for one in wanted if one in NARROW]:
                page.goto(f"{url}/{'' if name == 'home' else name}")
                page.locator("h1").first.wait_for()
                page.wait_for_timeout(2000)
                if (act := PAGES[name]) is not None and not size:
                    act(page)
                page.wait_for_timeout(1200)
                file = out / ("-".join(part for part in (name, mode, size) if part) + ".webp")
                file.write_bytes(webp(page.screenshot()))
            context.close()


def main() -> None:
    from playwright.sync_api import sync_playwright

    from tests.app.conftest import find_chromium, start_app, stop_app

    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--out", type=Path, default=Path("benchmarks/pictures"))
    said.add_argument("--only", default=",".join(PAGES))
    asked = said.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder))
        app = start_app(Path(folder))
        try:
            with sync_playwright() as engine:
                browser = engine.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
                draw(browser, app.url, asked.out, asked.only.split(","))
        finally:
            stop_app(app)


if __name__ == "__main__":
    main()
