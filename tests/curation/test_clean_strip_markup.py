"""`strip_markup`: marks go, text, numbers and operators stay, numbers never join, twice is once."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from curation.clean import revision
from curation.clean.strip_markup import StripMarkup
from tests.curation.cleaning import CONTEXT, clean, hold, run

UNTOUCHED = [
    "误差<5%，P<0.05，a<b，a<b>c，2*3*4，M8*25，#3轴，5_10，＜",
    r"C:\temp\new C:\times\beta D:\text{a} \\server\times\share",
    "血压<140/90 且 >90/60",
    "a < b and c > d，x<y and z>w",
    "长*宽*高 = 3*4*5",
    "张**，女，其夫李**陪同；138****1234；王*",
    "患者张**和李**同住",
    "2**10 与 3**2",
    "尾号***1234，卡号***",
    "f[0](x) 见[1][2]，[注](见下文)",
    "__init__ 与 snake_case_name 与 a_b_c",
    "$100，$200 和 US$5",
    "|x| < |y|",
    "R&D；AT&T；a&b；&unknown;",
    "&lt;b&gt;粗体&lt;/b&gt;",
    "3~5天，约~~10",
    "OFFSET\n***\n---\nPCOMP",
    "/*读寄存器*/ (*^_^*) _(:з」∠)_ →_→_→ 好~~真的~~",
    "位置是$rsp+0x10这个_位置刚好$",
    "<目录> <姓名_1> <PHONE> <insert time>",
    "温度 #1 #2 机组，C# 与 F#",
    r"\unknown{x} \n \t 50% \d+",
    "- 一项\n* 又一项\n1. 第三",
    "5 -- 10，2024-01-01",
    "≥ ± μ ℃ Φ 《》【】 ① ㎡",
]


@pytest.mark.parametrize("text", UNTOUCHED)
def test_what_is_not_markup_stays(text: str) -> None:
    assert hold(StripMarkup(), text) == [text]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>患者</p><p>女</p>", "患者\n女"),
        ("血压<b>120</b>mmHg", "血压120mmHg"),
        ("<table><tr><td>120</td><td>80</td></tr><tr><td>1</td><td>2</td></tr></table>", "120\t80\n1\t2"),
        ("<td>120<td>80", "120\t80"),
        ("1<br>2<BR/>3<br />4", "1\n2\n3\n4"),
        ("<ul><li>一<li>二</ul>三", "一\n二\n三"),
        ("1<span>2</span>3", "1 2 3"),
        ("10<sup>9</sup>/L，m<sup>2</sup>，见<sup>[1]</sup>", "10^9/L，m^2，见[1]"),
        ("H<sub>2</sub>O", "H2O"),
        ('<div class="a" style="width:10px">甲</div>', "甲"),
        ('<a href="http://x.y/?a=1&b=2" title="a>b">链接</a>', "链接"),
        ("<o:p>段</o:p>", "段"),
        ("甲<!-- 注释 1 -->乙", "甲乙"),
        ("甲<script type='x'>if (a<b) {1}</script>乙<style>p{}</style>丙", "甲\n乙\n丙"),
        ("<!DOCTYPE html><html><body>甲</body></html>", "甲"),
        ("<![CDATA[甲]]>", "甲"),
        ("P&lt;0.05，&ge;5，&plusmn;2，37&#8451;，&#x4e2d;", "P<0.05，≥5，±2，37℃，中"),
        ("甲&nbsp;&nbsp;乙", "甲  乙"),
        ("a&amp;b &amp;lt; 5 &amp;nbsp;", "a&b < 5  "),
        ("&lt;b&gt;", "&lt;b&gt;"),
        ("# 第一章 液压系统维护", "第一章 液压系统维护"),
        ("## 标题 ##\n正文", "标题\n正文"),
        ("这是**重要**的，*强调* 与 ***都要***", "这是重要的，强调 与 都要"),
        ("**注意：**请复查", "注意：请复查"),
        ("~~删除~~ `code` _斜体字_ __粗体字__", "删除 code 斜体字 粗体字"),
        ("见[指南](https://a.b/c_(d))与![图](img/1.png)。", "见指南与图。"),
        ("[![徽章](a.svg)](https://a.b)", "徽章"),
        ("<https://a.b/c> <x@y.cn>", "https://a.b/c x@y.cn"),
        ("```python\nx = 1\n```\n后", "x = 1\n后"),
        ("甲\n\n---\n\n乙", "甲\n\n\n\n乙"),
        ("甲\n----------\n乙", "甲\n\n乙"),
        ("| 项目 | 值 |\n|---|:-:|\n| 血压 | 120 |\n| 脉搏 | 80 |\n后", "项目\t值\n血压\t120\n脉搏\t80\n后"),
        ("项目 | 值\n--- | ---\n1 | 2", "项目\t值\n1\t2"),
        (r"\section{病因} \textbf{重点}与\emph{强\textit{调}}", "病因 重点与强调"),
        (r"有效率95\%，A\&B", "有效率95%，A&B"),
        (r"$5.5\times 10^{9}$，$\geq$ 5，$x_{1}$，$\mu g$", "5.5×10^9，≥ 5，x_1，μg"),
        (r"$37^\circ$C 与 $37^{\circ}$C", "37°C 与 37°C"),
        (r"$\frac{1}{2}$ 与 $\frac{a+b}{2}$，$\sqrt{2}$", "1/2 与 (a+b)/(2)，√(2)"),
        ("\\begin{itemize}\n\\item 一\n\\item 二\n\\end{itemize}", "\n- 一\n- 二\n"),
        ("\\begin{tabular}{lc}\n120 & 80 \\\\\n1 & 2 \\\\\n\\end{tabular}", "\n120\t80\n1\t2\n"),
        (r"见图\ref{fig:1}\label{a}，注\footnote{说明}", "见图，注（说明）"),
        ("\\includegraphics[width=5cm]{a.png}图", "图"),
        (r"5\,mg", "5 mg"),
        (
            r"10\textsuperscript{9}/L，45\textsuperscript{o}，4\textsuperscript{th}，文献\textsuperscript{[1]}",
            "10^9/L，45°，4th，文献[1]",
        ),
        (r"\textgreater{}2mm，1\textasciitilde{}2滴，B\textsubscript{12}", ">2mm，1~2滴，B12"),
        (r"\protect\hypertarget{a.html}{}见\protect\hyperlink{b.html}{附录}", "见附录"),
        ("甲 & \\multicolumn{2}{c}{120} \\tabularnewline\n\\endhead\n乙", "甲\t120\n\n乙"),
        ("换行的行\\tabularnewline\n乙", "换行的行\n乙"),
        ("", ""),
    ],
)
def test_what_is_stripped(before: str, after: str) -> None:
    assert hold(StripMarkup(), before) == [after]


def test_each_language_can_be_left_alone() -> None:
    text = r"<b>甲</b>**乙**\emph{丙}"
    assert hold(StripMarkup(html=False), text) == [r"<b>甲</b>乙丙"]
    assert hold(StripMarkup(markdown=False), text) == [r"甲**乙**丙"]
    assert hold(StripMarkup(latex=False), text) == [r"甲乙\emph{丙}"]


def test_edits_name_their_causes() -> None:
    edits = run(StripMarkup(), "无", r"<b>甲</b>，&ge;5 **乙** \%").edits.to_pylist()
    assert [(e["text"], e["start"], e["end"], e["replacement"], e["cause"]) for e in edits] == [
        (1, 0, 3, "", "html"),
        (1, 6, 10, "", "html"),
        (1, 13, 17, "≥", "entity"),
        (1, 19, 21, "", "markdown"),
        (1, 24, 26, "", "markdown"),
        (1, 27, 29, "%", "latex"),
    ]


def test_what_never_settles_stays() -> None:
    assert revision.settle("a", [lambda text: [[revision.Edit(0, 0, "a", "html")]]]) == ("a", [])
    deep = "<span" * 12 + ">" * 12
    assert clean(StripMarkup(), deep) == [deep]


PIECES = st.sampled_from(
    [
        "<b>",
        "</b>",
        "<br>",
        "</td><td>",
        "<p>",
        "<sup>",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "&lt;",
        "&gt;",
        "&amp;",
        "&nbsp;",
        "&#60;",
        "<",
        ">",
        "**",
        "*",
        "__",
        "_",
        "`",
        "```",
        "~~",
        "#",
        "##",
        "|",
        "|---|\n",
        "[a](http://x.y)",
        "![",
        "](",
        ")",
        "\\textbf{",
        "}",
        "\\frac{1}{2}",
        "\\%",
        "\\times",
        "$",
        "^{2}",
        "_{",
        "\\\\",
        "&",
        "\\begin{tabular}",
        "患者",
        "张",
        "1",
        "2.5",
        "mg",
        ",",
        "。",
        "a",
        "b",
        "C:\\",
    ]
) | st.sampled_from([" ", "\n", "\t"])


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
@example("<<b>b>x</b></b>")
@example("&lt;&#98;r>")
@example("1**</b>**2")
def test_twice_is_once_and_edits_explain_everything(text: str) -> None:
    hold(StripMarkup(), text)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["<td>", "</td>", "<b>", "</b>", "<br>", "<span>", "</span>"]), min_size=1, max_size=5).map(
        "".join
    )
)
def test_numbers_never_join(tags: str) -> None:
    (new,) = clean(StripMarkup(), f"120{tags}80")
    assert "12080" not in new


edit_lists = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 4), st.text("xy", max_size=3)), max_size=4)


def sorted_edits(text: str, drawn: list[tuple[int, int, str]]) -> list[revision.Edit]:
    edits, done = [], 0
    for start, size, new in sorted(drawn):
        if done <= start <= len(text):
            end = min(start + size, len(text))
            edits.append(revision.Edit(start, end, new, "html"))
            done = end + 1
    return edits


@settings(max_examples=400, deadline=None)
@given(st.text("abc", max_size=12), edit_lists, edit_lists)
def test_composed_edits_do_both_steps_at_once(
    text: str, one: list[tuple[int, int, str]], two: list[tuple[int, int, str]]
) -> None:
    first = sorted_edits(text, one)
    between = revision.apply(text, first)
    second = sorted_edits(between, two)
    assert revision.apply(text, revision.compose(between, first, second)) == revision.apply(between, second)


def test_the_rewriter_is_the_same_for_sliced_arrays() -> None:
    import pyarrow as pa

    array = pa.array(["x", "<b>甲</b>", "y"], pa.large_string()).slice(1, 1)
    assert StripMarkup().rewriter(CONTEXT)(array).texts.to_pylist() == ["甲"]
