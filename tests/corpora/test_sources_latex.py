"""LaTeX: the body without comments and preamble; what it takes in from other files is named and counted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.sources import plan, read, read_one
from tests.corpora.documents import want
from tests.corpora.reading import causes, everything, texts_of, write

WANT = want("title", "author", "date", "inputs")
DATA = Path(__file__).resolve().parents[3] / "shared/data/medical/med_textbooks_tex"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("血压% 注释\n偏高", "血压偏高"),  # TeX takes the break along with the comment
        ("有效率 95\\% 以上", "有效率 95\\% 以上"),
        ("甲\\\\% 注\n乙", "甲\\\\乙"),  # a line break, then a comment
        ("甲\n% 整行\n乙", "甲\n乙"),
        ("甲%\n\n乙", "甲\n\n乙"),  # the empty line still ends the paragraph
        ("\\begin{verbatim}\n50% 留\n\\end{verbatim}", "\\begin{verbatim}\n50% 留\n\\end{verbatim}"),
        ("甲\\begin{comment}不要\\end{comment}乙", "甲乙"),
        ("\\documentclass{book}\\begin{document}\n正文\n\\end{document}\n尾巴", "正文"),
        ("正文\\input{chap01}", "正文"),
        ("图\\includegraphics[\nwidth=1cm]{a.png}", "图"),
    ],
)
def test_the_body(tmp_path: Path, source: str, expected: str) -> None:
    assert texts_of(write(tmp_path, source.encode(), "a.tex"), WANT) == [expected]


def test_what_is_a_field_and_what_is_counted(tmp_path: Path) -> None:
    source = (
        "\\title{CT {诊断}学}\\author{编写组}\\begin{document}序\\input{content/chap01}\n\\include{chap02}\n"
        "\\includegraphics{a.png}\\begin{tikzpicture}\\end{tikzpicture}\\end{document}"
    )
    path = write(tmp_path, source.encode(), "a.tex")
    row = everything(path, WANT)[0][0]
    assert (row["title"], row["author"], row["inputs"]) == ("CT {诊断}学", "编写组", "content/chap01\nchap02")
    shard = plan(path, source=0, file=0)[0]
    assert sum((block.not_text for block in read(shard, WANT)), Counter()) == Counter(figure=2, included_file=2)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ["empty_file"]),
        (b"\\begin{document}\\input{a}\\end{document}", ["no_text"]),  # only takes in others, which are sources themselves
        (b"\xe4\xb8\xff\xff", ["undecodable"]),
    ],
)
def test_what_is_wrong_has_a_cause(tmp_path: Path, data: bytes, expected: list[str]) -> None:
    assert causes(write(tmp_path, data, "a.tex"), WANT) == expected


_PIECES = st.lists(
    st.sampled_from(["\\begin{document}", "\\end{document}", "\\title{", "}", "{", "%", "\n", "\\", "\\input{a}", "字", "\\begin{verbatim}", "\\end{verbatim}"]),
    max_size=25,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(_PIECES.map("".join).map(str.encode) | st.binary(max_size=40))
def test_any_bytes_are_one_item_and_found_again(tmp_path: Path, data: bytes) -> None:
    path = write(tmp_path, data, "a.tex")
    rows, lost, count = everything(path, WANT)
    assert count == len(rows) + len(lost) == 1
    for row in rows:
        shard = plan(path, source=3, file=5)[0]
        again = read_one(shard, WANT, offset=-1, length=-1, record=row["_record"], part=row["_part"])
        assert again.documents.to_pylist() == [row]


@pytest.mark.skipif(not DATA.exists(), reason="needs ../shared/data")
def test_real_textbooks_are_all_accounted_for() -> None:
    found = [everything(str(file), WANT) for file in sorted(DATA.rglob("*.tex"))]
    assert len(found) == 109 and all(count == 1 for _, _, count in found)
    assert sum(len(lost) for _, lost, _ in found) == 0
    assert not any("\\includegraphics" in row["text"] for rows, _, _ in found for row in rows)
