"""What each action puts in place of a finding; people told apart; spans that follow; a second scan. All values invented."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from corpora import forms, schema, text_buffers
from corpora.text_buffers import Leaf
from curation.find_pii import FindPII
from curation.step import Context
from curation.treat import keys
from curation.treat.people import told_apart
from curation.treat.redact import RedactPII, ShiftDates
from quality import pii
from quality.pii import spans
from quality.pii.findings import Findings

KEY = b"k" * 32
CONTEXT = Context((Leaf("text"), Leaf("more")), KEY, ".")


def batch(rows: list[dict[str, str]], found: list[tuple[int, str, str, str]]) -> pa.RecordBatch:
    """Rows with leaves `text` and `more`; found: (row, leaf, value, kind/subtype), every place where the value stands."""
    spans_of: list[list[dict[str, Any]]] = [[] for _ in rows]
    for row, leaf, value, kind in found:
        kind, _, subtype = kind.partition("/")
        for place in re.finditer(re.escape(value), rows[row][leaf]):
            one = {"leaf": ("text", "more").index(leaf), "item": 0, "start": place.start(), "end": place.end(), "kind": kind}
            spans_of[row].append(one | {"subtype": subtype, "confidence": 0.9, "evidence": "context"})
    for row in spans_of:
        row.sort(key=lambda one: (one["leaf"], one["start"]))
    ids = [bytes([i]) * 16 for i in range(len(rows))]
    return pa.record_batch(
        {
            schema.ID: pa.array(ids, pa.binary(16)),
            "text": pa.array([row["text"] for row in rows], pa.large_string()),
            "more": pa.array([row.get("more") for row in rows], pa.large_string()),
            schema.SPANS: pa.array(spans_of, forms.SPANS),
        }
    )


def treated(text: str, value: str, kind: str, action: str, **more: Any) -> str:
    step = RedactPII(actions={kind.partition("/")[0]: action}, **more)
    return step.start(CONTEXT)(batch([{"text": text}], [(0, "text", value, kind)])).column("text")[0].as_py()


@pytest.mark.parametrize(
    ("text", "value", "kind", "action", "new"),
    [
        ("患者王建国来", "王建国", "person_name/patient", "placeholder", "患者[患者姓名_1]来"),
        ("住院号0012345", "0012345", "medical_record_number/inpatient", "placeholder", "住院号[住院号]"),
        ("手机13800138000", "13800138000", "mobile", "mask", "手机138****8000"),
        ("张伟来", "张伟", "person_name", "mask", "张*来"),
        ("微信abc123，QQ12345678", "12345678", "qq", "drop", "微信abc123，QQ"),
        ("机型飞燕", "飞燕", "secret", "keep", "机型飞燕"),
        ("92岁", "92岁", "age", "generalise", "90岁以上"),
        ("现年92岁", "92", "age", "generalise", "现年90+岁"),
        ("现年九十三岁", "九十三岁", "age", "generalise", "现年90岁以上"),
        ("67岁", "67岁", "age", "generalise", "60–69岁"),
        ("生于1990年1月2日", "1990年1月2日", "date_of_birth", "generalise", "生于1990年"),
        ("住浙江省宁波市海曙区中山东路12号", "浙江省宁波市海曙区中山东路12号", "address", "generalise", "住浙江省宁波市"),
        ("住海曙区中山东路12号", "海曙区中山东路12号", "address", "generalise", "住[地址]"),  # no city to keep
        ("邮编315000", "315000", "postcode", "generalise", "邮编31****"),
    ],
)
def test_actions(text: str, value: str, kind: str, action: str, new: str) -> None:
    assert treated(text, value, kind, action) == new


def test_dates_down_to_the_month() -> None:
    assert treated("生于1990-01-02", "1990-01-02", "date_of_birth", "generalise", generalise_dates="month") == "生于1990-01"


@pytest.mark.parametrize("action", ["pseudonym", "surrogate"])
def test_one_value_one_replacement_however_written_in_any_row_and_batch(action: str) -> None:
    work = RedactPII(actions={"mobile": action, "person_name": action}).start(CONTEXT)
    one = work(
        batch(
            [{"text": "13800138000"}, {"text": "王 建国"}],
            [(0, "text", "13800138000", "mobile"), (1, "text", "王 建国", "person_name")],
        )
    )
    two = work(batch([{"text": "王建国"}, {"text": "x"}, {"text": "138-0013-8000"}], [(0, "text", "王建国", "person_name"), (2, "text", "138-0013-8000", "mobile")]))  # fmt: skip
    a, b = one.column("text").to_pylist(), two.column("text").to_pylist()
    assert a[0] == b[2].replace("-", "") and a[1] == b[0] and a[0] != "13800138000"
    other = RedactPII(actions={"mobile": action}).start(Context(CONTEXT.leaves, b"o" * 32, "."))
    assert other(batch([{"text": "13800138000"}], [(0, "text", "13800138000", "mobile")])).column("text")[0].as_py() != a[0]


def test_pseudonyms_are_typed_and_as_long_as_asked_for() -> None:
    assert re.fullmatch(r"\[患者姓名:[0-9a-f]{8}\]", treated("王建国", "王建国", "person_name/patient", "pseudonym"))
    assert re.fullmatch(
        r"\[手机号:[0-9a-f]{6}\]", treated("13800138000", "13800138000", "mobile", "pseudonym", pseudonym_digits=6)
    )


def test_one_person_one_number_in_all_leaves_and_ways_of_naming() -> None:
    row = {"text": "患者王建国，王先生，建国；家属李芳", "more": "王某签名，李芳陪同，张工到"}
    names = [("text", "王建国", "/patient"), ("text", "王先生", ""), ("text", "；家属李芳", "/relative"), ("more", "王某", ""), ("more", "李芳", ""), ("more", "张工", "/staff")]  # fmt: skip
    found = batch([row], [(0, leaf, name, "person_name" + part) for leaf, name, part in names if not name.startswith("；")]
                  + [(0, "text", "李芳", "person_name/relative")])  # fmt: skip
    result = RedactPII().start(CONTEXT)(found)
    assert result.column("text")[0].as_py() == "患者[患者姓名_1]，[患者姓名_1]，建国；家属[家属姓名_1]"
    assert result.column("more")[0].as_py() == "[患者姓名_1]签名，[家属姓名_1]陪同，[员工姓名_1]到"


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        (["王建国", "王先生", "王建国"], [1, 1, 1]),
        (["王建国", "王志强", "王先生"], [1, 2, 3]),  # which of the two is not certain
        (["王先生", "李女士", "王先生"], [1, 2, 1]),
        (["王建国", "建国"], [1, 1]),
        (["艾力·玉素甫", "玉素甫"], [1, 1]),
        (["欧阳志强", "欧阳主任", "王主任"], [1, 1, 2]),
    ],
)
def test_people_are_told_apart(names: list[str], numbers: list[int]) -> None:
    assert [one.number for one in told_apart(tuple((name, "") for name in names))] == numbers


def test_a_patient_is_not_the_doctor_of_the_same_surname() -> None:
    patient, doctor = told_apart((("王建国", "patient"), ("王医生", "")))
    assert patient.owner != doctor.owner


def test_surrogates_of_one_person_agree() -> None:
    row = {"text": "王建国，王先生"}
    work = RedactPII(actions={"person_name": "surrogate"}).start(CONTEXT)
    full, short = (
        work(batch([row], [(0, "text", "王建国", "person_name"), (0, "text", "王先生", "person_name")]))
        .column("text")[0]
        .as_py()
        .split("，")
    )
    assert len(full) == 3 and short == full[0] + "先生" and full != "王建国"


def test_the_span_column_lists_what_we_put_there() -> None:
    step = RedactPII(actions={"mobile": "surrogate", "email": "keep", "qq": "drop", "person_name": "placeholder"})
    text = "王芳电话13800138000，a.b@qq.com，QQ12345，完"
    found = batch([{"text": text}], [(0, "text", "王芳", "person_name"), (0, "text", "13800138000", "mobile"), (0, "text", "a.b@qq.com", "email"), (0, "text", "12345", "qq")])  # fmt: skip
    result = step.start(CONTEXT)(found)
    new, row = result.column("text")[0].as_py(), result.column(schema.SPANS)[0].as_py()
    assert [(one["kind"], one["evidence"]) for one in row] == [
        ("person_name", "context"), ("mobile", "surrogate"), ("email", "context"), ("qq", "surrogate"),
    ]  # fmt: skip
    assert new[row[0]["start"] : row[0]["end"]] == "[姓名_1]" and new[row[2]["start"] : row[2]["end"]] == "a.b@qq.com"
    assert row[3]["start"] == row[3]["end"] and re.fullmatch(r"\d{11}", new[row[1]["start"] : row[1]["end"]])


def test_the_default_falls_back_where_it_does_not_suit() -> None:
    step = RedactPII(default="surrogate")
    assert step.action("mobile") == "surrogate" and step.action("case_number") == "placeholder"


@pytest.mark.parametrize(
    "settings",
    [
        {"actions": {"shoe": "mask"}},
        {"actions": {"mobile": "generalise"}},
        {"actions": {"date_of_birth": "shift"}},  # without shift_dates
        {"actions": {"mobile": "burn"}},
        {"default": "keep"},
        {"shift_dates": {"days": 0}},
    ],
)
def test_what_a_recipe_cannot_ask_for(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RedactPII(**settings)


def test_every_date_of_a_row_moves_but_those_inside_of_findings() -> None:
    text = "生于1990年1月2日，2024-03-05入院，3月8日出院，批号20240305，编码2024-03-06A"
    step = RedactPII(actions={"date_of_birth": "generalise", "secret": "keep"}, shift_dates=ShiftDates(days=30))
    found = batch([{"text": text}], [(0, "text", "1990年1月2日", "date_of_birth"), (0, "text", "2024-03-06A", "secret")])
    result = step.start(CONTEXT)(found)
    days = keys.offset(keys.derived(KEY, "dates"), bytes(16), 30)
    import datetime as dt

    first, second = dt.date(2024, 3, 5) + dt.timedelta(days), dt.date(2024, 3, 8) + dt.timedelta(days)
    assert result.column("text")[0].as_py() == (
        f"生于1990年，{first:%Y-%m-%d}入院，{second.month}月{second.day}日出院，批号20240305，编码2024-03-06A"
    )
    assert [one["kind"] for one in result.column(schema.SPANS)[0].as_py()] == ["date_of_birth", "secret"]


def test_offsets_belong_to_the_subject_and_are_never_zero() -> None:
    own = keys.derived(KEY, "dates")
    offsets = [keys.offset(own, i.to_bytes(8, "big"), 5) for i in range(500)]
    assert set(offsets) == {*range(-5, 0), *range(1, 6)}
    rows = batch([{"text": "2024-03-05"}] * 3, [])
    rows = rows.append_column("_subject", pa.array([7, 7, 0], pa.uint64()))
    a, b, c = RedactPII(shift_dates=ShiftDates(days=3650)).start(CONTEXT)(rows).column("text").to_pylist()
    assert a == b != c


LEAF = Context((Leaf("text"),), KEY, ".")
TEXT = st.lists(
    st.sampled_from(
        ["13800138000", "138-0013-8000", "a.b@qq.com", "330200199001010007", "，", "中", "\U00020bb7", "é", "2024年3月5日", "1", " ",
         "浙B12345", "6222000000000000004", "91330200000000000E", "00:1A:2B:3C:4D:5E", "0574-87654321", "4.2.1.3", "电话"]
    ),
    max_size=10,
).map("，".join)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(TEXT, min_size=1, max_size=4),
    st.sampled_from(["placeholder", "mask", "pseudonym", "surrogate", "drop"]),
    st.booleans(),
)
def test_outside_of_spans_nothing_changes_and_a_second_scan_is_clean(strings: list[str], default: str, shift: bool) -> None:
    first = pa.record_batch({schema.ID: pa.array([b"%016d" % i for i in range(len(strings))], pa.binary(16)), "text": pa.array(strings, pa.large_string())})  # fmt: skip
    found = FindPII().start(LEAF)(first)
    step = RedactPII(default=default, shift_dates=ShiftDates(days=9) if shift else None)  # type: ignore[arg-type]
    result = step.start(LEAF)(found)
    before, after = found.column(schema.SPANS).to_pylist(), result.column(schema.SPANS).to_pylist()
    for old, new, a, b in zip(strings, result.column("text").to_pylist(), before, after, strict=True):
        if not shift:
            assert re.sub("\0+", "\0", _without(old, a)) == re.sub("\0+", "\0", _without(new, b))
        assert all(0 <= one["start"] <= one["end"] <= len(new) for one in b)
    view = text_buffers.texts(result.column("text"))
    again = pii.find(view, ours=_findings(result))
    assert not (again.confidence >= pii.MEDIUM).any(), result.column("text").to_pylist()


def _without(text: str, row: list[dict[str, Any]]) -> str:
    for one in reversed([one for one in row if one["confidence"] >= 0.5]):
        text = text[: one["start"]] + "\0" + text[one["end"] :]
    return text


def _findings(result: pa.RecordBatch) -> Findings:
    """Our own replacements, as `pii.find(ours=…)` takes them."""
    flat = spans.from_column(result.column(schema.SPANS))
    ours = flat.take(np.flatnonzero(flat.evidence == pii.EVIDENCE.index("surrogate")))
    nothing = np.zeros(len(ours), np.int64)
    return Findings.of(
        ours.row, ours.start, ours.end, nothing, nothing, ours.kind, ours.subtype, ours.confidence, ours.evidence
    )
