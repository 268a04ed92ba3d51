"""What a scan is asked to read: files, wildcards (which some shells leave to us), or a whole release."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from corpora.errors import SourceMissing, UsageError
from corpora.release import Release
from corpora.release.manifest import MANIFEST
from corpora.sources.files import by_name, expand, similar
from quality.scan.pieces import Request


def find(words: Sequence[str], asked: Request, release: str | None) -> list[Request]:
    """One request a file, like `asked`; every file once. release: the one that the files come from.

    Raises UsageError without any file, SourceMissing for a word that names none.
    """
    if not words:
        raise UsageError("没有说要扫描什么 / nothing to scan", hint="yuliao pii scan --input 文件.csv / name a file")
    known = _of_release(_release(release), asked) if release else asked
    found: dict[str, Request] = {}
    for word in words:
        if _means_release(word):
            one = _release(word)
            found |= {str(path): replace(_of_release(one, asked), path=str(path)) for path in one.tables("default")}
        else:
            found |= {path: replace(known if release else _beside(path, asked), path=path) for path in _files(word)}
    several = len(found) > 1
    return [replace(one, name=_name(path) if several else "", texts=one.texts or ("text",)) for path, one in found.items()]


def check_read(requests: Sequence[Request], read: Mapping[str, tuple[int, int]]) -> None:
    """read: path → (records, documents). Raises UsageError where no file gave a text, and says what it may be."""
    if any(documents for _, documents in read.values()):
        return
    names = "、".join(requests[0].texts)
    raise UsageError(
        f"没有读到一条文本：{len(requests)} 个文件是空的、只有表头，或没有文本列 {names}"
        " / no text was read: empty, nothing but a header, or without that column",
        hint="用 --text 指定列名；CSV 的第一行当作列名，没有表头的请补上 / name the column by --text; a CSV begins with its header",
    )


def _files(word: str) -> list[str]:
    bare = word.strip("'\"")  # cmd.exe hands single quotes on
    paths = by_name(path for path in expand(word) or expand(bare) if os.path.isfile(path))
    if not paths:
        near = similar(bare)
        raise SourceMissing(
            f"没有这样的文件 / no such file: {word}",
            hint=f"是不是 {near}？/ did you mean {near}?"
            if near
            else "检查路径；通配符要能匹配到文件 / check the path or pattern",
        )
    return paths


def _means_release(word: str) -> bool:
    return (Path(word) / MANIFEST).is_file() or (not os.path.exists(word) and "@" in word and word.count("/") == 1)


def _beside(path: str, asked: Request) -> Request:
    """A file in the data folder of a release belongs to that release."""
    home = Path(path).parent.parent
    return _of_release(_release(str(home)), asked) if (home / MANIFEST).is_file() else asked


def _release(word: str) -> Release:
    from corpora.commands import find_release

    return find_release(word)


def _of_release(release: Release, asked: Request) -> Request:
    leaves = tuple(release.manifest["leaves"])
    tables = tuple(str(path) for path in release.tables("signals"))
    return replace(asked, texts=asked.texts or leaves, tables=tables, leaves=leaves)


def _name(path: str) -> str:
    """How a row names its file: relative to here, where it lies below."""
    return os.path.relpath(path) if Path(path).is_relative_to(Path.cwd()) else path
