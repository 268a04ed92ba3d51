"""Review of findings that are not beyond doubt: drawn, judged by who may, in force from the next run on. Invented people."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from openpyxl import load_workbook

from corpora.catalog import Catalog
from corpora.decisions import Log
from corpora.workspace import Workspace
from tests.curation import corpus
from tests.terminal import call

BAD = "330203199001011234"  # a resident ID with a wrong check digit, labelled: medium
GOOD = "330200199001010007"
ROW = f"门诊随访，身份证号：{BAD}，电话13812345678，另证{GOOD}，予以补液，双下肢水肿较前好转，血压120/80mmHg。"


@pytest.fixture()
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.chdir(tmp_path)
    corpus.recipe(tmp_path)
    add(ROW)
    (Workspace().root / "roles.yaml").write_text("format: 1\nroles:\n  数据安全官: [周明]\n  复核员: [钱进]\n", "utf-8")

    def go(*extra: str) -> dict[str, Any]:
        code, out, err = call(capfd, "run", "notes.yaml", "--workers", "1", "--json", *extra)
        assert code == 0, err
        return dict(json.loads(out))

    return go


def add(text: str) -> None:
    corpus.write(Path("notes.jsonl"))
    with Path("notes.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"id": "Z9", "text": text, "科室": "内科", "患者": "P777"}, ensure_ascii=False) + "\n")


def texts(report: dict[str, Any]) -> str:
    return "\n".join(
        t for path in Path(report["release"], "data").iterdir() for t in pq.read_table(path)["text"].to_pylist()
    )


def decide(sheet: Path, decision: str | None) -> Path:
    rows = [json.loads(line) | {"decision": decision} for line in sheet.read_text("utf-8").splitlines()]
    sheet.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return sheet


def drawn(capfd: pytest.CaptureFixture[str], work: str, *extra: str) -> dict[str, Any]:
    code, out, err = call(capfd, "pii", "review", work, "--json", *extra)
    assert code == 0, err
    return dict(json.loads(out))


def taken(capfd: pytest.CaptureFixture[str], work: str, sheet: Path, by: str = "周明", *extra: str) -> tuple[int, str, str]:
    return call(capfd, "pii", "review", work, "--take", str(sheet), "--by", by, "--json", *extra)


def test_the_sheet_is_private_and_shows_only_what_is_to_be_judged(run: Any, capfd: pytest.CaptureFixture[str]) -> None:
    report = run()
    said = drawn(capfd, report["work"])
    assert said["waiting"] == said["findings"] == 1 and said["kinds"] == {"resident_id": 1}
    for path in map(Path, said["sheets"]):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    (row,) = [json.loads(line) for line in Path(said["sheets"][0]).read_text("utf-8").splitlines()]
    assert row["text"] == BAD and "13812345678" not in str(row) and GOOD not in str(row) and "[手机号]" in row["after"]
    cells = next(load_workbook(said["sheets"][1]).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert cells[4] == BAD and json.loads(cells[7])[0] == row["id"]
    assert len(drawn(capfd, report["work"])["sheets"]) == 2  # the first pair stays
    assert "只留本机" in call(capfd, "pii", "review", report["work"])[1]


def test_a_restored_finding_stays_is_counted_and_explained(run: Any, capfd: pytest.CaptureFixture[str]) -> None:
    before = run()
    assert BAD not in texts(before)
    sheet = decide(Path(drawn(capfd, before["work"])["sheets"][0]), "restore")
    code, out, _ = taken(capfd, before["work"], sheet)
    assert code == 0 and json.loads(out) == {"added": 1, "restore": 1, "redact": 0}
    after = run()
    assert BAD in texts(after) and GOOD not in texts(after) and "13812345678" not in texts(after)
    manifest = json.loads(Path(after["release"], "release.json").read_bytes())
    assert manifest["metrics"]["pii.restored"] == 1 and manifest["metrics"]["pii_restored"] == {"resident_id": 1}
    assert manifest["ledger"]["total"]["flagged"] == {"redact_pii": {"restored": 1}}
    assert "周明" not in json.dumps(manifest, ensure_ascii=False) and "复核" in Path(
        after["release"], "README.md"
    ).read_text("utf-8")
    assert drawn(capfd, after["work"])["waiting"] == 0
    spans = [
        s
        for path in Path(after["release"], "signals").iterdir()
        for row in pq.read_table(path)["spans"].to_pylist()
        for s in row
    ]
    assert [s["kind"] for s in spans if s["evidence"] == "restored"] == ["resident_id"]
    log = Log(Workspace(), "test/notes").read().to_pylist()[0]
    passport = json.loads(call(capfd, "explain", after["work"], log["id"], "--json")[1])
    assert [(d["decision"], d["who"], d["applies"]) for d in passport["decisions"]] == [("restore", "周明", True)]
    assert BAD not in json.dumps(passport["decisions"])
    assert [line["what"] for line in Catalog(Workspace().catalog).audit.entries()][-1:] == ["pii_review"]
    assert BAD not in "".join(Catalog(Workspace().catalog).audit.lines())


def test_the_same_decisions_give_the_same_release_whoever_made_them(run: Any, capfd: pytest.CaptureFixture[str]) -> None:
    one = run()
    sheet = decide(Path(drawn(capfd, one["work"])["sheets"][0]), "restore")
    taken(capfd, one["work"], sheet)
    two = run()
    taken(capfd, one["work"], decide(sheet, "redact"))
    three = run()
    taken(capfd, one["work"], decide(sheet, "restore"))
    four = run()
    works = [report["work"] for report in (one, two, three, four)]
    assert works[0] == works[2] != works[1] == works[3]  # the last decision counts, and its work is reused
    assert BAD in texts(four)


def test_a_decision_about_another_text_no_longer_applies_and_waits_again(
    run: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    first = run()
    taken(capfd, first["work"], decide(Path(drawn(capfd, first["work"])["sheets"][0]), "restore"))
    add(ROW.replace("门诊随访", "电话随访"))
    code, out, _ = call(capfd, "run", "notes.yaml", "--workers", "1")
    assert code == 0 and "不再适用" in out
    second = run()
    assert BAD not in texts(second)
    said = drawn(capfd, second["work"])
    assert said["waiting"] == 1 and said["again"] == 1


def test_who_may_not_restores_nothing(run: Any, capfd: pytest.CaptureFixture[str]) -> None:
    report = run()
    sheet = decide(Path(drawn(capfd, report["work"])["sheets"][0]), "restore")
    for by, extra, word in (
        ("钱进", ("--role", "复核员"), "不能还原"),  # holds a role that may not
        ("钱进", (), "没有角色"),  # does not hold the role that may
        (" ", (), "--by"),
    ):
        code, _, err = taken(capfd, report["work"], sheet, by, *extra)
        assert code == 2 and word in err and BAD not in err
    assert Log(Workspace(), "test/notes").read().num_rows == 0
    (Workspace().root / "workbench.yaml").write_text("format: 1\nreview: {restore: [复核员]}\n", "utf-8")
    assert taken(capfd, report["work"], sheet, "钱进", "--role", "reviewer")[0] == 0
    assert BAD in texts(run())
    (Workspace().root / "workbench.yaml").unlink()  # the role may no longer: what it decided no longer counts
    assert BAD not in texts(run())


def test_what_is_beyond_doubt_cannot_be_restored(run: Any, capfd: pytest.CaptureFixture[str]) -> None:
    report = run()
    sheet = Path(drawn(capfd, report["work"])["sheets"][0])
    row = json.loads(sheet.read_text("utf-8"))
    at = ROW.index(GOOD)
    sheet.write_text(json.dumps(row | {"start": at, "end": at + len(GOOD), "decision": "restore"}) + "\n", "utf-8")
    code, _, err = taken(capfd, report["work"], sheet)
    assert code == 2 and "高置信度" in err
    path = Path("notes.yaml")
    path.write_text(
        path.read_text("utf-8").replace("- step: redact_pii", "- step: redact_pii\n    high_confidence: 0.6"), "utf-8"
    )
    assert drawn(capfd, run()["work"])["waiting"] == 0  # the bound is the recipe's


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"decision": "maybe"}, "第 1 行"),
        ({"decision": 1}, "第 1 行"),
        ({"start": "0", "decision": "restore"}, "第 1 行"),
        ({"id": "0" * 32, "decision": "restore"}, "不属于"),
    ],
)
def test_a_sheet_that_is_not_in_order_is_refused(
    change: dict[str, Any], word: str, run: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    report = run()
    sheet = Path(drawn(capfd, report["work"])["sheets"][0])
    sheet.write_text(json.dumps(json.loads(sheet.read_text("utf-8")) | change) + "\n", "utf-8")
    code, _, err = taken(capfd, report["work"], sheet)
    assert code == 2 and word in err and BAD not in err and Log(Workspace(), "test/notes").read().num_rows == 0


def test_excel_comes_back_as_well_and_an_empty_decision_is_none(run: Any, capfd: pytest.CaptureFixture[str]) -> None:
    report = run()
    sheet = Path(drawn(capfd, report["work"])["sheets"][1])
    assert json.loads(taken(capfd, report["work"], sheet)[1])["added"] == 0
    book = load_workbook(sheet)
    book.worksheets[0].cell(2, 7).value = "还原"
    book.save(sheet)
    assert json.loads(taken(capfd, report["work"], sheet)[1])["restore"] == 1
    assert BAD in texts(run())


def test_what_was_only_counted_is_replaced_where_a_person_says_so(run: Any, capfd: pytest.CaptureFixture[str]) -> None:
    add("门诊随访，手机尾号：5678，予以补液，双下肢水肿较前好转，血压120/80mmHg。")
    before = run()
    assert "5678" in texts(before)
    said = drawn(capfd, before["work"], "--low")
    assert said["kinds"].get("mobile") == 1
    sheet = Path(said["sheets"][0])
    rows = [json.loads(line) for line in sheet.read_text("utf-8").splitlines()]
    for row in rows:
        row["decision"] = "替换" if row["text"] == "5678" else None
    sheet.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    code, out, err = taken(capfd, before["work"], sheet)
    assert code == 0 and json.loads(out)["redact"] == 1, err
    after = run()
    assert "5678" not in texts(after) and "尾号：[手机号]" in texts(after)
    assert drawn(capfd, after["work"], "--low")["waiting"] == said["waiting"] - 1


def test_an_empty_sheet_records_nothing_and_says_so(run: Any, capfd: pytest.CaptureFixture[str]) -> None:
    report = run()
    sheet = Path(drawn(capfd, report["work"])["sheets"][0])
    code, out, _ = call(capfd, "pii", "review", report["work"], "--take", str(sheet), "--by", "周明")
    assert code == 0 and "什么也没有记" in out
