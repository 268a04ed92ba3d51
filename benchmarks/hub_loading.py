"""The bar of `load_dataset`: a release from the catalog beside the same call on local files, and where the rest goes.

Three things take turns, so that each meets the same machine: the call on local files; the call over the catalog; and one curl
that fetches the data files from nginx to disk, which is about what any server would leave to be done.
The client's own memory counts too: after a download the files stand in the page cache as well. Where a host lends memory page
by page (virtual machines), the first touch of each page costs far more than a copy, and it is paid while Arrow files are built.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.hub_places import MB, hub, nginx
from corpora.catalog import Catalog

CORPUS, REVISION = "bench/release", "v1.0.0"
_BAR = 1.3
_LOAD = """import json, sys, time, datasets
datasets.disable_progress_bars()
taken = {}
def timed(owner, name):
    work = getattr(owner, name)
    def timing(*words, **named):
        start = time.perf_counter()
        try:
            return work(*words, **named)
        finally:
            taken[name] = taken.get(name, 0) + time.perf_counter() - start
    setattr(owner, name, timing)
timed(datasets.DownloadManager, "download")
timed(datasets.ArrowBasedBuilder, "_prepare_split")
start = time.perf_counter()
datasets.load_dataset(sys.argv[1], **({"revision": sys.argv[2]} if len(sys.argv) > 2 else {}))
print(json.dumps({"all": time.perf_counter() - start, **taken}))
"""
Taken = dict[str, float]


def load_dataset(catalog: Catalog, local: Path, folder: Path, rounds: int) -> tuple[str, bool]:
    """In turns, each time a new process with an empty cache."""
    ours, theirs, alone = list[Taken](), list[Taken](), list[float]()
    with hub(catalog) as (url, _), _beside(catalog, folder) as blobs:
        for _ in range(rounds):
            theirs.append(_loaded(folder, url, str(local)))
            ours.append(_loaded(folder, url, CORPUS, REVISION))
            alone += [_fetched(folder, blobs)] if blobs else []
    size = sum(path.stat().st_size for path in local.rglob("*.parquet")) / MB
    return _said(size, _median(ours), _median(theirs), alone)


def _said(size: float, ours: Taken, theirs: Taken, alone: list[float]) -> tuple[str, bool]:
    ratio = ours["all"] / theirs["all"]
    floor = f"; nginx and curl take {statistics.median(alone):.2f} s for the files alone" if alone else ""
    return (
        f"load_dataset {size:.0f} MB: {ours['all']:.2f} s (fetching {ours['download']:.2f}, building {ours['_prepare_split']:.2f}), "
        f"local files {theirs['all']:.2f} s (building {theirs['_prepare_split']:.2f}), {ratio:.2f}× "
        f"(bar {_BAR}×: {theirs['all'] * (_BAR - 1):.2f} s more{floor})",
        ratio <= _BAR,
    )


def _loaded(folder: Path, url: str, *words: str) -> Taken:
    home = folder / "home"
    said = subprocess.run(
        [sys.executable, "-c", _LOAD, *words], capture_output=True, text=True, check=True,
        env={**os.environ, "HF_ENDPOINT": url, "HF_HOME": str(home), "HF_HUB_DISABLE_TELEMETRY": "1"},
    ).stdout  # fmt: skip
    shutil.rmtree(home)
    return dict(json.loads(said.splitlines()[-1]))


@contextmanager
def _beside(catalog: Catalog, folder: Path) -> Iterator[list[str]]:
    """The data files' addresses at nginx; none where it is not installed."""
    if not shutil.which("nginx"):
        yield []
        return
    root, files = catalog.root / "blobs", catalog.repository(CORPUS).files()
    blobs = [catalog.blobs.path(one["sha256"]).relative_to(root) for path, one in files.items() if path.endswith(".parquet")]
    with nginx(folder, root) as other:
        yield [f"{other}/{blob}" for blob in blobs]


def _fetched(folder: Path, urls: list[str]) -> float:
    """Seconds in which one curl puts them on disk."""
    here = folder / "fetched"
    here.mkdir()
    words = [word for number, url in enumerate(urls) for word in ("-o", str(here / str(number)), url)]
    start = time.perf_counter()
    subprocess.run(["curl", "-sSf", *words], check=True)
    taken = time.perf_counter() - start
    shutil.rmtree(here)
    return taken


def _median(all_taken: list[Taken]) -> Taken:
    return {name: statistics.median(one[name] for one in all_taken) for name in all_taken[0]}
