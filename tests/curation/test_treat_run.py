"""Treatment from files to a release: identities that the house knows, declared columns, stand-ins, the vault. Invented people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

import cli
from corpora import vault
from corpora.catalog import Catalog
from corpora.errors import SourceMissing, UsageError, VaultLocked
from corpora.vault_commands import restored
from corpora.workspace import Workspace
from curation import recipe_file
from curation.run import pipeline

NAMES = ["王建国", "李秀英", "欧阳志强", "艾力·玉素甫", "陈思远", "赵雪梅"]
ROWS = [
    {
        "编号": f"N{i:03}",
        "text": f"{name}于2024年3月{i + 1}日入院，{name[0]}先生电话138-0013-80{i:02}，尾号80{i:02}。主管医生孙立人查房，"
        f"2024-03-{i + 10:02}复查，血压1{i}0/80mmHg，用药代号飞燕{'甲乙丙丁戊己'[i]}组，第{i}次记录。",
        "姓名": name,
        "电话": f"138001380{i:02}",
        "备注": f"{name}，家属来电138001380{i:02}，住{i + 2}病区",
        "入院日期": f"2024-03-{i + 1:02}",
        "证件": f"33020019900101{i:04}",
    }
    for i, name in enumerate(NAMES)
]
RECIPE = """
format: 1
corpus: test/treated
version: 1.0.0
text: [text]
id: 编号
subject: 证件
columns:
  姓名: {type: string}
  备注: {type: string}
  入院日期: {type: date}
identities:
  columns: {姓名: person_name/patient, 电话: mobile, 证件: resident_id}
  lists:
    - {file: staff.txt, kind: person_name, subtype: doctor}
    - {file: codes.csv, column: 代号, kind: secret}
sources:
  - {label: 病历, files: [notes.jsonl]}
steps:
  - step: find_pii
  - step: redact_pii
"""


def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str = "", *, shuffled: bool = False) -> Path:
    monkeypatch.setenv("YULIAO_HOME", str(tmp_path / "home"))
    rows = ROWS[::-1] if shuffled else ROWS
    (tmp_path / "notes.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    (tmp_path / "staff.txt").write_text("孙立人\n周未见\n", "utf-8")
    (tmp_path / "codes.csv").write_text("序,代号\n1,飞燕\n2,从未出现的代号\n", "utf-8")
    path = tmp_path / "recipe.yaml"
    path.write_text(RECIPE + settings, "utf-8")
    return path


def run(path: Path, out: Path | None = None, **changes: Any) -> Any:
    file = recipe_file.override(recipe_file.load(str(path)), **changes)
    return pipeline.run(file, workspace=Workspace(), out=out)


def released(report: Any) -> list[dict[str, Any]]:
    files = sorted(Path(report.release.folder, "data").glob("*.parquet"))
    return sorted((row for file in files for row in pq.read_table(file).to_pylist()), key=lambda row: row["id"])


def everything(folder: Path) -> bytes:
    """All bytes of a folder, Parquet tables as text too: compression must not hide anything."""
    raw = b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    tables = (pq.read_table(path).to_pylist() for path in sorted(folder.rglob("*.parquet")))
    return raw + json.dumps(list(tables), ensure_ascii=False, default=str).encode()


def test_placeholders_by_default_and_one_number_in_text_and_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = run(folder(tmp_path, monkeypatch))
    rows = released(report)
    for row in rows:
        assert row["姓名"] == "[患者姓名_1]"
        assert row["text"].startswith("[患者姓名_1]于2024年3月") and "主管医生[医生姓名_1]查房" in row["text"]
        assert "[手机号]，尾号[手机号]" in row["text"] and "用药代号[内部代号]" in row["text"]
        assert row["备注"].startswith("[患者姓名_1]，家属来电[手机号]")
    known = [row["text"] for row in rows if "_1]先生" not in row["text"]]
    assert sum("[患者姓名_1]电话" in text for text in known) >= 4  # 王先生 is 王建国; a name with · has no surname


def test_nothing_that_the_house_knows_is_in_release_rejected_table_or_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = "    vault: true\n    actions: {person_name: surrogate, mobile: pseudonym, secret: drop}\n"
    report = run(folder(tmp_path, monkeypatch, settings))
    said = json.dumps(report.to_dict(), ensure_ascii=False).encode()
    for place in (everything(Path(report.release.folder)), everything(report.work / "rejected"), said):
        for planted in (
            *NAMES,
            "孙立人",
            "周未见",
            "飞燕",
            "从未出现的代号",
            "13800138",
            "138-0013",
            "3302001990",
            "staff.txt",
            "codes.csv",
        ):
            assert planted.encode() not in place, planted
    for path in Path(tmp_path / "home" / "keys").rglob("*.key"):
        assert path.read_bytes() not in everything(Path(report.release.folder))
        assert path.stat().st_mode & 0o77 == 0


def test_stand_ins_are_the_same_whatever_shards_order_and_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = "    actions: {person_name: surrogate, mobile: surrogate}\n    shift_dates: {days: 90}\n"
    first = released(run(folder(tmp_path, monkeypatch, settings), tmp_path / "a"))
    monkeypatch.setattr(pipeline, "SHARD_BYTES", 300)
    second = released(run(folder(tmp_path, monkeypatch, settings, shuffled=True), tmp_path / "b", version="1.1.0"))
    assert first == second
    assert len({row["姓名"] for row in first}) == len(NAMES) and not {row["姓名"] for row in first} & set(NAMES)


def test_dates_of_a_row_move_together_columns_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import datetime as dt
    import re

    rows = released(run(folder(tmp_path, monkeypatch, "    shift_dates: {days: 90}\n")))
    dates = []
    for row in rows:
        y, m, d = map(int, re.search(r"于(\d+)年(\d+)月(\d+)日", row["text"]).groups())  # type: ignore[union-attr]
        first, later = dt.date(y, m, d), dt.date.fromisoformat(re.search(r"\d{4}-\d\d-\d\d", row["text"])[0])  # type: ignore[index]
        assert (later - first).days == 9 and row["入院日期"] == first and abs((first - dt.date(2024, 3, 3)).days) < 95
        dates.append(first)
    assert sorted(dates) != [dt.date(2024, 3, i + 1) for i in range(len(rows))]


def test_vault_round_trip_wrong_key_and_audit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = (
        "    vault: true\n    actions: {person_name: pseudonym, mobile: mask, secret: drop}\n    shift_dates: {days: 30}\n"
    )
    report = run(folder(tmp_path, monkeypatch, settings))
    name = str(report.release.folder)
    key = vault.key_path(Workspace(), "test/treated", "1.0.0")
    entries = restored(name, key, reason="调查取证 2024-7")
    texts = {row["id"]: row for row in released(report)}
    for one in entries:
        new = texts[one["id"]][one["leaf"]]
        if isinstance(new, str):
            assert new[one["start"] :].startswith(one["replacement"])
    originals = set()
    for row in released(report):
        text, mine = row["text"], [one for one in entries if one["id"] == row["id"] and one["leaf"] == "text"]
        for one in reversed(mine):  # a deleted value and its neighbour begin at the same place
            text = text[: one["start"]] + one["original"] + text[one["start"] + len(one["replacement"]) :]
        originals.add(text)
    assert originals == {row["text"] for row in ROWS}
    assert len(restored(name, key, reason="复查", id=next(iter(texts)))) < len(entries)
    wrong = tmp_path / "wrong.key"
    wrong.write_bytes(b"w" * 32)
    with pytest.raises(VaultLocked):
        restored(name, wrong, reason="试")
    with pytest.raises(UsageError):
        restored(name, key, reason="试", id="0" * 32)
    with pytest.raises(SourceMissing):
        restored(name, tmp_path / "none.key", reason="试")
    log = list(Catalog(tmp_path / "home" / "catalog").audit.entries())
    assert [line["reason"] for line in log if line["what"] == "vault_open"] == ["调查取证 2024-7", "复查"]
    refused = [(line["reason"], line["error"]) for line in log if line["what"] == "vault_refused"]
    assert refused == [("试", "VaultLocked"), ("试", "UsageError"), ("试", "SourceMissing")]
    assert not list((tmp_path / "home" / "work").rglob("*.part"))


def test_without_a_vault_none_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = run(folder(tmp_path, monkeypatch))
    key = tmp_path / "some.key"
    key.write_bytes(b"w" * 32)
    with pytest.raises(SourceMissing):
        restored(str(report.release.folder), key, reason="试")
    assert not [path for path in (tmp_path / "home").rglob("*") if "vault" in path.name]


def test_the_release_does_not_depend_on_the_vault_s_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder(tmp_path, monkeypatch, "    vault: true\n")
    first = run(path, tmp_path / "a")
    sealed = vault.path_of(Workspace(), "test/treated", "1.0.0").read_bytes()
    second = run(path, tmp_path / "b")
    assert first.release.hash == second.release.hash
    assert vault.path_of(Workspace(), "test/treated", "1.0.0").read_bytes() != sealed


def test_a_vault_that_was_changed_does_not_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(folder(tmp_path, monkeypatch, "    vault: true\n"))
    path = vault.path_of(Workspace(), "test/treated", "1.0.0")
    data = bytearray(path.read_bytes())
    data[-5] ^= 1
    path.write_bytes(data)
    with pytest.raises(VaultLocked):
        vault.Vault.open(path, vault.read_key(vault.key_path(Workspace(), "test/treated", "1.0.0")))


def test_the_command_prints_and_asks_for_a_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report = run(folder(tmp_path, monkeypatch, "    vault: true\n"))
    key = str(vault.key_path(Workspace(), "test/treated", "1.0.0"))
    with pytest.raises(SystemExit) as stop:
        cli.main(["vault", "open", str(report.release.folder), "--key", key, "--reason", "核查", "--json"])
    assert not stop.value.code
    assert any(one["original"] == "王建国" for one in json.loads(capsys.readouterr().out)["entries"])


def test_lists_count_for_the_fingerprint_by_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder(tmp_path, monkeypatch)
    before = [row["text"] for row in released(run(path, tmp_path / "a"))]
    (tmp_path / "codes.csv").write_text("代号\n从未出现\n", "utf-8")
    after = [row["text"] for row in released(run(path, tmp_path / "b"))]
    assert all("[内部代号]" in text for text in before) and not any("[内部代号]" in text for text in after)
