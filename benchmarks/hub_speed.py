"""The bars of the catalog server on this machine: `python -m benchmarks.hub_speed [--folder DIR] [--readers 200] [--large 1000]`.

One large file beside nginx (sendfile on, same file, same curl, in turns), range readers at once with the server's memory,
a repository of 10 000 files, 1 000 datasets searched, `load_dataset` of 300 MB beside the same call on local files.
Everything is on loopback; nginx and the server are started and stopped by this program. Without nginx that line is left out.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server

from corpora.catalog import Catalog
from corpora.catalog.changes import Add

MB = 1_000_000
ROUNDS = 5
_TEXT_PER_BYTE = 1.86  # measured
_NGINX = """{user}worker_processes auto; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 512; }}
http {{ sendfile on; tcp_nopush on; access_log off; client_body_temp_path {folder}/t; proxy_temp_path {folder}/t;
  fastcgi_temp_path {folder}/t; uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t;
  server {{ listen 127.0.0.1:{port}; root {root}; }} }}
"""
_LOAD = """import sys, time, datasets
datasets.disable_progress_bars()
start = time.perf_counter()
found = datasets.load_dataset(sys.argv[1], **({"revision": sys.argv[2]} if len(sys.argv) > 2 else {}))
print(time.perf_counter() - start, sum(split.num_rows for split in found.values()))
"""


# --- what is served ------------------------------------------------------------------------------------


def add(catalog: Catalog, corpus: str, files: dict[str, Path | bytes]) -> None:
    """A public dataset of these files."""
    repository = catalog.repository(corpus)
    repository.create(by="bench", private=False)
    operations = []
    for path, content in files.items():
        with catalog.blobs.writing() as writer:
            for block in _blocks(content):
                writer.write(block)
            operations.append(Add(path, writer.finish(), writer.size, lfs=writer.size > 10 * MB))
    commit = repository.commit("main", operations, title="bench", by="bench")
    repository.mark_verified(commit, "", by="bench")


def _blocks(content: Path | bytes) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while block := file.read(1 << 20):
            yield block


def random_file(path: Path, size: int) -> Path:
    with path.open("wb") as file:
        for _ in range(size // MB):
            file.write(os.urandom(MB))
    return path


def parquet_files(folder: Path, total: int, count: int = 6) -> Path:
    """A folder that `load_dataset` opens: about `total` bytes, and a card.

    Texts of 341 made-up words of two characters, drawn by Zipf's law: in Parquet they take a bit more than half of their
    bytes; Chinese prose about half. It matters: loading works on the texts, the wire carries what is left of them.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    (folder / "data").mkdir(parents=True)
    card = "---\nconfigs:\n- config_name: default\n  data_files:\n  - split: train\n    path: data/train-*.parquet\n---\n"
    (folder / "README.md").write_text(card)
    draw = np.random.default_rng(0)
    words = np.array(["".join(map(chr, pair)).encode() for pair in draw.integers(0x4E00, 0x9FA5, (20_000, 2))], "S6")
    ranks = 1 / np.arange(1, len(words) + 1)
    pool = words[np.searchsorted(np.cumsum(ranks) / ranks.sum(), draw.random(6_000_000))].reshape(-1, 1)
    rows = int(total / count / (341 * 6) * _TEXT_PER_BYTE)
    for number in range(count):
        starts = draw.integers(0, len(pool) - 341, rows)
        texts = pa.LargeStringArray.from_buffers(
            rows,
            pa.py_buffer(np.arange(rows + 1, dtype=np.int64) * 341 * 6),
            pa.py_buffer(pool[(starts[:, None] + np.arange(341)).ravel()]),
        )
        pq.write_table(pa.table({"text": texts}), folder / f"data/train-{number:05}.parquet", compression="zstd")
    return folder


# --- who serves ----------------------------------------------------------------------------------------


@contextmanager
def started(*command: str, env: dict[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, **(env or {})})
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def hub(catalog: Catalog) -> Iterator[tuple[str, int]]:
    """(url, process id) of `yuliao serve`."""
    command = (sys.executable, "-m", "cli", "serve", "--port", "0", "--catalog", str(catalog.root))
    with started(*command, env={"PYTHONUNBUFFERED": "1"}) as process:
        assert process.stdout is not None
        yield (
            next(line.split("=")[1].strip() for line in process.stdout if line.startswith("export HF_ENDPOINT=")),
            process.pid,
        )


@contextmanager
def nginx(folder: Path, root: Path) -> Iterator[str]:
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    user = "user root; " if os.geteuid() == 0 else ""  # else its workers become nobody, who can't read a private folder
    (folder / "nginx.conf").write_text(_NGINX.format(folder=folder, root=root, port=port, user=user))
    with started("nginx", "-p", str(folder), "-e", str(folder / "nginx.log"), "-c", str(folder / "nginx.conf")):
        time.sleep(1)
        yield f"http://127.0.0.1:{port}"


# --- bars ----------------------------------------------------------------------------------------------


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


def get(url: str) -> tuple[float, bytes, str]:
    start = time.perf_counter()
    with urllib.request.urlopen(url) as reply:
        body = reply.read()
    return time.perf_counter() - start, body, reply.headers.get("Link", "")


def tree(url: str) -> tuple[str, bool]:
    """All pages of a recursive listing, as the client asks for them; the median of five, the first being cold."""
    times = []
    for _ in range(ROUNDS):
        start, count = time.perf_counter(), 0
        page = f"{url}/api/datasets/bench/many/tree/main?recursive=true"
        while page:
            _, body, link = get(page)
            count += sum(one["type"] == "file" for one in json.loads(body))
            page = link.partition("<")[2].partition(">")[0]
        times.append(time.perf_counter() - start)
        assert count == 10_000, count
    return f"10 000 files: {statistics.median(times):.2f} s, cold {times[0]:.2f} s (bar 1 s)", max(times) < 1


def search(url: str) -> tuple[str, bool]:
    times = [
        get(f"{url}/api/datasets?search={word}&full=true")[0] for word in ("repairs", "77", "no-such", "repairs", "123")
    ]
    said = f"1 000 datasets: {statistics.median(times) * 1000:.0f} ms, slowest {max(times) * 1000:.0f} ms (bar 100 ms)"
    return said, statistics.median(times) < 0.1


def load_dataset(catalog: Catalog, local: Path, folder: Path) -> tuple[str, bool]:
    """In turns, each time a new process with an empty cache."""
    taken: dict[str, list[float]] = {"hub": [], "local": []}
    with hub(catalog) as (url, _):
        for number in range(3):
            for kind, words in (("local", [str(local)]), ("hub", ["bench/release", "v1.0.0"])):
                home = folder / f"home-{kind}-{number}"
                said = subprocess.run(
                    [sys.executable, "-c", _LOAD, *words], capture_output=True, text=True, check=True,
                    env={**os.environ, "HF_ENDPOINT": url, "HF_HOME": str(home), "HF_HUB_DISABLE_TELEMETRY": "1"},
                ).stdout.split()  # fmt: skip
                taken[kind].append(float(said[-2]))
                shutil.rmtree(home)
    ours, theirs = statistics.median(taken["hub"]), statistics.median(taken["local"])
    size = sum(path.stat().st_size for path in local.rglob("*.parquet")) / MB
    said = f"load_dataset {size:.0f} MB: {ours:.2f} s, local files {theirs:.2f} s, {ours / theirs:.2f}× (bar 1.3×)"
    return said, ours / theirs <= 1.3


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
        add(large, "bench/release", {str(path.relative_to(local)): path for path in local.rglob("*") if path.is_file()})
        large.repository("bench/release").tag("v1.0.0", "main", by="bench")
        yield "load", lambda: load_dataset(large, local, folder)


def _served(catalog: Catalog, work: Callable[[str], tuple[str, bool]]) -> tuple[str, bool]:
    with hub(catalog) as (url, _):
        return work(url)


if __name__ == "__main__":
    sys.exit(main())
