"""What is wrong with where a source's rows come from: files, a query or a dataset of a Hub, one of them and what belongs to it."""

from __future__ import annotations

from collections.abc import Iterator

from corpora.sources import database, hub, query
from curation.recipe import Recipe, Source

WAYS = ("files", "query", "hub")
_BELONGS = {"database": "query", "key": "query", "endpoint": "hub", "config": "hub", "split": "hub"}


def mistakes(recipe: Recipe, source: Source) -> Iterator[tuple[str, str]]:
    """(key, message) of everything that does not fit."""
    said = [way for way in WAYS if getattr(source, way)]
    if len(said) != 1:
        yield (
            said[1] if said else "files",
            "files、query、hub 三种写一种，至少 1 项 / write exactly one of files, query and hub, with at least 1 entry",
        )
        return
    yield from (
        (key, f"只和 {way} 一起用 / belongs to `{way}` only")
        for key, way in _BELONGS.items()
        if getattr(source, key) and way != said[0]
    )
    if source.header == "none" and source.header_row:
        yield "header", "header: none 是没有表头，不和 header_row 一起写 / no header, so no header_row"
    if source.query:
        yield from _about_query(recipe, source)
    if source.hub and hub.REFERENCE.fullmatch(source.hub) is None:
        yield "hub", hub.MISTAKE


def _about_query(recipe: Recipe, source: Source) -> Iterator[tuple[str, str]]:
    if refused := query.mistake(str(source.query)):
        yield "query", refused
    if not source.database:
        yield "database", "缺少这个键：查询要说明数据库 / missing key: a query needs its database"
    elif refused := database.mistake(source.database):
        yield "database", refused
    if not (source.key or source.id or recipe.id):
        yield "key", "查询要有键列：行的顺序与出处靠它 / a query needs a key: order and origin of its rows hang on it"
    if source.format != "auto":
        yield "format", "只和 files 一起用 / belongs to `files` only"
