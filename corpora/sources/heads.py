"""The first records of a file, as strings by column: for a look at what a file holds, not for reading it."""

from __future__ import annotations

import contextlib
import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import islice

from corpora.errors import FileUnreadable
from corpora.sources import csv_record, excel, json_record, not_text
from corpora.sources.decoding import decode, is_blank, split_lines
from corpora.sources.detect import compression_of, format_of, table_of
from corpora.sources.files import printable
from corpora.sources.frames import line_pieces
from corpora.sources.items import Item
from corpora.sources.items import found as items_found
from corpora.sources.plan import plan
from corpora.sources.reading import PACKAGES, WHOLE, first
from corpora.sources.records import BadRecord, Fields
from corpora.sources.spec import LIMIT, NO_LAYOUT, TO_THE_END, Layout, Shard
from corpora.sources.streams import StreamBroken, open_file, pieces

_BYTES, _START = 4 << 20, 1 << 12
ROWS = 1000


@dataclass
class Head:
    """columns: column → its values ("" where a record has none); nested: `messages[].content` → the strings in it.

    sizes: list column → characters of its JSON. encoding: what the file is read in, "" where its bytes are no text.
    sheet: name of the one worksheet, if it is not the whole file. names: of all columns that are there, also of those whose
    values are no strings or are empty.
    """

    format: str
    rows: int = 0
    columns: dict[str, list[str]] = field(default_factory=dict)
    nested: dict[str, list[str]] = field(default_factory=dict)
    sizes: Counter[str] = field(default_factory=Counter)
    encoding: str = ""
    sheet: str = ""
    names: set[str] = field(default_factory=set)

    def _add(self, record: dict[str, str]) -> None:
        for name in record:
            self.columns.setdefault(name, [""] * self.rows)
        for name, values in self.columns.items():
            values.append(record.get(name, ""))
        self.rows += 1


def head(path: str, layout: Layout = NO_LAYOUT, *, format: str = "auto", encoding: str = "auto") -> Head:  # noqa: A002
    """Up to ROWS records; broken ones are passed over. Raises SourceMissing, UsageError as `plan` does, and FileUnreadable for
    a file that is called a text or a table and is neither."""
    if format == "auto":
        _check_text(path)
    shards = plan(path, source=0, file=0, format=format, encoding=encoding, layout=layout)
    if not shards:
        return Head("empty")
    shard = shards[0]
    found = _head(shard)
    found.encoding = "" if shard.format in PACKAGES or shard.format in ("parquet", "excel") else shard.encoding
    return found


def _check_text(path: str) -> None:
    raw = b""
    with open_file(path) as file:
        start = file.read(_START)
    compression = compression_of(start, path)
    if table_of(start, format_of(start, path)) in PACKAGES | {"parquet", "excel"}:
        return
    with contextlib.suppress(StreamBroken):
        raw = next(pieces(path, compression, 0, not_text.SAMPLE, not_text.SAMPLE), b"")
    if not_text.is_not_text(raw):
        raise FileUnreadable(
            f"不是文本，也不是表格 / no text and no table: {printable(path)}",
            cause="not_text",
            hint="多是改了名的图片、压缩包或程序，或被加密软件加密；解密或换成原来的文件 / a renamed picture, package or program, or encrypted",
        )


def heads(path: str) -> list[Head]:
    """As `head`; a workbook whose worksheets are tables with different columns has one for each of them."""
    found = head(path)
    apart = _sheets(path) if found.format == "excel" and found.rows else []
    return apart or [found]


def _sheets(path: str) -> list[Head]:
    """Heads of the sheets that hold records; none unless they are several different tables that a recipe can name."""
    found: dict[int, Head] = {}

    def some(data: bytes, shard: Shard, not_text: Counter[str]) -> Iterator[Item]:
        for sheet in excel.sheets(data, shard, lambda name: True, not_text):
            found[sheet.part] = Head("excel", sheet=sheet.name)
            yield from islice(excel.records(sheet, shard.layout, not_text), ROWS)

    for item in items_found(some, plan(path, source=0, file=0)[0], Counter(), LIMIT):
        if item.fields is not None:
            _add_fields(item.fields, found[item.part])
    full = [one for one in found.values() if one.rows]
    names = {one.sheet for one in full}
    tables = all(one.rows > 1 for one in full) and len(names) == len(full) and "" not in names
    return full if tables and not _alike([set(one.columns) for one in full]) else []


def _alike(tables: Sequence[Set[str]]) -> bool:
    """Whether each table has more columns in common with the widest one than apart from it."""
    widest = max(tables, key=len, default=set())
    return all(2 * len(one & widest) > len(one | widest) for one in tables)


def _head(shard: Shard) -> Head:
    if shard.format == "parquet":
        return _parquet(shard)
    if shard.format in WHOLE:
        return _whole(shard)
    if shard.cause is not None:
        return Head(shard.format)
    text = _text(shard)
    found = Head(shard.format)
    if shard.format in ("csv", "tsv"):
        said = csv_record.bare(shard.cells)
        found.names = set(shard.header)
        for values in _records(text, shard.layout.separator or csv_record.SEPARATORS[0]):
            if len(values) == len(shard.header) and found.rows < ROWS and (not said or csv_record.bare(values) != said):
                found._add(dict(zip(shard.header, values, strict=True)))
    elif shard.format == "jsonl":
        for line in text.splitlines():
            if line.strip() and found.rows < ROWS:
                _json(line, found)
    else:
        for line in text.splitlines()[:ROWS]:
            found._add({"text": line})
        found.names = {"text"}
    return found


def _records(text: str, separator: str) -> Iterator[list[str]]:
    """Rows up to the first that Python's reader refuses: this is only a look, the run says what is wrong with a row."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text)))  # by default 128 KB: a cell may hold a whole file
    with contextlib.suppress(csv.Error):
        yield from csv.reader(io.StringIO(text), delimiter=separator)


def _whole(shard: Shard) -> Head:
    """The first items of a file that a library takes apart; a document's own text is called `text`."""
    found = Head(shard.format)
    for item in islice(first(shard), ROWS):
        _add_fields(item.fields or {}, found)
    return found


def _text(shard: Shard) -> str:
    """The first megabytes, whole lines only, each in its encoding; undecodable lines are left out."""
    raw = b""
    try:
        for piece in line_pieces(replace(shard, stop=TO_THE_END), _BYTES):
            raw += piece
            if len(raw) >= _BYTES:
                break
    except StreamBroken:
        pass
    lines = split_lines(raw, shard.encoding)
    lines = lines[:-1] if len(raw) >= _BYTES and len(lines) > 1 else lines
    return "".join(decode(line, shard.encoding) or "" for line in lines if not is_blank(line, shard.encoding))


def _json(line: str, found: Head) -> None:
    try:
        fields = json_record.fields_of(line)
    except BadRecord:
        return
    _add_fields(fields, found)


def _add_fields(fields: Fields, found: Head) -> None:
    plain = {name: value.text for name, value in fields.items() if value.kind in ("string", "literal", "rounded")}
    found._add({name or "text": text for name, text in plain.items()})
    found.names.update(name or "text" for name in fields)
    for name, value in fields.items():
        if value.kind == "nested" and value.text.startswith("["):
            found.sizes[name] += len(value.text)
            _items(name, value.text, found)


def _items(name: str, text: str, found: Head) -> None:
    try:
        for item in json_record.items_of(text):
            for key, value in item.items():
                if value.kind == "string":
                    found.nested.setdefault(f"{name}[].{key}", []).append(value.text)
    except BadRecord:
        return


def _parquet(shard: Shard) -> Head:
    import pyarrow.parquet as pq

    from corpora.sources.arrow_values import printed

    found = Head("parquet")
    batch = next(pq.ParquetFile(shard.path).iter_batches(ROWS), None)
    if batch is None:
        return found
    for name in batch.schema.names:
        found.columns[name] = [value or "" for value in printed(batch.column(name)).to_pylist()]
    found.rows, found.names = batch.num_rows, set(batch.schema.names)
    return found
