"""A deletion request: the person's rows are in no new version and in no file of ours, and the ledger still closes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora.catalog import Catalog
from corpora.catalog.changes import Add
from corpora.decisions import Log, about_row
from corpora.leases import Leases
from corpora.release import load
from corpora.workspace import Workspace
from curation.run.background import Status
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


def _remains(home: Path, release: Path, text: str) -> None:
    """What a run in the workbench, a review, an audit and an annotation batch of version 1.0.0 leave behind."""
    workspace, hash_ = Workspace(), load(release).hash
    job = home / "jobs" / "20260101T000000-1"
    job.mkdir(parents=True)
    (job / "job.json").write_text(json.dumps({"format": 1, "corpus": NAME, "version": None, "inputs": [f"{GONE}.csv"]}))
    (job / "status.json").write_bytes(Status(state="done", release=str(release)).to_json())
    for number, (corpus_, version) in enumerate([("test/other", "1.0.0"), (NAME, "1.1.0")]):
        kept = home / "jobs" / f"20260101T000000-kept{number}"
        kept.mkdir()
        (kept / "job.json").write_text(json.dumps({"format": 1, "corpus": corpus_, "version": version, "inputs": []}))
    for queue in (f"{NAME}/{hash_[:16]}-kept", f"{NAME}/{'0' * 16}-kept"):
        Leases(workspace, queue).add(["a" * 32])
    (home / "audits" / hash_).mkdir(parents=True)
    (home / "audits" / hash_ / "sheet.csv").write_text(text)
    for version in ("1.0.0", "1.1.0"):
        batch = home / "annotation" / f"keep_drop-{version}"
        (batch / "ids").mkdir(parents=True)
        facts = {"format": 1, "corpus": NAME, "version": version, "url": "http://127.0.0.1:8091"}
        (batch / "batch.json").write_text(json.dumps(facts))
        (batch / "ids" / "00-000001-a.json").write_text(json.dumps({"format": 1, "project": 7, "pairs": {"t": 1}}))
        table = pa.table({"task": ["t"], "content_key": ["k"], "text": pa.array([text], pa.large_string())})
        pq.write_table(table.replace_schema_metadata({"format": "1"}), batch / "tasks.parquet")


def test_a_purge_takes_what_else_stems_from_the_version(
    published: dict[str, Any], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    home, text = tmp_path / "home", "就诊人自述：仅在这一版里出现的一段话，共计二十多个字。"
    _remains(home, Path(published["release"]), text)
    Log(Workspace(), NAME).append([about_row("a" * 32, "k", "keep", who="li", role="reviewer", at="2026-01-01T00:00:00Z",
                                             shown="s", project="")])  # fmt: skip
    assert len(_anywhere(home, [text])) == 3
    _version("1.1.0", capfd)
    purge = ("purge", NAME, "--before", "1.1.0", "--reason", "请求 2026-17", "--yes", "--json")
    done = json.loads(call(capfd, *purge)[1])
    assert {key: done[key] for key in ("jobs", "audits", "batches")} == {"jobs": 1, "audits": 1, "batches": 1}
    assert done["queues"] == 2 and done["elsewhere"] == ["http://127.0.0.1:8091#7"]  # state and lock
    assert _anywhere(home, [text]) == ["tasks.parquet"], "only the batch of the version that stays"
    blank = pq.read_table(home / "annotation" / "keep_drop-1.0.0" / "tasks.parquet")
    assert blank.to_pylist() == [{"task": "t", "content_key": "k", "text": ""}] and blank.schema.metadata[b"format"] == b"1"
    assert {path.name for path in (home / "jobs").iterdir()} == {"20260101T000000-kept0", "20260101T000000-kept1"}
    assert [path.suffix for path in (home / "leases").iterdir() if "0" * 16 in path.name]
    assert len(Log(Workspace(), NAME).about_rows()) == 1, "what people decided stays"
    again = json.loads(call(capfd, *purge)[1])
    assert [again[key] for key in ("jobs", "queues", "audits", "batches")] == [0, 0, 0, 0]


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


def test_who_still_holds_what_was_purged_is_named(
    published: dict[str, Any], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A branch that went on from the old version goes on giving out its bytes: the purge says so, and is finished by the next."""
    catalog = Catalog(Workspace().catalog)
    repository = catalog.repository(NAME)
    repository.branch("notes", "v1.0.0", by="wang")
    with catalog.blobs.writing() as writer:
        writer.write(b"x")
        added = Add("notes.txt", writer.finish(), 1)
    repository.commit("notes", [added], title="notes", by="wang")
    assert call(capfd, "forget", NAME, "--subject", GONE, "--reason", "请求")[0] == 0
    _version("1.1.0", capfd)
    words = ("purge", NAME, "--version", "1.0.0", "--reason", "请求", "--yes")
    code, out, _ = call(capfd, *words)
    assert code == 0 and f"{NAME} notes 里还有" in out
    repository.unbranch("notes", by="wang")
    done = json.loads(call(capfd, *words, "--json")[1])
    assert done["held"] == {} and done["blobs"] > 0


def test_a_purged_number_is_not_drafted_again(
    published: dict[str, Any], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nor is a purged version the parent of the next one: its rows are gone."""
    assert call(capfd, "purge", NAME, "--version", "1.0.0", "--reason", "请求 8", "--yes")[0] == 0
    words = ("run", "notes.yaml", "--subject", "患者", "--workers", "1", "--version")
    code, _, err = call(capfd, *words, "1.0.0")
    assert code == 1 and "不再使用" in err and "请求 8" in err
    assert not (tmp_path / "home/releases" / NAME / "1.0.0").exists()
    assert not any((tmp_path / "home" / "work").iterdir()), "refused before anything is read"
    code, out, _ = call(capfd, *words, "1.0.1", "--json")
    assert code == 0 and load(Path(json.loads(out)["release"])).manifest["parent"] is None


def test_a_purge_takes_pulled_copies_and_caches(
    published: dict[str, Any], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """As the demo leaves them, and a draft that a later run of the same number replaced; what is not known is named."""
    home, texts = tmp_path / "home", _texts(Path(published["release"]))
    flat = NAME.replace("/", "__")
    for where in (f"pulled/{flat}@1.0.0", "pulled/by hand/copy"):
        assert call(capfd, "pull", f"{NAME}@1.0.0", str(home / where))[0] == 0
    shutil.copytree(published["release"], home / "releases" / NAME / "superseded" / "1.0.0-abcdef12")
    shutil.copytree(published["release"], tmp_path / "outside")
    _loaded(home, f"{flat}@1.0.0", f"{flat}@1.0.0", texts)
    _loaded(home, NAME.replace("/", "___"), "notes", texts)
    _loaded(home, "test__other@1.0.0", "test__other@1.0.0", ["另一个数据集的一段话，与此无关，留着。"])
    _loaded(home, "parquet", "parquet", ["不知由何而来的一段话，二十个字以上，只列出来。"])
    assert call(capfd, "forget", NAME, "--subject", GONE, "--reason", "请求")[0] == 0
    new = _version("1.1.0", capfd)
    assert call(capfd, "pull", f"{NAME}@1.1.0", str(home / f"pulled/{flat}@1.1.0"))[0] == 0
    gone = [one for one in texts if one not in _texts(Path(new["release"]))]
    assert gone and len(_anywhere(home, gone)) > 4
    code, out, _ = call(capfd, "purge", NAME, "--version", "1.0.0", "--reason", "请求", "--yes")
    assert code == 0 and "cache/parquet/default/0.0.0/abc" in out and "test__other" not in out
    shutil.rmtree(home / "keys")
    assert _anywhere(home, gone) == []
    assert (home / f"pulled/{flat}@1.1.0/release.json").is_file() and (tmp_path / "outside").is_dir()
    assert sorted(one.name for one in (home / "cache").glob("*/*/*/*/*.arrow")) == [
        "parquet-train.arrow",
        "test__other@1.0.0-train.arrow",
    ]
    again = json.loads(call(capfd, "purge", NAME, "--version", "1.0.0", "--reason", "请求", "--yes", "--json")[1])
    assert (again["pulled"], again["caches"], again["unknown"]) == (0, 0, ["cache/parquet/default/0.0.0/abc"])


def _loaded(home: Path, place: str, name: str, texts: list[str]) -> None:
    """A cache as `datasets` lays it down."""
    folder = home / "cache" / place / "default" / "0.0.0" / "abc"
    folder.mkdir(parents=True)
    (folder / "dataset_info.json").write_text(json.dumps({"builder_name": "parquet", "dataset_name": name}))
    table = pa.table({"text": texts})
    with pa.OSFile(str(folder / f"{name}-train.arrow"), "wb") as file, pa.ipc.new_stream(file, table.schema) as stream:
        stream.write_table(table)
