"""stage → seal → verify: byte-identical, read-only, complete, and nothing private in it."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import subprocess
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from releases import DATA, facts, release, rows, signals, staged, table

from corpora import shards
from corpora.errors import FormatUnknown, IntegrityError, LawBroken, SourceMissing, VersionTaken
from corpora.facts import check_public
from corpora.release import load, seal, stage, verify
from corpora.release.manifest import Release, release_hash


def test_same_content_same_bytes(tmp_path: Path) -> None:
    one, two = release(tmp_path / "a"), release(tmp_path / "b")
    assert one.hash == two.hash
    assert {p: f.read_bytes() for p, f in one.files.items()} == {p: f.read_bytes() for p, f in two.files.items()}


def test_run_facts_are_outside_the_hash(tmp_path: Path) -> None:
    texts = {"train": rows(5)}
    one = seal(staged(tmp_path / "s", texts), facts({"train": 5}), {"seconds": 1}, tmp_path / "a")
    two = seal(staged(tmp_path / "s", texts), facts({"train": 5}), {"seconds": 2}, tmp_path / "b")
    assert one.hash == two.hash and one.files["run.json"].read_bytes() != two.files["run.json"].read_bytes()


def test_the_hash_is_what_sha256sum_says(tmp_path: Path) -> None:
    sealed = release(tmp_path)
    names = sorted(name for name in sealed.files if name != "run.json")
    lines = subprocess.run(["sha256sum", *names], cwd=sealed.folder, capture_output=True, check=True).stdout
    assert hashlib.sha256(lines).hexdigest() == sealed.hash


def test_layout_and_modes(tmp_path: Path) -> None:
    sealed = release(tmp_path)
    assert sorted(sealed.files) == [
        "README.md", "croissant.json", "data/test-00000-of-00001.parquet", "data/train-00000-of-00001.parquet",
        "release.json", "run.json", "signals/test-00000-of-00001.parquet", "signals/train-00000-of-00001.parquet",
    ]  # fmt: skip
    assert {stat.S_IMODE(path.stat().st_mode) for path in sealed.files.values()} == {0o444}
    assert not (tmp_path / "stage").exists()
    assert list(sealed.splits.items()) == [("train", 20), ("test", 5)]
    assert [path.name for path in sealed.tables()] == ["train-00000-of-00001.parquet", "test-00000-of-00001.parquet"]


def test_several_files_of_a_split_are_numbered(tmp_path: Path) -> None:
    place = stage(tmp_path / "stage")
    infos = []
    for number in range(3):
        part = rows(4, start=4 * number)
        infos.append(
            shards.write_shard(place / f"data/train-{number:05d}.parquet", [table(part)], DATA, text_columns=["text"])
        )
        shards.write_shard(
            place / f"signals/train-{number:05d}.parquet", [signals(part)], signals(part).schema, text_columns=[]
        )
    sealed = seal(place, facts({"train": 12, "validation": 0}), {}, tmp_path / "r", shards=infos)
    assert [path.name for path in sealed.tables()] == [f"train-0000{n}-of-00003.parquet" for n in range(3)]
    assert sealed.splits == {"train": 12} and verify(sealed) == []


def test_sealing_again_is_the_same_release_and_other_content_is_refused(tmp_path: Path) -> None:
    first = release(tmp_path)
    assert release(tmp_path).hash == first.hash
    before = {path: file.read_bytes() for path, file in first.files.items()}
    with pytest.raises(VersionTaken):
        release(tmp_path, {"train": rows(3)})
    assert {path: file.read_bytes() for path, file in load(tmp_path / "release-1.0.0").files.items()} == before


def test_another_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rename = os.rename

    def across(source: Any, target: Any) -> None:
        if Path(source).name == "stage":
            raise OSError(18, "Invalid cross-device link")
        rename(source, target)

    monkeypatch.setattr(os, "rename", across)
    sealed = release(tmp_path)
    assert verify(sealed) == [] and not (tmp_path / "stage").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["release-1.0.0"]


@pytest.mark.parametrize("change", [
    {"columns": [{"name": "id"}, {"name": "text"}, {"name": "source"}]},  # quality is not declared
    {"columns": [{"name": n} for n in ("id", "text", "source", "quality", "ward")]},  # ward is not there
    {"splits": {"train": 4}},
    {"ledger": {"total": {**facts({"train": 5}).ledger["total"], "read": 99}, "sources": {}}},
    {"recipe": {"sources": [{"label": "a", "files": ["notes.csv"]}]}},
    {"contact": "/home/somebody/data"},
    {"recipe": {"steps": [{"step": "x", "url": "https://user:word@example.invalid/x"}]}},
])  # fmt: skip
def test_what_is_wrong_is_not_sealed(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(LawBroken):
        seal(
            staged(tmp_path / "stage", {"train": rows(5)}), facts(**({"splits": {"train": 5}} | change)), {}, tmp_path / "r"
        )
    assert not (tmp_path / "r").exists()


def test_an_empty_target_folder_is_fine(tmp_path: Path) -> None:
    (tmp_path / "release-1.0.0").mkdir()
    assert verify(release(tmp_path)) == []


@pytest.mark.parametrize("name", ["rename", "fsync", "chmod"])
def test_killed_anywhere_sealed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Whatever call was the last one, the target is not there or whole, and sealing again gives the same release."""
    wanted = release(tmp_path / "wanted").hash
    real = getattr(os, name)
    for last in range(0, 60, 1):
        place, target = staged(tmp_path / f"s{last}", {"train": rows(20), "test": rows(5, start=20)}), tmp_path / f"r{last}"
        left = iter(range(last))

        def dying(*arguments: Any, _left: Any = left, **more: Any) -> Any:
            if next(_left, None) is None:
                raise KeyboardInterrupt
            return real(*arguments, **more)

        said = facts({"train": 20, "test": 5})
        monkeypatch.setattr(os, name, dying)
        try:
            seal(place, said, {}, target)
        except KeyboardInterrupt:
            pass
        else:
            assert last > 1  # the call was seen at all
            return
        finally:
            monkeypatch.undo()
        assert not target.exists() or verify(load(target)) == []
        if place.exists():
            assert seal(place, said, {}, target).hash == wanted
        assert load(target).hash == wanted
    raise AssertionError("never came to the end")


def test_an_undeclared_file_is_not_sealed(tmp_path: Path) -> None:
    place = staged(tmp_path / "stage", {"train": rows(5)})
    (place / "data/notes.txt").write_text("x")
    with pytest.raises(LawBroken):
        seal(place, facts({"train": 5}), {}, tmp_path / "r")


@pytest.mark.parametrize(
    "value",
    [
        "中文 a/b 比例",
        "mg/kg",
        "https://example.invalid/a",
        r"\d+/\d+",
        "60/40",
        {"files": 3},
        {"files": [{"sha256": "0"}]},
        {"file": None},
    ],
)
def test_what_only_looks_like_a_path_is_fine(value: Any) -> None:
    check_public({"x": value})


def _damage(sealed: Release, path: str, data: bytes) -> None:
    sealed.files[path].chmod(0o644)
    sealed.files[path].write_bytes(data)


def test_verify_finds_one_flipped_bit_anywhere(tmp_path: Path) -> None:
    sealed = release(tmp_path)
    for path in sorted(set(sealed.files) - {"run.json", "release.json"}):
        data = sealed.files[path].read_bytes()
        _damage(sealed, path, data[:9] + bytes([data[9] ^ 1]) + data[10:])
        assert [(f.code, f.path) for f in verify(load(sealed.folder or ""))] == [("wrong_hash", path)]
        _damage(sealed, path, data)
    assert verify(load(sealed.folder or "")) == []


def test_verify_finds_files_that_are_too_many_or_too_few(tmp_path: Path) -> None:
    sealed = release(tmp_path)
    folder = sealed.folder or tmp_path
    (folder / "data/extra.parquet").write_bytes(b"x")
    assert [f.code for f in verify(load(folder))] == ["undeclared_file"]
    (folder / "data/extra.parquet").unlink()
    (folder / "README.md").unlink()
    with pytest.raises(IntegrityError):
        load(folder)


def _edit(sealed: Release, change: dict[str, Any]) -> Release:
    said = json.loads(sealed.files["release.json"].read_bytes())
    _damage(sealed, "release.json", json.dumps(said | change).encode())
    return load(sealed.folder or "")


def test_verify_checks_ledger_schema_and_rows(tmp_path: Path) -> None:
    sealed = release(tmp_path)
    said = json.loads(sealed.files["release.json"].read_bytes())
    total = said["ledger"]["total"]
    opened = _edit(sealed, {"ledger": {"total": {**total, "read": 99}, "sources": said["ledger"]["sources"]}})
    assert {f.code for f in verify(opened)} == {"ledger_open", "ledger_sum"}
    columns = said["configs"]["default"][:-1]
    fewer = _edit(sealed, {"ledger": said["ledger"], "configs": {**said["configs"], "default": columns}})
    assert {f.code for f in verify(fewer)} == {"wrong_schema"}
    moved = _edit(sealed, {"configs": said["configs"], "splits": {"train": 19, "test": 6}})
    assert {f.code for f in verify(moved)} == {"wrong_rows"}


def test_verify_checks_ids(tmp_path: Path) -> None:
    twice = release(tmp_path / "a", {"train": rows(5), "test": rows(3)})
    assert [f.code for f in verify(twice)] == ["repeated_id"]
    place = staged(tmp_path / "b/stage", {"train": rows(5)})
    shuffled = dict(reversed(rows(5).items()))
    shards.write_shard(place / "signals/train-00000.parquet", [signals(shuffled)], signals(shuffled).schema, text_columns=[])
    differing = seal(place, facts({"train": 5}), {}, tmp_path / "b/r")
    assert [f.code for f in verify(differing)] == ["signals_differ"]


@pytest.mark.parametrize("bad", ["A" * 32, "g" * 32, "0" * 31, "〇" * 10 + "00", ""])
def test_verify_checks_what_ids_look_like(tmp_path: Path, bad: str) -> None:
    place = staged(tmp_path / "stage", {"train": rows(2)})
    part = table(rows(2)).set_column(0, DATA.field(0), pa.array(["0" * 32, bad], pa.large_string()))
    shards.write_shard(place / "data/train-00000.parquet", [part], DATA, text_columns=["text"])
    sealed = seal(place, facts({"train": 2}), {}, tmp_path / "r")
    assert [f.code for f in verify(sealed)] == ["bad_id"]


def test_loading_what_is_no_release(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing):
        load(tmp_path)
    sealed = release(tmp_path)
    with pytest.raises(FormatUnknown):
        _edit(sealed, {"format": 2}).manifest  # noqa: B018


def test_release_hash_ignores_order_and_run() -> None:
    assert release_hash({"b": "2", "a": "1", "run.json": "3"}) == release_hash({"a": "1", "b": "2"})
    assert release_hash({"a": "1"}) != release_hash({"a": "2"})
