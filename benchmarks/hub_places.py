"""What the bars of the catalog server are measured on: invented data in a catalog, and who serves it, here and beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server

from corpora.catalog import Catalog
from corpora.catalog.changes import Add

MB = 1_000_000
_TEXT_PER_BYTE = 1.86  # measured
_NGINX = """{user}worker_processes auto; daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 512; }}
http {{ sendfile on; tcp_nopush on; access_log off; client_body_temp_path {folder}/t; proxy_temp_path {folder}/t;
  fastcgi_temp_path {folder}/t; uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t;
  server {{ listen 127.0.0.1:{port}; root {root}; }} }}
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
