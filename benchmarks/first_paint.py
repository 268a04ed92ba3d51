"""How long a person waits for the workbench: from `yuliao app` to an answering server, from the address to the first page.

python -m benchmarks.first_paint [--home FOLDER] [--times 5]   (needs Chromium; without --home an empty workspace)
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import machine

SHOWN = "[data-testid=stHeading] h1, .stMain .yl-lead"


def painted(browser: Any, url: str) -> tuple[float, float]:
    """(first contentful paint, home page whole), seconds since the address was entered, in a browser that never saw it."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = context.new_page()
    start = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator(SHOWN).first.wait_for()
    whole = time.perf_counter() - start
    first = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0") / 1000
    context.close()
    return first, whole


def once(browser: Any, home: Path) -> list[float]:
    """Server up, then (first paint, page) of the first visit and of a later one."""
    from tests.app.conftest import start_app, stop_app

    start = time.perf_counter()
    app = start_app(home)
    up = time.perf_counter() - start
    try:
        return [up, *painted(browser, app.url), *painted(browser, app.url)]
    finally:
        stop_app(app)


def main() -> None:
    from playwright.sync_api import sync_playwright

    from tests.app.conftest import find_chromium

    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--home", type=Path)
    said.add_argument("--times", type=int, default=5)
    asked = said.parse_args()
    names = (
        "server answers",
        "first visit: first paint",
        "first visit: page",
        "later visit: first paint",
        "later visit: page",
    )
    with tempfile.TemporaryDirectory() as empty, sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox", "--disable-gpu"])
        rows = [once(browser, asked.home or Path(empty)) for _ in range(asked.times)]
        browser.close()
    print(f"{machine.facts()['cpu']}, {machine.facts()['cores']} cores, {asked.times} cold starts")
    print("| what | median, s | worst, s |\n| --- | ---: | ---: |")
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        print(f"| {name} | {statistics.median(values):.2f} | {max(values):.2f} |")


if __name__ == "__main__":
    main()
