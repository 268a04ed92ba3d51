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
    row = {"id": "r", "body": "甲乙丙", "spans": [{"kind": k, "start": 0, "end": 1} for k in ("name", "vx", "movie", "tel")]}
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n\n", "utf-8")
    gold = golds.read(path, text="body", names=golds.mapping("tel=mobile"))
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


@pytest.mark.parametrize("line", ["{", '["a"]', '{"text": "甲乙"}', '{"text": "甲乙", "spans": [{"kind": "mobile"}]}'])
def test_a_bad_line_is_named_by_its_number_only(line: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"text": "", "spans": []}\n' + line + "\n", "utf-8")
    code, _, err = call(capfd, "pii", "eval", "--gold", str(path))
    assert code == 2 and "第 2 行" in err and "甲乙" not in err
