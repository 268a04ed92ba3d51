"""Dirt as it is found: each kind is a list of edits to a clean text, so that the truth moves along with the text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from itertools import accumulate

from quality.identities import Draw
from quality.samples.grammar import load
from quality.samples.writer import Identity, Written

Edit = tuple[int, int, str]
"""text[start:end] becomes the string; sorted, not overlapping."""

_RADICALS = str.maketrans(
    "人工生身口日月水火心手目石女山力见门长车马食页风", "⼈⼯⽣⾝⼝⽇⽉⽔⽕⼼⼿⽬⽯⼥⼭⼒⻅⻔⻓⻋⻢⻝⻚⻛"
)
_FULL = str.maketrans({chr(i): chr(i + 0xFEE0) for i in range(0x21, 0x7F) if chr(i).isalnum() or chr(i) in ".%/+-"})
_HAN_PAIR = re.compile(r"(?<=[一-鿿])(?=[一-鿿])")
BOILERPLATE = (
    "第 1 页 共 2 页",
    "本报告仅对来样负责，未经许可不得部分复制。",
    "打印时间：2026-03-02 10:22:41",
    "版权所有 未经授权不得转载",
    "点击查看更多内容",
    "——以下空白——",
    "此件由系统自动导出，无需签字。",
    "温馨提示：请妥善保管本资料。",
    "上一篇 下一篇 返回列表",
)
AI_MARKS = (
    "（以上内容由AI生成，仅供参考）",
    "本内容由人工智能生成，请以专业意见为准。",
    "【AI生成】内容仅供参考，请注意甄别",
    "本回答由人工智能辅助生成",
)


def edited(written: Written, edits: list[Edit]) -> Written:
    """`written` after the edits; spans keep what they hold, an insertion at a span's edge stays outside it."""
    if not edits:
        return written
    pieces, done = [], 0
    for start, end, new in edits:
        pieces += [written.text[done:start], new]
        done = end
    starts, ends = [edit[0] for edit in edits], [edit[1] for edit in edits]
    shifts = [0, *accumulate(len(new) - (end - start) for start, end, new in edits)]

    def first(place: int) -> int:
        return place + shifts[bisect_left(ends, place + 1)]

    def last(place: int) -> int:
        return place + shifts[bisect_left(starts, place)]

    return Written(
        "".join(pieces) + written.text[done:],
        [i.moved(first(i.start), last(i.end)) for i in written.identities],
        [(first(a), last(b)) for a, b in written.readings],
        [(first(a), last(b)) for a, b in written.decoys],
    )


def translated(written: Written, table: Mapping[int, str | int], form: str) -> Written:
    """Characters exchanged one for one; identities that change with them are written in `form`."""
    text = written.text.translate(table)
    return replace(written, text=text, identities=[_reformed(i, text, form) for i in written.identities])


def _reformed(identity: Identity, text: str, form: str) -> Identity:
    plain = identity.form == "plain" and text[identity.start : identity.end] != identity.value
    return replace(identity, form=form) if plain else identity


def _free(written: Written, places: list[int]) -> list[int]:
    """The places that lie in no identity and no number."""
    taken = [(i.start, i.end) for i in written.identities] + written.readings + written.decoys
    return [p for p in places if not any(a < p < b for a, b in taken)]


def zero_width(draw: Draw, written: Written) -> Written:
    places = {draw.below(len(written.text)) for _ in range(draw.between(2, 6))}
    return edited(written, [(p, p, draw.pick("\u200b\u200d\ufeff\u200e")) for p in _free(written, sorted(places))])


def full_width(draw: Draw, written: Written) -> Written:
    return translated(written, _FULL, "fullwidth")


def radicals(draw: Draw, written: Written) -> Written:
    return translated(written, _RADICALS, "radical")


def traditional(draw: Draw, written: Written) -> Written:
    return translated(written, _traditional(), "traditional")


@cache
def _traditional() -> dict[int, int]:
    """Simplified → Traditional, one to one, for the characters of the grammars (from OpenCC's dictionaries, Apache-2.0)."""
    blocks = (block.partition("=")[2] for block in load("traditional.txt").split("\ntraditional"))
    simplified, other = ("".join(block.split()) for block in blocks)
    return str.maketrans(simplified, other)


def html(draw: Draw, written: Written) -> Written:
    """Paragraph and line-break tags, entities for < > & and spaces, as a web export leaves them."""
    tag = draw.pick(("p", "div", "span"))
    entities = {"<": "&lt;", ">": "&gt;", "&": "&amp;", "\n": "<br/>\n", " ": "&nbsp;", "≥": "&ge;"}
    places = _free(written, [i for i, c in enumerate(written.text) if c in entities])
    inner = [(i, i + 1, entities[written.text[i]]) for i in places]
    end = len(written.text)
    return edited(written, [(0, 0, f'<{tag} class="content">'), *inner, (end, end, f"</{tag}>")])


def hard_breaks(draw: Draw, written: Written) -> Written:
    """Lines cut at a fixed width, as a terminal print-out has them."""
    width = draw.between(26, 42)
    places = [p for p in range(width, len(written.text), width) if "\n" not in written.text[p - 1 : p + 1]]
    return edited(written, [(p, p, "\n") for p in _free(written, places)])


def boilerplate(draw: Draw, written: Written) -> Written:
    line, end = draw.pick(BOILERPLATE), len(written.text)
    return edited(written, [(0, 0, line + "\n")] if draw.chance(35) else [(end, end, "\n" + line)])


def ai_mark(draw: Draw, written: Written) -> Written:
    end = len(written.text)
    return edited(written, [(end, end, "\n" + draw.pick(AI_MARKS))])


def spaced(draw: Draw, written: Written) -> Written:
    """A space between the Chinese characters of a stretch, as broken PDF text layers have it."""
    size = draw.between(20, 80)
    low = draw.below(max(1, len(written.text) - size))
    places = [m.start() for m in _HAN_PAIR.finditer(written.text, low, low + size)]
    return edited(written, [(p, p, " ") for p in _free(written, places)])


SOILS: dict[str, Callable[[Draw, Written], Written]] = {
    "zero_width": zero_width,
    "full_width": full_width,
    "radicals": radicals,
    "html": html,
    "hard_breaks": hard_breaks,
    "boilerplate": boilerplate,
    "ai_mark": ai_mark,
    "traditional": traditional,
    "spaced": spaced,
}
ONE_LINE = frozenset(SOILS) - {"html", "hard_breaks", "boilerplate", "ai_mark"}
"""What a file with one record a line can hold."""


def _mojibake(draw: Draw, written: Written) -> str:
    if draw.chance(50):
        return written.text.encode("utf-8").decode("gbk", "replace").replace("\n", "")
    return "锟斤拷" * draw.between(20, 60) + "烫烫烫" + "�" * draw.between(3, 30)


def _too_short(draw: Draw, written: Written) -> str:
    return draw.pick(("同前", "正常", "无。", "见附件", "。", "1", "已处理", "如上", "test", "无异常"))


def _repeated(draw: Draw, written: Written) -> str:
    return draw.pick(("测试", "。", "复查", "-", "啊", "无", "=*=", "设备正常 ", "哈")) * draw.between(60, 200)


JUNK: dict[str, Callable[[Draw, Written], str]] = {"mojibake": _mojibake, "too_short": _too_short, "repeated": _repeated}
"""Rows that hold nothing worth keeping: the text is replaced, and no identity is left in it."""
