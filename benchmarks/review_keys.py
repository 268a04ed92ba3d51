"""Decides 100 rows by keyboard alone in headless Chromium: from the key going down to the next row being painted; and opens a queue,
from the click to its first row.

    python -m benchmarks.review_keys [--rows 100] [--pause 120] [--json]

Needs Chromium (Debian: chromium, fonts-noto-cjk) and playwright. The workspace is made anew from the demo recipe.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

WATCH = """() => { window.times = []; window.addEventListener('keydown', (event) => {
  const at = event.timeStamp;
  requestAnimationFrame(() => requestAnimationFrame(() => window.times.push(performance.now() - at)));
}, true); }"""
KEYS = ("Digit1", "Digit2", "Digit3", "Digit1", "Numpad1")


def make(home: Path) -> None:
    """A workspace with the finished demo."""
    from corpora.workspace import Workspace
    from curation import recipe_file
    from curation.run import pipeline

    pipeline.run(recipe_file.load("healthcare"), workspace=Workspace(home))


def decide(page: Any, rows: int, pause: int) -> list[float]:
    """Milliseconds of each key. pause: between two keys, as fast as a person could."""
    page.evaluate(WATCH)
    for number in range(rows):
        page.keyboard.press(KEYS[number % len(KEYS)])
        page.wait_for_timeout(pause)
    page.wait_for_function("n => window.times.length >= n", arg=rows)
    return [float(one) for one in page.evaluate("window.times")]


def measure(home: Path, rows: int, pause: int) -> dict[str, Any]:
    """Starts the app, decides, and looks into the log whether every decision has arrived."""
    from playwright.sync_api import sync_playwright

    from corpora.decisions import Log
    from corpora.workspace import Workspace
    from tests.app.conftest import find_chromium, start_app, stop_app

    app = start_app(home)
    try:
        with sync_playwright() as engine:
            page = engine.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"]).new_page()
            page.goto(f"{app.url}/review")
            page.wait_for_selector(".desk[data-queue] .text .yl-text")
            opened = time.perf_counter()
            page.get_by_text("随机对照").click()
            page.wait_for_selector(".desk[data-queue$='-kept'] .text .yl-text")
            opened = time.perf_counter() - opened
            page.wait_for_timeout(3000)
            times = decide(page, rows, pause)
            page.wait_for_selector("[data-at=state].good", timeout=20_000)
    finally:
        stop_app(app)
    said = Log(Workspace(home), "demo/healthcare-notes").about_rows()
    logged = sum(entry["cluster"] in (None, entry["id"]) for entry in said)  # a cluster's one word has an entry a row
    middle = statistics.quantiles(times, n=20)
    return {
        "rows": rows,
        "logged": logged,
        "queue_opened_ms": 1000 * opened,
        "median_ms": statistics.median(times),
        "p95_ms": middle[18],
        "max_ms": max(times),
    }


def main() -> None:
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--rows", type=int, default=100)
    said.add_argument("--pause", type=int, default=120)
    said.add_argument("--json", action="store_true")
    asked = said.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder))
        found = measure(Path(folder), asked.rows, asked.pause)
    print(json.dumps(found) if asked.json else "\n".join(f"{key}: {value:.1f}" for key, value in found.items()))


if __name__ == "__main__":
    main()
