"""The reviewer's sheet, JSONL and Excel with the same rows. It holds what was found, in the clear: it stays in the house.

A reviewer fills in `decision` (决定): restore (还原) where it is no personal information, redact (替换) where it is. What is
left empty stays undecided.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa

from corpora.decisions import ABOUT
from corpora.errors import SourceMissing, UsageError
from corpora.spreadsheets import write_xlsx
from corpora.vocabulary import DECISIONS, PII_KINDS
from corpora.workspace import private_folder
from curation.review.queue import Item

HEAD = ("序号", "种类", "置信度", "上文", "发现", "下文", "决定（还原 / 替换）", "位置（勿改）")
WORDS = {key: key for key in DECISIONS} | {term.label: key for key, term in DECISIONS.items()}
PROJECT = "pii_review/1"


def write(items: list[Item], folder: Path) -> list[Path]:
    """A pair of sheets under a number of their own, for the owner alone (0600 in a folder of 0700)."""
    private_folder(folder)
    number = len(list(folder.glob("review-*.jsonl"))) + 1
    while any((folder / f"review-{number:03}.{form}").exists() for form in ("jsonl", "xlsx")):
        number += 1
    paths = [folder / f"review-{number:03}.{form}" for form in ("jsonl", "xlsx")]
    for path in paths:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            write_xlsx([_batch(items)], file) if path.suffix == ".xlsx" else file.write(_lines(items))
    return paths


def _lines(items: list[Item]) -> bytes:
    rows = ({"row": number, **asdict(one), "decision": None} for number, one in enumerate(items, 1))
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _batch(items: list[Item]) -> pa.RecordBatch:
    place = [json.dumps(one.about, ensure_ascii=False) for one in items]
    columns: list[list[Any]] = [
        list(range(1, len(items) + 1)), [PII_KINDS[one.kind].label for one in items], [one.confidence for one in items],
        [one.before for one in items], [one.text for one in items], [one.after for one in items], [""] * len(items), place,
    ]  # fmt: skip
    return pa.RecordBatch.from_arrays([pa.array(column) for column in columns], names=list(HEAD))


def take(path: Path) -> list[tuple[tuple[Any, ...], str]]:
    """(what it is about, decision) of every row that was decided. Raises UsageError with the row's number, never its text."""
    rows = _xlsx(path) if path.suffix.lower() == ".xlsx" else _jsonl(path)
    return [(about, _word(path, number, said)) for number, about, said in rows if said not in (None, "")]


def _word(path: Path, number: int, said: Any) -> str:
    if not isinstance(said, str) or said.strip() not in WORDS:
        raise UsageError(
            f"{path.name} 第 {number} 行的决定不认识 / row {number}: no such decision",
            hint="写 还原 或 替换，没想好就空着 / write restore or redact, or leave it empty",
        )
    return WORDS[said.strip()]


def _jsonl(path: Path) -> Iterator[tuple[int, tuple[Any, ...], Any]]:
    for number, line in enumerate(_bytes(path).splitlines(), 1):
        try:
            row = json.loads(line)
            yield number, _about([row[name] for name in ABOUT]), row.get("decision")
        except (ValueError, KeyError, TypeError, AttributeError):
            raise _no_row(path, number) from None


def _xlsx(path: Path) -> Iterator[tuple[int, tuple[Any, ...], Any]]:
    import io

    from openpyxl import load_workbook

    data = _bytes(path)
    try:
        cells = list(load_workbook(io.BytesIO(data), read_only=True).worksheets[0].iter_rows(min_row=2, values_only=True))
    except (OSError, ValueError, KeyError) as error:
        raise UsageError(
            f"{path.name} 不是 Excel 工作簿 / not a workbook", hint="用 .xlsx 保存 / save it as .xlsx"
        ) from error
    for number, row in enumerate(cells, 1):
        try:
            yield number, _about(json.loads(str(row[7]))), row[6]
        except (ValueError, IndexError, TypeError):
            raise _no_row(path, number) from None


def _about(values: list[Any]) -> tuple[Any, ...]:
    """Raises TypeError unless these are the fields of corpora.decisions.ABOUT."""
    kinds = (str, str, str, int, int, int, str)
    if len(values) != len(kinds) or any(type(v) is not kind for v, kind in zip(values, kinds, strict=True)):
        raise TypeError
    return tuple(values)


def _no_row(path: Path, number: int) -> UsageError:
    return UsageError(
        f"{path.name} 第 {number} 行不是复核表的一行 / row {number} is no row of a review sheet",
        hint="只填「决定」，别的不要动 / fill in the decision only",
    )


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceMissing(
            f"打不开 {path.name} / cannot open: {error.strerror}", hint="检查路径 / check the path"
        ) from None
