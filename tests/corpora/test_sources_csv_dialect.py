"""How CSV files are written: titles, `sep=`, carriage returns, repeated and missing names, separators at the end."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.sources import Layout, Want, plan, read, read_one
from corpora.sources.csv_dialect import find
from corpora.sources.heads import head
from corpora.text_buffers import Leaf
from tests.corpora.reading import KEY, causes, everything, texts_of, write

WANT = Want((Leaf("主诉"),), None, ("年龄",), KEY, "来源")
BODY = "主诉,年龄\n头痛,45\n咳嗽,30\n"


def beside(path: str, **how: object) -> dict[str, int]:
    found: Counter[str] = Counter()
    for shard in plan(path, source=3, file=5, **how):  # type: ignore[arg-type]
        for block in read(shard, WANT):
            found.update(block.not_text)
    return dict(found)


@pytest.mark.parametrize(
    ("text", "above", "why"),
    [
        (BODY, 0, "plain"),
        ("sep=;\n" + BODY.replace(",", ";"), 0, "as Excel writes where the comma is a decimal point"),
        ('"sep=,"\r\n' + BODY, 0, "quoted"),
        ("某医院门诊记录\n" + BODY, 1, "a title"),
        ("某医院门诊记录,\n导出日期：2024-03-05,\n\n" + BODY, 2, "titles with separators, and a blank line"),
        ('"某医院\n门诊记录"\n' + BODY.replace(",", "\t"), 1, "a title over two lines; tabs"),
        (BODY.replace(",", "|"), 0, "|"),
        (BODY.replace("\n", "\r"), 0, "an old Mac"),
        ("主诉,年龄\r头痛,45\r咳嗽,30", 0, "an old Mac, no last line end"),
        (BODY.replace("\n", ",\n"), 0, "a separator at every end"),
        (BODY.replace("5\n", "5,\n").replace("0\n", "0,\n"), 0, "a separator at the end of every row, not of the header"),
        ("\ufeff" + BODY, 0, "a byte order mark"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("size", [1, 1 << 20])
def test_dialects(tmp_path: Path, text: str, above: int, why: str, encoding: str, size: int) -> None:
    if text.startswith("\ufeff") and encoding != "utf-8":
        return
    path = write(tmp_path, text.encode(encoding), "a.csv")
    rows, lost, count = everything(path, WANT, shard=size, block=size)
    assert [(row["主诉"], row["年龄"]) for row in rows] == [("头痛", "45"), ("咳嗽", "30")], why
    assert (lost, count, beside(path)) == ([], 2, {"title_row": above} if above else {})
    found = head(path)
    assert (found.rows, found.columns["主诉"]) == (2, ["头痛", "咳嗽"])


@pytest.mark.parametrize(
    ("text", "header", "why"),
    [
        ("text\n你好,世界\n再见,朋友\n", ("text",), "an identifier is no title: the rows are ragged"),
        ("主诉,年龄\n头痛,45,多,出,来\n", ("主诉", "年龄"), "one wide row does not make the header a title"),
        ("主诉\n头痛\n咳嗽\n", ("主诉",), "one column"),
        ("备注说明\n头痛,45\n头痛，多日\na,b,c\n", ("备注说明",), "nothing below goes on evenly: no table to be found"),
        ("问;答\n好,的;是,的\n", ("问", "答"), "commas in the values"),
        ("编号,，主诉\n1,头痛\n", ("编号", "，主诉"), "a full-width comma is punctuation"),
    ],
)
def test_the_first_row_stays_the_header(tmp_path: Path, text: str, header: tuple[str, ...], why: str) -> None:
    assert plan(write(tmp_path, text.encode(), "a.csv"), source=0, file=0)[0].header == header, why


def test_the_recipe_can_say_where_the_header_is(tmp_path: Path) -> None:
    path = write(tmp_path, ("x,y,z\n旧\n" + BODY).encode(), "a.csv")
    assert texts_of(path, WANT, layout=Layout(header_row=3)) == ["头痛", "咳嗽"]
    assert beside(path, layout=Layout(header_row=3)) == {"title_row": 2}
    assert causes(path, WANT, layout=Layout(header_row=99)) == ["no_header"]


def test_repeated_and_missing_names(tmp_path: Path) -> None:
    path = write(tmp_path, "年龄,,主诉,年龄\n1,2,头痛,3\n".encode(), "a.csv")
    assert plan(path, source=0, file=0)[0].header == ("年龄", "列2", "主诉", "年龄_2")
    assert everything(path, WANT)[0][0]["年龄"] == "1"
    assert beside(path) == {"renamed_column": 2}


def test_line_feeds_in_cells_of_a_file_with_returns(tmp_path: Path) -> None:
    path = write(tmp_path, '主诉,年龄\r"头\n痛",45\r咳嗽,30\r'.encode(), "a.csv")
    rows = everything(path, WANT)[0]
    assert [row["主诉"] for row in rows] == ["头\n痛", "咳嗽"]
    shard = plan(path, source=3, file=5)[0]
    for row in rows:
        again = read_one(shard, WANT, offset=row["_offset"], length=row["_length"], record=-1)
        assert again.documents.to_pylist() == [row]


def test_ragged_rows_are_quarantined(tmp_path: Path) -> None:
    assert causes(write(tmp_path, (BODY + "腹痛,1,2\n短\n").encode(), "a.csv"), WANT) == ["ragged", "ragged"]


@given(st.lists(st.text("ab甲,;|\t\"'=sep ：1", max_size=12), min_size=1, max_size=8))
def test_any_first_records_have_a_dialect(records: list[str]) -> None:
    try:
        found = find(records, None, None)
    except Exception as error:  # the one that says the header is broken, and no other
        assert type(error).__name__ == "BadRecord"
        return
    assert 0 <= found.record < len(records) and len(set(found.header)) == len(found.header) and all(found.header)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    titles=st.lists(st.sampled_from(["门诊记录", "导出：2024", "内部资料,", ""]), max_size=3),
    rows=st.lists(st.sampled_from(["头痛,45", "咳嗽,", '"腹,痛",3', "眩晕,多日"]), min_size=2, max_size=5),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    size=st.sampled_from([1, 9, 1 << 20]),
)
def test_titles_change_nothing_below_them(tmp_path: Path, titles: list[str], rows: list[str], end: str, size: int) -> None:
    below = "".join(line + end for line in ["主诉,年龄", *rows])
    plain = everything(write(tmp_path, below.encode(), "a.csv"), WANT)
    data = "".join(line + end for line in titles).encode()
    moved = everything(write(tmp_path, data + below.encode(), "b.csv"), WANT, shard=size, block=size)
    expected = [{**row, "_offset": row["_offset"] + len(data)} for row in plain[0]]
    assert moved == (expected, plain[1], plain[2])
