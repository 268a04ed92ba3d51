"""Web pages: sentences stay, navigation goes, tables are rows; encodings by mark, by what is said, by the bytes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.sources import plan, read, read_one
from tests.corpora.documents import want
from tests.corpora.reading import causes, everything, texts_of, write

WANT = want("title", "date", "author")
GNE = Path(__file__).resolve().parents[3] / "shared/data/general/gne_html"
SENTENCE = "主轴轴承温度升高时，应先检查润滑油的油位，再检查冷却水的流量；两者都正常，才拆检轴承。"


def text(tmp_path: Path, body: str) -> str:
    return texts_of(write(tmp_path, f"<html><body>{body}</body></html>".encode(), "a.html"), WANT)[0]


def menu(count: int) -> str:
    return "<ul>" + "".join(f'<li><a href="/{i}">栏目{i}</a></li>' for i in range(count)) + "</ul>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>甲<b>乙</b></p><p>丙</p>", "甲乙\n丙"),
        ("<div>甲<div>乙</div>丙</div>", "甲\n乙\n丙"),
        ("一行<br>又一行", "一行\n又一行"),
        ("<p>  多个 \n 空白\u3000 </p>", "多个 空白"),
        ("<script>x</script><style>y</style><p>字</p><!-- 注 --><noscript>z</noscript>", "字"),
        ("<pre>G0 X0\n  G1 Z-2</pre>", "G0 X0\n  G1 Z-2"),  # programs keep their lines
        ("<p>白细胞 10<sup>9</sup>/L，文献<sup>[1]</sup></p>", "白细胞 10^9/L，文献[1]"),
        ("<p style='display:none'>藏</p><p hidden>藏</p><p style='visibility: hidden'>显</p>", "显"),  # scripts show the last
        ("<table><tr><td>收缩压</td><td>160</td></tr><tr><td>脉搏<td>80</table>", "收缩压\t160\n脉搏\t80"),
        ("<table><tr><th rowspan=2>轴<th colspan=2>限位<th>单位</tr><tr><td>正<td>负<td>mm</table>", "轴\t限位\t\t单位\n\t正\t负\tmm"),
        ("<table><tr><td><p>一</p><p>二</p></td><td>三</td></tr></table>", "一 二\t三"),
        ("<table><tr><td><table><tr><td>甲<td>乙</table></td><td>侧栏</td></tr></table>", "甲\t乙\n侧栏"),  # lays out the page
    ],
)  # fmt: skip
def test_blocks(tmp_path: Path, body: str, expected: str) -> None:
    assert text(tmp_path, body) == expected


def test_long_cells_make_a_page_of_a_bare_table_and_no_other(tmp_path: Path) -> None:
    long = SENTENCE * 9
    assert text(tmp_path, f"<table><tr><td>目录<td>{long}</table>") == f"目录\n{long}"
    assert text(tmp_path, f"<table border=1><tr><td>G01<td>{long}</table>") == f"G01\t{long}"


def test_the_main_text_is_where_sentences_outweigh_links(tmp_path: Path) -> None:
    article = f"<h1>轴承检查</h1><p>{SENTENCE}</p><p>见<a href='/x'>附录</a>，表 2 有各型号的限值。</p><p>{SENTENCE}</p>"
    page = (
        f"<div class=top>{menu(12)}</div><div class=main><div class=text>{article}</div>"
        f"<div class=list>{menu(8)}</div></div><div>Copyright 某厂 版权所有 京ICP备00000000号</div>"
    )
    assert text(tmp_path, page) == f"轴承检查\n{SENTENCE}\n见附录，表 2 有各型号的限值。\n{SENTENCE}"


def test_comments_below_are_no_main_text(tmp_path: Path) -> None:
    page = f"{menu(9)}<div><p>{SENTENCE * 3}</p></div><div class='comment-list'><p>说得好，支持！</p><p>学到了，谢谢。</p></div>"
    assert text(tmp_path, page) == SENTENCE * 3


def test_a_header_that_holds_the_article_is_not_thrown_away(tmp_path: Path) -> None:
    assert text(tmp_path, f"{menu(9)}<div class='post_header'><p>{SENTENCE * 3}</p></div>") == SENTENCE * 3


def test_a_page_without_navigation_loses_nothing(tmp_path: Path) -> None:
    page = f"<h1>6、软件限位</h1><p>{SENTENCE}</p><table><tr><td>No.45<td>正向限位</table><p>XX厂</p><p>2026年1月1日</p>"
    assert text(tmp_path, page) == f"6、软件限位\n{SENTENCE}\nNo.45\t正向限位\nXX厂\n2026年1月1日"


def test_a_page_of_links_is_kept_as_it_is(tmp_path: Path) -> None:
    assert text(tmp_path, menu(3)) == "栏目0\n栏目1\n栏目2"


PAGE = "<html><head><meta charset={}><title>出院小结_某院</title></head><body><p>血压平稳，准予出院。</p></body></html>"


@pytest.mark.parametrize(
    "data",
    [
        PAGE.format("utf-8").encode(),
        PAGE.format("gb2312").encode("gbk"),
        PAGE.format("x").encode("gbk"),  # names nothing: the bytes decide
        PAGE.format("iso-8859-1").encode("gbk"),  # not believed
        PAGE.format("utf-8").encode("gbk"),  # says UTF-8, is GBK
        PAGE.format("gbk").encode("utf-8-sig"),  # the mark is stronger than the word
        PAGE.format("utf-16").encode("utf-16"),
        PAGE.format("big5").replace("压", "").replace("准予", "").replace("结", "").encode("big5", "ignore"),
    ],
)
def test_encodings(tmp_path: Path, data: bytes) -> None:
    found = texts_of(write(tmp_path, data, "a.html"), WANT)
    assert found in (["血压平稳，准予出院。"], ["血平，出院。"], ["血平穩，出院。"])


def test_what_the_page_says_of_itself(tmp_path: Path) -> None:
    page = (
        "<head><title>主轴维护 - 某厂</title><meta name=author content=编写组>"
        "<meta property='article:published_time' content='2026-01-02T08:00:00+08:00'></head>"
        "<h1>主轴维护</h1><p>先断电。</p>"
    )
    row = everything(write(tmp_path, page.encode(), "a.html"), WANT)[0][0]
    assert (row["title"], row["author"], row["date"]) == ("主轴维护", "编写组", "2026-01-02T08:00:00+08:00")
    page = "<title>通知_某院</title><span class=time>发布时间：2026年1月2日 08:30</span><p>停诊。</p>"
    row = everything(write(tmp_path, page.encode(), "a.html"), WANT)[0][0]
    assert (row["title"], row["author"], row["date"]) == ("通知", None, "2026年1月2日 08:30")


def test_figures_are_counted_spacers_are_not(tmp_path: Path) -> None:
    page = b"<p>\xe5\x9b\xbe<img src=a.png><img width=1 height=1><video></video></p><p class=MsoToc1>x 1</p>"
    shard = plan(write(tmp_path, page, "a.html"), source=0, file=0)[0]
    assert sum((block.not_text for block in read(shard, WANT)), Counter()) == Counter(figure=1, media=1, toc_line=1)


def test_a_saved_web_archive(tmp_path: Path) -> None:
    import base64

    body = base64.encodebytes("<p>检验报告：白细胞 5.6。</p>".encode("gb18030")).decode()
    data = (
        'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="b"\n\n--b\nContent-Type: text/html; charset="gb2312"\n'
        f"Content-Transfer-Encoding: base64\n\n{body}\n--b--\n"
    )
    for name in ("a.mht", "a.doc"):
        assert texts_of(write(tmp_path, data.encode(), name), WANT) == ["检验报告：白细胞 5.6。"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ["empty_file"]),
        (b"<html></html>", ["no_text"]),
        (b"%PDF-1.7 \xff\xff", ["not_readable"]),  # the name lies, and no reader is named for it
        ("<p>断".encode()[:-1] + b"\xff\xfe\xfd</p>", ["undecodable"]),
        (b"<div>" * 6000 + b"x", ["too_deep"]),  # parsing takes time with the square of the depth
    ],
)
def test_what_is_wrong_has_a_cause(tmp_path: Path, data: bytes, expected: list[str]) -> None:
    assert causes(write(tmp_path, data, "a.html"), WANT) == expected


_TAGS = (
    "<p> </p> <table> <tr> <td colspan=3> <td rowspan=9> </table> <a href=/x> </a> <div class=comment> </div> <br> <pre> "
    "<sup> 文字，有标点。 <img> <!-- --> <script> </script> <h1> &nbsp; \0 <svg> <li> <b> 10 9 <td>"
)
_PIECES = st.lists(st.sampled_from(_TAGS.split(" ")), max_size=40)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(st.binary(max_size=60) | _PIECES.map(lambda pieces: "".join(pieces).encode()), st.binary(max_size=4))
def test_any_bytes_are_one_item_and_found_again(tmp_path: Path, data: bytes, tail: bytes) -> None:
    path = write(tmp_path, data + tail, "a.html")
    rows, lost, count = everything(path, WANT)
    assert count == len(rows) + len(lost) == 1
    for row in rows:
        shard = plan(path, source=3, file=5)[0]
        again = read_one(shard, WANT, offset=-1, length=-1, record=row["_record"], part=row["_part"])
        assert again.documents.to_pylist() == [row]


@pytest.mark.skipif(not GNE.exists(), reason="needs ../shared/data")
def test_real_pages_are_all_accounted_for() -> None:
    files = sorted(map(str, GNE.rglob("*.html")))
    found = [everything(file, WANT) for file in files]
    assert len(files) == 68 and all(count == 1 for _, _, count in found)
    assert sum(len(rows) for rows, _, _ in found) == 68
    assert all(row["title"] for rows, _, _ in found for row in rows)
