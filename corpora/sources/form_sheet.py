"""A form: one record a sheet, its values beside their labels (姓名：| 王… | 性别：| 女). Recognised only where it is plain.

A table that is taken for a form would lose its rows, a form that is taken for a table only reads badly: so in doubt
a sheet is a table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from corpora.sources.headers import named
from corpora.sources.sheets import Line, Merge

MOST_LINES = 120
"""A form is no longer than that."""

TITLE, REST = "标题", "其他"
"""Fields for what stands above the first label, and for what belongs to none."""

_LABEL = 14  # characters of a label at most
_WORDS = """
姓名 性别 年龄 民族 职业 婚姻 婚姻状况 出生日期 籍贯 住址 地址 现住址 联系地址 电话 联系电话 手机 联系人 身份证号 科室 科别 病区 床号
住院号 门诊号 病历号 病案号 入院日期 出院日期 就诊日期 检查日期 报告日期 主诉 现病史 既往史 过敏史 个人史 家族史 体格检查 辅助检查
初步诊断 诊断 临床诊断 出院诊断 处理意见 治疗经过 出院医嘱 医嘱 主治医师 医师签名 送检医师 检查所见 检查部位 检查项目
设备名称 设备编号 设备型号 规格型号 型号 制造厂家 使用部门 部门 班组 报修人 报修时间 报修日期 维修人 维修人员 维修时间 维修日期
故障现象 故障描述 故障原因 原因分析 处理过程 处理措施 处理结果 更换备件 验收人 验收意见 审核人 批准人 编制人 填表人 填表日期
工单号 单号 编号 日期 时间 产品名称 产品型号 图号 批号 数量 客户 客户名称 供应商 不合格描述 纠正措施 预防措施 备注
"""
_KNOWN = frozenset(_WORDS.split())
_AMONG = 3  # known labels in the column of one that only this form has
_WORD = re.compile(r"[^\W\d_]+(?:[(（/][^\W\d_]+[)）]?)?")


def is_form(lines: Sequence[Line]) -> bool:
    """Whether the whole sheet is one form: at least four labels in at least two rows, most of them with values beside,
    labels in nearly every row, and nowhere three labels in a row of columns, as a header has them."""
    if not 2 <= len(lines) <= MOST_LINES:
        return False
    labels = [[i for i, cell in enumerate(line.cells) if is_label(cell)] for line in lines]
    if any(i + 1 in row and i + 2 in row for row in labels for i in row):
        return False
    wide = [line for line in lines if sum(map(bool, line.cells)) > 1]
    bare = sum(not any(map(is_label, line.cells)) for line in wide)
    beside = sum(bool(value) and not is_label(value) for value in _right(lines, labels))
    names = {_name(line.cells[i]) for line, row in zip(lines, labels, strict=True) for i in row}
    rows = sum(map(bool, labels))
    total = sum(map(len, labels))
    return total >= 4 and rows >= 2 and not bare and 2 * beside >= total and 5 * len(names) >= 4 * total


def is_label(cell: str) -> bool:
    """Whether a cell names the value beside it: it ends with a colon, or is a word that forms use."""
    text = "".join(cell.split())
    return 1 < len(text) <= _LABEL and (text[-1] in "：:" or text in _KNOWN) and not any(map(str.isdigit, text))


def _right(lines: Sequence[Line], labels: Sequence[Sequence[int]]) -> Iterator[str]:
    """What stands right of every label, up to the next one: the first filled cell."""
    for line, row in zip(lines, labels, strict=True):
        for at, after in zip(row, [*row[1:], len(line.cells)], strict=False):
            yield next(filter(None, line.cells[at + 1 : after]), "")


def _name(cell: str) -> str:
    return "".join(cell.split()).rstrip("：:")


def fields(lines: Sequence[Line]) -> tuple[dict[str, str], int]:
    """Label → value, and how many labels came twice. A label without a value beside it takes the rows below, up to the
    next one. Every cell is in some value."""
    titles: list[str] = []
    rest: list[str] = []
    pairs = [(TITLE, titles)]
    open_ = True  # whether a row without labels goes on with the last pair
    for line in lines:
        into = pairs[-1][1] if open_ else rest
        for cell in filter(None, line.cells):
            if is_label(cell):
                into = []
                pairs.append((_name(cell), into))
            else:
                into.append(cell)
        open_ = open_ and into is pairs[-1][1] if into is rest or not any(map(is_label, line.cells)) else not into
    pairs = [pair for pair in [*pairs, (REST, rest)] if pair[1] or pair[0] not in (TITLE, REST)]
    names, renamed = named([name for name, _ in pairs])
    values = (cells[0] if len(cells) == 1 else " ".join(cells) for _, cells in pairs)  # one cell stays what it is
    return dict(zip(names, values, strict=True)), renamed


def unfolded(lines: Sequence[Line], merges: Sequence[Merge] = ()) -> list[Line]:
    """The lines, a cell that holds label and value (姓名：王某) as two cells, and the words of this form with a colon.

    Forms have words of their own beside those that all use. Such a word stands among labels without a colon: in a column
    where three or more are known, and either they are three quarters of it, or the value beside it is merged over columns.
    """
    wide = {(merge.top, merge.left) for merge in merges if merge.right > merge.left}
    rows = [line for line in lines if sum(map(bool, line.cells)) > 1]
    known, filled = Counter[int](), Counter[int]()
    for line in rows:
        filled.update(i for i, cell in enumerate(line.cells) if cell)
        known.update(i for i, cell in enumerate(line.cells) if "".join(cell.split()) in _KNOWN)
    sure = {i for i, count in known.items() if 4 * count >= 3 * filled[i]}
    own = {
        (line.number, i)
        for line in rows
        for i, cell in enumerate(line.cells[:-1])
        if known[i] >= _AMONG and (i in sure or (line.number, i + 1) in wide) and line.cells[i + 1] and _is_word(cell)
    }
    return [Line(line.number, [part for i, cell in enumerate(line.cells) for part in (
        (cell + "：",) if (line.number, i) in own else _parts(cell))]) for line in lines]  # fmt: skip


def _is_word(cell: str) -> bool:
    text = "".join(cell.split())
    return 1 < len(text) <= _LABEL and _WORD.fullmatch(text) is not None and not is_label(cell)


def _parts(cell: str) -> tuple[str, ...]:
    label, colon, value = cell.replace(":", "：", 1).partition("：")
    whole = colon and value.strip() and is_label(label + colon)
    return (cell[: len(label) + 1], value.strip()) if whole else (cell,)
