"""PDF files: text in reading order, page furniture taken off and counted, broken pages apart from good ones."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.sources import Layout, Want, heads, plan, read, read_one
from corpora.sources.pdf import library, ocr
from corpora.text_buffers import Leaf
from tests.corpora.pdf_files import LOCK, Sheet, pdf
from tests.corpora.reading import KEY, causes, digest, everything, texts_of, write

WANT = Want((Leaf("text", None),), None, ("title", "pages", "page", "heads", "ocr"), KEY, "来源")
BY_FILE, BY_PAGE = Layout(ocr=""), Layout("page", ocr="")
MANUALS = Path(__file__).resolve().parents[3] / "shared/data/manufacturing/cnc_manuals_gsk_pdf"
PROSE = ["主轴异响时先检查轴承的温度是否在六十五度以下并且听清楚声音", "有没有变化。", "第二段从这里开始。"]


def beside(path: str, layout: Layout = BY_FILE) -> dict[str, int]:
    """What was counted as not text."""
    counts = Counter[str]()
    for shard in plan(path, source=3, file=5, layout=layout):
        for block in read(shard, WANT):
            counts.update(block.not_text)
    return dict(counts)


def test_a_file_is_one_document_with_its_sentences_whole(tmp_path: Path) -> None:
    data = pdf(Sheet().lines(PROSE), Sheet().lines(["另一页。"]), info=b"<</Title(Manual)>>")
    rows, lost, count = everything(write(tmp_path, data, "a.pdf"), WANT, layout=BY_FILE)
    assert [row["text"] for row in rows] == [PROSE[0] + PROSE[1] + "\n第二段从这里开始。\n另一页。"]
    assert (rows[0]["title"], rows[0]["pages"], rows[0]["ocr"], rows[0]["_part"]) == ("Manual", "2", "", -1)
    assert (lost, count, rows[0]["id"]) == ([], 1, digest(data))


def test_a_text_file_among_them_has_no_pages(tmp_path: Path) -> None:
    path = write(tmp_path, "甲\n乙\n".encode(), "a.txt")
    assert texts_of(path, WANT, layout=BY_PAGE) == texts_of(path, WANT, layout=BY_FILE)


def test_a_page_is_one_document_if_asked_for(tmp_path: Path) -> None:
    path = write(tmp_path, pdf(Sheet().lines(["甲。"]), Sheet().lines(["乙。"])), "a.pdf")
    rows, _, count = everything(path, WANT, layout=BY_PAGE)
    assert [(row["text"], row["_part"], row["page"]) for row in rows] == [("甲。", 0, "1"), ("乙。", 1, "2")]
    assert count == 2 and rows[0]["id"] != rows[1]["id"]


def test_bytes_tell_what_a_wrong_name_hides(tmp_path: Path) -> None:
    assert texts_of(write(tmp_path, pdf(Sheet().lines(["甲。"])), "a.txt"), WANT, layout=BY_FILE) == ["甲。"]


@pytest.mark.parametrize("size", [60, 200])
def test_sentences_go_on_over_pages(tmp_path: Path, size: int) -> None:
    first = Sheet().lines(["这一段写到页底还没有写完于是在下一页的第一行接着把它写完"] * 2, y=740)
    path = write(tmp_path, pdf(first, Sheet().lines(["整句话。"])), "a.pdf")
    assert texts_of(path, WANT, layout=BY_FILE)[0].endswith("把它写完整句话。")


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        ([PROSE[0], "有没有变化"], True),
        ([PROSE[0][:-1] + "。", "有没有变化"], False),  # the sentence is over
        ([PROSE[0], "1、检查皮带"], False),  # a list item
        ([PROSE[0], "● 检查皮带"], False),
        ([PROSE[0], "（2）检查皮带"], False),
        ([PROSE[0], "第三章 检查"], False),
        ([PROSE[0], "=0：档位信号无效"], False),  # the next value of a list
        (["型号：CK6140", "转速：2000"], False),  # far from the margin: not broken by it
        (["G01 X100 Y200 Z300 F1000 G01 X100 Y200 Z300 F1000 X200", "G02 X200 Y300"], False),  # a program
    ],
)
def test_which_breaks_go(tmp_path: Path, lines: list[str], joined: bool) -> None:
    path = write(
        tmp_path,
        pdf(Sheet().lines([*lines, "", "页面的正文宽度由这一整行给出它和上面第一行一样宽而且完整。"], y=100)),
        "a.pdf",
    )
    assert ("\n".join(lines) not in texts_of(path, WANT, layout=BY_FILE)[0]) == joined


def test_numbers_never_grow_together(tmp_path: Path) -> None:
    wide = "这一行有中文而且一直写到右边为止最后是一个数字它就是数值12"
    path = write(tmp_path, pdf(Sheet().lines([wide, "5 毫米的中文"])), "a.pdf")
    assert "12 5" in texts_of(path, WANT, layout=BY_FILE)[0]


def test_table_rows_keep_their_cells(tmp_path: Path) -> None:
    sheet = Sheet()
    for row, cells in enumerate([("参数", "含义", "单位"), ("P01", "转速", "r/min"), ("P02", "扭矩", "N·m")]):
        for column, cell in enumerate(cells):
            sheet.put(90 + 120 * column, 100 + 20 * row, cell)
    path = write(tmp_path, pdf(sheet), "a.pdf")
    assert texts_of(path, WANT, layout=BY_FILE) == ["参数\t含义\t单位\nP01\t转速\tr/min\nP02\t扭矩\tN·m"]


def test_two_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [f"左栏第{c}行写满了这一栏的宽度而已。" for c in "一二三四五六七八"]
    right = [line.replace("左", "右") for line in left]
    sheet = Sheet().put(150, 80, "横跨两栏的一个标题它在两栏的上面正中间的地方")
    for row in range(8):  # drawn row by row, as some producers do
        sheet.put(60, 120 + 16 * row, left[row]).put(320, 120 + 16 * row, right[row])
    text = texts_of(write(tmp_path, pdf(sheet), "a.pdf"), WANT, layout=BY_FILE)[0]
    assert text.split("\n")[1:] == left + right


def test_a_block_drawn_late_is_read_where_it_stands(tmp_path: Path) -> None:
    sheet = Sheet().lines(["第二段。", "第三段。"], y=300).lines(["第一段。"], y=100)
    assert texts_of(write(tmp_path, pdf(sheet), "a.pdf"), WANT, layout=BY_FILE) == ["第一段。\n第二段。\n第三段。"]


def test_vertical_lines_are_read_downwards_from_the_right(tmp_path: Path) -> None:
    sheet = Sheet().lines(list("春眠不觉晓"), x=400, step=12).lines(list("处处闻啼鸟"), x=380, step=12)
    path = write(tmp_path, pdf(sheet), "a.pdf")
    assert texts_of(path, WANT, layout=BY_FILE) == ["春眠不觉晓\n处处闻啼鸟"] and beside(path) == {"vertical_line": 2}


def test_sideways_pages_are_read_upright(tmp_path: Path) -> None:
    first = Sheet().put(300, 700, "第一行AB", 10, 90).put(330, 700, "第二行AB", 10, 90)
    turned = Sheet(page=b"/Rotate 90").put(300, 700, "第三行AB", 10, 90).put(330, 700, "第四行AB", 10, 90)
    path = write(tmp_path, pdf(first, turned), "a.pdf")
    assert texts_of(path, WANT, layout=BY_FILE) == ["第一行AB\n第二行AB\n第三行AB\n第四行AB"]


def manual(pages: int, **marks: str) -> list[Sheet]:
    """Pages with a head, a number and what `marks` asks for in the middle."""
    sheets = []
    for number in range(pages):
        sheet = Sheet().put(200, 40, "数控系统使用手册", 9).put(290, 810, str(number + 7), 9)
        sheets.append(sheet.lines([f"第{'一二三四五六七八九'[number]}页的正文。"]).lines([*marks.values()], y=200))
    return sheets


def test_heads_and_page_numbers_go_and_are_counted(tmp_path: Path) -> None:
    path = write(tmp_path, pdf(*manual(4)), "a.pdf")
    assert texts_of(path, WANT, layout=BY_FILE) == ["\n".join(f"第{c}页的正文。" for c in "一二三四")]
    assert beside(path) == beside(path, BY_PAGE) == {"running_head": 4, "page_number": 4}
    for layout in (BY_FILE, BY_PAGE):  # what a form is may stand in its head only
        assert {row["heads"] for row in everything(path, WANT, layout=layout)[0]} == {"数控系统使用手册"}


def test_what_is_not_a_head_stays(tmp_path: Path) -> None:
    two = texts_of(write(tmp_path, pdf(*manual(2)), "a.pdf"), WANT, layout=BY_FILE)[0]
    assert two.count("数控系统使用手册") == 2  # twice is no pattern
    form = texts_of(write(tmp_path, pdf(*manual(4, label="姓名：")), "b.pdf"), WANT, layout=BY_FILE)[0]
    assert form.count("姓名：") == 4  # the label of a form on every page, upright, on a place of its own
    table = [Sheet().lines(["地址 符号", *(f"X{n}.{bit} {n}" for bit in range(8))], y=60, step=13) for n in range(4)]
    assert (
        texts_of(write(tmp_path, pdf(*table), "c.pdf"), WANT, layout=BY_FILE)[0].count("地址 符号") == 4
    )  # touches the body
    varied = [Sheet().put(90, 40, f"温度 {n * n} 度").lines(["正文。"]) for n in range(3, 7)]
    assert "温度 25 度" in texts_of(write(tmp_path, pdf(*varied), "d.pdf"), WANT, layout=BY_FILE)[0]  # no page number


def test_a_head_with_data_stays_once_in_each_document(tmp_path: Path) -> None:
    sheets = [Sheet().put(90, 40, "病案号：00012345").lines([f"第{c}天。"]) for c in "一二三四"]
    path = write(tmp_path, pdf(*sheets), "a.pdf")
    assert texts_of(path, WANT, layout=BY_FILE)[0].count("00012345") == 1 and beside(path) == {"running_head": 3}
    assert [text.count("00012345") for text in texts_of(path, WANT, layout=BY_PAGE)] == [1, 1, 1, 1]


def test_watermarks_go(tmp_path: Path) -> None:
    sheets = [sheet.put(200, 400, "内部资料请勿外传", 40, 45) for sheet in manual(3)]
    path = write(tmp_path, pdf(*sheets), "a.pdf")
    assert "内部资料" not in texts_of(path, WANT, layout=BY_FILE)[0] and beside(path)["watermark"] == 3
    once = Sheet().lines(["正文。"]).put(200, 400, "见附图", 10, 45)
    assert "见附图" in texts_of(write(tmp_path, pdf(once), "b.pdf"), WANT, layout=BY_FILE)[0]


def test_contents_go_and_leaders_to_values_stay(tmp_path: Path) -> None:
    entries = [f"第{c}章 概述{'.' * 30}{n}" for c, n in (("一", 1), ("二", 5), ("三", 9))]
    path = write(tmp_path, pdf(Sheet().lines(["目 录", *entries, "前言正文。"])), "a.pdf")
    assert texts_of(path, WANT, layout=BY_FILE) == ["目 录\n前言正文。"] and beside(path) == {"toc_line": 3}
    rated = [
        f"{name}{'…' * 10}{value}"
        for name, value in (("转速", 8000), ("功率", 15), ("行程", 900), ("重量", 70), ("气压", 6))
    ]
    assert texts_of(write(tmp_path, pdf(Sheet().lines(rated)), "b.pdf"), WANT, layout=BY_FILE)[0].count("…" * 10) == 5


BROKEN = [
    Sheet().unmapped(60),  # a font without meaning
    Sheet().lines(["ЖДЁФЯЩЮБГИЛПШЭЖДЁФЯЩЮБГИЛПШЭ混了中文"]),  # another code page's letters
    Sheet().lines(["(cid:12)(cid:344)(cid:7)(cid:98)(cid:1120)"]),
    Sheet().lines(["/G21/G24/G3F/G21/G24/G3F/G21/G24/G3F/G21/G24/G3F"]),
    Sheet().picture(595, 842),  # a scan
    Sheet().picture(595, 842).lines(["扫描件 12"]),  # a scan with a stamp
    Sheet().picture(300, 200),  # nothing but a picture
]


@pytest.mark.parametrize("sheet", BROKEN)
def test_broken_text_layers_wait_for_ocr_and_good_pages_stay(tmp_path: Path, sheet: Sheet) -> None:
    path = write(tmp_path, pdf(Sheet().lines(["好的一页。"]), sheet, Sheet().lines(["也好。"])), "a.pdf")
    rows, lost, count = everything(path, WANT, layout=BY_FILE)
    assert [row["text"] for row in rows] == ["好的一页。\n也好。"] and count == 2
    assert [(row["cause"], row["part"]) for row in lost] == [("needs_ocr", 1)]
    assert causes(path, WANT, layout=BY_PAGE) == ["needs_ocr"]


@pytest.mark.parametrize(
    "sheet",
    [
        Sheet().picture(300, 200).lines(["图 1 主轴箱的结构"]),  # a figure with its caption
        Sheet().lines(["公差 ±0.05 ℃ μ Φ ≥ α β", "Größe"]),  # symbols are no letters of another code page
        Sheet().lines(["短。"]),  # short is not broken
    ],
)
def test_sound_pages_are_not_sent_to_ocr(tmp_path: Path, sheet: Sheet) -> None:
    assert causes(write(tmp_path, pdf(sheet), "a.pdf"), WANT, layout=BY_FILE) == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", ["empty_file"]),
        (b"%PDF-1.7\nnothing", ["not_readable"]),
        (b"hello", ["not_readable"]),
        (pdf(Sheet().lines(["甲"]), trailer=LOCK), ["password"]),
        (pdf(Sheet().lines(["甲"]))[:300], ["not_readable"]),
        (pdf(), ["not_readable"]),  # no pages
        (pdf(Sheet()), ["no_text"]),
        (pdf(*BROKEN[:2]), ["needs_ocr", "needs_ocr"]),
    ],
)
def test_bad_files_have_a_cause(tmp_path: Path, data: bytes, expected: list[str]) -> None:
    assert causes(write(tmp_path, data, "a.pdf"), WANT, layout=BY_FILE) == expected


def test_a_page_that_kills_the_library_takes_no_other_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killer = (
        "import importlib.util, os\n"
        f"spec = importlib.util.spec_from_file_location('child', {str(library._CHILD)!r})\n"
        "child = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(child)\n"
        "page = child._page\n"
        "child._page = lambda p, d, number, read: os.abort() if number == 1 else page(p, d, number, read)\n"
        "child.main()\n"
    )
    monkeypatch.setattr(library, "_CHILD", Path(write(tmp_path, killer.encode(), "killer.py")))
    library.close()
    path = write(tmp_path, pdf(*(Sheet().lines([f"第{c}页。"]) for c in "一二三")), "a.pdf")
    try:
        rows, lost, _ = everything(path, WANT, layout=BY_FILE)
    finally:
        library.close()
    assert [row["text"] for row in rows] == ["第一页。\n第三页。"]
    assert [(row["cause"], row["part"]) for row in lost] == [("page_broken", 1)]


def test_two_files_at_once_do_not_mix(tmp_path: Path) -> None:
    paths = [write(tmp_path, pdf(*(Sheet().lines([f"{n}{c}。"]) for c in "一二三")), f"{n}.pdf") for n in "甲乙"]
    shards = [plan(path, source=0, file=0, layout=BY_PAGE)[0] for path in paths]
    turns = zip(*(read(shard, WANT, block_bytes=1) for shard in shards), strict=True)
    assert ["".join(b.documents.column("text").to_pylist()) for pair in turns for b in pair] == [
        "甲一。",
        "乙一。",
        "甲二。",
        "乙二。",
        "甲三。",
        "乙三。",
    ]


def test_what_is_not_text_is_counted(tmp_path: Path) -> None:
    notes = b"".join(
        b"<</Type/Annot/Subtype/%s/Rect[0 0 9 9]%s>>" % (kind, more)
        for kind, more in ((b"Text", b""), (b"Link", b""), (b"Widget", b"/FT/Tx/T(a)"))
    )
    sheet = Sheet(page=b"/Annots[%s]" % notes).lines(["正文写在这里，旁边有图。"]).picture(100, 100)
    files = b"/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/F(a)>>]>>>>"
    path = write(tmp_path, pdf(sheet, catalog=files), "a.pdf")
    assert beside(path) == {"figure": 1, "annotation": 1, "form_field": 1, "attachment": 1}


def test_titles_that_are_file_names_are_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, pdf(Sheet().lines(["甲。"]), info=b"<</Title(Microsoft Word - 1.doc)>>"), "a.pdf")
    assert everything(path, WANT, layout=BY_FILE)[0][0]["title"] == ""


def test_the_first_records_are_its_texts(tmp_path: Path) -> None:
    assert heads.head(write(tmp_path, pdf(Sheet().lines(["甲。"])), "a.pdf")).columns["text"] == ["甲。"]


SAMPLES = [
    pdf(Sheet().lines(PROSE), Sheet().unmapped(40)),
    pdf(*manual(3)),
    pdf(Sheet().put(90, 90, "甲乙", 10, 45).picture(9, 9)),
]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.data())
def test_any_bytes_are_accounted_for_and_found_again(tmp_path: Path, data: st.DataObject) -> None:
    held = bytearray(data.draw(st.sampled_from(SAMPLES)))
    for at, byte in data.draw(st.lists(st.tuples(st.integers(0, len(held) - 1), st.integers(0, 255)), max_size=12)):
        held[at] = byte
    held = held[: data.draw(st.integers(0, len(held)) | st.just(len(held)))]
    layout = data.draw(st.sampled_from([BY_FILE, BY_PAGE]))
    path = write(tmp_path, bytes(held), "a.pdf")
    rows, lost, count = everything(path, WANT, layout=layout)
    assert count >= 1 and (rows, lost, count) == everything(path, WANT, layout=layout, block=data.draw(st.integers(1, 99)))
    for row in rows:
        shard = plan(path, source=3, file=5, layout=layout)[0]
        again = read_one(shard, WANT, offset=-1, length=-1, record=row["_record"], part=row["_part"])
        assert again.documents.to_pylist() == [row]


@pytest.mark.skipif(not ocr.version(), reason="the extra `ocr` is not installed")
def test_scans_are_read_where_the_extra_is_installed(tmp_path: Path) -> None:
    path = write(
        tmp_path, pdf(Sheet().lines(["Good page."]), Sheet().unmapped(40).put(90, 100, "SPINDLE 2000", 40)), "a.pdf"
    )
    rows, lost, _ = everything(path, WANT, layout=Layout())
    assert lost == [] and rows[0]["text"].startswith("Good page.") and "2000" in rows[0]["text"]
    assert 0.5 < float(rows[0]["ocr"]) <= 1 and beside(path, Layout()) == {"ocr_page": 1}
    assert causes(path, WANT, layout=Layout(ocr="")) == ["needs_ocr"]


def test_without_the_extra_a_scan_is_quarantined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    monkeypatch.setattr(ocr.importlib.util, "find_spec", lambda name: None)
    assert causes(write(tmp_path, pdf(BROKEN[4]), "a.pdf"), WANT, layout=Layout()) == ["needs_ocr"]
    assert causes(write(tmp_path, b"\x89PNG", "a.png"), WANT, layout=Layout()) == ["needs_ocr"]


@pytest.mark.skipif(not MANUALS.is_dir(), reason="needs ../shared/data")
def test_real_manuals_close(tmp_path: Path) -> None:
    path = str(next(MANUALS.rglob("4.28*.pdf")))
    rows, lost, count = everything(path, WANT, layout=BY_PAGE)
    assert (len(rows), lost, count) == (31, [], 31) and all(
        "GSK980TD/GSK980TT 系列车床数控系统 PLC 手册" not in row["text"] for row in rows
    )
