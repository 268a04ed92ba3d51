"""JSON files that are one value: an array of objects, or a single object over several lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from corpora.sources.decoding import decode
from corpora.sources.items import BadFile, Item
from corpora.sources.json_record import fields_of, items_of
from corpora.sources.records import BadRecord, Fields
from corpora.sources.spec import Shard


def items(data: bytes, shard: Shard, not_text: Counter[str]) -> Iterator[Item]:
    """The objects of the array, or the one object."""
    text = decode(data, shard.encoding)
    if text is None:
        raise BadFile("undecodable")
    try:
        found = _objects(text.removeprefix("\ufeff").strip())
    except BadRecord as bad:
        raise BadFile(bad.cause) from None
    for record, fields in enumerate(found):
        yield Item(canonical(fields), fields, record=record)


def _objects(text: str) -> list[Fields]:
    if not text.startswith("["):
        return [fields_of(text)]
    held = fields_of('{"":' + text + "}")  # checks the whole text; as a member, an array is a nested value
    return items_of(held[""].text)


def canonical(fields: Fields) -> bytes:
    """The same bytes for the same members, whatever their order and the spaces between them."""
    return "\0".join(f"{name}\1{fields[name].kind}\1{fields[name].text}" for name in sorted(fields)).encode(
        "utf-8", "surrogatepass"
    )
