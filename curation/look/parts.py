"""The sources of a draft together: one list of text columns for all, names that no release gives away, steps that fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path

from corpora.schema import RESERVED
from curation.look import roles
from curation.look.groups import TABLES, Group
from curation.look.patterns import patterns
from curation.look.profiling import Seen
from curation.look.roles import Roles

LENGTHY = 4000  # characters from which a document is split
_OFTEN = 0.2  # share of lengthy documents from which there is a split step
_BAD = frozenset(".[]!:{}")  # marks that a template takes for its own
_TAKEN = RESERVED | {"document", "piece"}
_LABELS = {
    "jsonl": "JSONL 记录", "json": "JSON 记录", "csv": "CSV 表格", "tsv": "TSV 表格", "excel": "Excel 表格", "parquet": "Parquet 表格",
    "xml": "XML 记录", "text": "纯文本", "markdown": "Markdown 文档", "latex": "LaTeX 文档", "html": "网页", "docx": "Word 文档",
    "epub": "电子书", "pdf": "PDF 文档", "image": "扫描图像", "archive": "压缩包",
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One source of the draft. rename: leaf of the recipe → its column here; label: public, so never a file's name."""

    group: Group
    roles: Roles
    label: str
    patterns: tuple[str, ...]
    rename: dict[str, str] = field(default_factory=dict)

    @property
    def lines(self) -> bool:
        return self.group.unit == "line"


@dataclass(frozen=True)
class Together:
    """What holds for all sources: `text` of the recipe, what travels beside it, fields to compose."""

    parts: tuple[Part, ...]
    text: tuple[str, ...]
    beside: tuple[str, ...] = ()
    compose: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()  # text columns that compose takes along without a label
    shape: str = ""
    split: bool = False

    @property
    def leaf_columns(self) -> frozenset[str]:
        return frozenset(path.partition("[].")[0] for path in self.text)


def together(found: Sequence[Group], base: Path) -> Together:
    """Roles for every group, and one text for all; groups without text have no part in it."""
    some = [(group, role) for group in found if (role := roles.find(group)).text or role.parts]
    seen = Counter[str]()
    parts = []
    for group, role in some:
        seen[group.kind] += 1
        name = _LABELS.get(group.kind, group.kind)
        label = name if sum(one.kind == group.kind for one, _ in some) == 1 else f"{name} {seen[group.kind]}"
        parts.append(Part(group, role, label, tuple(patterns(group.files, base)), _safe(role)))
    return _joined(parts)


def _safe(role: Roles) -> dict[str, str]:
    """Leaf → column of the source: a shape's own names, and others where a release gives a name its own meaning."""
    if role.rename or not any(path.partition("[].")[0] in _TAKEN for path in role.text):
        return dict(role.rename)
    names = {path.partition("[].")[0] for path in role.text}
    free = {name: _free(name, _TAKEN | names - {name}) for name in names}
    return {free[path.partition("[].")[0]] + path[len(path.partition("[].")[0]) :]: path for path in role.text}


def _free(name: str, taken: Set[str]) -> str:
    """The name, with as many 原 before it as it takes to be none of these."""
    while name in taken:
        name = f"原{name}"
    return name


def _joined(parts: list[Part]) -> Together:
    single = [
        part for part in parts if not part.roles.parts and len(part.roles.text) == 1 and "[]." not in part.roles.text[0]
    ]
    if any(part.roles.parts for part in parts):
        others = [part for part in parts if not part.roles.parts]
        plain = all(part.group.kind != "text" and _in_template(part.roles.text[0]) for part in single)
        if len(others) == len(single) and plain:
            return _composed(parts, single)
        parts = [_uncomposed(part) for part in parts]
        single = [part for part in parts if len(part.roles.text) == 1 and "[]." not in part.roles.text[0]]
    names = {part.roles.text[0] for part in single if part.group.kind != "archive"}
    common = next(iter(names)) if len(names) == 1 and not names & _TAKEN else "text"
    fixed = [part for part in parts if part not in single or part.group.kind == "archive"]
    taken = {
        path for part in fixed for path in part.roles.text
    }  # a leaf already: renamed as well, its text would stand twice
    parts = [part if part in fixed or part.roles.text[0] in taken else _renamed(part, common) for part in parts]
    leaves = [tuple(part.rename) or part.roles.text for part in parts]
    order = sorted((path for leaf in leaves for path in leaf), key=lambda path: path != common)
    text = tuple(dict.fromkeys(order))
    beside = tuple(dict.fromkeys(name for part in parts for name in part.roles.beside))
    shapes = {part.roles.shape for part in parts}
    shape = shapes.pop() if len(shapes) == 1 else ""
    shape = "" if shape == "text" and text != ("text",) else shape
    split = text == (common,) and "[]." not in common and any(_lengthy(part, common) for part in parts)
    return Together(tuple(parts), text, beside, shape=shape, split=split)


def _renamed(part: Part, common: str) -> Part:
    own = part.roles.text[0]
    rename = {} if own == common or part.group.kind not in TABLES or part.lines else {common: own}
    return Part(part.group, part.roles, part.label, part.patterns, rename or ({common: common} if own != common else {}))


def _uncomposed(part: Part) -> Part:
    if not part.roles.parts:
        return part
    columns = tuple(replace(one, role="text" if "part" in one.role else one.role) for one in part.roles.columns)
    role = replace(part.roles, columns=columns, text=part.roles.parts, parts=())
    return replace(part, roles=role, rename=_safe(role))


def _composed(parts: Sequence[Part], single: Sequence[Part]) -> Together:
    """Rows of tables with short fields are composed; the texts of the other sources go through unlabelled."""
    fields = tuple(dict.fromkeys(name for part in parts for name in part.roles.parts))
    plain = tuple(dict.fromkeys(part.roles.text[0] for part in single))
    if plain:
        fields = tuple(filter(_in_template, fields))
    lengthy = any(_lengthy(part, part.roles.text[0]) for part in single)
    return Together(tuple(parts), ("text",), compose=fields, plain=plain, shape="text", split=lengthy)


def _in_template(name: str) -> bool:
    return not _BAD & set(name) and name.isprintable() and name == name.strip()


def _lengthy(part: Part, common: str) -> bool:
    values = part.group.columns.get(part.rename.get(common, common), [])
    return sum(len(value) > LENGTHY for value in values) > _OFTEN * len(values)


def published(whole: Together) -> dict[str, Seen]:
    """Name in the release → the column: what some source would publish and none holds people in."""
    private = {one.name for part in whole.parts for one in part.roles.columns if one.kind} | {
        name for part in whole.parts for name in (part.roles.id, part.roles.subject)
    }
    mine: dict[str, Seen] = {}
    for part in whole.parts:
        for one in part.roles.of("column"):
            if one.name not in private and not one.nested and one.name not in whole.leaf_columns - {"id"}:
                mine.setdefault(one.name, one)
    taken, found = _TAKEN | whole.leaf_columns, dict[str, Seen]()
    for name, one in mine.items():  # a made-up name is none that another column has of its own
        found[_free(name, taken | (mine.keys() - {name}) | found.keys())] = one
    return found


def identities(whole: Together) -> dict[str, Seen]:
    """Flat columns that hold people, in any source."""
    return {
        one.name: one
        for part in whole.parts
        for one in part.roles.columns
        if one.kind and not one.nested and one.name not in whole.leaf_columns
    }


def joins(whole: Together) -> list[tuple[Part, Part, str]]:
    """(rows to join, base rows, key): tables that share a column of numbers, most of which the other one has too."""
    tables = [part for part in whole.parts if part.group.kind in TABLES and not part.lines]
    found = []
    for first, second in combinations(tables, 2):
        for one in first.roles.columns:
            other = next((two for two in second.roles.columns if two.name == one.name), None)
            if other is None or not (roles.is_key(one.name) and _overlap(first.group, second.group, one.name) >= 0.5):
                continue
            base, rows = (first, second) if one.distinct >= other.distinct else (second, first)
            found.append((rows, base, one.name))
            break
    return found


def _overlap(first: Group, second: Group, name: str) -> float:
    a, b = ({value.strip() for value in group.columns.get(name, ()) if value.strip()} for group in (first, second))
    return len(a & b) / max(min(len(a), len(b)), 1)
