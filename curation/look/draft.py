"""The YAML of a drafted recipe: every guess with the reason for it, in Chinese. Names and shares, never a value."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corpora.shapes import SHAPES
from curation.look import parts as sources
from curation.look import roles
from curation.look.domain import Domain
from curation.look.groups import TABLES
from curation.look.parts import Part, Together
from curation.look.personal_columns import holds_personal, label

_WHY = {"name": "列名如此 / by its name", "content": "内容如此 / by its values"}
_PLAIN = re.compile(r"[A-Za-z_\u3400-\u9fff][A-Za-z0-9_\u3400-\u9fff./-]*( [A-Za-z0-9_\u3400-\u9fff]+)*")
_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
_MARKED = frozenset({"markdown", "latex", "html", "archive"})


def corpus_name(path: Path) -> str:
    """local/NAME from an ASCII name of a file or folder, else local/records-HASH: distinct for every place."""
    stem = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")
    if path.stem.isascii() and stem and not holds_personal(path.stem):
        return f"local/{stem[:80].strip('-')}"
    return f"local/records-{hashlib.sha256(str(path.absolute()).encode('utf-8', 'replace')).hexdigest()[:8]}"


def write(whole: Together, domain: Domain, subject: Path, comments: Sequence[str] = ()) -> str:
    """The recipe. subject: the file or folder that it is about, for title and name; comments: more lines of them."""
    title = subject.stem if not holds_personal(subject.stem) else ""
    alone = whole.parts[0] if len(whole.parts) == 1 else None
    lines = [
        "# 由 yuliao init 起草：可以直接运行，发布前请逐项核对 / drafted by `yuliao init`: runs as it is, check it before publishing",
        *comments,
        "format: 1",
        f"corpus: {corpus_name(subject)}  # 数据集名，会公开 / public name",
        "version: 1.0.0",
        *([f"title: {quoted(title)}  # 取自文件名，会公开，不合适就改 / from the file's name, public"] if title else []),
        f"industry: {domain.industry}  # {_about(domain)}",
        *_text(whole),
        *_key(alone),
        *_columns(whole, domain),
        *_identities(whole),
        "sources:",
        *(line for part in whole.parts for line in _source(part, part is alone)),
        *_joins(whole),
        *_steps(whole, domain),
        *_splits(whole),
        *_proof(domain.shipped()),
    ]
    return "\n".join(lines) + "\n"


def _about(domain: Domain) -> str:
    if domain.columns:
        return f"有 {domain.columns} 个列名是这个行业的 / by the names of columns"
    if domain.files:
        return f"{domain.files:.0%} 的文件名是这个行业的 / by the names of files"
    return f"医疗用词占 {domain.medical:.1%}，制造用词占 {domain.manufacturing:.1%} / shares of words"


def _text(whole: Together) -> list[str]:
    if whole.shape in SHAPES and whole.shape != "text":
        known = SHAPES[whole.shape]
        return [f"shape: {whole.shape}  # {known.label}：字段齐全，保持原样发布 / kept in its shape"]
    if whole.compose:
        why = f"没有长文本列，由 {len(whole.compose)} 个中文列拼成，见 compose / made of short columns by `compose`"
    elif all(part.group.kind not in TABLES | {"archive"} or part.lines for part in whole.parts):
        why = "文档的正文 / the text of the documents"
    else:
        why = "最长的中文列，以及有它三分之一长的 / the longest Chinese columns"
    return [f"text: [{', '.join(map(quoted, whole.text))}]  # {why}"]


def _key(alone: Part | None) -> list[str]:
    if alone is None:
        return [
            "id: null  # 每个来源写自己的主键；没有的用整条记录的哈希 / each source has its own key, or the record's hash"
        ]
    found = alone.roles
    key = (
        f"id: {quoted(found.id)}  # 每行都有且不重复 / filled and distinct in every row"
        if found.id
        else "id: null  # 没有看到主键，用整条记录的哈希 / no key was seen: the record's hash"
    )
    about = f"subject: {quoted(found.subject)}  # 同一主体不跨划分 / rows of one subject stay together"
    return [key, *([about] if found.subject else [])]


def _columns(whole: Together, domain: Domain) -> list[str]:
    lines = [
        f"  {quoted(name)}: {{type: string{f', from: {quoted(one.name)}' if name != one.name else ''}}}"
        for name, one in sources.published(whole).items()
    ]
    if whole.shape not in SHAPES or whole.shape == "text":
        lines += [f"  {quoted(name)}: {{}}  # 随对话发布 / travels with the dialogue" for name in whole.beside]
    head = ["columns:  # 会公开的列，不要的删掉 / published: delete what is not needed"] if lines else []
    rest = dict.fromkeys(name for part in whole.parts for name in part.roles.rest)
    notes = [f"# 还有中文列没有取，要公开就写进 columns：{'、'.join(_one_line(name) for name in rest)}"] if rest else []
    dates = dict.fromkeys(
        one.name for part in whole.parts for one in part.roles.of("left out") if one.dates >= roles.DATED and not one.kind
    )
    why = "日期能帮人认出患者，默认不公开" if domain.recipe == "healthcare" else "日期列，要公开就写进 columns"
    notes += [f"# {why}：{'、'.join(_one_line(name) for name in dates)} / dates, not published"] if dates else []
    return [*head, *lines, *notes]


def _identities(whole: Together) -> list[str]:
    """Named and commented: why a column is taken for personal information."""
    spoken = sorted({one.name for part in whole.parts for one in part.roles.columns if one.kind and one.nested})
    notes = [f"# {_one_line(name)} 像是人名或身份，不取 / looks personal: not taken" for name in spoken]
    lines = [
        f"    {quoted(name)}: {one.kind}  # {label(one.kind)}，{_WHY[one.by]}"
        for name, one in sources.identities(whole).items()
    ]
    head = [
        "identities:  # 身份列：只用来在本行文本里找人，绝不发布 / only to find people in the text, never published",
        "  columns:",
    ]
    return [*(([*head, *lines]) if lines else []), *notes]


def _source(part: Part, alone: bool) -> list[str]:
    group = part.group
    files = ", ".join(map(quoted, part.patterns))
    encodings = "、".join(sorted(name for name in group.encodings if name))
    seen = f"{len(group.files)} 个文件，看了 {group.rows} 条{f'，编码像是 {encodings}，自动识别' if encodings else ''}"
    lines = [f"  - label: {quoted(part.label)}  # 会公开，所以不用文件名 / public. {seen}", f"    files: [{files}]"]
    if group.headless:
        lines += ["    header: none  # 第一行像是记录，没有表头；有表头就删掉这行 / the first row looks like a record"]
    elif group.unit in ("line", "blank_line"):
        lines += [f"    unit: {group.unit}  # 每行像是一条记录 / a line is a record"]
    if group.tables > 1:
        lines += ["    # 压缩包里有几种表，按各自的列名取 / several tables inside: columns are taken by their names"]
    if group.sheet:
        lines += [
            f"    sheet: {quoted(group.sheet)}  # 不公开。各工作表的列不同，一张一个来源 / private. Sheets differ: a source for each"
        ]
    rename = {leaf: own for leaf, own in part.rename.items() if leaf != own}
    if rename:
        lines += [f"    text: {{{', '.join(f'{leaf}: {quoted(own)}' for leaf, own in rename.items())}}}"]
    if not alone:
        lines += [
            f"    {key}: {quoted(name)}" for key, name in (("id", part.roles.id), ("subject", part.roles.subject)) if name
        ]
    return [*lines, "    licence: 未声明  # 请填 / fill in"]


def _joins(whole: Together) -> list[str]:
    return [
        f"# 「{rows.label}」与「{base.label}」都有列 {_one_line(key)}，要按它拼成一条，在 steps 最前写 / to join them, begin `steps` with:\n"
        f"#   - step: assemble\n"
        f"#     parts: [{{source: {quoted(rows.label)}, key: {quoted(key)}, into: 明细, fields: [列名]}}]"
        for rows, base, key in sources.joins(whole)
    ]


def _steps(whole: Together, domain: Domain) -> list[str]:
    lines = [f"steps:  # 取自自带配方 {domain.recipe} / as in the shipped recipe"]
    if whole.plain:
        lines += ["  - step: compose  # 空的字段略去 / empty fields are left out", "    into: text", "    template: |-"]
        lines += [f"      {{{name}}}" for name in whole.plain] + [f"      {name}：{{{name}}}" for name in whole.compose]
    elif whole.compose:
        lines += ["  - step: compose  # 每个字段一行，空的略去 / a line for each field", "    into: text"]
        lines += [f"    fields: [{', '.join(map(quoted, whole.compose))}]"]
    if whole.split:
        lines += ["  - step: split  # 有长文档：在章、段、句处切开 / long documents are cut", "    target: 2000"]
    marked = any({part.group.kind, *part.group.parts} & _MARKED for part in whole.parts)
    for step in domain.shipped()["steps"]:
        lines.append(f"  - step: {step['step']}")
        settings = {} if step["step"] == "strip_markup" and marked else {k: v for k, v in step.items() if k != "step"}
        lines += [f"    {key}: {_flow(value)}" for key, value in settings.items()]
    return lines


def _splits(whole: Together) -> list[str]:
    dates = [part.roles.date for part in whole.parts if part.roles.date]
    note = "  # holdout: {{column: {}, since: 2025-01-01}}  # 按时间留出：该列先写进 columns，类型 date / hold out by date"
    return [
        "splits:", "  train: 0.9", "  validation: 0.05", "  test: 0.05",
        "  allow_large_component: true  # 一份文件或一类近似文本占得多时，报告而不失败 / report, do not fail",
        *(note.format(quoted(name)) for name in dates[:1]),
    ]  # fmt: skip


def _proof(shipped: Mapping[str, Any]) -> list[str]:
    canaries, bounds = shipped["canaries"], shipped["gates"]
    return [
        f"canaries: {_flow(canaries)}  # 植入假身份，测去标识漏多少 / planted identities",
        "gates:",
        *(f"  {name}: {_flow(bound)}" for name, bound in bounds.items()),
    ]


def _flow(value: Any) -> str:
    """A setting of a shipped recipe, as it is written there."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def _one_line(name: str) -> str:
    """A name in a comment."""
    return "".join(c if c.isprintable() else " " for c in name)


def quoted(name: str) -> str:
    """A YAML scalar: plain where that is safe, else in double quotes, with escapes for what is no printable character."""
    if _PLAIN.fullmatch(name) and name.lower() not in _WORDS:
        return name
    return '"' + "".join(map(_escaped, name)) + '"'


def _escaped(c: str) -> str:
    if c in '"\\':
        return "\\" + c
    if c.isprintable():
        return c
    return f"\\u{ord(c):04x}" if ord(c) < 1 << 16 else f"\\U{ord(c):08x}"
