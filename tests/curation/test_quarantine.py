"""`yuliao quarantine`: every record that could not be read is listed with its place and cause, its text only if asked for."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from corpora.forms import QUARANTINE
from tests.curation import corpus
from tests.terminal import call

SECRET = "患者王建国电话13812345678"
GOOD = "患者诉头痛三天，体温升高，予以对症处理后好转，嘱门诊随访并复查血常规。"
LINES = [
    json.dumps({"id": "1", "text": GOOD}, ensure_ascii=False),
    f'{{"id": "2", "text": "{SECRET}',
    "",
    json.dumps({"id": "3", "text": "", "注": SECRET}, ensure_ascii=False),
    json.dumps({"id": "4", "text": 5}),
]


@pytest.fixture()
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    corpus.recipe(tmp_path)
    (tmp_path / "坏.jsonl").write_text("\n".join(LINES) + "\n", "utf-8")
    good = [{"id": f"g{i}", "text": f"第{i}例：{GOOD}{'发热咳嗽头痛腹痛眩晕'[i % 10] * (i + 1)}"} for i in range(20)]
    rows = [json.dumps(row, ensure_ascii=False) for row in good]
    (tmp_path / "好.jsonl").write_text("\n".join(rows) + "\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ran(capfd: pytest.CaptureFixture[str], *words: str) -> dict:  # type: ignore[type-arg]
    code, out, _ = call(capfd, "run", *words, "--workers", "1", "--json")
    assert code == 0
    return json.loads(out)


def listed(capfd: pytest.CaptureFixture[str], *words: str) -> dict:  # type: ignore[type-arg]
    code, out, _ = call(capfd, "quarantine", *words, "--json")
    assert code == 0
    return json.loads(out)


def test_every_record_is_listed_without_its_text(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    done = ran(capfd, "notes.yaml", "--input", "坏.jsonl", "--input", "好.jsonl")
    found = listed(capfd, done["work"])
    assert found["causes"] == done["quarantine_causes"] == {"no_text": 1, "truncated": 1, "wrong_type": 1}
    assert found["total"] == done["quarantined"] == len(found["rows"]) == 3
    assert [(row["line"], row["cause"]) for row in found["rows"]] == [(2, "truncated"), (4, "no_text"), (5, "wrong_type")]
    assert all(row["file"].endswith("坏.jsonl") and row["source"] == "input" and row["advice"] for row in found["rows"])
    for words in ((done["work"],), (done["work"], "--json"), (done["release"],), ("notes.yaml", "--cause", "no_text")):
        out = call(capfd, "quarantine", *words)[1]
        assert "王建国" not in out and "没有文本" in out
    assert "text" not in found["rows"][0] and set(found["rows"][0]).isdisjoint({QUARANTINE.names[-1]})


def test_text_is_shown_when_it_is_asked_for(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    done = ran(capfd, "notes.yaml", "--input", "坏.jsonl", "--input", "好.jsonl")
    rows = listed(capfd, done["work"], "--with-text", "--cause", "truncated")["rows"]
    assert [row["text"] for row in rows] == [LINES[1]]
    assert "王建国" in call(capfd, "quarantine", done["work"], "--with-text")[1]


def test_a_part_of_the_list_and_all_of_it_as_a_table(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    done = ran(capfd, "notes.yaml", "--input", "坏.jsonl", "--input", "好.jsonl")
    assert len(listed(capfd, done["work"], "--n", "1")["rows"]) == 1
    assert call(capfd, "quarantine", done["work"], "--n", "1", "--csv", "隔离.csv")[0] == 0
    with Path("隔离.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["cause"] for row in rows] == ["truncated", "no_text", "wrong_type"] and "原文" not in rows[0]
    assert "第 2 行" in rows[0]["位置"]


@pytest.mark.parametrize(
    ("words", "said", "why"),
    [
        (("--cause", "ragged"), "这次运行没有因此隔离的", "a cause of other runs"),
        (("--cause", "no_txt"), "no_text", "a misspelt cause: what was probably meant"),
    ],
)
def test_unknown_causes(
    folder: Path, capfd: pytest.CaptureFixture[str], words: tuple[str, ...], said: str, why: str
) -> None:
    done = ran(capfd, "notes.yaml", "--input", "坏.jsonl", "--input", "好.jsonl")
    code, _, err = call(capfd, "quarantine", done["work"], *words)
    assert code == 2 and said in err, why


def test_the_run_names_the_command_and_peek_points_to_it(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capfd, "run", "notes.yaml", "--input", "坏.jsonl", "--input", "好.jsonl", "--workers", "1")
    assert code == 0 and "没有文本 (no_text)" in out and "quarantine " in out
    work = next(Path(line.split(" quarantine ")[1].strip()) for line in out.splitlines() if " quarantine /" in line)
    code, _, err = call(capfd, "peek", str(work), "--reason", "no_text")
    assert code == 2 and f"yuliao quarantine {work} --cause no_text" in err
    clean = call(capfd, "run", "notes.yaml", "--input", "好.jsonl", "--workers", "1", "--out", "clean")[1]
    assert "yuliao quarantine" not in clean


def test_a_run_that_keeps_nothing_can_be_looked_at(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Its hint speaks of files, not of rules; the list is there though nothing was sealed."""
    (folder / "表.csv").write_text("某单位\n\n1,2,3\n", "utf-8")
    recipe = (folder / "notes.yaml").read_text("utf-8").replace("[notes.jsonl]", "[表.csv]\n    header_row: 99")
    (folder / "表.yaml").write_text(recipe, "utf-8")
    code, _, err = call(capfd, "run", "表.yaml", "--workers", "1")
    assert code == 1 and "yuliao check" not in err and "no_header" in err and "header_row" in err
    found = listed(capfd, "表.yaml")
    assert found["causes"] == {"no_header": 1} and "header_row" in found["rows"][0]["advice"]
    assert found["rows"][0]["where"] == "整个文件"


def test_no_run_no_list(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(capfd, "quarantine", "notes.yaml")
    assert code == 2 and "没有运行过" in err


def test_rows_of_a_workbook_have_their_sheet(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    from tests.corpora.books import xlsx

    (folder / "册.xlsx").write_bytes(xlsx([["id", "text"], ["a", GOOD]], [["id", "text"], ["b", GOOD], ["c", None]]))
    done = ran(capfd, "notes.yaml", "--input", "册.xlsx")
    assert [row["where"] for row in listed(capfd, done["work"])["rows"]] == ["第 2 张工作表，第 3 行"]
