"""`yuliao init`: looks at files and writes a recipe to start from. Shows names and shares, never a value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from corpora import text_buffers, vocabulary
from corpora.errors import SourceMissing, UsageError
from corpora.sources.heads import head
from quality import pii
from quality.pii import column_kinds

SHARE = 0.2
"""From this share of filled values on that are personal information as a whole, a column is taken for it."""
_LONG = 20  # mean characters from which a column can be the text
_ID = re.compile(r"^(id|.*(编号|序号|流水号|主键|单号|_id|uuid))$", re.I)
_SUBJECT = re.compile(
    r"(患者|病人)(id|编号|号)|patient_?id|病案号|住院号|就诊卡号|登记号|设备(编号|号)|device_?id|工单号", re.I
)
_HAN = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Seen:
    """A column: how much of it is filled, how long values are (mean, characters), how many differ, and what it seems to hold."""

    name: str
    filled: float
    length: float
    han: float
    distinct: float
    kind: str = ""  # person_name/patient …
    by: str = ""  # name or content
    role: str = ""  # text, id, subject, identity, column or left out


@dataclass
class Start:
    """What was found, and the recipe."""

    files: int
    rows: int
    columns: list[Seen] = field(default_factory=list)
    recipe: str = ""

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def look(files: Sequence[str]) -> Start:
    """Profiles the first records of every file. Raises SourceMissing, UsageError."""
    columns: dict[str, list[str]] = {}
    rows = 0
    for file in files:
        if not Path(file).is_file():
            raise SourceMissing(f"没有这个文件 / no such file: {file}", hint="检查路径 / check the path")
        found = head(file)
        rows += found.rows
        for name, values in {**found.columns, **found.nested}.items():
            columns.setdefault(name, []).extend(values)
    if not rows:
        raise UsageError("文件里没有读到记录 / no record was read", hint="检查格式与编码 / check format and encoding")
    seen = _with_roles([_seen(name, values, rows) for name, values in columns.items() if name and not name.startswith("_")])
    if not any(one.role == "text" for one in seen):
        raise UsageError(
            "没有像正文的列 / no column looks like text", hint="自己写配方的 text / write `text` in the recipe yourself"
        )
    return Start(len(files), rows, seen, _recipe(files, seen))


def _seen(name: str, values: list[str], rows: int) -> Seen:
    filled = [value for value in values if value.strip()]
    total = sum(map(len, filled))
    han = sum(len(_HAN.findall(value)) for value in filled)
    kind, by = _kind(name, filled)
    return Seen(
        name, round(len(filled) / max(len(values), 1), 4), round(total / max(len(filled), 1), 1), round(han / max(total, 1), 3),
        round(len(set(filled)) / max(len(filled), 1), 4), kind, by,
    )  # fmt: skip


def _kind(name: str, filled: list[str]) -> tuple[str, str]:
    if "[]." in name:
        return "", ""
    guess = column_kinds.guess(name)
    if guess:
        return column_kinds.written(*guess), "name"
    kind, share = personal(filled)
    return (kind, "content") if share >= SHARE else ("", "")


def personal(values: Sequence[str]) -> tuple[str, float]:
    """The kind that most values are as a whole (four fifths of their characters), and the share of values that are.

    values: a sample, at most some thousands.
    """
    if not values:
        return "", 0.0
    found = pii.find(text_buffers.texts(pa.array([value.strip() for value in values], pa.large_string())))
    shares: dict[int, int] = {}
    for k in range(len(found)):
        covered = int(found.end[k] - found.start[k])
        name = found.kind[k] == pii.KIND["person_name"]  # alone in a cell, a name has nothing around it to be known by
        if found.confidence[k] >= (pii.MEDIUM - 0.2 if name else pii.MEDIUM) and covered >= 0.8 * len(
            values[int(found.text[k])].strip()
        ):
            shares[int(found.kind[k])] = shares.get(int(found.kind[k]), 0) + 1
    if not shares:
        return "", 0.0
    best = max(shares, key=lambda kind: (shares[kind], -kind))
    return pii.kind_names()[best], shares[best] / len(values)


def _with_roles(seen: list[Seen]) -> list[Seen]:
    """Texts: the longest column and those at least a third as long; identity columns stay out of what is published."""
    longest = max((one.length for one in seen if not one.kind and one.han > 0.2), default=0.0)
    roles: dict[str, str] = {}
    for one in seen:
        if one.kind:
            roles[one.name] = "identity"
        elif one.han > 0.2 and one.length >= max(longest / 3, min(_LONG, longest)):
            roles[one.name] = "text"
        elif "[]." not in one.name:
            roles[one.name] = "column"
    unique = [one for one in seen if one.distinct >= 0.999 and one.filled > 0.999]
    key = next((one.name for one in unique if _ID.match(one.name) or one.kind.startswith("medical_record")), "")
    people = [one for one in seen if _SUBJECT.search(one.name) and one.name != key]
    subject = min(people, key=lambda one: one.distinct).name if people else ""  # who comes again is who it is about
    subject = subject or next((one.name for one in seen if one.kind == "resident_id"), "")
    for name, role in ((key, "id"), (subject, "subject")):
        if name and roles.get(name) != "text":
            roles[name] = f"{role}+identity" if roles.get(name) == "identity" else role
    return [Seen(**{**asdict(one), "role": roles.get(one.name, "left out")}) for one in seen]


def _recipe(files: Sequence[str], seen: list[Seen]) -> str:
    """The YAML of a recipe."""
    names = {
        role: [one for one in seen if role in one.role.split("+")]
        for role in ("text", "id", "subject", "identity", "column")
    }
    stem = re.sub(r"[^a-z0-9]+", "-", Path(files[0]).stem.lower()).strip("-") or "records"
    lines = [
        "# 由 yuliao init 起草，逐项核对后再用 / drafted by `yuliao init`: check every line",
        "format: 1",
        f"corpus: local/{stem}",
        "version: 1.0.0",
        f"text: [{', '.join(_quoted(one.name) for one in names['text'])}]",
        f"id: {_quoted(names['id'][0].name) if names['id'] else 'null'}",
        *[
            f"subject: {_quoted(one.name)}  # 同一主体不跨划分 / rows of one subject stay together"
            for one in names["subject"]
        ],
        *_columns(names["column"]),
        *_identities(names["identity"]),
        "sources:",
        f"  - label: {_quoted(stem)}",
        f"    files: [{', '.join(_quoted(str(Path(file).absolute())) for file in files)}]",
        "    licence: 未声明",
        "steps:",
        *(
            f"  - step: {step}"
            for step in ("repair", "strip_markup", "normalise", "rejoin_lines", "signals", "find_pii", "score")
        ),
        "  - step: filter",
        *(f"  - step: {step}" for step in ("dedup_exact", "dedup_near", "redact_pii")),
        "splits: {train: 0.9, validation: 0.05, test: 0.05}",
    ]
    return "\n".join(lines) + "\n"


def _columns(columns: Iterable[Seen]) -> list[str]:
    lines = [f"  {_quoted(one.name)}: {{type: string}}" for one in columns]
    return ["columns:  # 会公开的列，不要的删掉 / published: delete what is not needed", *lines] if lines else []


def _identities(columns: Iterable[Seen]) -> list[str]:
    """Named and commented: why a column is taken for personal information."""
    why = {"name": "列名如此 / by its name", "content": "内容如此 / by its values"}
    lines = [f"    {_quoted(one.name)}: {one.kind}  # {why[one.by]}" for one in columns]
    head = [
        "identities:  # 身份列：只用来在本行文本里找人，绝不发布 / only to find people in the text, never published",
        "  columns:",
    ]
    return [*head, *lines] if lines else []


def _quoted(name: str) -> str:
    """A YAML scalar: plain where that is safe, else in double quotes."""
    import json

    return (
        name
        if re.fullmatch(r"[\w\u3400-\u9fff.\[\]/-]+", name)
        and name[0] not in "[-."
        and not name.isdigit()
        and "[" not in name
        else json.dumps(name, ensure_ascii=False)
    )


def label(kind: str) -> str:
    """`person_name/patient` for people: 姓名（患者）."""
    if not kind:
        return ""
    name, subtype = column_kinds.parse(kind)
    part = vocabulary.PII_SUBTYPES[subtype].label
    return vocabulary.PII_KINDS[name].label + (f"（{part}）" if part else "")


def about_columns(recipe: Any, values: dict[str, list[str]]) -> list[str]:
    """Warnings about declared columns that look personal, by name or by a sample of their values (column → values)."""
    warnings = []
    for name, column in recipe.columns.items():
        if column.pii is not None:
            continue
        guess = column_kinds.guess(name)
        if guess and column.type == "string" and recipe.of_phase("treat"):
            warnings.append(
                f"columns.{name} 像是{label(column_kinds.written(*guess))}（看列名），整列会替换；不是就写 pii: none，只供查找就移到 identities"
                " / looks personal by its name: replaced as a whole; set `pii: none` if it is not, or move it to `identities`"
            )
            continue
        kind, share = personal([value for value in values.get(name, []) if value.strip()])
        if guess or share >= SHARE:
            kind = column_kinds.written(*guess) if guess else kind
            warnings.append(
                f"columns.{name} 像是{label(kind)}（{'看列名' if guess else f'{share:.0%} 的值'}）：写 pii: {kind} 整列替换，或移到 identities"
                f" / looks personal: set `pii: {kind}` to replace every value, or move it to `identities`"
            )
    return warnings
