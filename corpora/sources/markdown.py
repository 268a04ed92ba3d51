"""Markdown files: the front matter of Hugo, Jekyll and others becomes fields, the rest is the text.

Marks stay for `split` to see and `strip_markup` to take; of a Hugo shortcode only the words that it shows stay.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from corpora.sources.decoding import decode
from corpora.sources.items import TEXT, BadFile, Item
from corpora.sources.records import Value
from corpora.sources.spec import Shard

_LONGEST = 64 << 10  # characters of front matter: longer than any, short enough to parse at once
_BRACKETS = 1000  # the scanner's time grows with the square of their depth
_YAML = re.compile(r"---[ \t]*\n(.*?)(?:^---|^\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)
_TOML = re.compile(r"\+\+\+[ \t]*\n(.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.S | re.M)
_TRAILING = re.compile(r"\t+$", re.M)
_FENCE = re.compile(r"^[ \t]*(```+|~~~+)([^\n]*)$", re.M)
_FIGURE = re.compile(
    r"!\[[^\]\n]{0,1000}\][(\[]|<(?:img|svg|video|iframe|canvas)\b|\{\{[<%]\s*(?:figure|video|youtube)\b", re.I
)
_SHORTCODE = re.compile(r"\{\{[<%]((?:[^{}\"]|\"[^\"\n]{0,1000}\")*?)[%>]\}\}")
_SHOWN = re.compile(r"\b(?:title|subtitle|caption|summary)\s*=\s*\"([^\"\n]*)\"")


def items(data: bytes, shard: Shard, not_text: Counter[str]) -> Iterator[Item]:
    """One document. Fields: what the front matter says, nested names joined by a dot."""
    text = decode(data, shard.encoding)
    if text is None:
        raise BadFile("undecodable")
    fields, body = _parted(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    figures = sum(len(_FIGURE.findall(piece)) for piece, is_code in _pieces(body) if not is_code)
    if figures:
        not_text["figure"] += figures
    if "{{" in body:
        body = "".join(piece if is_code else _SHORTCODE.sub(_words, piece) for piece, is_code in _pieces(body))
    yield Item(data, {**fields, TEXT: Value("string", body)})


def _pieces(body: str) -> Iterator[tuple[str, bool]]:
    """(piece, whether it is fenced code); a fence that never closes is none (as CommonMark has it, it is to the end)."""
    done, opened = 0, None
    for mark in _FENCE.finditer(body):
        if opened is None:
            opened = mark
        elif mark[1].startswith(opened[1]) and not mark[2].strip():
            yield body[done : opened.start()], False
            yield body[opened.start() : mark.end()], True
            opened, done = None, mark.end()
    yield body[done:], False


def _words(match: re.Match[str]) -> str:
    return " ".join(_SHOWN.findall(match[1]))


def _parted(text: str) -> tuple[Mapping[str, Value], str]:
    """(front matter, the rest); what only looks like front matter stays in the text."""
    head = text[:_LONGEST]
    if (match := _YAML.match(head)) or (match := _TOML.match(head)):
        parse, end = (_yaml if match[0].startswith("-") else _toml), match.end()
        found = parse(match[1])
    elif head.startswith("{"):
        found, end = _json(head)
    else:
        return {}, text
    return ({}, text) if found is None else (dict(_flat(found)), text[end:].lstrip("\n"))


def _yaml(text: str) -> dict[str, Any] | None:
    """Every scalar as it is written (1.10 stays 1.10); aliases are refused, they are how a few lines become gigabytes."""
    import yaml

    text = _TRAILING.sub("", text)  # a tab at a line's end, which YAML forbids and editors leave
    if text.count("[") + text.count("{") > _BRACKETS:
        return None
    try:
        events = list(yaml.parse(text, Loader=yaml.BaseLoader))
        if any(isinstance(event, yaml.AliasEvent) for event in events):
            return None
        found = yaml.load(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and all(isinstance(key, str) for key in found) else {} if found is None else None


def _toml(text: str) -> dict[str, Any] | None:
    import tomllib

    try:
        return tomllib.loads(text, parse_float=str)
    except (tomllib.TOMLDecodeError, ValueError, RecursionError):
        return None


def _json(text: str) -> tuple[dict[str, Any] | None, int]:
    decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)
    try:
        found, end = decoder.raw_decode(text)
    except (ValueError, RecursionError):
        return None, 0
    return (found, end) if isinstance(found, dict) else (None, 0)


def _flat(found: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Value]]:
    for name, value in found.items():
        path = f"{before}{name}"
        if isinstance(value, dict):
            yield from _flat(value, f"{path}.")
        elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            yield path, Value("nested", json.dumps(value, ensure_ascii=False, default=str))
        else:
            yield (
                path,
                Value("string", "，".join(_shown(each) for each in value) if isinstance(value, list) else _shown(value)),
            )


def _shown(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
