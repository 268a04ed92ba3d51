"""Rows as the pages show them: filters are exact, what people type is never part of a query, and only treated text is shown."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.errors import UsageError
from corpora.workspace import Workspace
from curation.look.passport import _bare, _touches
from curation.look.rows import OPS, Rows
from tests.curation import corpus, judging

PHONE = "13812345678"
SPREAD = "联系人电话１３８１２３４５６７９，<b>备用 138 1234 5670</b>，"


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    folder = tmp_path_factory.mktemp("rows")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YULIAO_HOME", str(folder / "home"))
        path = corpus.write(folder / "notes.jsonl")
        first = corpus.rows()[0]
        lines = path.read_bytes() + json.dumps({**first, "id": "Y1", "text": SPREAD + first["text"][::-1]}).encode() + b"\n"
        path.write_bytes(lines)
        patch.setattr(corpus, "write", lambda target, seed=7: target)
        report = judging.go(folder, shard_bytes=8192)
        return Rows.open(Workspace(), report.work)


def test_a_page_is_what_it_asks_for(rows: Rows) -> None:
    assert rows.count() == len(rows.rows) and rows.count(kept=False) == sum(rows.reasons().values())
    for (_, reason), count in rows.reasons().items():
        page = rows.page(reason=reason)
        assert page.num_rows == count and set(page["reason"].to_pylist()) == {reason} and not any(page["kept"].to_pylist())
    first, second = rows.page(limit=7), rows.page(limit=7, offset=7)
    assert first["row"].to_pylist() + second["row"].to_pylist() == list(range(14))
    longest = rows.page(order="characters", descending=True, limit=3)["characters"].to_pylist()
    assert longest == sorted(rows.table["characters"].to_pylist(), reverse=True)[:3]
    assert rows.page([("characters", "<", 0)]).num_rows == 0 and "text" in rows.page([("characters", "<", 0)]).column_names


@settings(max_examples=30, deadline=None)
@given(
    column=st.sampled_from(["characters", "han_share", "entropy", "pii_spans"]), op=st.sampled_from(OPS[:6]),
    place=st.integers(0, 200), kept=st.sampled_from([None, True, False]),
)  # fmt: skip
def test_filters_are_those_of_numpy(rows: Rows, column: str, op: str, place: int, kept: bool | None) -> None:
    values = rows.table[column].to_numpy()
    bound = values[place].item()
    compare = {"=": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}
    wanted = compare[op](values, bound)
    wanted = wanted if kept is None else wanted & (rows.table["kept"].to_numpy() == kept)
    assert rows.count([(column, op, bound)], kept=kept) == int(wanted.sum())
    assert rows.page([(column, op, bound)], kept=kept, limit=999)["row"].to_pylist() == np.flatnonzero(wanted).tolist()


HOSTILE = [
    "x' OR '1'='1",
    '"; DROP TABLE measured; --',
    "%",
    "_",
    "\\",
    "？\u202e",
    "' UNION SELECT 1 --",
    "\x00",
    "a" * 100_000,
]


@pytest.mark.parametrize("value", HOSTILE)
def test_what_people_type_is_a_value(rows: Rows, value: str) -> None:
    for column in ("source", "reason", "step", "split"):
        assert rows.count([(column, "=", value)]) == 0
        held = sum(value in (word or "") for word in rows.table[column].to_pylist())
        assert rows.count([(column, "contains", value)]) == held, "no wildcard, whatever it looks like"
        assert rows.count([(column, "in", [value, value])]) == 0
    assert rows.count(reason=value) == 0 and rows.count(text=value) == 0
    for bad in ([(value, "=", 1)], [("characters", value, 1)], [("characters", "<", value)]):
        with pytest.raises(UsageError):
            rows.page(bad)
    with pytest.raises(UsageError):
        rows.page(order=value)
    assert rows.count() == len(rows.rows), "and everything is still there"


def test_operators_of_every_kind(rows: Rows) -> None:
    n = rows.count()
    assert rows.count([("reason", "is null", None)]) == rows.count(kept=True)
    assert rows.count([("reason", "is not null", None)]) == rows.count(kept=False)
    assert rows.count([("source", "contains", "测试")]) == n == rows.count([("source", "in", ["测试来源", "别的"])])
    assert rows.count([("characters", "between", (0, 10**6))]) == n and rows.count([("source", "in", [])]) == 0
    assert rows.count([("split", "=", "train")]) + rows.count([("split", "in", ["validation", "test"])]) == rows.count(
        kept=True
    )


def test_no_query_reads_files(rows: Rows) -> None:
    for query in ("SELECT * FROM read_text('/etc/hostname')", "COPY (SELECT 1) TO 'x.csv'"):
        with pytest.raises(UsageError):
            rows._ask(query, [])


def test_only_treated_text_is_searched_and_shown(rows: Rows) -> None:
    shown = "\n".join(text for text in rows.page(limit=10**6)["text"].to_pylist())
    assert PHONE not in shown and "[手机号]" in shown and "13812345679" not in shown
    assert rows.count(text=PHONE) == 0 and rows.count(text="[手机号]") >= 2
    assert rows.page(text="[手机号]")["row"].to_pylist() == [
        row for row, text in enumerate(rows.page(limit=10**6)["text"].to_pylist()) if "[手机号]" in text
    ]
    assert rows.count([("characters", ">", 70)], text="血压") == sum(
        "血压" in text for text in rows.page([("characters", ">", 70)], limit=999)["text"].to_pylist()
    )
    assert not {"_content_key", "text", "科室", "患者", "秘密"} & {column.name for column in rows.columns()}


def test_every_row_is_found_with_its_own_text(rows: Rows) -> None:
    """Pages of any order give each row its text: kept ones lie in the release's splits, dropped ones beside the run."""
    numbers = np.random.default_rng(3).permutation(len(rows.rows))[:60].astype(np.int64)
    alone = [rows.treated.fetch(numbers[i : i + 1])[0]["text"] for i in range(len(numbers))]
    assert [one["text"] for one in rows.treated.fetch(numbers)] == alone
    given = [row["text"] for row in corpus.rows()]
    assert all(
        text == given[row] for row, text in zip(numbers.tolist(), alone, strict=True) if row < 240 and row not in (10, 11)
    )


def test_a_passport_hides_what_was_replaced_and_every_edit_of_it(rows: Rows) -> None:
    (id,) = rows.ids(np.array([len(rows.rows) - 1]))  # noqa: A001
    told = rows.passport(id)
    said = json.dumps(told, ensure_ascii=False, default=str)
    for secret in (PHONE, "13812345679", "１３８１２３４５６７９", "138 1234 5670", "1381234"):
        assert secret not in said
    assert told["text"][0]["text"].count("[手机号]") == 2 and [s["kind"] for s in told["text"][0]["spans"]] == ["mobile"] * 2
    assert {edit["step"] for edit in told["edits"]} == {"normalise", "strip_markup", "redact_pii"}
    hidden = [edit for edit in told["edits"] if edit["hidden"]]
    assert all(edit["before"] is None for edit in hidden) and {edit["step"] for edit in hidden} >= {
        "normalise",
        "redact_pii",
    }
    assert [edit["after"] for edit in hidden if edit["step"] == "redact_pii"] == ["[手机号]"] * 2
    raw = json.dumps(rows.passport(id, raw=True), ensure_ascii=False, default=str)
    assert "１３８１２３４５６７９" in raw, "for who may see it"


def test_harmless_edits_are_shown(rows: Rows) -> None:
    (id,) = rows.ids(np.array([11]))  # noqa: A001
    told = rows.passport(id)
    assert {(edit["before"], edit["hidden"]) for edit in told["edits"] if edit["step"] == "strip_markup"} == {
        ("<p>", False), ("</p>", False),
    }  # fmt: skip
    assert told["origin"].get("file") is None and told["fate"]["kept"] and len(told["content_key"]) == 32


def test_duplicates_stand_beside_their_survivor(rows: Rows) -> None:
    (copy,) = rows.page(reason="exact_duplicate")["id"].to_pylist()
    told = rows.passport(copy)["duplicates"]
    assert told["rows"] == 2 and not told["survivor"] and [one["survivor"] for one in told["shown"]] == [True, False]
    assert told["shown"][0]["texts"]["text"] == told["shown"][1]["texts"]["text"] and told["shown"][1]["id"] == copy
    assert rows.passport(told["shown"][0]["id"])["duplicates"]["survivor"]
    assert rows.passport(copy[:12])["id"] == copy
    with pytest.raises(UsageError):
        rows.passport("0" * 32)


@pytest.mark.parametrize(
    ("side", "secret", "hides", "why"),
    [
        ("１３８", "13812345678", True, "full-width digits of it"),
        ("8", "13812345678", True, "a single character of it"),
        ("<b>", "13812345678", False, "markup has none of it"),
        ("电话：138-1234", "13812345678", True, "part of it behind a label"),
        ("张建", "张建国", True, "two characters of a name"),
        ("张", "张建国", True, "the family name alone"),
        ("李明", "张建国", False, "another name"),
        ("", "13812345678", False, "nothing"),
    ],
)
def test_what_an_edit_may_tell_of_a_secret(side: str, secret: str, hides: bool, why: str) -> None:
    assert _touches(_bare(side), _bare(secret)) is hides, why


def test_it_opens_by_recipe_release_and_name(tmp_path: Path) -> None:
    report = judging.go(tmp_path)
    for target in (tmp_path / "notes.yaml", report.release.folder, report.work, "test/notes@1.0.0"):
        assert Rows.open(Workspace(), target).count() == 243
    with pytest.raises(UsageError):
        Rows.open(Workspace(), "test/other@1.0.0")
    assert isinstance(report.work, Path) and pa.types.is_boolean(
        Rows.open(Workspace(), report.work).table.schema.field("kept").type
    )
