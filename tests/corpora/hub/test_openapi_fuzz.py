"""A short, always equal campaign of Schemathesis over every operation, as nobody, as a reader and as an owner; `make fuzz-hub` runs long."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from tests.corpora.hub import openapi_fuzz
from tests.corpora.hub.openapi_fuzz import (
    FORMS,
    OPERATIONS,
    SIGNED_IN,
    VISITORS,
    Browser,
    Visitor,
    asking,
    filled,
    sound,
    tried,
    tried_form,
)
from tests.corpora.served import serving
from tests.fuzz import hub


@pytest.mark.parametrize("who", VISITORS, ids=["nobody", "reader", "owner"])
def test_the_server_does_what_it_publishes(who: str, tmp_path: Path) -> None:
    catalog, tokens = filled(tmp_path / "catalog", tmp_path)
    with serving(catalog, tokens=tokens) as served:
        for name in OPERATIONS:
            if not name.startswith("HEAD"):  # as GET, with less to look at: the long campaign has them
                tried(Visitor(served, who), name, examples=3)
        assert served.process.poll() is None
    sound(catalog)


DONE = {"li": ("signin", "signout", "name}/request"), "zhao": ("signin", "signout", "name}/request", "approve", "refuse")}
"""Forms that come through for whom: else only the refusals would have been tried."""


@pytest.mark.parametrize("who", SIGNED_IN, ids=["reader", "officer"])
def test_forms_from_a_browser_that_is_signed_in(who: str, tmp_path: Path) -> None:
    catalog, _ = filled(tmp_path / "catalog", tmp_path)
    tokens = asking(catalog)
    with serving(catalog, tokens=tokens) as served:
        seen = {name: tried_form(served, who, name, examples=15) for name in FORMS}
        assert served.process.poll() is None
    assert {name for name in FORMS if 303 in seen[name]} == {name for name in FORMS if name.endswith(DONE[who])}, seen
    sound(catalog)


@pytest.mark.parametrize("who", SIGNED_IN, ids=["reader", "officer"])
@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}], ids=["site", "origin"]
)
def test_no_form_from_another_site_does_anything(who: str, headers: dict[str, str], tmp_path: Path) -> None:
    """With the session and a form's real token: as if both had leaked. Same-site would be another host of the same domain."""
    catalog, _ = filled(tmp_path / "catalog", tmp_path)
    tokens = asking(catalog)
    with serving(catalog, tokens=tokens) as served:
        browser = Browser(served, who)
        form = browser.form()
        deeds = [one["what"] for one in catalog.audit.entries() if one["what"] != "refused"]
        for name in FORMS:
            address = name.removeprefix("POST ").format(namespace="nb", name="gated", number=1)
            said = {"form": form, "token": tokens[who], "purpose": "训练", "until": "2999-01-01", "reason": "不"}
            got = browser.session.post(served.url + address, data=said, headers=headers, allow_redirects=False, timeout=60)
            assert got.status_code == 403, name
            assert not any(one.startswith("yuliao_session") for one in got.headers.get("set-cookie", "").split(", ")), name
        assert "/signout" in browser.session.get(served.url, timeout=60).text, "still signed in"
    assert [one["what"] for one in catalog.audit.entries() if one["what"] != "refused"] == deeds
    sound(catalog)


def test_a_disagreement_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test can fail: a description that promises something else is refuted by the very same run."""
    catalog, tokens = filled(tmp_path / "catalog", tmp_path)
    real = openapi_fuzz.document

    def other(routes: object) -> dict[str, object]:
        told = copy.deepcopy(real(routes))  # type: ignore[arg-type]
        told["components"]["schemas"]["Person"]["required"].append("shoe_size")
        told["paths"]["/api/datasets"]["get"]["responses"].pop("400")
        return told

    monkeypatch.setattr(openapi_fuzz, "document", other)
    openapi_fuzz.operations.cache_clear()
    try:
        with serving(catalog, tokens=tokens) as served:
            for name in ("GET /api/whoami-v2", "GET /api/datasets"):
                with pytest.raises(AssertionError):
                    tried(Visitor(served, "wang"), name, examples=4)
    finally:
        openapi_fuzz.operations.cache_clear()


def test_the_long_campaign_keeps_what_it_finds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "PLACE", tmp_path / "found")
    monkeypatch.setattr(hub, "OPERATIONS", ["GET /api/whoami-v2"])
    monkeypatch.setattr(hub, "VISITORS", ("wang",))
    assert hub.main(0) == 0 and not [*hub.PLACE.iterdir()]

    def disagree(*_: object, **__: object) -> None:
        raise AssertionError("another shoe size")

    monkeypatch.setattr(hub, "tried", disagree)
    assert hub.main(0, 7) == 1
    (kept,) = hub.PLACE.iterdir()
    assert "GET /api/whoami-v2 (wang, seed 7)" in kept.read_text() and "shoe size" in kept.read_text()
