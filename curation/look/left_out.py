"""Files that a draft takes nothing from: which, why, and what to do. They are named on this machine only."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from corpora import vocabulary
from corpora.sources.files import printable
from curation.look import sqlite

NAMED = 8  # files of one reason that are named; all are counted
LEFT = {
    "unknown_format": "看不出格式 / unknown format", "token_labels": "一行一字一标签，是标注不是正文 / one labelled token a line",
    "empty_file": "空文件 / empty", "no_text": "没有读到文字 / no text was read", "no_text_column": "没有像正文的列 / no column like text",
    "not_text": "不是文本也不是表格：多是改了名的图片、压缩包、程序，或被加密软件加密 / no text and no table: renamed or encrypted",
    "lock_file": "Office 打开文件时的临时文件，不是数据 / a lock file of Office, no data",
    "hidden_file": "隐藏的文件或目录，要取就单独写出来 / hidden: name it on the command line to take it",
    "database": "SQLite 数据库，要在配方里用 query 取 / a database: take it by a query in the recipe",
}  # fmt: skip


def reason(why: str) -> str:
    """Why files are left out, in words."""
    term = vocabulary.QUARANTINE_CAUSES.get(why)
    return LEFT.get(why) or (f"{term.label}：{term.meaning}" if term else why)


def named(files: Sequence[str], base: Path) -> str:
    """The first of the files, relative to a folder, and that there are more."""
    shown = [printable(os.path.relpath(file, base)).replace(os.sep, "/") for file in files[:NAMED]]
    line = "、".join(shown) + ("……" if len(files) > NAMED else "")
    return "".join(c if c.isprintable() else " " for c in line)


def said(left: Mapping[str, Sequence[str]], base: Path) -> list[str]:
    """A line a reason: how many files, why, which."""
    return [
        f"没有取的文件 {len(files)} 个：{reason(why)}：{named(files, base)}" for why, files in sorted(left.items()) if files
    ]


def comments(left: Mapping[str, Sequence[str]], base: Path) -> list[str]:
    """For the draft: the same, and for a database what to write under `sources`."""
    lines = said(left, base)
    for file in left.get("database", ())[:1]:
        lines += ["数据库这样取，写在 sources 下 / a database is taken like this, under `sources`:"]
        lines += [f"  {line}" for line in sqlite.example(file, base)]
    return [f"# {line}" for line in lines]


def advice(left: Mapping[str, Sequence[str]], base: Path) -> str:
    """What to do where nothing could be read."""
    lines = said(left, base) or ["检查格式与编码 / check format and encoding"]
    for file in left.get("database", ())[:1]:
        lines += ["在配方的 sources 里这样写 / write in the recipe's `sources`:", *sqlite.example(file, base)]
    return "\n  ".join(lines)
