"""`yuliao init`: looks at files and writes a recipe to start from. Shows names and shares, never a value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from corpora.errors import UsageError
from corpora.sources.files import printable
from corpora.workspace import Workspace
from curation import recipe_file, recipe_yaml
from curation.look import domain, draft, groups, left_out, parts
from curation.look.parts import Together
from curation.look.profiling import Seen
from curation.run import unpacking

_VALUES = 200  # of each text column, for its words


@dataclass
class Source:
    """One source of the draft, and its columns with their roles."""

    label: str
    format: str
    files: int
    rows: int
    encodings: list[str]
    shape: str
    columns: list[Seen] = field(default_factory=list)


@dataclass
class Start:
    """What was found, and the recipe. left: reason → how many files no source takes; left_files: reason → which."""

    files: int
    rows: int
    industry: str = ""
    sources: list[Source] = field(default_factory=list)
    left: dict[str, int] = field(default_factory=dict)
    left_files: dict[str, list[str]] = field(default_factory=dict)
    recipe: str = ""

    @property
    def columns(self) -> list[Seen]:
        """Of all sources."""
        return [one for source in self.sources for one in source.columns]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def beside(paths: Sequence[str]) -> Path:
    """Where the recipe goes: beside the first file or folder, under its name."""
    first = Path(paths[0]).absolute()
    first = first.resolve() if first.name in ("", "..") else first
    return first.with_name((first.stem if first.is_file() else first.name) + ".yaml")


def check_free(target: Path, *, force: bool) -> None:
    """Raises UsageError for a recipe that is there already."""
    if target.exists() and not force:
        raise UsageError(
            f"已有这个文件 / the file exists: {target}",
            hint="用 --out 换个名字，或加 --force 覆盖 / name another with --out, or add --force",
        )


def write(start: Start, target: Path) -> None:
    """Writes the recipe. Raises UsageError where the folder takes no file."""
    try:
        target.write_text(start.recipe, "utf-8")
    except OSError as error:
        raise UsageError(
            f"写不进 {target}：{error.strerror} / cannot write it", hint="用 --out 写到别处 / write elsewhere with --out"
        ) from None


def look(paths: Sequence[str], base: Path | None = None) -> Start:
    """Profiles files, folders and archives. base: the folder of the recipe, by default where `beside` puts it.

    Raises SourceMissing; UsageError where there is no record or no text.
    """
    folder = (base or beside(paths).parent).absolute()
    found = groups.gather(paths, _members)
    rows = sum(group.rows for group in found.groups)
    if not rows:
        raise UsageError("文件里没有读到记录 / no record was read", hint=left_out.advice(found.left, folder))
    whole = parts.together(found.groups, folder)
    taken = {id(part.group) for part in whole.parts}
    for group in found.groups:
        for file in group.files if id(group) not in taken else ():
            found.leave(f"{file}!{group.sheet}" if group.sheet else file, "no_text_column")
    if not whole.parts:
        raise UsageError(
            "没有像正文的列 / no column looks like text",
            hint="正文若在多层列表里，先摊平成一列；否则自己写配方的 text / flatten nested lists, or write `text` yourself",
        )
    return _start(found, whole, rows, Path(printable(paths[0])).absolute(), folder)


def _start(found: groups.Gathered, whole: Together, rows: int, subject: Path, base: Path) -> Start:
    names = [one.name for part in whole.parts for one in part.roles.columns]
    stems = [Path(printable(file)).stem for part in whole.parts for file in part.group.files]
    what = domain.find(_texts(whole), names, stems)
    left = dict(sorted(found.left.items()))
    start = Start(found.files, rows, what.industry, left={why: len(files) for why, files in left.items()}, left_files=left)
    start.recipe = draft.write(whole, what, subject, left_out.comments(left, base))
    recipe_file.parse(recipe_yaml.read(start.recipe)[0])
    start.sources = [
        Source(
            part.label, part.group.kind, len(part.group.files), part.group.rows,
            sorted(name for name in part.group.encodings if name), part.roles.shape, list(part.roles.columns),
        )
        for part in whole.parts
    ]  # fmt: skip
    return start


def _texts(whole: Together) -> Iterator[str]:
    for part in whole.parts:
        for name in (*part.roles.text, *part.roles.parts):
            column = part.roles.rename.get(name, name)
            yield from islice(part.group.columns.get(column) or part.group.nested.get(column, []), _VALUES)


def _members(archive: str, kind: str) -> list[tuple[str, str | None]]:
    """Unpacked where the run will look for them."""
    return [(one.path, one.cause) for one in unpacking.unpack(archive, kind, Workspace().unpacked)]
