"""The workbench's catalog page: an officer decides about what waits, nobody else sees it."""

from __future__ import annotations

from pathlib import Path

import pytest
from releases import release
from streamlit.testing.v1 import AppTest

from corpora.catalog import Catalog
from corpora.catalog.people import People
from corpora.ui.sessions import SESSIONS
from corpora.workspace import Workspace

PAGE = "from corpora.ui import page as ui\nfrom corpora.catalog.page import draw\nui.begin()\ndraw()\n"


@pytest.fixture()
def people(home: Path, tmp_path: Path) -> People:
    """nb/repairs is gated; li has asked for it; zhao is nb's officer, wang its owner."""
    catalog = Catalog(Workspace().catalog)
    catalog.publish(release(tmp_path))
    catalog.repository("nb/repairs").set(by="wang", private=False, gated="manual")
    found = People(catalog.database)
    found.users.add_organisation("nb", by="test")
    for name, role in (("wang", "owner"), ("zhao", "officer"), ("li", "")):
        found.users.add(name, by="test")
        if role:
            found.users.give(name, "nb", role, by="test")
    found.grants.request("li", "nb/repairs", "训练<b>模型</b>")
    return found


def _page(people: People, who: str, scope: str = "write") -> AppTest:
    test = AppTest.from_string(PAGE, default_timeout=60)
    test.session_state["session"] = SESSIONS.open(people.tokens.add(who, by="test", scope=scope)[1].id)
    return test.run()


def _labels(test: AppTest) -> set[str]:
    return {one.label for one in (*test.button, *test.expander)}


def test_an_officer_approves(people: People) -> None:
    test = _page(people, "zhao")
    assert not test.exception and "待批申请（1）" in _labels(test)
    assert test.button(key="no_1").disabled, "a refusal has a reason"
    day = test.date_input(key="until_1").value
    test.button(key="yes_1").click().run()
    (grant,) = people.grants.all()
    assert (grant.state, grant.decided_by, grant.ends[:10]) == ("approved", "zhao", day.isoformat())
    assert not test.exception and "批准" not in _labels(test)


def test_an_officer_refuses_with_a_reason(people: People) -> None:
    test = _page(people, "zhao")
    test.text_input(key="reason_1").set_value("用途不明").run()
    test.button(key="no_1").click().run()
    assert [one.state for one in people.grants.all()] == ["refused"]
    (told,) = Catalog(Workspace().catalog).audit.entries(what="grant_refuse")
    assert (told["who"], told["reason"]) == ("zhao", "用途不明")


@pytest.mark.parametrize(("who", "scope"), [("wang", "write"), ("li", "write"), ("zhao", "read")])
def test_others_and_read_only_tokens_decide_nothing(people: People, who: str, scope: str) -> None:
    test = _page(people, who, scope)
    assert not test.exception and not {"批准", "拒绝"} & _labels(test)
    assert ("待批申请（1）" in _labels(test)) == (who == "zhao")
