"""The waterfall ends where the ledger ends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpora.forms import Ledger
from corpora.ui.words import Words
from curation.look.flow import waterfall

COUNTS = st.integers(0, 10_000)
DROPPED = st.dictionaries(
    st.sampled_from(["filter", "dedup_exact"]), st.dictionaries(st.sampled_from(["too_short", "garbled"]), COUNTS)
)


@given(COUNTS, COUNTS, COUNTS, COUNTS, DROPPED)
def test_bars_lead_from_what_came_to_what_was_kept(
    made: int, consumed: int, kept: int, quarantined: int, dropped: dict
) -> None:  # type: ignore[type-arg]
    ledger = Ledger(made=made, consumed=consumed, kept=kept, quarantined=quarantined)
    for step, reasons in dropped.items():
        for reason, rows in reasons.items():
            ledger.drop(step, reason, rows)
    ledger.read = max(kept + ledger.dropped_total + quarantined + consumed - made, 0)
    said = ledger.to_dict()
    bars = waterfall.bars(said, Words())
    assert waterfall.closes(said) == ledger.gap
    losses = [bar for bar in bars if bar.fate in ("dropped", "quarantined", "consumed")]
    left = said["read"] + said["made"]
    for bar in losses:
        assert (bar.end, bar.start) == (left, left - bar.rows)
        left = bar.start
    assert bars[-1].fate == "kept" and bars[-1].end == kept and left == kept + ledger.gap


def test_a_ledger_that_does_not_close_is_seen() -> None:
    assert waterfall.closes(Ledger(read=10, kept=8).to_dict()) == 2


def test_rules_stand_before_duplicates() -> None:
    """As the steps decide, not as a manifest sorts its keys."""
    ledger = Ledger(read=9, kept=6)
    for step in ("dedup_exact", "dedup_near", "filter"):
        ledger.drop(step, "garbled", 1)
    keys = [bar.key.partition("/")[0] for bar in waterfall.bars(ledger.to_dict(), Words()) if bar.fate == "dropped"]
    assert keys == ["filter", "dedup_exact", "dedup_near"]
