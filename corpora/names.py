"""Names of releases: `namespace/name@1.2.0`, semantic versions (SemVer 2.0.0), and "did you mean"."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from corpora.errors import UsageError

_CORPUS = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9])?/[A-Za-z0-9](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9])?")
_VERSION = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?"
)


def is_corpus(name: str) -> bool:
    """Whether this could be the name of a dataset."""
    return bool(_CORPUS.fullmatch(name)) and ".." not in name and "--" not in name and not name.endswith(".git")


def check_corpus(name: str) -> str:
    """`name` itself when it is `namespace/name` in letters, digits, `.`, `_`, `-` (a safe folder and Hub name)."""
    if is_corpus(name):
        return name
    raise UsageError(
        f"数据集名不合规：{name!r} / not a dataset name: {name!r}",
        hint="写成 命名空间/名称，只用字母、数字和 . _ - / write namespace/name with letters, digits and . _ -",
    )


def check_version(text: str) -> str:
    """The semantic version in `text`, without a leading `v`."""
    plain = text.removeprefix("v")
    if _VERSION.fullmatch(plain):
        return plain
    raise UsageError(f"版本号不合规：{text!r} / not a version: {text!r}", hint="写成 1.2.0 / write 1.2.0")


def version_order(text: str) -> tuple[object, ...]:
    """Sort key of semantic versions: numbers as numbers, a pre-release before its release (SemVer 2.0.0, §11)."""
    found = _VERSION.fullmatch(text)
    if found is None:
        return (-1,)
    parts = (found[4] or "").split(".")
    pre = tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in parts)
    return (*(int(found[i]) for i in (1, 2, 3)), not found[4] and 1 or 0, pre)


def split_reference(text: str) -> tuple[str, str | None]:
    """`ns/name@v1.2.0` → ("ns/name", "1.2.0"); without `@` the version is None."""
    name, mark, version = text.partition("@")
    return check_corpus(name), check_version(version) if mark else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known words, or lists some of them."""
    words = sorted(known)
    near = difflib.get_close_matches(word, words, n=3, cutoff=0.6)
    if near:
        return "您是不是要找 / did you mean: " + ", ".join(near)
    return ("已有 / there are: " + ", ".join(words[:10])) if words else "目录还是空的 / the catalog is empty"


def suggest(word: str, known: Iterable[str]) -> str:
    """The one known word that was probably meant, or all of them: for the end of a message."""
    words = list(known)
    return nearest(word, words) or f"可用 / known: {', '.join(words) or '—'}"


def nearest(word: str, known: Iterable[str], *, cutoff: float = 0.5) -> str:
    """The one known word that was probably meant, as a question; "" where none comes near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=cutoff)
    return f"是不是 {near[0]}？/ did you mean {near[0]}?" if near else ""
