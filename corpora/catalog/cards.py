"""Heads of cards that strangers wrote: YAML is read only when it is flat enough, and no larger with its aliases written out.

libyaml builds nested values by recursion in C (60 000 brackets end the process), and aliases make gigabytes of a few lines;
its events come one by one. So the events are looked at first.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

LARGEST = 1 << 16
"""Characters of a head that are looked at."""
_DEEPEST, _WHOLE = 32, 1 << 20  # characters of all values, aliases written out
_HEAD = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def head(card: str) -> dict[str, Any]:
    """The YAML head of a README.md; empty when there is none, or when it is not one that we read."""
    found = _HEAD.match(card[: LARGEST + 16])
    if found is None:
        return {}
    try:
        value = load(found[1])
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
        return {}
    return {str(key): one for key, one in value.items()} if isinstance(value, dict) else {}


def body(card: str) -> str:
    """The card without its head."""
    found = _HEAD.match(card[: LARGEST + 16])
    return card[found.end() :] if found else card


def load(text: str) -> Any:
    """`yaml.safe_load` of a stranger's text. Raises yaml.YAMLError, also for what is too deep or too large; ValueError for odd dates."""
    _check(text)
    return yaml.load(text, Loader=_LOADER)


def _check(text: str) -> None:
    whole, opened, sizes = 0, list[tuple[str | None, int]](), dict[str, int]()
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.AliasEvent):
            whole += sizes.get(event.anchor or "", _WHOLE)  # of one that holds itself no end is known
        elif isinstance(event, yaml.ScalarEvent):
            whole += 1 + len(event.value)
            sizes |= {event.anchor: 1 + len(event.value)} if event.anchor else {}
        elif isinstance(event, yaml.CollectionStartEvent):
            opened.append((event.anchor, whole))
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = opened.pop()
            whole += 1
            sizes |= {anchor: whole - before} if anchor else {}
        if len(opened) > _DEEPEST or whole > _WHOLE:
            raise yaml.YAMLError("嵌套过深或过大 / nested too deeply, or too large")
