"""What each column of a source is for: text, key, subject, date, identity, published, or left where it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from corpora.shapes import SHAPES, recognise
from curation.look.groups import TABLES, Group
from curation.look.profiling import MOST, Seen, column

LONG = 20  # mean characters from which a column can be the text
_CHINESE = 0.2  # share of Han characters of a column that can be text
_DEEP = 40  # times as long as its strings: what is said in a list must lie deeper than a recipe can reach
_SHORT = 10  # mean characters of a category at most
_CATEGORIES = 50  # different values of a column that is published, at most
DATED = 0.2  # share of dates from which a column is not published
_ID = re.compile(r"^(id|.*(编号|序号|流水号|主键|单号|[-_. ]id|uuid))$", re.I)
_SUBJECT = re.compile(
    r"(患者|病人)(id|编号|号)|patient_?id|病案号|住院号|就诊卡号|登记号|设备(编号|号)|device_?id|工单号", re.I
)
_QUESTION = re.compile(r"question|query|ask|提问|问题|问|咨询内容|(患者|用户|病人)(提问|咨询)", re.I)
_ANSWER = re.compile(r"answer|response|reply|回答|答案|答|答复|回复|(医生|专家)(回答|回复|答复)", re.I)
_SPEAKER = re.compile(r"name|speaker_?name|姓名|昵称|author|user(_?name)?", re.I)
_AUTHOR = re.compile(r"author(s|\.name)?|creator|editor|作者|编者|主编|撰稿|last.?modified.?by", re.I)
_TITLE = "title"


@dataclass(frozen=True)
class Roles:
    """The columns with their roles, and what follows for the recipe.

    text: paths of the leaves in the source; rename: leaf → column of the source, where a shape names leaves; beside:
    fields that travel with a nested leaf; parts: columns that `compose` joins; rest: Chinese columns that nothing takes.
    """

    columns: tuple[Seen, ...]
    shape: str = ""
    text: tuple[str, ...] = ()
    rename: Mapping[str, str] = field(default_factory=dict)
    beside: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    id: str = ""
    subject: str = ""
    date: str = ""

    def of(self, role: str) -> list[Seen]:
        return [one for one in self.columns if role in one.role.split("+")]

    @property
    def rest(self) -> list[str]:
        return [one.name for one in self.of("left out") if one.han >= _CHINESE and not one.kind and one.dates < DATED]


def find(group: Group) -> Roles:
    """Profiles a group's columns and gives each its role."""
    flat = [column(name, values) for name, values in group.columns.items() if _usable(name)]
    nested = [_of_dialogue(column(name, values)) for name, values in group.nested.items()]
    if group.kind not in TABLES and group.kind != "archive":
        flat = [_of_document(one) for one in flat]
    roles = replace(_text(group, flat, nested), columns=(*flat, *nested))
    return _rest(roles, table=group.kind in TABLES)


def _usable(name: str) -> bool:
    """Not a private name of ours, nor one that a recipe reads as an address."""
    return bool(name.strip()) and not name.startswith("_") and "[]" not in name


def _of_dialogue(one: Seen) -> Seen:
    """Who speaks, by name, is a person; what is said is text, whatever it is called."""
    if _SPEAKER.fullmatch(one.leaf):
        return replace(one, kind="person_name", by="name")
    return replace(one, kind="", by="") if one.by == "content" and one.length >= LONG else one


def _of_document(one: Seen) -> Seen:
    """What is said beside a document is not published; only an author, known by the column's name, is looked for in it."""
    if _AUTHOR.fullmatch(one.name):
        return replace(one, kind="person_name", by="name")
    return replace(one, kind="", by="") if one.by == "content" or one.name == _TITLE else one


def _text(group: Group, flat: Sequence[Seen], nested: Sequence[Seen]) -> Roles:
    if group.kind not in TABLES and group.kind != "archive":
        return Roles((), "text", ("text",))
    said = [one for one in nested if one.han >= _CHINESE and not one.kind and not _is_deep(one, group)]
    plain = [one for one in flat if one.han >= _CHINESE and not one.kind and one.dates < MOST]
    shape = recognise({one.name for one in (*flat, *nested)} - {"text"})
    if shape in ("messages", "sharegpt", "alpaca", "pairs"):
        return Roles((), shape, SHAPES[shape].text, beside=SHAPES[shape].beside)
    if said and max(map(_amount, said)) > 2 * max(map(_amount, plain), default=0.0):
        best = max(said, key=_amount)
        return Roles((), "", (best.name,), beside=_beside(best, nested))
    return _pair(plain) or _plain(plain)


def _is_deep(one: Seen, group: Group) -> bool:
    return group.sizes[one.name.partition("[].")[0]] > _DEEP * max(_amount(one), 1.0)


def _amount(one: Seen) -> float:
    """Characters of the sample."""
    return one.length * one.filled * one.rows


def _beside(leaf: Seen, nested: Sequence[Seen]) -> tuple[str, ...]:
    """Fields of the same list that say who speaks or what a turn is: few different, short values."""
    place = leaf.name.removesuffix(leaf.leaf)
    return tuple(
        one.name for one in nested
        if one.name.startswith(place) and one != leaf and not one.kind and 0 < one.length < LONG
        and one.distinct * one.rows <= _CATEGORIES
    )  # fmt: skip


def _pair(plain: Sequence[Seen]) -> Roles | None:
    asked = next((one.name for one in plain if _QUESTION.fullmatch(one.name)), "")
    answer = next((one.name for one in plain if _ANSWER.fullmatch(one.name)), "")
    return Roles((), "pairs", (asked, answer), rename={"question": asked, "answer": answer}) if asked and answer else None


def _plain(plain: Sequence[Seen]) -> Roles:
    """The longest column and those at least a third as long; short ones are parts of a text to be composed."""
    longest = max((one.length for one in plain), default=0.0)
    if longest < LONG and len(parts := [one.name for one in plain if not _ID.match(one.name)]) >= 2:
        return Roles((), "", parts=tuple(parts))
    return Roles((), "text", tuple(one.name for one in plain if one.length >= max(longest / 3, min(LONG, longest))))


def _rest(roles: Roles, *, table: bool) -> Roles:
    """Key, subject, date and identities among the columns that are no text."""
    free = [one for one in roles.columns if one.name not in (*roles.text, *roles.parts, *roles.beside) and not one.nested]
    unique = [one for one in free if table and one.distinct >= 0.999 and one.filled > 0.999]
    key = next((one.name for one in unique if _ID.match(one.name) or one.kind.startswith("medical_record")), "")
    people = [one for one in free if _SUBJECT.search(one.name) and one.name != key]
    subject = min(people, key=lambda one: one.distinct).name if people else ""  # who comes again is who it is about
    subject = subject or next((one.name for one in free if one.kind == "resident_id"), "")
    date = next((one.name for one in free if one.dates >= MOST and not one.kind), "")
    columns = tuple(replace(one, role=_role(one, roles, key, subject, table)) for one in roles.columns)
    return replace(roles, columns=columns, id=key, subject=subject, date=date)


def _role(one: Seen, roles: Roles, key: str, subject: str, table: bool) -> str:
    if one.name in roles.text:
        return "text"
    if one.name in roles.parts:
        return "part+column" if _is_category(one) else "part"
    named = [role for role, name in (("id", key), ("subject", subject)) if name == one.name]
    if one.kind:
        named.append("identity")
    elif one.name in roles.beside or (not named and not one.nested and _publishes(one, table)):
        named.append("column")
    return "+".join(named) or "left out"


def _publishes(one: Seen, table: bool) -> bool:
    """Titles of documents, and what puts a record in a class or measures it; not what names one record alone, nor dates."""
    if not table:
        return one.name == _TITLE
    if one.dates >= DATED:
        return False
    return _is_category(one) or (one.numbers >= MOST and not _ID.match(one.name) and one.length <= 8)


def _is_category(one: Seen) -> bool:
    """Few different values, each seen again."""
    return (
        one.dates < DATED and 0 < one.length <= _SHORT and one.distinct <= 0.5 and one.distinct * one.filled * one.rows <= _CATEGORIES
        and not _SUBJECT.search(one.name) and not _ID.match(one.name)
    )  # fmt: skip


def is_key(name: str) -> bool:
    """Whether a column is called like a key, or like who or what a record is about."""
    return bool(_ID.match(name) or _SUBJECT.search(name))
