"""Names that come from strangers: paths of files in a repository, names of branches and tags. Refused, never repaired."""

from __future__ import annotations

import re
import unicodedata

from corpora.errors import PathRefused

_LONGEST_PATH, _LONGEST_PART, _LONGEST_REF = 1024, 255, 100
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\..*)?", re.IGNORECASE)
_NOT_ON_WINDOWS = frozenset('<>:"|?*')
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_REF = re.compile(r"\w[\w.+-]*(?:/\w[\w.+-]*)*")


def check_path(path: str) -> str:
    """`path` itself when it is a relative path of plain names (Chinese and spaces are fine). Raises PathRefused."""
    parts = path.split("/")
    if not path or "" in parts or "." in parts or ".." in parts or "\\" in path:
        raise _refused("路径越界或含空段", "it leads out or has empty parts")
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in path):
        raise _refused("路径含控制字符", "it holds control characters")
    if len(path.encode()) > _LONGEST_PATH or any(len(part.encode()) > _LONGEST_PART for part in parts):
        raise _refused("路径过长", "it is too long")
    if parts[0] == ".git":
        raise _refused("路径保留", "it is reserved")
    return path


def check_new_path(path: str) -> str:
    """As `check_path`, and every system can write it: for files that are added; what is there already stays readable.

    A file that Windows cannot write breaks the download of a whole dataset there. `datasets` refuses the same characters in
    names of configs (datasets/naming.py, status [V]); device names: Microsoft, "Naming Files, Paths, and Namespaces" [M].
    What cannot be seen is refused too: two names would look alike, or the end of one like another (UAX #9, UTR #36 [M]).
    """
    for part in check_path(path).split("/"):
        _check_visible(part)
        if part[-1] in ". " or _DEVICE.fullmatch(part) or _NOT_ON_WINDOWS & set(part):
            raise PathRefused(
                f"Windows 写不出这个文件名：{part[:60]!r} / Windows cannot write this name: {part[:60]!r}",
                hint='改名：不用 < > : " | ? *，不以点或空格结尾，不叫 CON、NUL 等 / rename it',
            )
    return path


def _check_visible(part: str) -> None:
    """Unicode's format characters (Cf: directions, zero widths, marks of order), fillers, and white space at either end.

    Variation selectors stay: they choose the shape of a Chinese character or of a sign that is seen.
    """
    for at, character in enumerate(part, start=1):
        if unicodedata.category(character) == "Cf" or character in _FILLERS:
            code = f"U+{ord(character):04X}"
            raise PathRefused(
                f"文件名含看不见的字符 {code}（第 {at} 个字符）：{part[:60]!r} / "
                f"a name holds an invisible character, {code} (character {at}): {part[:60]!r}",
                hint="去掉它再提交 / take it out of the name, then commit again",
            )
    if part != part.strip() and not part.endswith(" "):  # a blank at the end: Windows' rule says so
        raise PathRefused(
            f"文件名首尾有空白：{part[:60]!r} / a name begins or ends with white space: {part[:60]!r}",
            hint="去掉首尾的空白，中间的可以留 / take it off; blanks inside may stay",
        )


def folded(path: str) -> str:
    """What two paths share when some systems take them for one: upper and lower case, composed and decomposed letters."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def check_ref(name: str) -> str:
    """`name` itself when a branch or tag may be called so. A name that looks like a commit is refused. Raises PathRefused."""
    if (
        len(name) > _LONGEST_REF or not _REF.fullmatch(name) or ".." in name or name.endswith((".lock", "."))
        or name.startswith("refs/") or re.fullmatch(r"[0-9a-f]{7,40}", name)
    ):  # fmt: skip
        raise PathRefused(
            "分支或标签名不合规 / not a name for a branch or a tag", hint="例如 v1.2.0、draft/二院 / for example v1.2.0"
        )
    return name


def _refused(chinese: str, english: str) -> PathRefused:
    return PathRefused(
        f"文件路径不能用：{chinese} / this path cannot be used: {english}",
        hint="用相对路径，如 data/train.parquet / use a relative path such as data/train.parquet",
    )
