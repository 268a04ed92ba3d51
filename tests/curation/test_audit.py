"""Residual audit and signature, from the draft to the published commit, as a data office would do it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from corpora.catalog import Catalog
from corpora.release import load
from corpora.workspace import Workspace
from tests.curation import corpus
from tests.terminal import call

REAL = {"generated: true": "generated: false"}
LOW = "110105491231002"  # a 15-digit form without a label: unsure


@pytest.fixture()
def draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> str:
    """A sealed draft whose recipe demands an audit."""
    monkeypatch.chdir(tmp_path)
    return sealed(tmp_path, capfd, {}, "gates: {pii.residual_upper_bound: {at_most: 0.05}}\n")


def sealed(
    folder: Path, capfd: pytest.CaptureFixture[str], changes: dict[str, str], extra: str = "", plant: str = ""
) -> str:
    path = corpus.recipe(folder, changes)
    path.write_text(path.read_text("utf-8") + extra, "utf-8")
    if plant:
        with (folder / "notes.jsonl").open("a", encoding="utf-8") as file:
            row = {
                "id": "Z9",
                "text": f"门诊随访，编录{plant}，予以补液，双下肢水肿较前好转，血压120/80mmHg。",
                "科室": "内科",
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    code, out, _ = call(capfd, "run", "notes.yaml", "--workers", "1", "--json")
    assert code == 0
    return str(json.loads(out)["release"])


def fill(sheet: Path, remains: dict[int, list]) -> Path:  # type: ignore[type-arg]
    rows = [json.loads(line) for line in sheet.read_text("utf-8").splitlines()]
    for number, row in enumerate(rows):
        row["remains"] = remains.get(number, [])
    sheet.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return sheet


def fill_xlsx(sheet: Path, remains: dict[int, str]) -> Path:
    book = load_workbook(sheet)
    cells = book.worksheets[0]
    for number in range(cells.max_row - 1):
        cells.cell(number + 2, 4).value = remains.get(number, "无")
    book.save(sheet)
    return sheet


def test_the_sheets_are_alike_and_show_no_findings(draft: str, capfd: pytest.CaptureFixture[str]) -> None:
    code, out, _ = call(capfd, "pii", "audit", "test/notes@1.0.0", "--n", "30", "--seed", "4", "--out", "sheets", "--json")
    assert code == 0 and json.loads(out)["rows"] == 30
    files = {path.name: path for path in Path("sheets").iterdir()}
    assert set(files) == {f"reader{n}.{form}" for n in (1, 2) for form in ("jsonl", "xlsx")}
    assert files["reader1.jsonl"].read_bytes() == files["reader2.jsonl"].read_bytes()
    rows = [json.loads(line) for line in files["reader1.jsonl"].read_text("utf-8").splitlines()]
    assert all(set(row) == {"row", "id", "texts", "remains"} and row["remains"] is None for row in rows)
    cells = list(load_workbook(files["reader1.xlsx"]).worksheets[0].iter_rows(min_row=2, values_only=True))
    assert [(c[0], c[1], c[2]) for c in cells] == [(r["row"], r["id"], r["texts"][0]["text"]) for r in rows]
    work = Workspace().find_work(corpus="test/notes", version="1.0.0")
    call(capfd, "pii", "audit", str(work), "--n", "30", "--seed", "4", "--out", "again")
    assert Path("again/reader1.jsonl").read_bytes() == files["reader1.jsonl"].read_bytes()
    call(capfd, "pii", "audit", draft, "--n", "30", "--seed", "5", "--out", "other")
    assert Path("other/reader1.jsonl").read_bytes() != files["reader1.jsonl"].read_bytes()
    code, _, err = call(capfd, "pii", "audit", draft, "--out", "sheets")  # never over a filled one
    assert code == 2 and "目录" in err


def test_an_audit_opens_the_gate_and_goes_into_the_commit(draft: str, capfd: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(capfd, "publish", draft)
    assert code == 1 and "pii audit" in err
    call(capfd, "pii", "audit", draft, "--n", "200", "--out", "s")
    first, second = fill(Path("s/reader1.jsonl"), {}), fill_xlsx(Path("s/reader2.xlsx"), {})
    code, out, _ = call(capfd, "pii", "audit", draft, "--take", str(first), str(second), "--json")
    said = json.loads(out)
    assert code == 0 and said["upper_bound"] == pytest.approx(1 - 0.05 ** (1 / 200)) and said["agreement"] == 1
    before = {path.name: path.read_bytes() for path in Path(draft).iterdir() if path.is_file()}
    manifest = json.loads(before["release.json"])
    assert [gate["passed"] for gate in manifest["gates"]] == [True] and manifest["metrics"]["pii.audit"]["n"] == 200
    card = before["README.md"].decode()
    assert "残留审计：从本版抽出 200 份" in card and "1.49%" in card and "待审计" not in card
    assert call(capfd, "verify", draft)[0] == 0 and load(draft).hash == said["release"] and said["sealed"]
    assert call(capfd, "publish", draft)[0] == 0
    catalog = Catalog(Workspace().catalog)
    commit = catalog.commits("test/notes").get(catalog.commit_of("test/notes", "1.0.0"))
    entry = commit["attestations"][0]
    assert entry["kind"] == "audit" and entry["sample"] == {"n": 200, "seed": 0} and entry["at"]
    assert [line["what"] for line in catalog.audit.entries()] == ["attest", "publish"] and catalog.audit.broken() is None
    assert before == {path.name: path.read_bytes() for path in Path(draft).iterdir() if path.is_file()}
    shown = json.loads(call(capfd, "show", "test/notes", "--json")[1])
    assert shown["attestations"] == commit["attestations"]
    assert "残留上界" in call(capfd, "show", "test/notes")[1]


def test_sealed_anew_it_is_what_running_again_gives(draft: str, capfd: pytest.CaptureFixture[str]) -> None:
    first = load(draft)
    before = first.hash, first.tables_hash
    call(capfd, "pii", "audit", draft, "--n", "200", "--out", "s")
    sheets = [str(fill(Path(f"s/reader{n}.jsonl"), {})) for n in (1, 2)]
    call(capfd, "pii", "audit", draft, "--take", *sheets)
    fresh = load(draft)
    assert fresh.hash != before[0] and fresh.tables_hash == before[1]
    aside = load(next((Path(draft).parent / "superseded").iterdir()))
    assert aside.hash == before[0]  # the draft before is all there
    code, out, _ = call(capfd, "run", "notes.yaml", "--workers", "2", "--json")
    assert code == 0 and load(json.loads(out)["release"]).hash == fresh.hash
    assert call(capfd, "peek", draft, "--n", "1")[0] == 0  # its work folder is still known
    assert call(capfd, "diff", str(aside.folder), draft, "--json")[0] == 0
    assert call(capfd, "publish", draft)[0] == 0
    assert call(capfd, "pull", "test/notes@1.0.0", "pulled")[0] == 0 and load("pulled").hash == fresh.hash
    call(capfd, "pii", "audit", draft, "--n", "200", "--out", "t")  # a published version does not change any more
    sheets = [str(fill(Path(f"t/reader{n}.jsonl"), {})) for n in (1, 2)]
    assert "记在它旁边" in call(capfd, "pii", "audit", draft, "--take", *sheets)[1]
    assert load(draft).hash == fresh.hash


def test_the_worst_audit_counts(draft: str, capfd: pytest.CaptureFixture[str]) -> None:
    for name, remains in (("bad", {n: [{"start": 0, "end": 2}] for n in range(9)}), ("good", {})):
        call(capfd, "pii", "audit", draft, "--n", "60", "--out", name)
        sheets = [str(fill(Path(f"{name}/reader{n}.jsonl"), remains)) for n in (1, 2)]
        call(capfd, "pii", "audit", draft, "--take", *sheets)
    manifest = load(draft).manifest
    assert manifest["metrics"]["pii.audit"]["audits"] == 2 and [gate["passed"] for gate in manifest["gates"]] == [False]
    assert "取最差的一次" in Path(draft, "README.md").read_text("utf-8")
    assert call(capfd, "publish", draft)[0] == 1
    assert call(capfd, "run", "notes.yaml", "--workers", "1", "--json")[0] == 1  # nor does running again wash it off


def test_finds_are_matched_and_estimated_and_no_text_is_shown(draft: str, capfd: pytest.CaptureFixture[str]) -> None:
    call(capfd, "pii", "audit", draft, "--n", "50", "--out", "s")
    rows = [json.loads(line) for line in Path("s/reader1.jsonl").read_text("utf-8").splitlines()]
    quote = [row["texts"][0]["text"][:20] for row in rows]
    first = fill(Path("s/reader1.jsonl"), {0: [quote[0]], 1: [{"start": 0, "end": 3}], 2: [quote[2]]})
    second = fill_xlsx(Path("s/reader2.xlsx"), {0: quote[0][2:], 1: quote[1], 5: quote[5]})
    code, out, err = call(capfd, "pii", "audit", draft, "--take", str(first), str(second), "--json")
    said = json.loads(out)
    assert code == 0 and (said["finds"]["first"], said["finds"]["second"], said["finds"]["both"]) == (3, 3, 2)
    assert said["documents_marked"]["any"] == 4 and said["documents_marked"]["estimated"] >= 4
    assert said["upper_bound"] > 4 / 50
    table = call(capfd, "pii", "audit", draft, "--take", str(first), str(second))[1]
    work = Workspace().find_work(corpus="test/notes", version="1.0.0")
    assert work is not None
    kept = (work / "audit.json").read_text("utf-8")
    for words in (out, err, table, kept):
        assert not any(text in words for text in quote)
    code, _, err = call(capfd, "publish", draft)  # the bound is not met
    assert code == 1 and "residual" in err and not any(text in err for text in quote)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda rows: rows[:-1], "不符"),
        (lambda rows: [rows[1], rows[0], *rows[2:]], "不符"),
        (lambda rows: [*rows[:-1], rows[-1] | {"remains": None}], "1 行没有填"),
        (lambda rows: [rows[0] | {"remains": ["并不在文中的人"]}, *rows[1:]], "第 1 行"),
        (lambda rows: [rows[0] | {"remains": [{"start": 5, "end": 5}]}, *rows[1:]], "第 1 行"),
        (lambda rows: [{"x": 1}, *rows[1:]], "第 1 行"),
    ],
)
def test_a_sheet_that_is_not_in_order_is_refused(
    change: object, word: str, draft: str, capfd: pytest.CaptureFixture[str]
) -> None:
    call(capfd, "pii", "audit", draft, "--n", "12", "--out", "s")
    good = fill(Path("s/reader1.jsonl"), {})
    bad = fill(Path("s/reader2.jsonl"), {})
    rows = change([json.loads(line) for line in bad.read_text("utf-8").splitlines()])  # type: ignore[operator]
    bad.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    code, _, err = call(capfd, "pii", "audit", draft, "--take", str(good), str(bad))
    assert code == 2 and word in err and "并不在" not in err
    for words in (["--take", str(good)], ["--take", str(good), str(good)], [], ["--out", "x", "--take", str(good)]):
        assert call(capfd, "pii", "audit", draft, *words)[0] == 2


def test_unsure_findings_wait_for_a_signature(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    release = sealed(tmp_path, capfd, REAL, plant=LOW)
    said = json.loads(Path(release, "release.json").read_bytes())["metrics"]
    low = said["pii.low_confidence"]
    assert said["pii_low_kinds"]["resident_id"] == 1 and low == sum(said["pii_low_kinds"].values())
    assert said["pii.low_confidence_per_10k_rows"] > 0
    code, _, err = call(capfd, "publish", release)
    assert code == 1 and "pii sign" in err and LOW not in err
    (Workspace().root / "roles.yaml").write_text("format: 1\nroles: {数据安全官: [乙]}\n", "utf-8")
    assert call(capfd, "pii", "sign", release, "--officer", "甲")[0] == 2
    assert call(capfd, "pii", "sign", release, "--officer", "乙", "--role", "数据安全管")[0] == 2
    code, out, _ = call(capfd, "pii", "sign", release, "--officer", "乙", "--json")
    assert code == 0 and json.loads(out)["counts"] == {"pii.low_confidence": low, **said["pii_low_kinds"]}
    assert json.loads(out)["role"] == "officer"
    assert call(capfd, "publish", release)[0] == 0
    assert [line["what"] for line in Catalog(Workspace().catalog).audit.entries()] == ["attest", "publish"]
    assert call(capfd, "publish", release)[0] == 0  # again: nothing happens


def test_generated_and_public_sources_need_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for changes in ({}, {"generated: true": "public: true"}):
        release = sealed(tmp_path, capfd, changes, plant=LOW)
        assert "pii.low_confidence" not in json.loads(Path(release, "release.json").read_bytes())["metrics"]
    assert call(capfd, "publish", release)[0] == 0
