"""What a run tells its maker: what was lost and why, what met nothing, what is misspelt, what stands in the way of publishing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from corpora import schema, vocabulary
from corpora.catalog import Catalog
from corpora.errors import LawBroken, YuliaoError
from corpora.forgotten import Forgotten
from corpora.forms import Ledger
from corpora.release import Release
from corpora.sources import heads
from corpora.workspace import Workspace
from curation import identities
from curation.recipe import Recipe, own_columns
from curation.reshape import reshaping
from curation.run import risk
from curation.run.inputs import InputFile
from curation.run.parent import published
from curation.treat.redact import about_kept

_NAME = re.compile(r"[^\d\s，。；：,;:]{1,14}")  # a whole row of such words is a header, and no record
_WHOLE_FILES = (
    "not_opened", "empty_file", "only_zeros", "password", "save_as_docx", "archive_bomb", "archive_too_deep", "archive_unsupported", "drm",
    "xml_entities", "no_record", "no_header", "no_sheet", "unknown_format", "not_readable",
)  # fmt: skip
"""Causes that take a whole file or sheet and that somebody can do something about: their meaning says what."""


def causes(measured: list[Any]) -> dict[str, int]:
    """Cause of quarantine → records, the most frequent first."""
    counted: Counter[str] = sum((one.causes for one in measured), Counter())
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def lost_files(measured: list[Any]) -> list[str]:
    """Notes on files in quarantine: how many, why, and what to do."""
    found, terms = causes(measured), vocabulary.QUARANTINE_CAUSES
    return [
        f"{found[cause]} 个文件被隔离 / files quarantined ({cause})：{terms[cause].label}，{terms[cause].meaning}"
        for cause in _WHOLE_FILES
        if cause in found
    ]


def unmet(asked: Forgotten, measured: list[Any]) -> list[str]:
    """A note on deletion requests that met no row of these sources: written wrongly, or about rows of another source."""
    met = {one for facts in measured for one in facts.forgotten}
    missing = [one for one in (*(f"{subject:016x}" for subject in asked.subjects), *asked.ids) if one not in met]
    if not missing:
        return []
    return [
        f"{len(missing)} 个删除请求（{'、'.join(one[:12] for one in missing[:5])}）没有对应的行：来源里已经没有，或主体、主键写错了"
        f" / {len(missing)} deletion requests met no row: it is gone from the sources, or the subject or key is wrong"
    ]


def check_kept(total: Ledger, measured: list[Any], here: Path, files: Sequence[InputFile] = ()) -> None:
    """Raises LawBroken when nothing is left to release, and says where all rows went. here: the run's folder."""
    if total.kept:
        return
    found = causes(measured)
    quarantined = [f"{_label(vocabulary.QUARANTINE_CAUSES, cause)} {count}" for cause, count in found.items()]
    dropped = [
        f"{_label(vocabulary.REASONS, reason)} {n}" for reasons in total.dropped.values() for reason, n in reasons.items()
    ]
    raise LawBroken(
        f"没有一行被保留，不发布 / no row was kept: nothing to release. 读入 {total.read}；"
        f"隔离 {total.quarantined}（{'，'.join(quarantined) or '无'}）；剔除 {total.dropped_total}（{'，'.join(dropped) or '无'}）",
        hint=_why_nothing(total, found, here, files),
    )


def _why_nothing(total: Ledger, found: dict[str, int], here: Path, files: Sequence[InputFile]) -> str:
    """Columns, files or rules: whichever took most of the rows."""
    if 2 * total.quarantined <= total.read:
        return "用 yuliao check 看哪条规则不合适 / run `yuliao check` to see which rule does not fit"
    look = f"；逐条看 / look at them: yuliao quarantine {here}"
    if 2 * (found.get("no_text", 0) + found.get("wrong_type", 0)) > total.read:
        return (
            "多数记录没有文本：检查文本列名（--text）和编码（encoding）"
            f" / most records have no text: check the text column's name and the encoding{_seen(files)}{look}"
        )
    term = vocabulary.QUARANTINE_CAUSES.get(cause := next(iter(found)), vocabulary.Term(cause, ""))
    return f"文件读不进来，与规则无关 / the files cannot be read: {cause}：{term.label}，{term.meaning}{look}"


def _seen(files: Sequence[InputFile]) -> str:
    """What the first file's columns are called as it was read, unless they may be the values of a record."""
    try:
        head = next((heads.head(file.path) for file in files if file.cause is None), None)
    except YuliaoError:
        return ""
    names = list(head.columns) if head is not None else []
    if head is None or not names or not all(_NAME.fullmatch(name) for name in names):
        return ""
    read = f"按 {head.encoding} " if head.encoding else ""
    return (
        f"。第一个文件{read}读出的列：{'、'.join(names[:20])}；像乱码就在来源里写明 encoding"
        " / the first file's columns as read; if they are garbled, set the source's `encoding`"
    )


def _label(terms: dict[str, vocabulary.Term], key: str) -> str:
    return f"{terms[key].label} {key}" if key in terms else key


def absent_columns(recipe: Recipe, measured: list[Any]) -> list[str]:
    """Warnings: a subject or declared column that no record of any source has is most likely misspelt."""
    present: Counter[str] = Counter()
    rows = 0
    for one in measured:
        present.update(one.present)
        rows += one.rows
    names = {column.source or name: f"columns.{name}" for name, column in own_columns(recipe)}
    names |= {name: "subject" for name in [recipe.subject, *(source.subject for source in recipe.sources)] if name}
    names |= {name: "id" for name in [recipe.id, *(source.id for source in recipe.sources)] if name and name != schema.ID}
    names |= {name: "steps" for name in reshaping.reads(recipe.of_phase("reshape"))}
    mine = identities.column_names(recipe.identities)
    blank = sum(one.not_text["formula_without_value"] for one in measured)
    formulas = f"；若列里是公式：有 {blank} 个公式没有结果，用 Excel 打开另存一次 / or its formulas have no results: save it in Excel"
    return [
        f"没有一条记录有「{name}」列的值（{where}），请检查列名 / no record has a value in this column: check its name{formulas if blank else ''}"
        for name, where in (names | {name: "identities.columns" for name in mine}).items()
        if rows and not (present[name] or present[identities.private(name)])
    ]


def notes(workspace: Workspace, recipe: Recipe, release: Release) -> list[str]:
    """What the maker should know before publishing."""
    catalog = Catalog(workspace.catalog)
    about = [*about_kept(recipe), *risk.notes(release.manifest["metrics"])]
    if (
        recipe.version in published(catalog, recipe.corpus)
        and catalog.release(recipe.corpus, recipe.version).hash != release.hash
    ):
        about = [
            f"{recipe.corpus}@{recipe.version} 已发布且内容不同，发布会被拒绝：请换版本号（--version）"
            " / this version is published with other content: publish it under a new version",
            *about,
        ]
    return about
