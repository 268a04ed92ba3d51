"""The index: what is found, in which order; what has changed is seen; what strangers wrote in a card harms nothing."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.catalog import Catalog, cards, closing, entries
from corpora.catalog.index import Index
from corpora.errors import VersionTaken
from tests.corpora.hub.page_catalog import HOSTILE_CARD, opened, push

PLACES: dict[str, dict[str, Any]] = {
    "nb/outpatient-qa": {"title": "门诊问答", "description": "骨科与内科的问诊记录", "tags": ["医疗"]},
    "nb/repairs": {"title": "设备维修记录", "description": "总装车间，偶尔提到门诊", "tags": ["制造"]},
    "port/vessels": {"title": "船舶动态", "description": "进出港报告", "tags": ["港航", "shipping"]},
}


@pytest.fixture()
def catalog(tmp_path: Path) -> Catalog:
    made = Catalog(tmp_path / "catalog")
    for at, (name, facts) in enumerate(PLACES.items()):
        opened(made, tmp_path / str(at), name, gated="manual" if at == 1 else False, **facts)
    return made


def names(found: list[entries.Entry]) -> list[str]:
    return [one.corpus for one in found]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("门诊", ["nb/outpatient-qa", "nb/repairs"]),  # a title counts more than a description
        ("门诊 骨科", ["nb/outpatient-qa"]),  # both words
        ("patient", ["nb/outpatient-qa"]),  # a part of a name
        ("OUTPATIENT", ["nb/outpatient-qa"]),
        ("ｐｏｒｔ/", ["port/vessels"]),  # full width
        ("shipping", ["port/vessels"]),
        ("维修记", ["nb/repairs"]),  # no word, but a part of a title
        ("quality", ["port/vessels", "nb/repairs", "nb/outpatient-qa"]),  # a column; a short entry before a long one
        ("火箭", []),  # nowhere
        ("门诊 火箭", []),  # one word of two is not enough
        ("<script>", []),
        ("。", []),  # no word at all is not everything
    ],
)
def test_search(catalog: Catalog, text: str, wanted: list[str]) -> None:
    assert names(Index(catalog).search(text)) == wanted


def test_a_relaxed_search_takes_any_word(catalog: Catalog) -> None:
    assert names(Index(catalog).search("骨科 火箭", relaxed=True)) == ["nb/outpatient-qa"]
    assert Index(catalog).search("火箭", relaxed=True) == []


def test_filters_labels_author_order_and_sight(catalog: Catalog) -> None:
    index = Index(catalog)
    assert names(index.search(filters={"industry": ["医疗", "港航"]}, sort="name")) == ["nb/outpatient-qa", "port/vessels"]
    assert names(index.search(filters={"industry": ["医疗"], "access": ["gated"]})) == []
    assert names(index.search(filters={"access": ["gated"]})) == ["nb/repairs"]
    assert names(index.search(labels=["license:cc-by-4.0", "制造"])) == ["nb/repairs"]
    assert names(index.search(labels=["license:mit"])) == []
    assert names(index.search(author="port")) == ["port/vessels"]
    assert names(index.search(sort="modified")) == list(reversed(PLACES))
    assert names(index.search("门诊", visible=lambda found: [found[-1].corpus])) == ["nb/repairs"]
    facets = index.facets(index.search())
    assert facets["industry"] == {"医疗": 1, "制造": 1, "港航": 1} and facets["access"] == {"open": 2, "gated": 1}
    assert facets["licences"] == {"cc-by-4.0": 3} and facets["size"] == {"n<1K": 3}


def test_what_changes_is_seen_by_the_next_search(catalog: Catalog, tmp_path: Path) -> None:
    index = Index(catalog)
    assert len(index.entries()) == 3
    push(catalog, "nb/new", {"README.md": "---\npretty_name: 新推送\n---\n\n一段说明。".encode()}, private=True)
    (new,) = index.search("新推送")
    assert (new.access, new.verified, new.description, new.version) == ("private", False, "一段说明。", "")
    catalog.repository("port/vessels").set(by="wang", private=True)
    assert names(index.search(filters={"access": ["private"]}, sort="name")) == ["nb/new", "port/vessels"]
    closing.withdraw(catalog.repository("port/vessels"), "1.0.0", reason="误发", by="wang")
    assert [one.withdrawn for one in index.search("船舶")] == [True]
    catalog.repository("nb/new").delete(by="wang")
    assert "nb/new" not in names(index.entries())
    with pytest.raises(VersionTaken):
        catalog.repository("port/vessels").delete(by="wang")


def test_the_newest_open_version_stands_for_a_dataset(catalog: Catalog, tmp_path: Path) -> None:
    opened(catalog, tmp_path / "x", "port/vessels", version="1.1.0", title="船舶动态（增补）")
    index = Index(catalog)
    assert [(one.version, one.versions) for one in index.search("增补")] == [("1.1.0", 2)]
    closing.withdraw(catalog.repository("port/vessels"), "1.1.0", reason="误发", by="wang")
    (one,) = index.search("船舶")
    assert (one.version, one.versions, one.title, one.withdrawn) == ("1.0.0", 2, "船舶动态", False)


def test_a_restart_reads_nothing_again(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Index(catalog)
    before = first.search("门诊")
    first.settle()
    path = catalog.root / "index.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and json.loads(path.read_bytes())["format"] == 1
    monkeypatch.setattr(entries, "read", lambda repository: pytest.fail(f"{repository.corpus} was read again"))
    assert Index(catalog).search("门诊") == before


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 2, "known": {}}', b'{"format": 1, "known": {"a": 1}}'])
def test_a_file_that_it_does_not_know_is_made_anew(catalog: Catalog, content: bytes) -> None:
    (catalog.root / "index.json").write_bytes(content)
    index = Index(catalog)
    assert len(index.entries()) == 3
    index.settle()
    assert len(json.loads((catalog.root / "index.json").read_bytes())["known"]) == 3


def test_damage_in_one_dataset_hides_no_other(catalog: Catalog) -> None:
    for commit in (catalog.repository("nb/repairs").folder / "commits").glob("*.json"):
        commit.unlink()
    catalog.repository("nb/repairs").commits.forget()
    assert names(Index(catalog).search(sort="name")) == ["nb/outpatient-qa", "port/vessels"]


def test_a_card_that_comes_back_is_read(catalog: Catalog) -> None:
    card = catalog.blobs.path(catalog.repository("nb/repairs").files("main")["README.md"]["sha256"])
    data = card.read_bytes()
    card.unlink()
    index = Index(catalog)
    assert [one.licences for one in index.search("维修")] == [()]
    card.write_bytes(data)
    assert [one.licences for one in index.search("维修")] == [("cc-by-4.0",)]


@pytest.mark.parametrize(
    "head",
    [
        "a: " + "[" * 60_000,  # libyaml's recursion ends a process
        "a:\n" + "".join(" " * i + "- \n" for i in range(200)),
        "a0: &a0 [x]\n" + "".join(f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 9)),  # much of little
        "a: &a [*a]",  # it holds itself
        "- a\n- b",  # no mapping
        "a: [",
        "a: 2026-99-99",  # no date
        "x: " + "y" * 100_000,  # too long
    ],
)
def test_a_head_that_would_harm_is_no_head(head: str) -> None:
    assert cards.head(f"---\n{head}\n---\n\nText") == {}


def test_a_head_is_read_and_the_rest_is_the_body() -> None:
    card = "\ufeff---\r\npretty_name: 名\r\ntags: [a]\r\n---\r\n\r\nText\r\n"
    assert cards.head(card) == {"pretty_name": "名", "tags": ["a"]} and cards.body(card).strip() == "Text"
    assert cards.head("---\na: &x [1, 2]\nb: *x\n---\n") == {"a": [1, 2], "b": [1, 2]}  # as YAML writers do
    assert cards.head("# no head") == {} and cards.body("# no head") == "# no head"


def test_a_hostile_card_is_only_text(catalog: Catalog) -> None:
    push(
        catalog,
        "nb/hostile",
        {"README.md": HOSTILE_CARD.encode(), "release.json": b'{"title": [1], "rows": "x", "recipe": 3}'},
    )
    (one,) = Index(catalog).search("hostile")
    assert one.size == "" and one.rows == 0 and one.industry == "医疗" and one.languages[0] == "zh"


_TEXT = st.text(st.sampled_from("门诊维修 -/aOu骨。"), max_size=8)


@settings(max_examples=60, deadline=None)
@given(text=_TEXT)
def test_strict_is_within_relaxed_and_a_part_of_a_name_is_found(text: str, shared_index: Index) -> None:
    strict = set(names(shared_index.search(text)))
    if not any(part in text for part in "-/"):  # parts of names need no word
        parts = [one for one in shared_index.entries() if all(p.casefold() in one.corpus for p in text.split())]
        assert {one.corpus for one in parts} <= strict
    if " " not in text.strip() and strict and text.strip():
        assert strict >= set(names(shared_index.search(text, filters={"industry": ["医疗"]})))


@pytest.fixture(scope="module")
def shared_index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("index")
    made = Catalog(folder / "catalog")
    for at, (name, facts) in enumerate(PLACES.items()):
        opened(made, folder / str(at), name, **facts)
    return Index(made)
