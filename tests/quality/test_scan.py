"""`yuliao pii scan`: every record one JSON object, offsets into the text as it stands, no text unless asked for."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality import scan
from quality.scan import Request, json_lines
from tests.curation import corpus
from tests.terminal import call

ROWS = [
    {"id": '甲"1', "text": "联系电话１３８１２３４５６７８，谢谢"},
    {"id": "乙", "text": "无\t事"},
    {"id": "", "text": "身份证11010519491231002X"},
    {"id": "丁", "text": "邮箱zhangsan88@example.com；手机 139 1234 5678"},
]
PLANTED = ("１３８１２３４５６７８", "11010519491231002X", "zhangsan88@example.com", "139 1234 5678")


def lines(path: Path, **asked: object) -> list[dict]:  # type: ignore[type-arg]
    with scan.start(Request(str(path), **asked)) as (_, pieces):  # type: ignore[arg-type]
        first, found = 0, b""
        for piece in pieces:
            found += piece.lines(first)
            first += piece.records
    return [json.loads(line) for line in found.splitlines()]


def jsonl(path: Path, rows: list[dict]) -> Path:  # type: ignore[type-arg]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def covered(rows: list[dict], found: list[dict]) -> set[str]:  # type: ignore[type-arg]
    return {row["text"][s["start"] : s["end"]] for row, one in zip(rows, found, strict=True) for s in one["spans"]}


def test_every_record_has_its_object(tmp_path: Path) -> None:
    found = lines(jsonl(tmp_path / "a.jsonl", ROWS))
    assert [one["id"] for one in found] == ['甲"1', "乙", 2, "丁"]
    assert covered(ROWS, found) == set(PLANTED)
    span = found[0]["spans"][0]
    assert list(span) == ["kind", "subtype", "leaf", "item", "start", "end", "confidence", "evidence"]
    assert (span["kind"], span["leaf"], span["item"]) == ("mobile", "text", 0) and 0 < span["confidence"] <= 1


def test_numeric_keys_stay_numbers(tmp_path: Path) -> None:
    rows = [{"id": 0, "text": "甲"}, {"id": 17, "text": "乙"}, {"id": "x", "text": "丙"}]
    assert [one["id"] for one in lines(jsonl(tmp_path / "a.jsonl", rows))] == [0, 17, "x"]
    pq.write_table(pa.table({"id": [5, 6], "text": ["甲", "乙"]}), tmp_path / "a.parquet")
    assert [one["id"] for one in lines(tmp_path / "a.parquet")] == [5, 6]
    (tmp_path / "a.csv").write_text("id,text\n007,甲\n", "utf-8")
    assert [one["id"] for one in lines(tmp_path / "a.csv")] == ["007"]


def test_every_format_and_encoding_gives_the_same(tmp_path: Path) -> None:
    wanted = lines(jsonl(tmp_path / "a.jsonl", ROWS), id=None)
    table = pa.table({"id": [row["id"] for row in ROWS], "text": [row["text"] for row in ROWS]})
    pq.write_table(table, tmp_path / "a.parquet")
    lines_of = "id\ttext\n" + "".join(
        f"{row['id'].replace(chr(34), '')}\t{row['text'].replace(chr(9), ' ')}\n" for row in ROWS
    )
    (tmp_path / "a.tsv").write_bytes(lines_of.encode("gbk"))
    (tmp_path / "a.csv").write_bytes(lines_of.replace("\t", ",").encode("gb18030"))
    (tmp_path / "a.txt").write_bytes("\n".join(row["text"] for row in ROWS).encode("gbk"))
    for name in ("a.parquet", "a.tsv", "a.csv"):
        assert lines(tmp_path / name, id=None) == wanted, name
    assert lines(tmp_path / "a.txt", id=None, unit="line") == wanted
    assert sum(len(one["spans"]) for one in lines(tmp_path / "a.txt")) == 4  # the file as one document


def test_nothing_is_lost_and_bad_records_say_why(tmp_path: Path) -> None:
    path = jsonl(tmp_path / "a.jsonl", ROWS)
    path.write_bytes(b"not json\n" + path.read_bytes() + b'{"id": "z", "text": 5}\n{"id"')
    found = lines(path)
    assert [one.get("unread") for one in found] == ["not_json", None, None, None, None, "wrong_type", "truncated"]
    assert [one["id"] for one in found][-2:] == [5, 6] and found[3]["id"] == 3


def test_several_leaves_and_lists(tmp_path: Path) -> None:
    rows = [{"id": "1", "q": "问", "messages": [{"content": "无"}, {"content": "拨打13912345678"}]}]
    found = lines(jsonl(tmp_path / "a.jsonl", rows), texts=("q", "messages[].content"))
    span = found[0]["spans"][0]
    assert (span["leaf"], span["item"], span["start"]) == ("messages[].content", 1, 2)


def test_the_pool_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = jsonl(tmp_path / "a.jsonl", [{"text": row["text"] + str(i)} for i in range(50) for row in ROWS] + [{"text": 1}])
    alone = lines(path)
    monkeypatch.setattr("quality.scan.work.SHARD_BYTES", 1500)
    with scan.start(Request(str(path)), workers=2) as (shards, pieces):
        first, found = 0, b""
        for piece in pieces:
            found += piece.lines(first)
            first += piece.records
    assert shards > 4 and [json.loads(line) for line in found.splitlines()] == alone
    assert [one["id"] for one in alone] == list(range(201))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=6))
def test_strings_become_json(texts: list[str]) -> None:
    texts = [text.encode("utf-8", "ignore").decode() for text in texts]
    assert [json.loads(one) for one in json_lines.quoted(pa.array(texts, pa.large_string())).to_pylist()] == texts


def test_command_shows_no_text(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path, out = str(jsonl(tmp_path / "a.jsonl", ROWS)), tmp_path / "spans.jsonl"
    code, table, err = call(capfd, "pii", "scan", "--input", path, "--out", str(out))
    assert code == 0 and "手机号 mobile\t2\t0\t0\t2" in table
    _, json_out, err2 = call(capfd, "pii", "scan", "--input", path, "--json")
    assert json_out.encode() == out.read_bytes() and len(json_out.splitlines()) == 4
    for words in (table, err, err2, json_out):
        assert not any(planted in words for planted in PLANTED)
    _, with_text, _ = call(capfd, "pii", "scan", "--input", path, "--json", "--with-text", "--kinds", "mobile,email")
    spans = [span for line in with_text.splitlines() for span in json.loads(line)["spans"]]
    assert {span["text"] for span in spans} == {PLANTED[0], *PLANTED[2:]}


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("--input", "a.jsonl", "--kinds", "mobil"), "mobile"),
        (("--input", "a.jsonl", "--text", "正文"), "--text"),
        (("--input", "absent.jsonl"), "absent"),
        (("--input", "."), "文件"),
        (("--input", "a.jsnl"), "a.jsonl"),
        (("--input", "*.tsv"), "通配符"),
        ((), "--input"),
        (("--input", "head.csv"), "表头"),
        (("--input", "head.csv", "--input", "empty.jsonl"), "2 个文件"),
        (("--input", "a.jsonl", "--unit", "paragraph"), "blank_line"),
    ],
)
def test_mistakes_have_hints(
    words: tuple[str, ...], hint: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    jsonl(tmp_path / "a.jsonl", ROWS)
    (tmp_path / "head.csv").write_text("id,text\n", "utf-8")
    (tmp_path / "empty.jsonl").touch()
    code, _, err = call(capfd, "pii", "scan", *words)
    assert code == 2 and hint in err


def test_several_files_and_wildcards(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Quoted wildcards are ours, unquoted ones the shell's: then all but the first are arguments. No file counts twice."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "甲").mkdir()
    for name in ("b.jsonl", "a.jsonl", "甲/c[1].jsonl"):
        jsonl(tmp_path / name, ROWS)
    (tmp_path / "head.csv").write_text("id,text\n", "utf-8")
    for words in (
        ("--input", "*.jsonl", "--input", "甲/c[1].jsonl", "--input", "head.csv"),
        ("--input", "a.jsonl", "b.jsonl", "甲/c[1].jsonl", "*.csv"),
        ("**/*.jsonl", "a.jsonl"),
        ("--input", "'**/*.jsonl'"),
    ):
        code, out, _ = call(capfd, "pii", "scan", *words, "--json")
        every = [json.loads(line) for line in out.splitlines()]
        found = [one for one in every if "unread" not in one]
        unread = {(one["file"], one["unread"]) for one in every if "unread" in one}
        assert unread == ({("head.csv", "empty_file")} if any("csv" in word for word in words) else set())
        assert code == 0 and [one["file"] for one in found] == [
            n for n in ("a.jsonl", "b.jsonl", "甲/c[1].jsonl") for _ in ROWS
        ]
        assert [one["id"] for one in found] == ['甲"1', "乙", 2, "丁"] * 3  # numbers begin anew in each file
        assert list(found[0]) == ["id", "file", "spans"]
    jsonl(tmp_path / "d.json", [{"正文": "x"}])
    said = call(capfd, "pii", "scan", "d.json", "a.jsonl")[1]
    assert "2 个文件，5 条记录" in said and "没有读到文本的文件 / files without a text: d.json" in said
    assert "3 个文件，12 条记录" in call(capfd, "pii", "scan", "**/*.jsonl")[1]


def test_a_release_is_scanned_as_it_is_and_knows_its_stand_ins(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Surrogates read like real values: without the spans column a second scan would find them all."""
    actions = "- step: redact_pii\n    actions: {mobile: mask, person_name: surrogate, email: surrogate}"
    recipe = corpus.recipe(tmp_path, {"- step: redact_pii": actions})
    rows = [{"id": f"n{i}", "text": f"患者姓名：王建{c}，邮箱wang{i}@example.com，主诉咳嗽{i + 3}天伴发热，体温38.{i}℃，予对症治疗。"}
            for i, c in enumerate("国军民平安")]  # fmt: skip
    jsonl(tmp_path / "notes.jsonl", rows)
    assert call(capfd, "run", str(recipe), "--out", str(tmp_path / "out"), "--workers", "1")[0] == 0
    assert call(capfd, "export", str(tmp_path / "out"), "--format", "jsonl", "--out", str(tmp_path / "e.jsonl"))[0] == 0

    def found(*words: str) -> list[int]:
        code, out, err = call(capfd, "pii", "scan", *words, "--json", "--min-confidence", "0.5")
        assert code == 0, err
        return [len(json.loads(line)["spans"]) for line in out.splitlines()]

    export = str(tmp_path / "e.jsonl")
    assert len(found("--input", export)) == len(rows) and min(found("--input", export)) >= 2
    assert found("--input", str(tmp_path / "out")) == [0] * len(rows)
    assert found("--input", str(tmp_path / "out" / "data" / "*.parquet")) == [0] * len(rows)
    assert found("--input", export, "--release", str(tmp_path / "out")) == [0] * len(rows)
    text = [json.loads(line) for line in Path(export).read_text("utf-8").splitlines()]
    text[0]["text"] += "另一电话13912345678"  # what the release does not list is found
    assert found("--input", str(jsonl(tmp_path / "e2.jsonl", text)), "--release", str(tmp_path / "out")) == [1, 0, 0, 0, 0]
