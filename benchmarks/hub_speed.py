"""The bars of the catalog server on this machine: `python -m benchmarks.hub_speed [--folder DIR] [--readers 200] [--large 1000]`.

One large file beside nginx (sendfile on, same file, same curl, in turns), range readers at once with the server's memory,
a repository of 10 000 files, 1 000 datasets searched, `load_dataset` of 300 MB beside the same call on local files.
Everything is on loopback; nginx and the server are started and stopped by this program. Without nginx that line is left out.
"""

from __future__ import annotations

import argparse
import http.client
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import hub_loading
from benchmarks.hub_places import MB, add, hub, nginx, parquet_files, random_file
from corpora.catalog import Catalog

ROUNDS = 5


def curl(url: str) -> float:
    """MB/s of one download to nowhere."""
    said = subprocess.run(
        ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{size_download} %{time_total}", url],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert said[0] == "200", said
    return float(said[1]) / float(said[2]) / MB


def large_file(catalog: Catalog, folder: Path, size: int) -> tuple[str, bool]:
    """Ours and nginx's in turns, so that both meet the same machine."""
    sha256 = next(one["sha256"] for one in catalog.repository("bench/large").files().values())
    blob = catalog.blobs.path(sha256)
    ours, theirs = [], []
    with hub(catalog) as (url, _), nginx(folder, blob.parent) as other:
        for _ in range(ROUNDS):
            theirs.append(curl(f"{other}/{sha256}"))
            ours.append(curl(f"{url}/datasets/bench/large/resolve/main/large.bin"))
    ratio = statistics.median(ours) / statistics.median(theirs)
    return (
        f"{size} MB: {statistics.median(ours):.0f} MB/s, nginx {statistics.median(theirs):.0f} MB/s, {ratio:.0%} (bar 80 %)",
        ratio >= 0.8,
    )


def memory(pid: int) -> float:
    """Resident memory now, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1000


def range_readers(catalog: Catalog, readers: int, size: int) -> tuple[str, bool]:
    """Each reader holds a connection and asks for 20 parts of 1 MiB; every byte is compared."""
    sha256 = next(one["sha256"] for one in catalog.repository("bench/large").files().values())
    blob, errors, levels = catalog.blobs.path(sha256), list[str](), list[float]()

    def read(url: str, number: int) -> None:
        try:
            connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=120)
            with blob.open("rb") as file:
                for step in range(20):
                    start = (number * 7919 + step * 104729) * 1009 % ((size - 2) * MB)
                    connection.request(
                        "GET", "/datasets/bench/large/resolve/main/large.bin",
                        headers={"Range": f"bytes={start}-{start + (1 << 20) - 1}"},
                    )  # fmt: skip
                    reply = connection.getresponse()
                    file.seek(start)
                    if reply.status != 206 or reply.read() != file.read(1 << 20):
                        errors.append(f"status {reply.status}")
        except (OSError, http.client.HTTPException) as error:
            errors.append(type(error).__name__)

    start = time.perf_counter()
    with hub(catalog) as (url, pid):
        levels.append(memory(pid))
        for _ in range(3):
            threads = [threading.Thread(target=read, args=(url, number)) for number in range(readers)]
            for thread in threads:
                thread.start()
            while any(thread.is_alive() for thread in threads):
                time.sleep(0.2)
                peak = memory(pid)
            levels.append(max(peak, memory(pid)))
    asked = readers * 20 * 3 / (time.perf_counter() - start)
    said = " → ".join(f"{one:.0f}" for one in levels)
    flat = levels[-1] < levels[1] * 1.1
    return f"{readers} readers: {len(errors)} errors, {asked:.0f} parts/s, memory {said} MB (bar 300, flat)", (
        not errors and max(levels) < 300 and flat
    )


class Calls:
    """Calls on one kept connection, as the clients make them: an answer that waits for an acknowledgement shows."""

    def __init__(self, url: str) -> None:
        self._connection = http.client.HTTPConnection(url.removeprefix("http://"))

    def get(self, target: str) -> tuple[float, bytes, str]:
        """Seconds, body, and the header Link."""
        start = time.perf_counter()
        self._connection.request("GET", target)
        reply = self._connection.getresponse()
        body = reply.read()
        assert reply.status == 200, reply.status
        return time.perf_counter() - start, body, reply.headers.get("Link", "")


def tree(url: str) -> tuple[str, bool]:
    """All pages of a recursive listing, as the client asks for them; the median of five, the first being cold."""
    times, calls = [], Calls(url)
    for _ in range(ROUNDS):
        start, count = time.perf_counter(), 0
        page = "/api/datasets/bench/many/tree/main?recursive=true"
        while page:
            _, body, link = calls.get(page)
            count += sum(one["type"] == "file" for one in json.loads(body))
            page = link.partition("<")[2].partition(">")[0].removeprefix(url)
        times.append(time.perf_counter() - start)
        assert count == 10_000, count
    return f"10 000 files: {statistics.median(times):.2f} s, cold {times[0]:.2f} s (bar 1 s)", max(times) < 1


def search(url: str) -> tuple[str, bool]:
    calls, words = Calls(url), ("repairs", "77", "no-such", "repairs", "123")
    times = [calls.get(f"/api/datasets?search={word}&full=true")[0] for word in words]
    said = f"1 000 datasets: {statistics.median(times) * 1000:.0f} ms, slowest {max(times) * 1000:.0f} ms (bar 100 ms)"
    return said, statistics.median(times) < 0.1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where the files are made; default: a temporary folder")
    parser.add_argument("--readers", type=int, default=200)
    parser.add_argument("--large", type=int, default=1000, help="MB of the large file")
    parser.add_argument("--only", nargs="*", default=[], help="large readers tree search load")
    asked = parser.parse_args()
    folder = Path(tempfile.mkdtemp(dir=asked.folder))
    try:
        return (
            0
            if all([_bar(name, work) for name, work in _bars(folder, asked) if not asked.only or name in asked.only])
            else 1
        )
    finally:
        shutil.rmtree(folder)


def _bar(name: str, work: Callable[[], tuple[str, bool]]) -> bool:
    said, kept = work()
    print(f"{name:8} {'kept  ' if kept else 'MISSED'} {said}", flush=True)
    return kept


def _bars(folder: Path, asked: argparse.Namespace) -> Iterator[tuple[str, Callable[[], tuple[str, bool]]]]:
    wanted = set(asked.only) or {"large", "readers", "tree", "search", "load"}
    large, small = Catalog(folder / "large"), Catalog(folder / "small")
    if wanted & {"large", "readers"}:
        add(large, "bench/large", {"large.bin": random_file(folder / "large.bin", asked.large * MB)})
        (folder / "large.bin").unlink()
        if shutil.which("nginx"):
            yield "large", lambda: large_file(large, folder, asked.large)
        yield "readers", lambda: range_readers(large, asked.readers, asked.large)
    if "tree" in wanted:
        names = [f"data/{number % 100:03}/训练 {number:05}.jsonl" for number in range(10_000)]
        add(small, "bench/many", {name: b"%d" % (number % 50) for number, name in enumerate(names)})
        yield "tree", lambda: _served(small, tree)
    if "search" in wanted:
        for number in range(1000):
            card = f"---\npretty_name: 维修记录 repairs {number}\nlicense: cc-by-4.0\nlanguage: zh\n---\n# {number}\n"
            add(small, f"plant-{number % 20}/repairs-{number}", {"README.md": card.encode()})
        yield "search", lambda: _served(small, search)
    if "load" in wanted:
        local = parquet_files(folder / "local", 300 * MB)
        add(large, hub_loading.CORPUS, {str(path.relative_to(local)): path for path in local.rglob("*") if path.is_file()})
        large.repository(hub_loading.CORPUS).tag(hub_loading.REVISION, "main", by="bench")
        yield "load", lambda: hub_loading.load_dataset(large, local, folder, ROUNDS)


def _served(catalog: Catalog, work: Callable[[str], tuple[str, bool]]) -> tuple[str, bool]:
    with hub(catalog) as (url, _):
        return work(url)


if __name__ == "__main__":
    sys.exit(main())
