"""Clients of three generations upload in every way they know: Xet, LFS, small files, folders, copies, tags, push_to_hub. Nothing is faked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpora.catalog import Catalog
from tests.corpora.hub.calls import people
from tests.corpora.hub.served import Server, serving
from tests.hub_clients import environments

STORY = Path(__file__).with_name("uploading_story.py")


def _tell(
    server: Server, tmp_path: Path, *chapters: str, python: str | Path = sys.executable, **environment: str
) -> dict[str, str]:
    plain = {key: value for key, value in os.environ.items() if not key.startswith("HF_")}
    home = {
        "HF_ENDPOINT": server.url,
        "HF_TOKEN": people(Catalog(server.root))["wang"],
        "HF_HOME": str(tmp_path / "home"),
        "WORK": str(tmp_path),
    }
    done = subprocess.run(
        [str(python), str(STORY), *chapters],
        env={**plain, **home, **environment},
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(("generation", "way"), [("", "xet"), ("", "lfs"), ("1.10.2", "lfs"), ("0.36.2", "lfs")])
def test_every_way_to_upload(tmp_path: Path, generation: str, way: str) -> None:
    python = environments.python(generation) if generation else sys.executable
    with serving(tmp_path / "catalog") as server:
        told = _tell(
            server, tmp_path, *CHAPTERS, python=python, HF_HUB_DISABLE_XET="1" if (generation, way) == ("", "lfs") else "0"
        )
        server.check_log()
    assert told == dict.fromkeys(CHAPTERS, "ok"), told
    catalog = Catalog(tmp_path / "catalog")
    assert catalog.fsck(deep=True) == [] and bool(list(catalog.root.glob("xet/nb/*/*/*"))) == (way == "xet")


CHAPTERS = (
    "create_repo", "upload_folder", "upload_file", "create_commit", "parent_commit", "tags", "branches", "push_to_hub", "large_folder",
    "file_system", "command_line",
    "not_supported", "settings", "unchanged", "delete_repo",
)  # fmt: skip


def test_large_and_repeated(tmp_path: Path) -> None:
    """200 MB in several xorbs; again with little changed: only the change travels. Memory stays flat."""
    import psutil

    with serving(tmp_path / "catalog") as server:
        told = _tell(server, tmp_path, "create_repo", "large", "large_again", "large_elsewhere")
        peak = psutil.Process(server.process.pid).memory_info().rss
        server.check_log()
    assert all(value == "ok" for value in told.values()), told
    catalog = Catalog(tmp_path / "catalog")
    assert catalog.fsck(deep=True) == []
    sizes = sorted(path.stat().st_size for path in catalog.root.glob("xet/nb/*/*/*"))
    assert len(sizes) >= 4 and sum(sizes) < 215 << 20  # the second version brought a few chunks, not another 200 MB
    assert peak < 400 << 20
