"""The page of annotation, without a browser: what it says of the server that is set up."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

SOURCE = "from corpora.ui import page as ui\nfrom annotation.page import draw\nui.begin()\ndraw()\n"


@pytest.mark.parametrize(("url", "told"), [("https://studio.example.com", True), ("", False)])
def test_on_a_server_of_the_team_people_may_see_each_other_and_the_page_says_so(
    url: str, told: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YULIAO_HOME", str(tmp_path))
    monkeypatch.setenv("YULIAO_APP_LOCAL", "1")
    monkeypatch.setenv("LABEL_STUDIO_URL", url)
    test = AppTest.from_string(SOURCE, default_timeout=60).run()
    assert not test.exception
    assert any("看得见彼此" in str(one.value) for one in test.caption) == told
