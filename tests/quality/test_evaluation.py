"""Findings against gold: every cause of error on purpose, and the arithmetic of the scores."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from quality import gold as golds
from quality.evaluation import CAUSES, evaluate
from quality.gold import Gold, Span
from tests.terminal import call

ID, PHONE, MAIL = "11010519491231002X", "13812345678", "zhangsan88@example.com"


def made(*rows: tuple[str, list[Span]]) -> Gold:
    gold = Gold()
    for number, (text, spans) in enumerate(rows):
        gold.ids.append(number)
        gold.texts.append(text)
        gold.spans.append(spans)
    return gold


def test_scores() -> None:
    found = evaluate(
        made(
            (f"证件{ID}", [Span(2, 20, "resident_id")]),
            ("编号丙", [Span(2, 3, "resident_id")]),
            (f"证件{ID}，又{ID}", [Span(2, 20, "resident_id")]),
        )
    )
    strict = found.to_dict()["kinds"]["resident_id"]["strict"]
    assert (strict["precision"], strict["recall"], strict["f1"]) == pytest.approx((2 / 3, 2 / 3, 2 / 3), abs=1e-6)


@pytest.mark.parametrize(
    ("text", "span", "cause"),
    [
        ("无可奉告", Span(0, 2, "mobile"), "missed"),
        (f"电话：{PHONE}转", Span(0, 15, "mobile"), "cut_short"),
        (f"邮箱{MAIL}", Span(4, 10, "email"), "too_long"),
        (f"邮箱{MAIL}", Span(0, 10, "email"), "shifted"),
        (f"邮箱{MAIL}", Span(2, 24, "wechat"), "wrong_kind"),
    ],
)
def test_causes(text: str, span: Span, cause: str) -> None:
    found = evaluate(made((text, [span])))
    assert [(e.cause, e.row) for e in found.errors] == [(cause, 0)]
    assert set(found.to_dict()["errors"]) == set(CAUSES)


def test_spurious_only_for_kinds_that_the_gold_marks() -> None:
    gold = made((f"电话{PHONE}，邮箱{MAIL}", [Span(16, 38, "email")]), ("电话", []))
    assert evaluate(gold).errors == []
    gold = made((f"电话{PHONE}", [Span(2, 13, "mobile")]), (f"电话{PHONE}", []))
    assert [(e.cause, e.row, e.found) for e in evaluate(gold).errors] == [("spurious", 1, Span(2, 13, "mobile"))]


def test_labels_are_mapped_and_the_rest_is_named(tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    row = {"id": "r", "body": "甲乙丙", "spans": [{"kind": k, "start": 0, "end": 1} for k in ("movie",)]}
    row["spans"] += [{"kind": k, "start": i, "end": i + 1} for i, k in enumerate(("name", "vx", "tel"))]
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n\n", "utf-8")
    gold = golds.read(path, text="body", names=golds.mapping("tel=mobile"), ignore=frozenset({"movie"}))
    assert gold.kinds == ["mobile", "wechat", "person_name"] and gold.unmeasured == {"movie": 1}


def test_command(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "gold.jsonl"
    rows = [
        {"id": "a", "text": f"证件{ID}", "spans": [{"kind": "resident_id", "start": 2, "end": 20}]},
        {"id": "b", "text": "编号甲乙丙丁", "spans": [{"kind": "resident_id", "start": 2, "end": 6}]},
    ]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    said = json.loads(call(capfd, "pii", "eval", "--gold", str(path), "--json")[1])
    assert said["kinds"]["resident_id"]["strict"]["recall"] == 0.5
    missed = {"id": "b", "gold": {"kind": "resident_id", "start": 2, "end": 6}}
    assert said["errors"]["missed"] == {"count": 1, "spans": [missed]}
    assert "甲乙丙丁" not in call(capfd, "pii", "eval", "--gold", str(path))[1]
    assert "甲乙丙丁" in call(capfd, "pii", "eval", "--gold", str(path), "--with-text")[1]


def gold_file(path: Path, *lines: object) -> Path:
    path.write_text("".join((x if isinstance(x, str) else json.dumps(x, ensure_ascii=False)) + "\n" for x in lines), "utf-8")
    return path


def row(*spans: tuple[int, int, str], text: str = "甲乙丙丁") -> dict[str, object]:
    return {"text": text, "spans": [{"start": a, "end": b, "kind": kind} for a, b, kind in spans]}


GOOD = row((0, 2, "mobile"))
WRONG = [
    ("{", "不是 JSON 对象", "cut short"),
    ('["a"]', "不是 JSON 对象", "a list"),
    ({"spans": []}, "没有文本列", "no text"),
    ({"text": 5, "spans": []}, "没有文本列", "text that is a number"),
    ({"text": "甲乙"}, "没有 spans", "no spans"),
    ({"text": "甲乙", "spans": [{"kind": "mobile"}]}, "没有 spans", "no place"),
    (
        {"text": "甲乙", "spans": [{"kind": "mobile", "start": 0.0, "end": "1"}]},
        "没有 spans",
        "places that are no whole numbers",
    ),
    (row((0, 5, "mobile")), "越界", "one behind the end"),
    (row((-1, 2, "mobile")), "越界", "before the start"),
    (row((2, 2, "mobile")), "越界", "nothing in it"),
    (row((3, 1, "mobile")), "越界", "the wrong way round"),
    (row((0, 2, "mobile"), (1, 3, "email")), "重叠", "they share 乙"),
    (row((0, 2, "mobile"), (0, 2, "mobile")), "重叠", "twice the same"),
    (row((0, 2, "moblie")), "是不是 mobile", "misspelt"),
    (row((0, 2, "movie")), "--ignore movie", "a label of another task"),
]


@pytest.mark.parametrize(("line", "words", "why"), WRONG)
def test_a_wrong_row_is_named_by_file_and_line_only(
    line: object, words: str, why: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    path = gold_file(tmp_path / "gold.jsonl", GOOD, "", line, GOOD)
    code, out, err = call(capfd, "pii", "eval", "--gold", str(path))
    assert (code, out) == (2, "") and words in err and "gold.jsonl 第 3 行" in err and "甲乙" not in err, why
    code, out, _ = call(capfd, "pii", "eval", "--gold", str(path), "--skip-wrong", "--json")
    assert code == 0 and json.loads(out)["skipped"] == 1 and json.loads(out)["rows"] == 2


def test_all_mistakes_at_once_by_cause(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    lines = [row((0, 9, "mobile")), GOOD, row((0, 1, "movie"), (1, 2, "game")), row((0, 9, "mobile"))]
    err = call(capfd, "pii", "eval", "--gold", str(gold_file(tmp_path / "g.jsonl", *lines)))[2]
    assert "3 行有错" in err and "第 1、4 行" in err and "movie" in err and "--ignore game,movie" in err


def test_labels_that_are_not_measured_may_overlap(tmp_path: Path) -> None:
    path = gold_file(tmp_path / "g.jsonl", row((0, 2, "mobile"), (0, 3, "movie")))
    assert golds.read(path, ignore=frozenset({"movie"})).unmeasured == {"movie": 1}


@pytest.mark.parametrize("lines", [(), ("",), (row(), row())])
def test_an_empty_gold_is_an_error(lines: tuple[object, ...], tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code, _, err = call(capfd, "pii", "eval", "--gold", str(gold_file(tmp_path / "gold.jsonl", *lines)))
    assert code == 2 and "金标是空的：gold.jsonl" in err
