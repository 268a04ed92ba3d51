"""Names that stand in for names: as long, of the same sex as far as the characters tell, single or compound surname alike.

Any plausible name belongs to somebody somewhere; what a stand-in must not do is point back. So it is drawn by key, never
derived from the characters of the name it replaces.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from quality.identities.draw import Draw
from quality.identities.lists import load
from quality.identities.names import COMPOUND, SURNAMES

_LISTS = load("names.txt")
_BY_SEX = {sex: frozenset("".join(c for age in ("old", "mid", "new") for c in _LISTS[f"{sex}_{age}"])) for sex in "男女"}
_SINGLE = tuple(surname.han for surname in SURNAMES if len(surname.han) == 1)
_PAIRS = tuple(sorted(COMPOUND))
TITLES = tuple(
    re.findall(
        r"\w+",
        "护士长 先生 女士 小姐 太太 夫人 医生 大夫 医师 主任 教授 护士 老师 师傅 同志 阿姨 叔叔 伯伯 大爷 大妈 大叔 大姐 大哥 "
        "奶奶 爷爷 老伯 老太 老人 经理 厂长 班长 组长 队长 科长 院长 主管 老板 总 工 姐 哥 嫂 氏",
    )
)
"""What follows a surname, longest first."""
PROFESSIONAL = frozenset(
    re.findall(r"\w+", "护士长 医生 大夫 医师 主任 教授 护士 老师 师傅 经理 厂长 班长 组长 队长 科长 院长 主管 老板 总 工")
)
"""Titles of people at work: a patient is hardly called so."""
_FORM = re.compile(
    rf"(?P<before>[小老阿大]?)(?P<surname>{'|'.join(_PAIRS)}|[\u3400-\u9fff])(?P<after>{'|'.join(TITLES)}|[某xX×ＸＸ*＊○Ｏ]{{1,3}})"
)
_NICK = re.compile(r"(?P<before>[小老阿])(?P<surname>[\u3400-\u9fff])(?P<after>)")


class Form(NamedTuple):
    """A way of naming somebody by surname: 王先生, 王某某, 小王."""

    before: str
    surname: str
    after: str


def form(text: str) -> Form | None:
    """The parts of a name that is only a surname and something around it; None for a full or a given name."""
    found = _FORM.fullmatch(text) or _NICK.fullmatch(text)
    return Form(found["before"], found["surname"], found["after"]) if found else None


def split(name: str) -> tuple[str, str]:
    """(surname, given name) of a full name; a name with · has no surname."""
    if "·" in name:
        return "", name
    cut = 2 if name[:2] in COMPOUND and len(name) > 2 else 1
    return name[:cut], name[cut:]


def sex(given: str, draw: Draw) -> str:
    """男 or 女 by the characters; where they do not tell, drawn."""
    score = sum((c in _BY_SEX["女"]) - (c in _BY_SEX["男"]) for c in given)
    return "女" if score > 0 else "男" if score < 0 else draw.pick("男女")


def stand_in(name: str, draw: Draw) -> str:
    """A full name for a full name (· kept apart), a surname for a surname alone; never the same one."""
    if "·" in name:
        return _dotted(name, draw)
    if not re.fullmatch(r"[\u3400-\u9fff]+", name):
        return _latin(name, draw)
    surname, given = split(name)
    characters = _LISTS[f"{sex(given, draw)}_mid"]
    while True:
        new = draw.pick(_PAIRS if len(surname) == 2 else _SINGLE)
        new += "".join(draw.pick(characters) for _ in given)
        if new != name:
            return new


def _dotted(name: str, draw: Draw) -> str:
    kind = sex("", draw)
    parts = [draw.pick(_LISTS[f"uyghur_{kind}" if i == 0 else "uyghur_男"]) for i in range(name.count("·") + 1)]
    return "·".join(parts)


_FIRST = [
    "Anna",
    "Brian",
    "Carla",
    "Daniel",
    "Elena",
    "Frank",
    "Grace",
    "Henry",
    "Irene",
    "James",
    "Laura",
    "Martin",
    "Nora",
    "Oscar",
    "Paula",
    "Robert",
    "Sara",
    "Thomas",
]
_LAST = [
    "Adams",
    "Baker",
    "Carter",
    "Dixon",
    "Evans",
    "Foster",
    "Grant",
    "Harris",
    "Jensen",
    "Keller",
    "Lewis",
    "Moore",
    "Norton",
    "Parker",
    "Reed",
    "Stone",
    "Turner",
    "Walsh",
]
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]+")


def _latin(name: str, draw: Draw) -> str:
    """A word for a word, capitals as they were; single letters (J. Smith) stay initials, other alphabets letter for letter."""
    if not _LATIN.search(name):
        swap = {c: draw.pick("abcdefghijklmnoprstuvwyz") for c in sorted(set(name.lower())) if c.isalpha()}
        return "".join(swap.get(c.lower(), c).upper() if c.isupper() else swap.get(c.lower(), c) for c in name)
    while (new := _LATIN.sub(_words(name, draw), name)) == name:
        pass
    return new


def _words(name: str, draw: Draw) -> Callable[[re.Match[str]], str]:
    """Draws a word for each word of the name, a surname for the last of several."""
    left = len(_LATIN.findall(name))

    def word(found: re.Match[str]) -> str:
        nonlocal left
        left -= 1
        return _like(found.group(), draw.pick(_FIRST if left or found.start() == 0 else _LAST))

    return word


def _like(word: str, drawn: str) -> str:
    """The drawn word in the case of the word it stands for; a letter for a letter."""
    cut = drawn[0] if len(word) == 1 else drawn
    return cut.upper() if word.isupper() and len(word) > 1 else cut.lower() if word.islower() else cut
