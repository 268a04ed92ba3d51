"""What the studio counts is what a run with these bounds drops: per rule exactly, and with duplicates where it says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.errors import UsageError
from corpora.workspace import Workspace
from curation import recipe_file
from curation.look.outcomes import LATER
from curation.look.studio import Studio
from curation.run import pipeline
from tests.curation import judging

RULES = """  - step: filter
    # 自己的规则
    rules:
      - {column: digit_share, at_least: 0.05, at_most: 0.5}
      - {column: punctuation_share, at_most: 0.5, reason: dense}
"""
SIDES = {
    "too_short": "characters", "monotonous": "entropy", "decoration": "symbol_density", "not_chinese": "chinese_share",
    "digit_share_low": "digit_share", "digit_share_high": "digit_share", "dense": "punctuation_share",
}  # fmt: skip
LOW = ("too_short", "monotonous", "not_chinese", "digit_share_low")
NO_DUPLICATES = {"  - step: dedup_exact\n  - step: dedup_near\n": ""}


@pytest.fixture()
def studio(tmp_path: Path) -> Studio:
    report = judging.go(tmp_path, {"  - step: filter\n": RULES}, shard_bytes=8192)
    judging.say(report, (3, "drop"), (242, "keep"), (9, "keep"))
    return Studio.open(Workspace(), tmp_path / "notes.yaml")


def bounds_of(studio: Studio, shares: dict[str, float]) -> dict[tuple[str, str], tuple[float | None, float | None]]:
    """Bounds at values that rows really have: the edge is where a comparison goes wrong."""
    found: dict[tuple[str, str], tuple[float | None, float | None]] = {}
    for reason, share in shares.items():
        values = np.sort(studio.columns.values(SIDES[reason]))
        bound = float(values[int(share * (len(values) - 1))])
        found["filter", reason] = (bound, None) if reason in LOW else (None, bound)
    low = found.get(("filter", "digit_share_low"), (0.05, None))[0]
    high = found.get(("filter", "digit_share_high"), (None, 0.5))[1]
    assert low is not None and high is not None
    if low > high:  # would be no rule
        found |= {("filter", "digit_share_low"): (high, None), ("filter", "digit_share_high"): (None, low)}
    return found


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shares=st.dictionaries(st.sampled_from(sorted(SIDES)), st.floats(0, 1), max_size=4), duplicates=st.booleans())
def test_the_counts_are_those_of_a_real_run(tmp_path: Path, shares: dict[str, float], duplicates: bool) -> None:
    changes = {"  - step: filter\n": RULES} | ({} if duplicates else NO_DUPLICATES)
    judging.say(judging.go(tmp_path, changes, shard_bytes=8192), (3, "drop"), (242, "keep"), (9, "keep"))
    studio = Studio.open(Workspace(), tmp_path / "notes.yaml")
    bounds = bounds_of(studio, shares)
    told = studio.count(bounds)
    studio.save(bounds)
    report = pipeline.run(recipe_file.load(str(tmp_path / "notes.yaml")), workspace=Workspace())
    real = {(step, reason): n for step, reasons in report.ledger.dropped.items() for reason, n in reasons.items()}
    early = ("filter", "apply_decisions")
    assert {k: n for k, n in told.dropped.items() if k[0] in early} == {k: n for k, n in real.items() if k[0] in early}
    assert told.total == told.kept + sum(told.dropped.values()) == report.ledger.kept + report.ledger.dropped_total
    if told.exact:
        assert (told.kept, told.dropped, told.note) == (report.ledger.kept, real, "")
    else:
        assert duplicates and told.note == LATER
    if not duplicates:
        assert told.exact


def test_nothing_moved_is_the_run_itself_and_changes_are_told_against_it(tmp_path: Path) -> None:
    report = judging.go(tmp_path)
    studio = Studio.open(Workspace(), report.work)
    same = studio.count()
    assert (same.kept, same.exact, same.changed) == (report.ledger.kept, True, {("", "kept"): 0})
    more = studio.count({("filter", "too_short"): (70.0, None)})
    gone = more.dropped["filter", "too_short"]
    assert gone > 0 and more.changed["filter", "too_short"] == gone and more.changed["", "kept"] <= 0 and not more.exact


def test_rules_say_where_their_values_lie(studio: Studio) -> None:
    rules = {rule.reason: rule for rule in studio.rules()}
    assert list(rules)[-3:] == ["digit_share_low", "digit_share_high", "dense"]
    one = rules["digit_share_low"]
    assert (one.at_least, one.at_most, one.column) == (0.05, None, "digit_share") and rules[
        "digit_share_high"
    ].at_most == 0.5
    assert (
        list(one.values)
        == ["min", "p1", "median", "p99", "max"]
        == list(dict(sorted(one.values.items(), key=lambda x: x[1])))
    )
    assert len(one.edges) == len(one.shares) + 1 and 0.9 < sum(one.shares) <= 1 and one.missing == 0


@pytest.mark.parametrize("side", ["inside", "outside"])
def test_samples_are_the_nearest_rows_on_their_side(studio: Studio, side: str) -> None:
    values = studio.columns.values("characters")
    bound = float(np.sort(values)[60])
    found = studio.near(("filter", "too_short"), bound, side, 7)
    numbers = [studio.ids(np.array([row])) for row in range(len(values))]
    rows = [numbers.index([one]) for one in found]
    wanted = values >= bound if side == "inside" else values < bound
    assert len(set(found)) == 7 and wanted[rows].all()
    assert sorted(abs(values[rows] - bound)) == sorted(abs(values[wanted] - bound))[:7]
    with pytest.raises(UsageError):
        studio.near(("filter", "nothing"), 1.0)


def test_saving_keeps_comments_and_a_shipped_recipe_is_left_alone(studio: Studio, tmp_path: Path) -> None:
    assert studio.path is not None
    bounds: Any = {("filter", "dense"): (None, 0.25)}
    difference = studio.diff(bounds)
    assert (
        "-      - {column: punctuation_share, at_most: 0.5, reason: dense}" in difference and "at_most: 0.25" in difference
    )
    copy = studio.save(bounds, path=tmp_path / "copy.yaml")
    assert "# 自己的规则" in copy.read_text("utf-8") and "0.25" not in studio.path.read_text("utf-8")
    studio.path = recipe_file.find("healthcare")
    with pytest.raises(UsageError):
        studio.save({("filter", "too_short"): (9.0, None)})
    studio.path = None
    with pytest.raises(UsageError):
        studio.diff(bounds)


def test_a_run_without_rows_and_one_without_rules(tmp_path: Path) -> None:
    report = judging.go(tmp_path, {"  - step: filter\n": ""})
    studio = Studio.open(Workspace(), report.work)
    assert studio.rules() == [] and studio.count().kept == report.ledger.kept
