"""The plain JSON reader: one record, strictly RFC 8259, every value with its literal characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]

from corpora.sources.decoding import decode
from corpora.sources.records import BadRecord, Fields, Value, Verdict, judged
from corpora.sources.spec import DEPTH, LIMIT, Want

_SPACES = re.compile(r"[ \t\n\r]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_NUMBER_BEGUN = re.compile(r"-?(?:0|[1-9][0-9]*)?(?:\.[0-9]*)?(?:[eE][+-]?)?\Z")
_ESCAPE_BEGUN = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?\Z")
_WORDS = ("true", "false", "null")


def verdict(raw: bytes, encoding: str, want: Want, *, limit: int = LIMIT) -> Verdict:
    """The row in the raw bytes of one line (without its end), or the cause why there is none."""
    if len(raw) > limit:
        return "too_long"
    text = decode(raw, encoding)
    if text is None:
        return "undecodable"
    try:
        return judged(fields_of(text.removeprefix("\ufeff")), want, items_of)
    except BadRecord as bad:
        return bad.cause


def fields_of(text: str) -> Fields:
    """The members of the one object in `text`; a repeated key has a value of the kind `repeated`. Raises BadRecord."""
    text = text.strip(" \t\n\r")
    if not text.startswith("{"):
        raise BadRecord("not_json")
    fields, end = _object(text, 0)
    if end != len(text):
        raise BadRecord("not_json")
    return fields


def members_of(text: str) -> Iterator[tuple[int, Fields | str]]:
    """The members of the array that `text` begins, one by one: where each ends and its fields, or the cause why it has
    none; where the text can't be followed any further, that is the last."""
    i, more = _skip(text, 1), text[1:].lstrip()[:1] != "]"
    end = i
    try:
        while more:
            start, i = i, _value_end(text, i)
            member = _object(text, start)[0] if text[start] == "{" else "wrong_type"
            end = i = _skip(text, i)
            yield end, member
            more = _at(text, i) == ","
            i = _skip(text, i + 1) if more else i
        i = _skip(text, _expect(text, i, "]"))
        if i < len(text):
            raise BadRecord("not_json")
    except BadRecord as bad:
        yield end, bad.cause


def items_of(text: str) -> list[Fields]:
    """The objects in a valid JSON array. Raises BadRecord if one item is not an object."""
    items: list[Fields] = []
    i = _skip(text, 1)
    while text[i] != "]":
        if text[i] != "{":
            raise BadRecord("wrong_type")
        fields, i = _object(text, i)
        items.append(fields)
        i = _skip(text, i)
        if text[i] == ",":
            i = _skip(text, i + 1)
    return items


def _object(text: str, i: int) -> tuple[Fields, int]:
    fields: dict[str, Value] = {}
    i = _skip(text, i + 1)
    if _at(text, i) == "}":
        return fields, i + 1
    while True:
        key, i = _key(text, i)
        end = _value_end(text, i)
        value = _value(text, i, end)
        fields[key] = Value("repeated", f"{fields[key].text}\n{value.text}") if key in fields else value
        i = _skip(text, end)
        if _at(text, i) == "}":
            return fields, i + 1
        i = _skip(text, _expect(text, i, ","))


def _value(text: str, start: int, end: int) -> Value:
    first = text[start]
    if first == '"':
        return Value("string", scanstring(text, start + 1, True)[0])
    return Value("nested" if first in "{[" else "null" if first == "n" else "literal", text[start:end])


def _value_end(text: str, i: int) -> int:
    """End of the value at i; iterative, so that depth is a number and not a stack."""
    opened: list[str] = []
    while True:
        if _at(text, i) in "{[":
            opened.append(text[i])
            if len(opened) >= DEPTH:
                raise BadRecord("too_deep")
            i = _skip(text, i + 1)
            if _at(text, i) not in "}]":
                i = _key(text, i)[1] if opened[-1] == "{" else i
                continue
        else:
            i = _scalar_end(text, i)
        i, more = _closed(text, i, opened)
        if not more:
            return i
        i = _key(text, i)[1] if opened[-1] == "{" else i


def _closed(text: str, i: int, opened: list[str]) -> tuple[int, bool]:
    """After a value: closes levels up to the next comma; (position behind it, whether a value has to follow)."""
    while opened:
        i = _skip(text, i)
        if _at(text, i) == ",":
            return _skip(text, i + 1), True
        i = _expect(text, i, "}" if opened.pop() == "{" else "]")
    return i, False


def _key(text: str, i: int) -> tuple[str, int]:
    _expect(text, i, '"')
    end = _scalar_end(text, i)
    colon = _expect(text, _skip(text, end), ":")
    return scanstring(text, i + 1, True)[0], _skip(text, colon)


def _scalar_end(text: str, i: int) -> int:
    if _at(text, i) == '"':
        return _string_end(text, i)
    if number := _NUMBER.match(text, i):
        return number.end()
    for word in _WORDS:
        if text.startswith(word, i):
            return i + len(word)
    rest = text[i : i + 8]
    begun = i + len(rest) == len(text) and (any(w.startswith(rest) for w in _WORDS) or _NUMBER_BEGUN.match(rest))
    raise BadRecord("truncated" if begun else "not_json")


def _string_end(text: str, i: int) -> int:
    try:
        return int(scanstring(text, i + 1, True)[1])
    except JSONDecodeError as error:
        cut = error.msg.startswith("Unterminated") or _ESCAPE_BEGUN.search(text) is not None
        raise BadRecord("truncated" if cut else "not_json") from None


def _skip(text: str, i: int) -> int:
    return _SPACES.match(text, i).end()  # type: ignore[union-attr]


def _at(text: str, i: int) -> str:
    if i >= len(text):
        raise BadRecord("truncated")
    return text[i]


def _expect(text: str, i: int, mark: str) -> int:
    if _at(text, i) != mark:
        raise BadRecord("not_json")
    return i + 1
