"""Big5: read by every reader of text where a recipe says so, recognised only where nothing else is possible."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.sources import Layout, Want, plan, read_one
from corpora.sources.big5 import is_certain
from corpora.sources.decoding import decode
from corpora.sources.detect import encoding_of
from corpora.text_buffers import Leaf
from tests.corpora.reading import KEY, causes, everything, texts_of, write

TEXT = "患者許先生訴頭痛三天，功能蓋無異常，教育後出院。"  # 許 功 蓋 end with the byte of \\, 育 with that of |
WANT = Want((Leaf("text"),), None, (), KEY, "来源")
FILES = [
    ("a.txt", TEXT, {}, "text"),
    ("a.txt", TEXT + "\n" + TEXT, {"layout": Layout(unit="line")}, "text by lines"),
    ("a.txt", TEXT + "\n\n" + TEXT, {"layout": Layout(unit="blank_line")}, "text by paragraphs"),
    ("a.csv", f"text,科別\n{TEXT},育\n", {}, "CSV"),
    ("a.csv", f"text|科別\n{TEXT}|育\n", {}, "CSV with a separator that is a second byte, too"),
    ("a.tsv", f"text\t科別\n{TEXT}\t育\n", {}, "TSV"),
    ("a.jsonl", f'{{"text": "{TEXT}"}}\n', {}, "JSONL"),
    ("a.json", f'[{{"text": "{TEXT}"}}]', {}, "JSON"),
    ("a.md", f"# 病歷\n\n{TEXT}\n", {}, "Markdown"),
    ("a.tex", f"\\documentclass{{article}}\\begin{{document}}{TEXT}\\end{{document}}", {}, "LaTeX"),
    ("a.html", f"<html><body><p>{TEXT}</p></body></html>", {}, "HTML that does not say its encoding"),
    ("a.xml", f"<r><i><text>{TEXT}</text></i></r>", {}, "XML without a declaration"),
]


@pytest.mark.parametrize(("name", "content", "how", "why"), FILES, ids=[case[3] for case in FILES])
def test_declared(tmp_path: Path, name: str, content: str, how: dict[str, object], why: str) -> None:
    path = write(tmp_path, content.encode("big5"), name)
    found = texts_of(path, WANT, encoding="big5", **how)
    assert found and all(TEXT in text for text in found), why
    assert causes(path, WANT, encoding="big5", **how) == []


def test_hong_kong_and_lines_of_utf_8_and_broken_ones(tmp_path: Path) -> None:
    lines = [TEXT.encode("big5"), "佢哋喺度睇醫生".encode("big5hkscs"), TEXT.encode(), b"\xa4\x40\xff\xff"]
    path = write(tmp_path, b"\n".join(lines), "a.txt")
    rows, lost, _ = everything(path, WANT, encoding="big5", layout=Layout(unit="line"))
    assert [row["text"] for row in rows] == [TEXT, "佢哋喺度睇醫生", TEXT]
    assert [one["cause"] for one in lost] == ["undecodable"]
    shard = plan(path, source=3, file=5, encoding="big5", layout=Layout(unit="line"))[0]
    again = read_one(shard, WANT, offset=rows[1]["_offset"], length=rows[1]["_length"], record=-1)
    assert again.documents.to_pylist() == rows[1:2]


CERTAIN = [
    ([TEXT.encode("big5")] * 3, True, "enough of it"),
    ([TEXT.encode("big5")], False, "too short to say"),
    ([TEXT.encode("gb18030")] * 9, False, "the same text in GB18030"),
    (["患者诉头痛三天，体温升高，予以对症处理后好转。".encode("gb18030")] * 9, False, "simplified, in GB18030"),
    (["头痛三天体温升高".encode("gb2312")] * 9, False, "every second byte is high"),
    (["환자는 두통을 호소하며 내원하였다".encode("euc_kr")] * 9, False, "Korean"),
    (["患者は頭痛を訴えて来院しました".encode("euc_jp")] * 9, False, "Japanese"),
    (["患者は頭痛を訴えて来院しました".encode("shift_jis")] * 9, False, "Japanese, on Windows"),
    ([TEXT.encode()] * 9, False, "UTF-8"),
    ([TEXT.encode("big5")] * 3 + [TEXT.encode()] * 9, False, "mostly UTF-8"),
    ([TEXT.encode("big5")] * 3 + [b"\xa4\x40\xff"], False, "not all of it"),
    ([], False, "nothing"),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "certain", "why"), CERTAIN, ids=[case[2] for case in CERTAIN])
def test_certain(lines: list[bytes], certain: bool, why: str) -> None:
    assert is_certain(lines) == certain, why


def test_cantonese_is_certain() -> None:
    lines = [
        f"第{n}例：病人係女仔，喺屋企跌倒，啲嘢食咗之後嘔，體溫38.{n}度，睇咗急症".encode("big5hkscs") for n in range(9)
    ]
    assert is_certain(lines) and encoding_of(b"\n".join(lines), whole=True) == "big5"


def test_certain_files_need_no_word_in_the_recipe(tmp_path: Path) -> None:
    path = write(tmp_path, "\n".join([TEXT] * 3).encode("big5"), "a.txt")
    assert plan(path, source=0, file=0)[0].encoding == "big5" and texts_of(path, WANT) == ["\n".join([TEXT] * 3)]


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=50, max_size=80))
def test_no_text_in_gb18030_is_certain(text: str) -> None:
    assert not is_certain([text.encode("gb18030")])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    lines=st.lists(st.one_of(st.binary(max_size=8), st.sampled_from([TEXT.encode("big5"), TEXT.encode()])), max_size=5),
    size=st.sampled_from([1, 9, 1 << 20]),
)
def test_any_bytes_whatever_the_blocks(tmp_path: Path, lines: list[bytes], size: int) -> None:
    data = b"\n".join(lines)
    path = write(tmp_path, data, "a.txt")
    how = {"encoding": "big5", "layout": Layout(unit="line")}
    rows, lost, count = everything(path, WANT, shard=size, block=size, **how)
    full = [line for line in data.split(b"\n") if line.strip(b" \t\r\n\x0b\x0c")]
    assert count == len(full) == len(rows) + len(lost)
    assert {row["text"] for row in rows} <= {text for line in full if (text := decode(line.removesuffix(b"\r"), "big5"))}


def test_a_real_file() -> None:
    path = Path(__file__).parents[3] / "shared/data/encodings/charset_fixtures/tests/fixtures/test_sample_big5.txt"
    if not path.is_file():
        pytest.skip("../shared is not here")
    assert plan(str(path), source=0, file=0)[0].encoding == "big5" and causes(str(path), WANT) == []
