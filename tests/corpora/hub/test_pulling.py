"""Pulling over a line that breaks, goes silent, or by a process that is killed: what is whole stays, nothing half is taken for whole."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from releases import release, rows

from corpora.catalog import Catalog, closing
from corpora.errors import IntegrityError, SourceMissing, UsageError, VersionClosed
from corpora.hub import pulling
from corpora.landing import Half
from corpora.release import Release, verify
from corpora.release.manifest import file_sha256
from tests.corpora.hub.threaded import running
from tests.corpora.hub.weak_link import Link, weak_link
from tests.terminal import call

ROOT = Path(__file__).resolve().parents[3]
BIG = "data/train-00000-of-00001.parquet"


@pytest.fixture
def sealed(tmp_path: Path) -> Release:
    return release(tmp_path, {"train": rows(3000), "test": rows(5, start=3000)})


@pytest.fixture
def line(tmp_path: Path, sealed: Release, monkeypatch: pytest.MonkeyPatch) -> Iterator[Link]:
    """A line to a server that has the release; `catalog` hangs on it."""
    catalog = Catalog(tmp_path / "there")
    catalog.publish(sealed)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)  # the suite as a whole is offline
    monkeypatch.setattr(pulling, "_PAUSES", (0.0,))
    with running(catalog) as server, weak_link(server.port) as link:
        link.catalog, link.server = catalog, server.url
        yield link


def _breaks_in(line: Link, target: Path, path: str, after: int) -> None:
    """Pulls until so many bytes of a file are there; then the network is gone."""
    wrote = Half.write

    def until(half: Half, data: bytes) -> None:
        if half._path == path and half.size + len(data) > after:
            wrote(half, data[: after - half.size])
            line.budget = 0
            raise ConnectionError
        wrote(half, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Half, "write", until)
        with pytest.raises(SourceMissing, match="连不上") as told:
            pulling.pull(line.url, "nb/repairs", None, target)
    assert "接着" in told.value.hint and not target.exists()


def test_a_pull_goes_on_where_it_was(line: Link, sealed: Release, tmp_path: Path) -> None:
    target = tmp_path / "out"
    _breaks_in(line, target, BIG, 5000)
    there = set(line.files())
    assert BIG in there and "README.md" in there
    line.forget()
    seen: list[tuple[int, int]] = []

    @contextlib.contextmanager
    def bar(total: int, had: int) -> Iterator[Any]:
        moved = [had]
        yield moved.append
        seen.append((total, sum(moved)))
        assert had > 5000 and moved[1:]

    done = pulling.pull(line.url, "nb/repairs", None, target, bar=bar)
    assert done.hash == sealed.hash and verify(done) == [] and not (tmp_path / ".out.part").exists()
    again = line.files()
    assert again[BIG] == "bytes=5000-" and set(again) & there == {BIG}, "whole files are not fetched again"
    assert seen[0][0] == seen[0][1] == sum(file.stat().st_size for file in sealed.files.values())
    line.forget()
    assert pulling.pull(line.url, "nb/repairs", None, target).hash == sealed.hash and line.files() == {}


def test_a_line_that_breaks_again_and_again(line: Link, sealed: Release, tmp_path: Path) -> None:
    """Each attempt carries a little; in the end everything is there, and was whole."""
    for attempt in range(60):
        line.forget(9000)
        try:
            done = pulling.pull(line.url, "nb/repairs", "1.0.0", tmp_path / "out")
        except SourceMissing:
            assert not (tmp_path / "out").exists()
            continue
        assert attempt and done.hash == sealed.hash and verify(done) == []
        return
    raise AssertionError("it never came to an end")


def test_a_break_mends_itself_within_one_pull(line: Link, sealed: Release, tmp_path: Path) -> None:
    wrote, broken = Half.write, []

    def once(half: Half, data: bytes) -> None:
        wrote(half, data[:100])
        if half._path == BIG and len(broken) < 3:
            broken.append(half.size)
            raise ConnectionError
        wrote(half, data[100:])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Half, "write", once)
        assert pulling.pull(line.url, "nb/repairs", None, tmp_path / "out").hash == sealed.hash
    assert broken == [100, 200, 300] and line.files()[BIG] == "bytes=300-"


def test_a_damaged_half_is_fetched_anew_and_never_taken_for_whole(line: Link, sealed: Release, tmp_path: Path) -> None:
    target, folder = tmp_path / "out", tmp_path / ".out.part"
    _breaks_in(line, target, BIG, 5000)
    (half,) = [one for one in (folder / "halves").iterdir() if one.suffix != ".etag" and one.stat().st_size == 5000]
    half.write_bytes(b"\0" * half.stat().st_size)  # as after a power cut
    whole = next((folder / "files").glob("croissant.json"))
    whole.chmod(0o600)
    whole.write_bytes(whole.read_bytes()[:-1] + b"?")
    line.forget()
    assert pulling.pull(line.url, "nb/repairs", None, target).hash == sealed.hash
    assert {"croissant.json", BIG} <= set(line.files())


@pytest.mark.parametrize(
    "spoil", [(b"ETag: ", b"ETag: W/"), (b'ETag: "', b'ETag: "x'), (b"HTTP/1.1 206", b"HTTP/1.1 200")], ids=str
)
def test_a_server_whose_answer_is_another_file_or_all_of_it(
    line: Link, sealed: Release, tmp_path: Path, spoil: tuple[bytes, bytes]
) -> None:
    _breaks_in(line, tmp_path / "out", BIG, 5000)
    line.forget()
    line.changed = {spoil[0]: spoil[1]}
    if b"200" in spoil[1]:  # a part that calls itself the whole: shorter than announced, and it does not get better
        with pytest.raises((IntegrityError, SourceMissing)):
            pulling.pull(line.url, "nb/repairs", None, tmp_path / "out")
        assert not (tmp_path / "out").exists()
        line.changed = {}
    assert pulling.pull(line.url, "nb/repairs", None, tmp_path / "out").hash == sealed.hash


def test_another_version_or_commit_meanwhile_is_said(line: Link, tmp_path: Path) -> None:
    _breaks_in(line, tmp_path / "out", BIG, 5000)
    second = release(tmp_path / "b", {"train": rows(3000), "test": rows(9, start=3000)}, version="1.1.0")
    line.catalog.publish(second)
    line.forget()
    said: list[str] = []
    done = pulling.pull(line.url, "nb/repairs", None, tmp_path / "out", say=said.append)
    assert done.hash == second.hash and verify(done) == [] and len(said) == 1 and "changed" in said[0]
    assert line.files()[BIG] == "bytes=5000-", "the table of both is one and the same"
    assert "data/test-00000-of-00001.parquet" in line.files()


@pytest.mark.parametrize("closed", ["withdrawn", "purged"])
def test_nothing_is_left_of_a_version_that_was_closed_meanwhile(line: Link, tmp_path: Path, closed: str) -> None:
    _breaks_in(line, tmp_path / "out", BIG, 5000)
    repository = line.catalog.repository("nb/repairs")
    if closed == "withdrawn":
        closing.withdraw(repository, "1.0.0", reason="漏检", by="wang")
    else:
        line.catalog.publish(release(tmp_path / "b", {"train": rows(3)}, version="2.0.0"))
        closing.purge(repository, ["1.0.0"], reason="请求", by="wang")
    line.forget()
    with pytest.raises(VersionClosed):
        pulling.pull(line.url, "nb/repairs", "1.0.0", tmp_path / "out")
    assert not (tmp_path / "out").exists() and not (tmp_path / ".out.part").exists()


def _pull(line: Link, target: Path) -> subprocess.Popen[bytes]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "YULIAO_TOKEN"))}
    words = [sys.executable, "-m", "cli", "pull", "nb/repairs@1.0.0", str(target), "--from", line.url]
    return subprocess.Popen(words, cwd=ROOT, env=clean, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_a_killed_pull_goes_on(line: Link, sealed: Release, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """kill -9 while the big file is under way; a second process at once is told; the next one fetches the rest alone."""
    target, halves = tmp_path / "out", tmp_path / ".out.part" / "halves"
    line.stops_in = (BIG, 9000)
    process = _pull(line, target)
    half = halves / file_sha256(sealed.files[BIG])
    for _ in range(1200):
        if half.is_file() and half.stat().st_size > 1000:
            break
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    had = half.stat().st_size
    code, _, said = call(capfd, "pull", "nb/repairs@1.0.0", str(target), "--from", line.server)
    assert code == 2 and "另一个进程" in said
    process.kill()
    process.wait()
    assert not target.exists() and half.stat().st_size >= had
    line.forget()
    code, _, said = call(capfd, "pull", "nb/repairs@1.0.0", str(target), "--from", line.url)
    assert code == 0 and "接着拉取" in said
    spans = line.files()
    assert "README.md" not in spans and spans[BIG].startswith("bytes=")
    assert verify(Release({path: target / path for path in sealed.files}, target)) == []
    assert not (tmp_path / ".out.part").exists()


def test_folders_that_hold_other_things(line: Link, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("x")
    (tmp_path / "file").write_text("x")
    for name in ("mine", "file"):
        with pytest.raises(UsageError):
            pulling.pull(line.url, "nb/repairs", None, tmp_path / name)
    assert line.asked == [] and (tmp_path / "mine" / "notes.txt").read_text() == "x"
    (tmp_path / "empty").mkdir()
    assert verify(pulling.pull(line.url, "nb/repairs", None, tmp_path / "empty")) == []
    assert not [one.name for one in tmp_path.iterdir() if one.name.endswith(".part")]
