"""Which files a folder's .gitignore leaves out: clients ask the server. No regular expression, so no pattern can hang it.

Rules of gitignore(5) (status [V], compared with git): the last match wins, what lies in an ignored folder stays ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Atom = Callable[[str], bool] | None  # one character; None: any number of them
Part = list[Atom] | None  # one name; None: any number of folders
_MOST_RULES = 500
T = TypeVar("T")
P = TypeVar("P")


@dataclass(frozen=True)
class _Rule:
    parts: list[Part]
    folder_only: bool
    keeps: bool

    def matches(self, names: Sequence[str], *, folder: bool) -> bool:
        return (folder or not self.folder_only) and _fits(self.parts, names, _name_fits)


class Ignoring:
    """The rules of a .gitignore. Raises ValueError for more than 500 of them."""

    def __init__(self, text: str) -> None:
        self._rules = [rule for line in text.splitlines() if (rule := _rule(line))]
        if len(self._rules) > _MOST_RULES:
            raise ValueError("too many rules")

    def __contains__(self, path: str) -> bool:
        """Whether the file at `path` (relative, with /) is left out."""
        if not self._rules:
            return False
        names = path.split("/")
        return any(self._ignored(names[:depth], folder=depth < len(names)) for depth in range(1, len(names) + 1))

    def _ignored(self, names: Sequence[str], *, folder: bool) -> bool:
        found = (not rule.keeps for rule in reversed(self._rules) if rule.matches(names, folder=folder))
        return next(found, False)


def _rule(line: str) -> _Rule | None:
    text = line.rstrip("\r")
    while text.endswith(" ") and not text.endswith("\\ "):
        text = text[:-1]
    if not text or text.startswith("#"):
        return None
    keeps, text = text.startswith("!"), text.removeprefix("!")
    folder_only, text = text.endswith("/"), text.removesuffix("/")
    anchored, text = "/" in text, text.removeprefix("/")
    if not text:
        return None
    parts: list[Part] = [None if part == "**" else _atoms(part) for part in text.split("/")]
    if not anchored:
        parts.insert(0, None)
    if parts[-1] is None:
        parts.append([None])  # a/** is what lies in a, not a itself
    return _Rule(parts, folder_only, keeps)


def _atoms(part: str) -> list[Atom]:
    atoms: list[Atom] = []
    at = 0
    while at < len(part):
        character, at = part[at], at + 1
        if character == "*":
            atoms.append(None)
        elif character == "?":
            atoms.append(lambda one: True)
        elif character == "[" and (end := part.find("]", at + 1 + (part[at : at + 1] in ("!", "^")))) >= 0:
            atoms.append(_class(part[at:end]))
            at = end + 1
        else:
            if character == "\\" and at < len(part):
                character, at = part[at], at + 1
            atoms.append(lambda one, wanted=character: one == wanted)  # type: ignore[misc]
    return atoms


def _class(text: str) -> Atom:
    """[a-z], [!a-z], [^a-z]."""
    negated = text[:1] in ("!", "^")
    ranges, at = [], 1 if negated else 0
    while at < len(text):
        last = text[at + 2] if text[at + 1 : at + 2] == "-" and at + 2 < len(text) else ""
        ranges.append((text[at], last or text[at]))
        at += 3 if last else 1
    return lambda one: any(low <= one <= high for low, high in ranges) != negated


def _name_fits(part: list[Atom], name: str) -> bool:
    return _fits(part, name, lambda atom, character: atom(character))


def _fits(wanted: Sequence[P | None], there: Sequence[T], fits: Callable[[P, T], bool]) -> bool:
    """Whether `there` is as `wanted`, where None stands for any number of things. Steps: at most len × len, never more."""
    at, seen, star, mark = 0, 0, -1, 0
    while seen < len(there):
        one = wanted[at] if at < len(wanted) else None
        if at < len(wanted) and one is None:
            star, mark, at = at, seen, at + 1
        elif one is not None and fits(one, there[seen]):
            at, seen = at + 1, seen + 1
        elif star >= 0:  # the last None takes one more; earlier ones need not change
            mark, at, seen = mark + 1, star + 1, mark + 1
        else:
            return False
    return all(one is None for one in wanted[at:])
