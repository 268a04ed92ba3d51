"""Heads of cards that strangers wrote: YAML is read only when it is flat enough and repeats nothing by reference.

libyaml builds nested values by recursion in C (60 000 brackets end the process), and aliases make gigabytes of a few lines;
its events come one by one. So the events are looked at first.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

LARGEST = 1 << 16
"""Characters of a head that are looked at."""
_DEEPEST = 32
_HEAD = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^---[ \t]*\r?$", re.DOTALL | re.MULTILINE)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def head(card: str) -> dict[str, Any]:
    """The YAML head of a README.md; empty when there is none, or when it is not one that we read."""
    found = _HEAD.match(card[: LARGEST + 16])
    if found is None:
        return {}
    try:
        value = load(found[1])
    except (yaml.YAMLError, ValueError, OverflowError):
        return {}
    return {str(key): one for key, one in value.items()} if isinstance(value, dict) else {}


def body(card: str) -> str:
    """The card without its head."""
    found = _HEAD.match(card[: LARGEST + 16])
    return card[found.end() :] if found else card


def load(text: str) -> Any:
    """`yaml.safe_load` of a stranger's text. Raises yaml.YAMLError, also for aliases and deep nesting; ValueError for odd dates."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST or isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError("嵌套过深或有引用 / nested too deeply, or aliases")
    return yaml.load(text, Loader=_LOADER)
