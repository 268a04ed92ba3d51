"""The three generations of clients, each in a virtual environment of its own, built once and kept under .bench/clients."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from corpora.catalog.refs import locked

FOLDER = Path(__file__).resolve().parent.parent.parent / ".bench" / "clients"
GENERATIONS = {  # huggingface-hub → datasets
    "0.36.2": "3.6.0",
    "1.10.2": "4.8.5",
    "2.4.0": "5.2.0",
}
BESIDE = ("polars==2.1.0", "duckdb==2.0.1", "pandas==3.1.1", "click")


def python(hub: str) -> Path:
    """The interpreter of a generation's environment, which is built when it is not there."""
    with locked(FOLDER / f"{hub}.lock"):  # tests run side by side
        return _built(hub)


def _built(hub: str) -> Path:
    folder = FOLDER / hub
    done = folder / ".installed"
    packages = [f"huggingface-hub=={hub}", f"datasets=={GENERATIONS[hub]}", *BESIDE]
    if not done.is_file() or done.read_text() != " ".join(packages):
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "-qq", "--disable-pip-version-check", *packages]
        subprocess.run(pip, check=True)
        done.write_text(" ".join(packages))
    return folder / "bin" / "python"
