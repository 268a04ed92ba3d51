"""Whether a recipe's columns are in its sources: a look at the first records, so that a misspelt name is told at its field.

Queries and datasets of a Hub are not asked, archives not unpacked, documents only judged by their text: what cannot be known
at once is no mistake.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from corpora import schema
from corpora.errors import SourceMissing, YuliaoError
from corpora.names import nearest
from corpora.sources import Layout, archives
from corpora.sources.files import expand, folders_called_files, similar
from corpora.sources.heads import Head, head
from corpora.text_buffers import Leaf
from curation import identities
from curation.recipe import Recipe, Source, own_columns
from curation.recipe_file import RecipeFile
from curation.reshape import reshaping
from curation.reshape.assemble import Assemble, part_labels

_MOST = 8  # files of a source that are looked at, evenly from all
_LISTED, _LONG = 12, 40  # names in a message, characters of one: what is longer is hardly a name
_HEADERS = frozenset({"csv", "tsv", "parquet"})
"""Formats whose first row, or footer, names every column that any of its records has."""
_TABLES = _HEADERS | {"excel", "jsonl", "json", "xml"}


@dataclass(frozen=True)
class Mistake:
    """address: in the recipe; said: 中文 / English. sure: a run would read nothing; else the look may have been too short."""

    address: str
    said: str
    sure: bool


@dataclass(frozen=True)
class _Seen:
    """Columns of a source, its nested leaves (`messages[].content`) among them. sure: there can be no others."""

    names: frozenset[str]
    sure: bool
    documents: bool

    def has(self, path: str) -> bool:
        leaf = Leaf.parse(path)
        return path in self.names or (leaf.field is not None and self.sure and leaf.column in self.names)


def mistakes(file: RecipeFile) -> list[Mistake]:
    """What of the recipe meets no file or no column. Reads the first records of up to 8 files a source, once for each state
    of a file."""
    recipe, seen, found = file.recipe, list[_Seen | None](), list[Mistake]()
    for number, source in enumerate(recipe.sources):
        absent = [*_absent_files(number, source, file.base)]
        found += absent
        seen.append(None if absent or not source.files else _look(source, file.base))
    steps = tuple(step for step in recipe.of_phase("reshape") if isinstance(step, Assemble))
    joined = part_labels(steps)
    mine = [(n, one, seen[n]) for n, one in enumerate(recipe.sources) if one.label not in joined]
    return [*found, *_about_text(recipe, mine), *_about_columns(recipe, mine), *_about_parts(recipe, seen)]


def _absent_files(number: int, source: Source, base: Path) -> Iterator[Mistake]:
    for place, pattern in enumerate(source.files):
        try:
            found = bool(expand(pattern, base) or folders_called_files(pattern, base))
        except SourceMissing as error:  # a folder
            yield Mistake(f"sources.{number}.files.{place}", f"{error}；{error.hint}", True)
            continue
        if not found:
            near = similar(pattern, base)
            hint = f"，是不是 {near}？/ did you mean {near}?" if near else ""
            yield Mistake(f"sources.{number}.files.{place}", f"没有这样的文件 / no file matches{hint}", True)


def _look(source: Source, base: Path) -> _Seen | None:
    """None where nothing can be said."""
    files = [path for pattern in source.files for path in expand(pattern, base)]
    some = files[:: -(-len(files) // _MOST) or 1]
    if any(archives.kind(path) is not None for path in some):
        return None
    heads = [_head(path, *_stamp(path), source.format, source.encoding, source.layout) for path in some]
    told = [one for one in heads if one is not None and one.names]
    if not told:
        return None
    names = frozenset[str]().union(*(one.names for one in told), *(one.nested for one in told))
    sure = len(told) == len(files) and all(one.format in _HEADERS for one in told)
    return _Seen(names, sure, not all(one.format in _TABLES for one in told))


def _stamp(path: str) -> tuple[int, int]:
    try:
        found = os.stat(path)
    except OSError:
        return 0, 0
    return found.st_size, found.st_mtime_ns


@lru_cache(maxsize=512)
def _head(path: str, size: int, changed: int, form: str, encoding: str, layout: Layout) -> Head | None:
    """Names only are kept. size, changed: another state of the file is another look."""
    try:
        found = head(path, layout, format=form, encoding=encoding)
    except (YuliaoError, OSError):
        return None
    nested: dict[str, list[str]] = {name: [] for name in found.nested}
    return Head(found.format, names=found.names, nested=nested)


_Sources = Sequence[tuple[int, Source, _Seen | None]]


def _about_text(recipe: Recipe, sources: _Sources) -> Iterator[Mistake]:
    """A source without any of the text columns; a text column that no source has."""
    made = reshaping.made(recipe.of_phase("reshape"))
    paths = [(place, path) for place, path in enumerate(recipe.text) if Leaf.parse(path).column not in made]
    lacking = set[int]()
    for number, source, seen in sources:
        if seen is None or any(seen.has(source.text.get(path, path)) for _, path in paths):
            continue
        for place, path in paths:
            lacking.add(place)
            address = f"sources.{number}.text.{path}" if path in source.text else f"text.{place}"
            yield Mistake(address, _said(source.text.get(path, path), [(source, seen)]), seen.sure)
    known = [(source, seen) for _, source, seen in sources if seen is not None]
    if len(known) < len(sources) or any(seen.documents for _, seen in known):
        return
    for place, path in paths:
        if place not in lacking and not any(seen.has(source.text.get(path, path)) for source, seen in known):
            yield Mistake(f"text.{place}", _said(path, known), False)


def _about_columns(recipe: Recipe, sources: _Sources) -> Iterator[Mistake]:
    """Other columns that no source has; told only where all sources are tables that could be looked at."""
    known = [(source, seen) for _, source, seen in sources if seen is not None and not seen.documents]
    if len(known) < len(sources):
        return
    for address, name in _asked(recipe):
        if not any(name in seen.names for _, seen in known):
            yield Mistake(address, _said(name, known), False)
    for number, source, seen in sources:
        for key in ("id", "subject"):
            name = getattr(source, key)
            if name and seen is not None and name not in seen.names:
                yield Mistake(f"sources.{number}.{key}", _said(name, [(source, seen)]), False)


def _asked(recipe: Recipe) -> Iterator[tuple[str, str]]:
    if recipe.id and recipe.id != schema.ID and not all(source.id for source in recipe.sources):
        yield "id", recipe.id
    if recipe.subject and not all(source.subject for source in recipe.sources):
        yield "subject", recipe.subject
    yield from ((f"columns.{name}", column.source or name) for name, column in own_columns(recipe))
    yield from ((f"identities.columns.{name}", name) for name in identities.column_names(recipe.identities))
    steps, given = recipe.of_phase("reshape"), set[str]()
    for step in steps:
        yield from ((f"steps.{recipe.steps.index(step)}", name) for name in step.reads() if name not in given)
        given |= set(step.gives())


def _about_parts(recipe: Recipe, seen: Sequence[_Seen | None]) -> Iterator[Mistake]:
    """Columns of joined tables."""
    by_label = {source.label: (source, one) for source, one in zip(recipe.sources, seen, strict=True) if one is not None}
    for number, step in enumerate(recipe.steps):
        for place, part in enumerate(step.parts if isinstance(step, Assemble) else ()):
            for name in part.columns if part.source in by_label else ():
                source, one = by_label[part.source]
                if name not in one.names:
                    yield Mistake(f"steps.{number}.parts.{place}", _said(name, [(source, one)]), False)


def _said(name: str, known: Sequence[tuple[Source, _Seen]]) -> str:
    names = sorted(_named(seen.names for _, seen in known))
    near = nearest(name, names) or (
        f"有这些列 / there are: {'、'.join(names[:_LISTED])}{'……' if len(names) > _LISTED else ''}"
    )
    where = f"来源「{known[0][0].label}」里" if len(known) == 1 else "来源里"
    return f"{where}没有「{name}」列 / no such column in the source: {name}，{near}"


def _named(some: Iterable[frozenset[str]]) -> set[str]:
    return {name for names in some for name in names if 0 < len(name) <= _LONG and name.isprintable()}
