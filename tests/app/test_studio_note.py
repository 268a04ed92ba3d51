"""The studio says what people's decisions do to the kept count: it is not the bounds alone that keep rows."""

from __future__ import annotations

from pathlib import Path

from corpora.ui.words import Words
from corpora.workspace import Workspace
from curation.look.outcomes import Counts
from curation.look.studio import Studio
from curation.look.threshold import moving
from tests.curation import judging


def counts(kept: int, since: int = 0, saved: int = 0) -> Counts:
    return Counts(10, kept, {}, {("", "kept"): since}, True, "", saved)


def test_a_keep_since_the_run_is_told_apart_from_the_bounds(tmp_path: Path) -> None:
    report = judging.go(tmp_path)
    before = Studio.open(Workspace(), report.work).count()
    assert before.saved == 0 and moving.by_people(before, before, Words()) == []
    dropped = next(number for number, reason in judging.fates(report).items() if "duplicate" not in reason)
    judging.say(report, (dropped, "keep"))
    studio = Studio.open(Workspace(), report.work)
    now = studio.count()
    assert (now.kept - before.kept, now.saved, now.changed["", "kept"]) == (1, 1, 1)
    kept, since = moving.by_people(now, now, Words())
    assert "1 行" in kept and "+1 行" in since and "运行以后" in since


def test_a_keep_that_no_rule_contradicts_is_no_row_saved(tmp_path: Path) -> None:
    report = judging.go(tmp_path)
    kept = next(number for number in range(100) if number not in judging.fates(report))
    judging.say(report, (kept, "keep"))
    studio = Studio.open(Workspace(), report.work)
    assert studio.count().saved == 0
    assert studio.count({("filter", "too_short"): (10_000.0, None)}).saved == 1, "until a bound would drop it"


def test_nothing_is_said_where_nobody_changed_anything() -> None:
    assert moving.by_people(counts(5), counts(4, since=-1), Words()) == [], "a bound moved: no person did"
    assert moving.by_people(counts(5), counts(5, saved=3), Words("en")) == [
        "3 of the kept rows break a rule: people keep them."
    ]
    assert "-2 rows" in moving.by_people(counts(3, since=-2), counts(3), Words("en"))[0], "drops since the run"
