"""Canaries, structured risk and gates in a run: what they measure, that copies never leave, and that workers don't matter."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from corpora.errors import RecipeError
from corpora.workspace import Workspace
from curation import recipe_file
from curation.run import pipeline
from curation.run.report import Report
from quality import canaries, pii
from tests.curation import corpus
from tests.terminal import call

REAL = {"generated: true": "generated: false"}


def go(
    folder: Path, out: str = "out", changes: dict[str, str] | None = None, *, extra: str = "", workers: int = 1
) -> Report:
    path = corpus.recipe(folder, changes)
    path.write_text(path.read_text("utf-8") + extra, "utf-8")
    return pipeline.run(
        recipe_file.load(str(path)), workspace=Workspace(), out=folder / out, workers=workers, shard_bytes=9000
    )


def metrics(report: Report) -> dict:  # type: ignore[type-arg]
    return report.release.manifest["metrics"]


def test_real_sources_are_measured_by_default_and_synthetic_ones_are_not(tmp_path: Path) -> None:
    assert "pii.canaries" not in metrics(go(tmp_path))
    found = metrics(go(tmp_path, "real", REAL))
    planted = found["pii.canaries"]["planted"]  # whole rounds of all cells, however few rows there are
    assert planted % len(canaries.cells(pii.DEFAULT)) == 0 and 2900 < planted <= 4 * 768
    assert found["pii.canary_recall_low"] < found["pii.canary_recall"] <= 1
    kinds = found["pii.canaries"]["kinds"]
    assert kinds["resident_id"]["recall"] == kinds["mobile"]["recall"] == 1
    assert "pii.canaries" not in metrics(go(tmp_path, "off", REAL, extra="canaries: {rows: 0}\n"))


def test_the_same_canaries_for_all_workers_and_shards(tmp_path: Path) -> None:
    extra = "canaries: {rows: 40, each: 2, seed: 5}\n"
    one, two = (go(tmp_path, f"w{n}", REAL, extra=extra, workers=n) for n in (1, 2))
    assert one.release.hash == two.release.hash and metrics(one)["pii.canaries"]["planted"] == 80
    other = go(tmp_path, "seed", REAL, extra=extra.replace("5", "6"))
    assert metrics(other)["pii.canaries"] != metrics(one)["pii.canaries"]


def test_copies_change_no_row_and_leave_no_trace(tmp_path: Path) -> None:
    plain, planted = go(tmp_path, "plain"), go(tmp_path, "planted", extra="canaries: {rows: 60}\n")
    files = [
        entry["sha256"]
        for report in (plain, planted)
        for entry in report.release.manifest["files"]
        if "data/" in entry["path"]
    ]
    assert files[: len(files) // 2] == files[len(files) // 2 :]
    texts = "".join(str(pq.read_table(path)["text"].to_pylist()) for path in planted.release.tables())
    assert "身份证号码" not in texts and texts.count("[") < 20
    assert not [path for path in planted.work.rglob("*") if "canar" in path.name]


def test_an_untreated_kind_survives(tmp_path: Path) -> None:
    """redact_pii that replaces nothing lets everything survive: the measure is of what can be read, not of findings."""
    found = metrics(go(tmp_path, changes=REAL | {"- step: redact_pii": "- step: redact_pii\n    min_confidence: 1.0"}))
    assert found["pii.canary_recall"] < 0.1


RISK = "risk: {quasi: [科室, 年龄], sensitive: [诊断], k: 5, by: suppress}\n"
COLUMNS = {"  科室: {type: string, label: 科室}": "  科室: {type: string}\n  年龄: {type: string}\n  诊断: {type: string}"}


def patients(folder: Path) -> None:
    rows = corpus.rows()
    for number, row in enumerate(rows):
        row |= {"年龄": str(20 + number % 11) if number != 7 else "99", "诊断": "甲乙丙"[number % 3]}
    (folder / "notes.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")


def risky(folder: Path, out: str, extra: str, *, workers: int = 1, columns: dict[str, str] = COLUMNS) -> Report:
    path = corpus.recipe(folder, columns)
    patients(folder)
    path.write_text(path.read_text("utf-8") + extra, "utf-8")
    return pipeline.run(
        recipe_file.load(str(path)), workspace=Workspace(), out=folder / out, workers=workers, shard_bytes=9000
    )


def rows_of(report: Report) -> list[dict]:  # type: ignore[type-arg]
    return [row for path in report.release.tables() for row in pq.read_table(path).to_pylist()]


def test_k_is_reached_cells_go_and_rows_stay(tmp_path: Path) -> None:
    plain, treated = risky(tmp_path, "plain", ""), risky(tmp_path, "k", RISK)
    found = metrics(treated)
    assert treated.ledger.kept == plain.ledger.kept and found["pii.k_anonymity"] >= 5
    assert found["pii.persons"] == len({row["患者"] for row in corpus.rows()} - {"P998"})
    hidden = [
        name
        for a, b in zip(rows_of(plain), rows_of(treated), strict=True)
        for name in ("科室", "年龄")
        if a[name] != b[name] and b[name] is None
    ]
    assert len(hidden) == found["pii.suppressed_cells"] > 0
    assert not any(row["年龄"] == "99" for row in rows_of(treated))
    assert [(gate["metric"], gate["passed"]) for gate in treated.release.manifest["gates"]] == [("pii.k_anonymity", True)]
    assert "准标识列" in (treated.release.files["README.md"]).read_text("utf-8")


def test_generalising_gives_bands_and_the_same_bytes_for_all_workers(tmp_path: Path) -> None:
    extra = RISK.replace("suppress", "generalise").replace("k: 5", "k: 12")
    one, two = (risky(tmp_path, f"w{n}", extra, workers=n) for n in (1, 2))
    assert one.release.hash == two.release.hash
    ages = {row["年龄"] for row in rows_of(one)}
    assert all(age is None or age[0] in "<≥" or "-" in age for age in ages) and len(ages) > 1
    assert metrics(one)["pii.k_anonymity"] >= 12
    assert metrics(one)["pii.structured_risk"]["columns"]["年龄"]["steps"] >= 1


def test_a_column_that_loses_its_content_is_pointed_out(tmp_path: Path) -> None:
    extra = RISK.replace("suppress", "generalise").replace("k: 5", "k: 1000").replace("[科室, 年龄]", "[年龄]")
    report = risky(tmp_path, "out", extra)
    one = metrics(report)["pii.structured_risk"]["columns"]["年龄"]
    assert one["empty"] == 1 and any("整列已没有内容" in note and "年龄" in note for note in report.notes)
    assert "文本里写到的年龄" in report.release.files["README.md"].read_text("utf-8")
    assert not [note for note in risky(tmp_path, "few", RISK.replace("k: 5", "k: 2")).notes if "置空" in note]


def test_a_kind_that_is_kept_is_pointed_out_and_not_counted_as_replaced(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = corpus.recipe(tmp_path, REAL | {"- step: redact_pii": "- step: redact_pii\n    actions: {mobile: keep}"})
    assert "手机号（mobile）" in call(capfd, "check", str(path))[1]
    code, out, _ = call(capfd, "run", str(path), "--workers", "1")
    assert code == 0 and "手机号（mobile）" in out and "按配方保留 1 处" in out
    plain = corpus.recipe(tmp_path, {"- step: redact_pii": "- step: redact_pii\n    actions: {mobile: keep}"})
    assert "手机号（mobile）" not in call(capfd, "check", str(plain))[1]  # all made up


def test_a_scene_brings_its_bounds(tmp_path: Path) -> None:
    report = risky(tmp_path, "scene", RISK.replace("k: 5", "scene: 充分处理"))
    gates = {gate["metric"]: gate for gate in report.release.manifest["gates"]}
    assert gates["pii.k_anonymity"]["at_least"] == 10 and gates["pii.l_diversity"]["at_least"] == 2
    assert gates["pii.t_closeness"]["at_most"] == 0.2 and gates["pii.k_anonymity"]["passed"]
    text = report.release.files["README.md"].read_text("utf-8")
    assert "标准草案" in text and "匿名" not in text.replace("K-匿名", "")


@pytest.mark.parametrize(
    ("extra", "address", "word"),
    [
        ("gates: {pii.canary_recal: {at_least: 0.9}}\n", "gates.pii.canary_recal", "pii.canary_recall"),
        ("gates: {pii.k_anonymity: {at_least: 5}}\n", "gates.pii.k_anonymity", "risk"),
        ("gates: {kept_share: {}}\n", "gates.kept_share", "at_least"),
        ("risk: {quasi: [住址], k: 5}\n", "risk.quasi", "columns"),
        ("risk: {quasi: [科室]}\n", "risk.k", "scene"),
        ("risk: {quasi: [科室], sensitive: [科室], k: 5}\n", "risk.sensitive", "准标识"),
        ("risk: {quasi: [科室], k: 5, scene: 全部处理}\n", "risk.scene", "部分处理"),
    ],
)
def test_mistakes_have_addresses(tmp_path: Path, extra: str, address: str, word: str) -> None:
    path = corpus.recipe(tmp_path)
    path.write_text(path.read_text("utf-8") + extra.replace("0.9", "0.9"), "utf-8")
    with pytest.raises(RecipeError) as error:
        recipe_file.load(str(path))
    assert address in str(error.value) and word in str(error.value)


def test_a_failed_gate_seals_a_draft_says_so_and_is_not_published(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = corpus.recipe(tmp_path)
    path.write_text(path.read_text("utf-8") + "gates: {kept_share: {at_least: 0.999}}\n", "utf-8")
    code, out, err = call(capfd, "run", "notes.yaml", "--workers", "1", "--json")
    said = json.loads(out)
    assert code == 1 and "门限" in err and [gate["passed"] for gate in said["gates"]] == [False]
    code, out, _ = call(capfd, "run", "notes.yaml", "--workers", "1")
    assert code == 1 and "✗ 保留率" in out
    code, _, err = call(capfd, "publish", said["release"])
    assert code == 1 and "kept_share" in err and "test/notes" not in call(capfd, "show", "test/notes")[1]
