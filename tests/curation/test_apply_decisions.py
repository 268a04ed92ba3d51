"""People's words about whole rows: they beat rules while the text is the same, and every row stays accounted for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpora.decisions import Log
from corpora.release import verify
from corpora.workspace import Workspace
from curation import recipe_file
from curation.apply_decisions import ApplyDecisions
from curation.run import judged, pipeline
from tests.curation import corpus, judging
from tests.curation.judging import fates, go, say
from tests.terminal import call

COPY, NEAR, JUNK = 240, 241, 242  # rows of the made-up corpus; COPY is row 0 again, NEAR is almost row 20


def test_without_decisions_nothing_changes(tmp_path: Path) -> None:
    report = go(tmp_path)
    assert fates(report) == {COPY: "exact_duplicate", 20: "near_duplicate", JUNK: "monotonous"}
    assert report.notes == [] and "apply_decisions" not in report.ledger.flagged
    assert judged.load(report.work)["stale"] == []


def test_a_keep_beats_a_rule_a_drop_drops_unsure_is_counted(tmp_path: Path) -> None:
    say(go(tmp_path), (JUNK, "keep"), (5, "drop"), (6, "unsure"), (7, "keep"))
    report = go(tmp_path)
    assert fates(report) == {COPY: "exact_duplicate", 20: "near_duplicate", 5: "human_drop"}
    assert report.ledger.gap == 0 and report.ledger.dropped["apply_decisions"] == {"human_drop": 1}
    assert report.ledger.flagged["apply_decisions"] == {"human_keep": 1, "unsure": 1}, "row 7 was kept anyway"
    assert report.ledger.kept == 240 and not verify(report.release)
    assert judged.load(report.work)["applied"] == {"keep": 2, "drop": 1, "unsure": 1}
    assert "4 个人工决定已应用" in report.notes[0] and "stale" not in "".join(report.notes)


def test_a_drop_beats_what_a_rule_says_too(tmp_path: Path) -> None:
    say(go(tmp_path), (JUNK, "drop"))
    assert fates(go(tmp_path))[JUNK] == "human_drop", "so it stays dropped when the rule is moved"


def test_a_kept_duplicate_stands_for_its_group(tmp_path: Path) -> None:
    say(go(tmp_path), (20, "keep"), (COPY, "keep"))
    report = go(tmp_path)
    assert fates(report) == {NEAR: "near_duplicate", 0: "exact_duplicate", JUNK: "monotonous"}
    decided = judging.rows(report).decided
    assert decided.survivor[[NEAR, 20, 0, COPY]].tolist() == [20, 20, COPY, COPY]
    assert report.ledger.flagged["apply_decisions"] == {"human_keep": 2} and report.ledger.gap == 0


def test_a_cluster_kept_at_once_stays_one_row_that_no_rule_drops(tmp_path: Path) -> None:
    report = go(tmp_path)
    of = judging.rows(report)
    (survivor,) = of.ids(of.table["row"].to_numpy()[NEAR : NEAR + 1])
    log = Log(Workspace(), "test/notes")
    log.append(judging.entry(of, row, "keep", cluster=survivor) for row in (20, NEAR))
    assert fates(go(tmp_path)) == fates(report), "near duplicates stay duplicates"
    strict = {"  - step: filter\n": "  - step: filter\n    rules: [{column: characters, at_most: 1, reason: too_long}]\n"}
    report = go(tmp_path, strict)
    dropped = fates(report)
    assert (
        dropped.pop(20) == "near_duplicate" and NEAR not in dropped and set(dropped.values()) == {"too_long", "monotonous"}
    )
    assert report.ledger.gap == 0 and judged.load(report.work)["applied"]["keep"] == 2
    assert report.ledger.flagged["apply_decisions"] == {"human_keep": 1}, "the one that stays for it"
    say(report, (20, "keep"))
    assert 20 not in fates(go(tmp_path)), "kept for its own sake it stays"


def test_near_duplicates_that_people_keep_all_stay_but_of_equal_texts_one(tmp_path: Path) -> None:
    say(go(tmp_path), (20, "keep"), (NEAR, "keep"), (0, "keep"), (COPY, "keep"))
    report = go(tmp_path)
    assert fates(report) == {COPY: "exact_duplicate", JUNK: "monotonous"}
    split = judging.rows(report).decided.split
    assert split[20] == split[NEAR], "they stay in one split all the same"


def test_a_dropped_row_takes_its_copies_along_where_the_recipe_deduplicates(tmp_path: Path) -> None:
    say(go(tmp_path), (0, "drop"))
    assert fates(go(tmp_path)) | {20: "", JUNK: ""} == {0: "human_drop", COPY: "human_drop", 20: "", JUNK: ""}
    alone = {"  - step: dedup_exact\n  - step: dedup_near\n": ""}
    assert fates(go(tmp_path, alone)) == {0: "human_drop", JUNK: "monotonous"}, "copies are rows of their own there"
    say(go(tmp_path), (COPY, "keep"))
    assert fates(go(tmp_path))[0] == "human_drop" and COPY not in fates(go(tmp_path)), "somebody keeps this very copy"


def test_survivors_are_picked_among_rows_that_nothing_dropped(tmp_path: Path) -> None:
    say(go(tmp_path), (NEAR, "drop"))
    assert fates(go(tmp_path)) == {COPY: "exact_duplicate", NEAR: "human_drop", JUNK: "monotonous"}, "20 survives now"


def test_a_decision_about_another_text_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = say(go(tmp_path), (5, "drop"), (6, "keep"), (JUNK, "keep"))
    path = tmp_path / "notes.jsonl"
    head = b'"id": "N0005", "text": "'
    data = path.read_bytes()
    assert head in data
    path.write_bytes(data.replace(head, head + "补记：".encode()))
    monkeypatch.setattr(corpus, "write", lambda target, seed=7: target)
    report = go(tmp_path)
    assert 5 not in fates(report) and JUNK not in fates(report)
    known = judged.load(report.work)
    assert known["stale"] == [said[0]["id"]] and known["applied"] == {"keep": 2, "drop": 0, "unsure": 0}
    assert any("1 行的决定所判的文本已变" in note for note in report.notes)
    say(report, (5, "drop"))
    again = go(tmp_path)
    assert fates(again)[5] == "human_drop" and judged.load(again.work)["stale"] == [], "judged again"


def test_decisions_of_another_workspace_or_role_do_not_count(tmp_path: Path) -> None:
    said = say(go(tmp_path), (5, "drop"))
    assert 5 not in fates(go_roles(tmp_path, "officer"))
    assert fates(go_roles(tmp_path, "reviewer"))[5] == "human_drop", "the log has its label"
    Log(Workspace(), "test/notes").append([{**said[0], "id": "f" * 32}])
    assert judged.load(go(tmp_path).work)["absent"] == 1


def go_roles(folder: Path, role: str) -> pipeline.Report:
    path = corpus.recipe(
        folder, {"  - step: redact_pii": f"  - step: apply_decisions\n    roles: [{role}]\n  - step: redact_pii"}
    )
    return pipeline.run(recipe_file.load(str(path)), workspace=Workspace())


def test_the_same_decisions_give_the_same_bytes(tmp_path: Path) -> None:
    said = say(go(tmp_path), (JUNK, "keep"), (5, "drop"), (6, "unsure"))
    first = go(tmp_path, shard_bytes=4096).release.hashes
    Log(Workspace(), "test/notes").append([{**one, "who": "吴芳", "at": "2026-12-01T00:00:00Z"} for one in reversed(said)])
    again = go(tmp_path)
    assert again.release.hashes == first, "who said it, and when, changes no release"
    Log(Workspace(), "test/notes").undo([{**said[1], "who": "吴芳"}, said[1]], at="2026-12-02T00:00:00Z")
    assert go(tmp_path).release.hashes != first and 5 not in fates(go(tmp_path))


def test_the_ledger_closes_for_every_source(tmp_path: Path) -> None:
    say(go(tmp_path), *((row, "drop" if row % 3 else "keep") for row in range(0, 243, 5)))
    report = go(tmp_path, shard_bytes=4096)
    assert report.ledger.gap == 0 and all(one.gap == 0 for one in report.sources.values())
    dropped = sum(reason == "human_drop" for reason in fates(report).values())
    assert report.ledger.dropped["apply_decisions"] == {"human_drop": dropped}


def test_explain_shows_them(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (said,) = say(go(tmp_path), (5, "drop"))
    report = go(tmp_path)
    code, out, _ = call(capfd, "explain", str(report.work), said["id"], "--json")
    told = json.loads(out)
    assert code == 0 and (told["fate"]["step"], told["fate"]["reason"]) == ("apply_decisions", "human_drop")
    assert [(one["decision"], one["who"], one["applies"]) for one in told["decisions"]] == [("drop", "周明", True)]
    assert [mark["reason"] for mark in told["fate"]["marks"]] == ["human_drop"]


def test_roles_are_read_from_the_recipe() -> None:
    assert ApplyDecisions().counts({"role": "谁"}) and not ApplyDecisions(roles=["officer"]).counts({"role": "乙"})
    for names in (["数据安全官"], ["reviewer", "officer"]):
        assert all(ApplyDecisions(roles=names).counts({"role": one}) for one in ("officer", "数据安全官"))
    assert ApplyDecisions(roles=["annotator"]).counts({"role": "annotator"})
    with pytest.raises(ValueError, match="officer（数据安全官）"):
        ApplyDecisions(roles=["审核员"])
