"""A deletion request: the person's rows are in no new version and in no file of ours, and the ledger still closes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from corpora.catalog import Catalog
from corpora.workspace import Workspace
from tests.curation import corpus
from tests.terminal import call

NAME, GONE = "test/notes", "P030"


@pytest.fixture
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    corpus.recipe(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YULIAO_HOME", str(tmp_path / "home"))
    return _version("1.0.0", capfd)


def _version(version: str, capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    done: dict[str, Any] = json.loads(
        call(capfd, "run", "notes.yaml", "--subject", "患者", "--version", version, "--workers", "1", "--json")[1]
    )
    assert call(capfd, "publish", done["release"])[0] == 0
    return done


def _texts(folder: Path) -> list[str]:
    return [
        text for path in folder.rglob("data/*.parquet") for text in pq.read_table(path, columns=["text"])["text"].to_pylist()
    ]


def test_forget_run_purge(published: dict[str, Any], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    raw = [row["text"] for row in corpus.rows() if row["患者"] == GONE and len(row["text"]) > 20]
    before = set(_texts(Path(published["release"])))
    assert before & set(raw)
    assert call(capfd, "forget", NAME, "--subject", GONE)[0] == 2  # no reason
    assert call(capfd, "forget", NAME, "--subject", GONE, "--reason", "请求 2026-17")[0] == 0
    again = json.loads(call(capfd, "forget", NAME, "--subject", GONE, "--reason", "又一次", "--json")[1])
    assert len(again["requests"]) == 1 and GONE not in json.dumps(again)
    new = _version("1.1.0", capfd)
    after = set(_texts(Path(new["release"])))
    assert not after & set(raw) and len(before - after) >= 1
    total = json.loads((Path(new["release"]) / "release.json").read_text())["ledger"]["total"]
    assert total["quarantined"] >= 2 and call(capfd, "verify", f"{NAME}@1.1.0")[0] == 0
    assert call(capfd, "purge", NAME, "--before", "1.1.0", "--reason", "请求 2026-17")[0] == 2  # asks first
    done = json.loads(call(capfd, "purge", NAME, "--before", "1.1.0", "--reason", "请求 2026-17", "--yes", "--json")[1])
    assert done["versions"] == ["1.0.0"] and done["blobs"] and done["releases"] == 1 and done["work_folders"] == 1
    shutil.rmtree(tmp_path / "home" / "keys")  # the secret key is random bytes
    assert _anywhere(tmp_path / "home", raw) == []
    assert Catalog(Workspace().catalog).fsck(deep=True) == []
    code, _, err = call(capfd, "pull", f"{NAME}@1.0.0", str(tmp_path / "out"))
    assert code == 1 and "请求 2026-17" in err and not (tmp_path / "out").exists()
    assert call(capfd, "pull", f"{NAME}@1.1.0", str(tmp_path / "out"))[0] == 0


def _anywhere(folder: Path, raw: list[str]) -> list[str]:
    """Files below a folder that hold one of the texts, in plain bytes or in a column of a table."""
    found = []
    for path in (path for path in folder.rglob("*") if path.is_file()):
        data = path.read_bytes()
        if data[:4] == b"PAR1":
            data = json.dumps(pq.read_table(path).to_pylist(), ensure_ascii=False, default=str).encode()
        if any(text[:20].encode() in data for text in raw):
            found.append(path.name)
    return found


def test_a_single_row_by_its_id(published: dict[str, Any], capfd: pytest.CaptureFixture[str]) -> None:
    table = pq.read_table(next(Path(published["release"]).glob("data/*.parquet")))
    id = table["id"][0].as_py()
    assert call(capfd, "forget", NAME, "--id", "abc", "--reason", "x")[0] == 2
    assert call(capfd, "forget", NAME, "--id", id, "--reason", "x")[0] == 0
    new = _version("1.1.0", capfd)
    ids = {one for path in Path(new["release"]).glob("data/*.parquet") for one in pq.read_table(path)["id"].to_pylist()}
    assert id not in ids and len(ids) > 10


def test_purging_needs_a_version_that_exists(published: dict[str, Any], capfd: pytest.CaptureFixture[str]) -> None:
    assert call(capfd, "purge", NAME, "--version", "9.0.0", "--reason", "x", "--yes")[0] == 2
    assert call(capfd, "purge", NAME, "--before", "1.0.0", "--reason", "x", "--yes")[0] == 2
    assert call(capfd, "purge", NAME, "--version", "1.0.0", "--yes")[0] == 2  # no reason
    assert call(capfd, "pull", f"{NAME}@1.0.0", "out")[0] == 0


def _keyed(folder: Path, version: str, capfd: pytest.CaptureFixture[str]) -> tuple[dict[str, Any], str]:
    """A run of forty rows that have a key and no subject: (what it says as JSON, its texts)."""
    texts = [f"第{i}床术后第{i}天，体温三十六度，诉切口疼痛，予换药，观察{i}小时后返回病房休息。" for i in range(40)]
    rows = [json.dumps({"编号": f"N{i}", "text": one}, ensure_ascii=False) for i, one in enumerate(texts)]
    (folder / "keyed.jsonl").write_text("\n".join(rows), "utf-8")
    words = ("run", "notes.yaml", "--input", "keyed.jsonl", "--text", "text", "--id", "编号", "--version", version)
    done: dict[str, Any] = json.loads(call(capfd, *words, "--workers", "1", "--json")[1])
    return done, "".join(_texts(Path(done["release"])))


def test_without_a_subject_the_key_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A request by key finds its row; one that meets nothing is said aloud; drafts that nobody published are purged as well."""
    corpus.recipe(tmp_path, {"subject: 患者\n": ""})
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("YULIAO_HOME", str(tmp_path / "home"))
    code, _, err = call(capfd, "forget", NAME, "--key", "N7", "--reason", "请求")
    assert code == 2 and "还没有版本" in err
    _, before = _keyed(tmp_path, "1.0.0", capfd)
    assert "第7床" in before and "第8床" in before
    assert call(capfd, "forget", NAME, "--subject", "N7", "--subject", "无此人", "--reason", "请求")[0] == 0
    found = json.loads(call(capfd, "forget", NAME, "--key", "N8", "--reason", "请求", "--json")[1])
    assert found["rows"] == {"1.0.0": 1}
    done, after = _keyed(tmp_path, "1.1.0", capfd)
    assert "第7床" not in after and "第8床" not in after and "第9床" in after
    (note,) = [one for one in done["notes"] if "删除请求" in one]
    assert note.startswith("1 个删除请求") and "无此人" not in json.dumps(done, ensure_ascii=False)
    purged = json.loads(call(capfd, "purge", NAME, "--before", "1.1.0", "--reason", "请求", "--yes", "--json")[1])
    assert purged["versions"] == ["1.0.0"] and purged["releases"] == 1
    assert not (tmp_path / "home/releases" / NAME / "1.0.0").exists()
