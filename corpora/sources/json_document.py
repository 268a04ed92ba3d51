"""JSON files that are one value: an array of objects, or a single object over several lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from corpora.sources.decoding import decode_cut
from corpora.sources.items import BadFile, Item, broken_off
from corpora.sources.json_record import fields_of, members_of
from corpora.sources.records import BadRecord, Fields
from corpora.sources.spec import Shard


def items(data: bytes, shard: Shard, not_text: Counter[str]) -> Iterator[Item]:
    """The objects of the array, or the one object. What can't be followed any further is one item, from its byte on."""
    whole = decode_cut(data, shard.encoding)
    if whole is None:
        raise BadFile("undecodable")
    text = whole.removeprefix("\ufeff").strip()
    if text.startswith("["):
        yield from _members(whole, text, data, shard.encoding)
        return
    try:
        fields = fields_of(text)
    except BadRecord as bad:
        raise BadFile(bad.cause) from None
    yield Item(canonical(fields), fields, record=0)


def _members(whole: str, text: str, data: bytes, encoding: str) -> Iterator[Item]:
    before = whole.index(text)
    for record, (end, member) in enumerate(members_of(text)):
        if not isinstance(member, str):
            yield Item(canonical(member), member, record=record)
        elif member == "wrong_type":  # no object, but the array goes on
            yield Item(b"", cause=member, record=record)
        else:
            yield broken_off(data, encoding, whole[: before + end], member, record)


def canonical(fields: Fields) -> bytes:
    """The same bytes for the same members, whatever their order and the spaces between them."""
    return "\0".join(f"{name}\1{fields[name].kind}\1{fields[name].text}" for name in sorted(fields)).encode(
        "utf-8", "surrogatepass"
    )
