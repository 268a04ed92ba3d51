"""Where and when figures were taken."""

from __future__ import annotations

import datetime as dt
import os
import platform
from importlib import metadata
from pathlib import Path

PACKAGES = ("yuliao", "pyarrow", "numpy", "numba", "llvmlite")


def facts() -> dict[str, object]:
    """Date, processor, cores, memory, system, versions."""
    return {
        "date": dt.date.today().isoformat(),
        "cpu": _first("/proc/cpuinfo", "model name") or platform.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(int((_first("/proc/meminfo", "MemTotal") or "0").split()[0]) / 1e6, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "versions": {name: metadata.version(name) for name in PACKAGES},
    }


def _first(path: str, key: str) -> str:
    """Value of the first `key: value` line of a file, or nothing."""
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except OSError:
        return ""
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(key)), "")
