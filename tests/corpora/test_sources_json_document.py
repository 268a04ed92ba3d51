"""JSON files that are one value: arrays and single objects become documents, each with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.sources import Want, plan, read_one
from corpora.text_buffers import Leaf
from tests.corpora.reading import KEY, causes, everything, texts_of, write

WANT = Want((Leaf("text", None),), "id", ("n",), KEY, "来源")
TALK = Want((Leaf.parse("messages[].content"),), None, ("messages[].role",), KEY, "来源")


def test_an_array_is_its_objects_in_order(tmp_path: Path) -> None:
    path = write(tmp_path, '[{"text": "血压", "n": 1.10},\n {"text": "头痛"}]'.encode(), "a.json")
    rows, lost, count = everything(path, WANT)
    assert [(row["text"], row["n"], row["_record"]) for row in rows] == [("血压", "1.10", 0), ("头痛", None, 1)]
    assert (lost, count) == ([], 2)


@pytest.mark.parametrize("text", ['{\n  "text": "主轴"\n}\n', '\ufeff[{"text":"主轴"}]', '[\n\n{"text":"主轴"}\n]'])
def test_one_object_over_lines(tmp_path: Path, text: str) -> None:
    assert texts_of(write(tmp_path, text.encode(), "a.json"), WANT) == ["主轴"]


def test_one_object_a_line_stays_jsonl(tmp_path: Path) -> None:
    path = write(tmp_path, '{"text":"甲"}\n{"text":"乙"}\n'.encode(), "a.json")
    assert texts_of(path, WANT) == ["甲", "乙"] and plan(path, source=0, file=0)[0].format == "jsonl"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[{"text": "甲"}, 3]', ["wrong_type"]),  # not an object: nothing to hold a text column
        ('[{"text": "甲"}', ["truncated"]),  # cut off: the bracket that closes the array is missing
        ('[{"text": "甲"}, ', ["truncated"]),
        ('[{"text": "甲"}]]', ["not_json"]),
        ('[{"text": "甲"} {"text": "乙"}]', ["not_json"]),
        ('[{"text": "甲"}, [1], {"text": "乙"}]', ["wrong_type"]),  # its neighbours stay
        ('[{"text": "甲', ["truncated"]),
        ('[{"text": 3}]', ["wrong_type"]),
        ('[{"text": ""}]', ["no_text"]),
        ("[" * 300 + "]" * 300, ["too_deep"]),
        ("[]", ["empty_file"]),  # no record: the file itself is accounted for
    ],
)
def test_what_is_wrong_has_a_cause(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert causes(write(tmp_path, text.encode(), "a.json"), WANT) == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("behind", [1, 5, 6, 7, 8, 20])
def test_what_stands_before_a_cut_stays(tmp_path: Path, encoding: str, behind: int) -> None:
    good = '[{"text": "甲：血压"},\n {"text": "乙：头痛"}'
    data = (good + ', {"text": "丙：被截断的记录，后面的没有下载完"}]').encode(encoding)
    at = len(good.encode(encoding))
    path = write(tmp_path, data[: at + 2 * behind], "a.json")
    rows, lost, count = everything(path, WANT)
    assert [row["text"] for row in rows] == ["甲：血压", "乙：头痛"] and count == 3
    assert [(one["cause"], one["record"], one["raw"]) for one in lost] == [("truncated", 2, data[at : at + 2 * behind])]
    assert encoding == "utf-16" or lost[0]["offset"] == at


def test_messages(tmp_path: Path) -> None:
    data = [{"messages": [{"role": "user", "content": "主轴异响"}, {"role": "assistant", "content": "查轴承"}]}]
    rows, _, _ = everything(write(tmp_path, json.dumps(data).encode(), "a.json"), TALK)
    assert rows[0]["messages"] == data[0]["messages"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from(["text", "n", "other"]), st.text(max_size=5) | st.integers(), max_size=3)),
    st.integers(1, 60),
)
def test_nothing_is_lost_and_every_row_is_found_again(tmp_path: Path, records: list[dict], block: int) -> None:
    path = write(tmp_path, ("[\n" + ",".join(map(json.dumps, records)) + "]").encode(), "a.json")
    rows, lost, count = everything(path, WANT, block=block)
    if not records:
        assert (rows, [row["cause"] for row in lost], count) == ([], ["empty_file"], 1)
        return
    assert count == len(records) and sorted([r["_record"] for r in rows] + [r["record"] for r in lost]) == list(range(count))
    for row in rows:
        shard = plan(path, source=3, file=5)[0]
        again = read_one(shard, WANT, offset=-1, length=-1, record=row["_record"], part=row["_part"])
        assert again.documents.to_pylist() == [row]
