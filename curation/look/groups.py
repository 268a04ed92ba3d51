"""Files in groups: those of one format and the same columns become one source. Folders are walked, archives looked into."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field

from corpora.errors import FileUnreadable, SourceMissing
from corpora.sources import Layout, archives
from corpora.sources.detect import format_of, is_known
from corpora.sources.files import by_name, similar, unopened
from corpora.sources.heads import Head, head, heads
from corpora.sources.system_files import is_system_file
from curation.look import profiling
from curation.look.sqlite import is_sqlite

TABLES = frozenset({"jsonl", "json", "csv", "tsv", "excel", "parquet", "xml"})
"""Formats whose files have columns of their own: each is looked at. Of other formats some files are."""
SOME = 24
_MUCH = 64 << 20  # bytes: a plain text file that long is no one document
Members = Callable[[str, str], list[tuple[str, str | None]]]
"""Archive and its kind → the files that its members lie in, each with the cause if it is refused."""


@dataclass
class Group:
    """Files of one source.

    kind: format, or `archive`; columns: name → some values; nested: `messages[].content` → some strings; sizes: list
    column → characters of its JSON; unit: of plain text; rows: records looked at; parts: formats inside an archive; headless: a table whose first row is a record.
    """

    kind: str
    files: list[str] = field(default_factory=list)
    columns: dict[str, list[str]] = field(default_factory=dict)
    nested: dict[str, list[str]] = field(default_factory=dict)
    sizes: Counter[str] = field(default_factory=Counter)
    encodings: Counter[str] = field(default_factory=Counter)
    parts: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    unit: str = ""
    headless: bool = False
    tables: int = 1  # different tables inside an archive
    sheet: str = ""  # the one worksheet that is meant

    def add(self, found: Head) -> None:
        """More rows; a column that some rows lack is "" there."""
        for name in (*self.columns, *found.columns):
            values = self.columns.setdefault(name, [""] * self.rows)
            values += found.columns.get(name, [""] * found.rows)
        for name, values in found.nested.items():
            self.nested.setdefault(name, []).extend(values)
        self.rows += found.rows
        self.sizes.update(found.sizes)
        self.encodings[found.encoding] += 1


@dataclass
class Gathered:
    """The groups, and what is no source: reason → files (`unknown_format`, `token_labels`, `hidden_file` …)."""

    groups: list[Group] = field(default_factory=list)
    left: dict[str, list[str]] = field(default_factory=dict)
    files: int = 0

    def leave(self, file: str, reason: str) -> None:
        self.left.setdefault(reason, []).append(file)


def walk(paths: Sequence[str]) -> list[str]:
    """Absolute paths of the files meant, pipes and links to nothing among them, by the bytes of their paths; of a hidden
    folder its own."""
    found: set[str] = set()
    for path in paths:
        if not os.path.lexists(path):
            near = similar(path)
            hint = f"是不是 {near}？/ did you mean {near}?" if near else "检查路径 / check the path"
            raise SourceMissing(f"没有这个文件或目录 / no such file or folder: {path}", hint=hint)
        found |= set(_below(path)) if os.path.isdir(path) else {os.path.abspath(path)}
    return sorted(found, key=os.fsencode)


def _below(folder: str) -> Iterator[str]:
    for place, folders, names in os.walk(folder):
        hidden = [name for name in folders if name.startswith(".")]
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (os.path.abspath(os.path.join(place, name)) for name in (*names, *hidden))


def _aside(file: str, asked: Set[str]) -> str:
    """Why a file of a folder is none of its data, or ""."""
    name = os.path.basename(file)
    if name.startswith("~$"):
        return "lock_file"
    if file not in asked and not name.startswith(".") and os.path.isfile(file) and os.access(file, os.R_OK):
        return "system_file" if is_system_file(file, name) else ""
    return "hidden_file" if name.startswith(".") and file not in asked else ""


def gather(paths: Sequence[str], members: Members) -> Gathered:
    """The groups, in the order of their first file. A file that cannot be read goes with its format's group, so that the
    run accounts for it. Raises SourceMissing."""
    all_files, asked = walk(paths), {os.path.abspath(path) for path in paths}
    gathered, groups, broken = (
        Gathered(files=len(all_files)),
        dict[tuple[object, ...], Group](),
        list[tuple[str, str, str]](),
    )
    files = []
    for file in all_files:
        if why := _aside(file, asked):
            gathered.leave(file, why)
        elif (cause := unopened(file)) and is_known(file):
            broken.append((format_of(b"", file), file, cause))
        elif cause:
            gathered.leave(file, cause)
        else:
            files.append(file)
    some = _sampled(files)
    texts = sum(file.lower().endswith((".txt", ".text")) for file in files)
    for file in files:
        if (kind := archives.kind(file)) is not None:
            _put_archive(groups, members(file, kind), gathered, file)
            continue
        try:
            parts = heads(file) if file in some else [Head(_format(file))]
        except FileUnreadable as error:
            gathered.leave(file, "database" if is_sqlite(file) else error.cause)
            continue
        for found in parts:
            if not found.rows and (file in some or found.format in TABLES):
                broken.append((found.format, file, "empty_file" if found.format == "empty" else "no_text"))
            else:
                key, group = _grouped(found, file, texts)
                _put(groups, key, group, gathered, file, found)
    gathered.groups = _merged(list(groups.values()))
    _place(broken, gathered)
    return gathered


def _place(broken: Sequence[tuple[str, str, str]], gathered: Gathered) -> None:
    """(format, file, why) that can't be read: beside the others of their format, or left."""
    for kind, file, why in broken:
        home = next(
            (group for group in gathered.groups if group.kind == kind and not group.headless and not group.sheet), None
        )
        if home:
            home.files.append(file)
        else:
            gathered.leave(file, why)


def _put_archive(
    groups: dict[tuple[object, ...], Group], inside: list[tuple[str, str | None]], gathered: Gathered, file: str
) -> None:
    group = _archive(inside)
    if group.rows:
        _put(groups, ("archive", file), group, gathered, file)
    else:
        gathered.leave(file, next((cause for _, cause in inside if cause), "no_text"))


def _put(
    groups: dict[tuple[object, ...], Group], key: tuple[object, ...], new: Group, gathered: Gathered, file: str,
    found: Head | None = None,
) -> None:  # fmt: skip
    if new.unit == "token":
        gathered.leave(file, "token_labels")
        return
    group = groups.setdefault(key, new)
    group.files.append(file)
    if found is not None and found.rows:
        group.add(found)


def _grouped(found: Head, file: str, texts: int, *, headless: bool | None = None) -> tuple[tuple[object, ...], Group]:
    """The key of the file's group and that group, still empty. texts: plain text files there are. Lines of plain text become documents in `found`."""
    if found.format in TABLES:
        names = tuple(sorted(found.columns))
        without = _is_headless(found) if headless is None else headless
        if without:
            again = head(file, Layout(sheet=found.sheet or None, header=False))
            found.columns, found.rows = again.columns, again.rows
            names = tuple(again.columns)
        key = (found.format, names, without, found.sheet)
        return key, Group(found.format, headless=without, sheet=found.sheet)
    if found.format != "text":
        return (found.format,), Group(found.format)
    unit = profiling.text_unit(found.columns.get("text", []), among=texts)
    if unit == "file" and os.path.getsize(file) > _MUCH:
        unit = "blank_line"
    if unit == "file" and found.rows:
        found.columns, found.rows = {"text": ["\n".join(found.columns["text"])]}, 1
    return ("text", unit), Group("text", unit=unit)


def _is_headless(found: Head) -> bool:
    return found.format in ("csv", "tsv", "excel") and profiling.headless(list(found.columns), found.columns)


def _format(file: str) -> str:
    """Its format, without reading more than its first bytes."""
    from corpora.sources.detect import table_of

    with open(file, "rb") as stream:
        start = stream.read(1 << 12)
    return table_of(start, format_of(start, file))


def _sampled(files: Sequence[str]) -> frozenset[str]:
    """Files to look into: all tables and plain text files, of each other format some, evenly from all of them."""
    by_kind: dict[str, list[str]] = {}
    for file in files:
        try:
            by_kind.setdefault(_format(file), []).append(file)
        except (FileUnreadable, OSError):
            by_kind.setdefault("", []).append(file)
    found: set[str] = set()
    for kind, some in by_kind.items():
        step = 1 if kind in TABLES or kind in ("text", "") else -(-len(some) // SOME)
        found.update(some[::step])
    return frozenset(found)


def _archive(members: list[tuple[str, str | None]]) -> Group:
    """One source: an archive's members are read together, so their columns are taken together."""
    inside: list[tuple[str, Head]] = []
    for path in by_name(path for path, cause in members if cause is None):
        try:
            inside.append((path, head(path)))
        except FileUnreadable:
            continue
    inside = [(path, found) for path, found in inside if found.rows]
    group, tables = Group("archive"), set[tuple[object, ...]]()
    group.headless = bool(inside) and all(_is_headless(found) for _, found in inside)  # said for all of them or none
    for path, found in inside:
        key, _ = _grouped(found, path, len(members), headless=group.headless)
        tables.add(key)
        group.parts[found.format] += 1
        group.add(found)
    group.tables = max(len(tables), 1)
    return group


def _merged(groups: list[Group]) -> list[Group]:
    """JSON records leave out what is empty: a group whose columns another of its format has too joins that one."""
    kept, order = list[Group](), {id(group): i for i, group in enumerate(groups)}
    for group in sorted(groups, key=lambda one: -len(one.columns)):
        home = next((one for one in kept if _holds(one, group)), None)
        if home is None:
            kept.append(group)
            continue
        home.files = sorted(home.files + group.files, key=os.fsencode)
        home.add(Head(group.kind, group.rows, group.columns, group.nested, group.sizes))
        home.encodings.update(group.encodings)
    return sorted(kept, key=lambda one: (os.fsencode(one.files[0]), order[id(one)]))


def _holds(home: Group, group: Group) -> bool:
    return (
        home.kind == group.kind
        and group.kind in ("json", "jsonl", "xml")
        and set(group.columns) <= set(home.columns)
        and set(group.nested) <= set(home.nested)
        and bool(group.columns or group.nested)
    )
