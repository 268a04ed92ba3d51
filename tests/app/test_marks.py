"""Stretches of text in the review page: a missed name is marked, a finding given back, by keys and by mouse, in a real browser."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from corpora.decisions import Log
from corpora.ui.shelf import Shelf
from corpora.ui.words import Words
from corpora.workspace import Workspace
from curation.review.desk import Desk
from tests.app.conftest import start_app, stop_app

LONG, MANY = 25_000, 200  # rows of the queue come in an order of their own in every workspace


def desk(finished: Path, tmp_path: Path, role: str = "officer") -> Desk:
    target = tmp_path / "copy"
    if not target.exists():
        shutil.copytree(finished, target, symlinks=True)
        shutil.rmtree(target / "leases", ignore_errors=True)  # of pages that were opened on the shared one
    workspace = Workspace(target)
    work = Shelf(workspace).entries()[0].work
    assert work is not None
    return Desk(workspace, work, "kept", who="li", role=role)


def said(one: Desk, card: Any, decision: str, start: int, end: int, kind: str, **more: Any) -> dict[str, Any]:
    return {"seq": 1, "id": card.id, "shown": card.shown, "decision": decision, "text": 0, "start": start, "end": end, "kind": kind, **more}  # fmt: skip


def found(one: Desk, state: str) -> tuple[Any, dict[str, Any]]:
    """A card with a mark in that state, and the mark."""
    for card in one.take(MANY, Words()):
        for mark in card.marks:
            if mark["state"] == state:
                return card, mark
    raise AssertionError(state)


def test_a_mark_is_a_place_in_the_cleaned_text_and_can_be_taken_back(finished: Path, tmp_path: Path) -> None:
    one = desk(finished, tmp_path)
    card, finding = (
        found(one, "fixed")
        if not any(m["state"] == "found" for c in one.take(MANY, Words()) for m in c.marks)
        else found(one, "found")
    )
    number = one._number[card.id]
    replay = one.run.replayer.row(number)
    text = replay.after[0]
    start = finding["end"] if finding["end"] + 2 <= len(text) else finding["start"] - 2
    assert one.submit([said(one, card, "redact", start, start + 2, "person_name")]) == 1
    (entry,) = one.log.latest()
    assert replay.cleaned[0][entry["start"] : entry["end"]] == text[start : start + 2], "behind a replacement, mapped back"
    assert entry["content_key"] == one._content_key(number) and entry["kind"] == "person_name"
    again = next(c for c in one.take(MANY, Words()) if c.id == card.id)
    mine = [m for m in again.marks if m["state"] == "mine"]
    assert [(m["start"], m["end"]) for m in mine] == [(start, start + 2)]
    assert one.submit([said(one, card, "redact", start, start + 2, "person_name")]) == 0, "twice is once"
    assert one.submit([said(one, card, "redact", start, start + 2, "person_name", undo=True)]) == 1
    assert one.log.latest() == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"shown": "0" * 64}, "another text was shown"), ({"kind": "nonsense"}, "no such kind"), ({"text": 7}, "no such string"),
        ({"start": 5, "end": 5}, "nothing"), ({"start": -1}, "before the string"), ({"end": 10**6}, "beyond the string"),
    ],
)  # fmt: skip
def test_what_means_nothing_is_not_written(finished: Path, tmp_path: Path, change: dict[str, Any], why: str) -> None:
    one = desk(finished, tmp_path)
    card = one.take(1, Words())[0]
    assert one.submit([said(one, card, "redact", 0, 2, "person_name") | change]) == 0, why
    assert one.log.latest() == []


def test_another_kind_for_a_finding_is_seen_and_is_its_own_persons_to_take_back(finished: Path, tmp_path: Path) -> None:
    one = desk(finished, tmp_path)
    card = next(card for card in one.take(MANY, Words()) if card.marks)
    mark = card.marks[0]
    kind = next(kind for kind in ("address", "mobile") if kind != mark["kind"])
    assert one.submit([said(one, card, "redact", mark["start"], mark["end"], kind)]) == 1
    again = next(c for c in one.take(MANY, Words()) if c.id == card.id)
    over = [(m["kind"], m["state"]) for m in again.marks if (m["start"], m["end"]) == (mark["start"], mark["end"])]
    assert over == [(mark["kind"], mark["state"]), (kind, "mine")]
    one.leases.give_back("li")
    other = Desk(one.workspace, one.run.replayer.state.here, "kept", who="wang", role="officer")
    theirs = next(c for c in other.take(MANY, Words()) if c.id == card.id)
    assert (kind, "theirs") in [(m["kind"], m["state"]) for m in theirs.marks]
    assert other.submit([said(other, card, "redact", mark["start"], mark["end"], kind, undo=True)]) == 0


def test_only_who_may_gives_a_finding_back(finished: Path, tmp_path: Path) -> None:
    one = desk(finished, tmp_path, "reviewer")
    marks = [mark for card in one.take(MANY, Words()) for mark in card.marks]
    assert marks and {mark["state"] for mark in marks} == {"fixed"}
    card = next(card for card in one.take(MANY, Words()) if card.marks)
    mark = card.marks[0]
    assert one.submit([said(one, card, "restore", mark["start"], mark["end"], mark["kind"])]) == 0


def test_by_keys_and_by_mouse(browser: Any, finished: Path, tmp_path: Path) -> None:
    shutil.copytree(finished, tmp_path / "home", symlinks=True)
    workspace = Workspace(tmp_path / "home")
    corpus = Shelf(workspace).entries()[0].corpus
    app = start_app(tmp_path / "home")
    try:
        page = browser.new_context(viewport={"width": 1300, "height": 950}, locale="zh-CN").new_page()
        page.set_default_timeout(LONG)
        page.goto(f"{app.url}/review")
        page.get_by_text("随机对照").click()
        page.wait_for_selector(".keys button.keep")
        page.wait_for_selector(".text .yl-line")
        for key in ("Digit5", "ArrowRight", "Shift+ArrowRight"):
            page.keyboard.press(key)
        assert len(page.inner_text(".text .pick >> nth=0")) >= 1
        page.keyboard.press("Digit1")
        page.wait_for_selector(".text .mine", state="attached")
        page.wait_for_selector("[data-at=state].good")
        _eventually(page, lambda: len(Log(workspace, corpus).latest()) == 1)
        (entry,) = Log(workspace, corpus).latest()
        assert entry["decision"] == "redact" and entry["kind"] == "person_name" and entry["end"] > entry["start"]
        line = page.locator(".text .yl-line >> nth=0")
        box = line.bounding_box()
        assert box is not None
        page.mouse.dblclick(box["x"] + min(box["width"] * 0.6, 420), box["y"] + 14)
        page.wait_for_selector(".marking:not([hidden])")
        page.keyboard.press("Escape")
        page.wait_for_selector(".marking[hidden]", state="attached")
        page.keyboard.press("Digit5")
        page.keyboard.press("Digit0") if page.locator("[data-act=none]").is_enabled() else page.keyboard.press("Escape")
        page.keyboard.press("Digit1")  # out of the marking, a digit decides the row again
        _eventually(page, lambda: any(one["kind"] == "row" for one in Log(workspace, corpus).latest()))
    finally:
        stop_app(app)


def _eventually(page: Any, true: Any) -> None:
    for _ in range(100):
        if true():
            return
        page.wait_for_timeout(200)
    raise AssertionError("it does not come")
