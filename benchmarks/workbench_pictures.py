"""Draws every page of the workbench on the demo data, light and dark, as PNG pictures under 200 KB for the README.

python -m benchmarks.workbench_pictures [--out benchmarks/pictures] [--only flow,rows] [--all]

Without --all only what the README shows: every page light, some dark, one as on a telephone. Answers of annotators are drawn
by chance: nobody gave them.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LARGEST = 200_000
DARK, NARROW = ("studio", "quality"), ("home",)
SIZES = {"": (1440, 900), "narrow": (420, 900)}
TALL = {"run": 1360, "rows": 1160, "studio": 1420, "annotation": 1120}
"""Pages whose point lies below the first 900 pixels."""


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
    _answered(workspace)


def _answered(workspace: Any) -> None:
    """A batch of annotation that three people have worked on, and now and then see differently."""
    import random

    from annotation import overview
    from corpora.ui.shelf import Shelf

    entry = next(one for one in Shelf(workspace).entries() if one.name == "demo/healthcare-notes@1.0.0")
    people = ["王芳", "李强", "赵敏"]
    batch = overview.prepare(workspace, entry.release, "keep_drop", people, n=240, overlap=0.5, seed=1, by="local")
    rng, rows = random.Random(3), list[dict[str, Any]]()
    for desk in batch.desks():
        batch.record(desk, desk.number + 1, {task: place for place, task in enumerate(desk.tasks)})
        for place, task in enumerate(desk.tasks[: int(len(desk.tasks) * (1.0, 0.92, 0.6)[desk.number])]):
            word = batch.tasks[task]["guess"] or "keep"
            choice = word if rng.random() < 0.93 else rng.choice(["keep", "drop", "unsure"])
            rows.append({"desk": desk.number, "task": task, "annotation": 1000 * desk.number + place, "gone": False, "account": "",
                         "at": f"2026-11-20T08:{place // 60:02}:{place % 60:02}Z", "skipped": False, "seconds": 6.0, "choice": choice,
                         "marks": [], "fault": ""})  # fmt: skip
    batch.add_answers(rows)


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
    page.wait_for_timeout(2500)


def _tab(name: str) -> Callable[[Any], None]:
    def act(page: Any) -> None:
        page.get_by_role("tab", name=name).click()
        page.wait_for_timeout(1500)

    return act


def _review(page: Any) -> None:
    page.get_by_text("随机对照").click()
    page.locator(".keys button.keep").wait_for()
    page.wait_for_timeout(1500)
    for _ in range(12):  # on to a row with something replaced in it
        page.keyboard.press("Digit1")
        page.wait_for_timeout(300)
        if page.locator(".legend mark").count() > 2:
            break


def _recipe(page: Any) -> None:
    from tests.app import story

    page.locator("input[type=file]").set_input_files(
        {"name": "病程记录.csv", "mimeType": "text/csv", "buffer": story.gbk_csv()}
    )
    page.wait_for_timeout(2500)  # the upload
    page.get_by_role("button", name="看一遍，起草配方").click()
    page.get_by_text("配方没有错误").wait_for()
    page.get_by_role("button", name="预检").click()
    page.get_by_text("预检结果").wait_for()
    page.mouse.move(5, 5)  # no tooltip
    page.wait_for_timeout(1500)


PAGES: dict[str, Callable[[Any], None] | None] = {
    "home": None, "run": _recipe, "flow": None, "rows": _redacted_row, "studio": _studio, "review": _review,
    "annotation": _tab("一致性"), "quality": _tab("分布"), "release": None, "catalog": None,
}  # fmt: skip


def small(png: bytes) -> bytes:
    """The same picture with a palette: pages have few colours."""
    from PIL import Image

    image = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64, 32):
        out = io.BytesIO()
        image.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= LARGEST:
            return out.getvalue()
    raise ValueError("too large a picture")


def draw(browser: Any, url: str, out: Path, wanted: list[str], *, everything: bool) -> None:
    for mode in ("light", "dark"):
        for size, (width, height) in SIZES.items():
            shown = NARROW if size else wanted if mode == "light" else DARK
            names = [name for name in wanted if everything or name in shown] if not (size and mode == "dark") else []
            context = browser.new_context(
                viewport={"width": width, "height": height}, color_scheme=mode, locale="zh-CN", device_scale_factor=1
            )
            page = context.new_page()
            for name in names:
                page.set_viewport_size({"width": width, "height": height if size else TALL.get(name, height)})
                page.goto(f"{url}/{'' if name == 'home' else name}")
                page.locator("h1").first.wait_for()
                page.wait_for_timeout(2000)
                if (act := PAGES[name]) is not None and not size:
                    act(page)
                page.wait_for_timeout(800)
                page.wait_for_function("!document.querySelector('[data-stale=true], [data-testid=stStatusWidget]')")
                page.wait_for_timeout(400)
                file = out / ("workbench-" + "-".join(part for part in (name, mode, size) if part) + ".png")
                file.write_bytes(small(page.screenshot()))
            context.close()


def main() -> None:
    from playwright.sync_api import sync_playwright

    from tests.app.conftest import find_chromium, start_app, stop_app

    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--out", type=Path, default=Path("benchmarks/pictures"))
    said.add_argument("--only", default=",".join(PAGES))
    said.add_argument("--all", action="store_true")
    asked = said.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder))
        app = start_app(Path(folder))
        try:
            with sync_playwright() as engine:
                browser = engine.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
                draw(browser, app.url, asked.out, asked.only.split(","), everything=asked.all)
        finally:
            stop_app(app)


if __name__ == "__main__":
    main()
