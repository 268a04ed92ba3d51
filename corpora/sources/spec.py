"""What readers take and give: Want (what the recipe asks for), Shard (a unit of work), Block (what came of it)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import pyarrow as pa

from corpora import schema
from corpora.text_buffers import Leaf

FORMATS = (
    "auto", "jsonl", "json", "csv", "tsv", "excel", "parquet", "text", "markdown", "latex", "html", "docx", "epub", "xml",
    "pdf", "image",
)  # fmt: skip
ENCODINGS = ("auto", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "gbk", "gb18030", "big5")
UNITS = ("file", "line", "blank_line", "page")

SHARD_BYTES = 16 << 20
BLOCK_BYTES = 8 << 20
LIMIT = 256 << 20  # bytes of the longest record that is read; a longer one is quarantined as too_long
PREFIX = 64 << 10  # bytes kept of a record that is too long
DEPTH = 256  # levels of nesting in a JSON record
TO_THE_END = -1  # Shard.stop of a compressed file: its decompressed length is not known


@dataclass(frozen=True)
class Want:
    """What the recipe asks of a record.

    leaves: where text is; none where a later step makes the text: then no record is refused for lack of it.
    id: name of the record's own key; None, or an absent, null or empty value → the id is the hash of the raw record.
    columns: other values to carry, as strings with their literal characters; absent → null. `messages[].role`
    names a field beside a nested leaf and is carried inside the leaf's structs.
    key: at most 64 bytes, the dataset line's secret. label: the source's label, part of the hash of a key value.
    """

    leaves: tuple[Leaf, ...]
    id: str | None
    columns: tuple[str, ...]
    key: bytes
    label: str

    @property
    def flat_leaves(self) -> tuple[str, ...]:
        """Columns that are text leaves themselves."""
        return tuple(dict.fromkeys(leaf.column for leaf in self.leaves if leaf.field is None))

    @property
    def nested(self) -> dict[str, tuple[str, ...]]:
        """List column → fields of its structs: wanted siblings, then leaf fields."""
        return {column: self.siblings(column) + self.leaf_fields(column) for column in self.nested_columns}

    @property
    def nested_columns(self) -> tuple[str, ...]:
        """Columns that are lists of structs with a text leaf inside."""
        return tuple(dict.fromkeys(leaf.column for leaf in self.leaves if leaf.field is not None))

    def leaf_fields(self, column: str) -> tuple[str, ...]:
        """The fields of the list column that are leaves."""
        return tuple(dict.fromkeys(leaf.field for leaf in self.leaves if leaf.column == column and leaf.field is not None))

    def siblings(self, column: str) -> tuple[str, ...]:
        """The fields of the list column that are carried beside its leaves."""
        fields = [name.removeprefix(f"{column}[].") for name in self.columns if name.startswith(f"{column}[].")]
        return tuple(field for field in dict.fromkeys(fields) if field not in self.leaf_fields(column))

    @property
    def carried(self) -> tuple[str, ...]:
        """Wanted top-level columns that are not leaves."""
        taken = {leaf.column for leaf in self.leaves}
        return tuple(name for name in dict.fromkeys(self.columns) if "[]." not in name and name not in taken)

    @property
    def schema(self) -> pa.Schema:
        """Schema of `Block.documents`: schema.ORIGIN, the distinct leaf columns, the carried columns."""
        text = pa.large_string()
        lists = {c: pa.large_list(pa.struct([pa.field(f, text) for f in fields])) for c, fields in self.nested.items()}
        leaves = [pa.field(c, lists.get(c, text)) for c in dict.fromkeys(leaf.column for leaf in self.leaves)]
        return pa.schema([*schema.ORIGIN, *leaves, *(pa.field(name, text) for name in self.carried)])


@dataclass(frozen=True)
class Layout:
    """What a recipe says of a source's files beyond format and encoding. Each format reads what concerns it.

    unit: what one document of a text or PDF file is; separator: of a CSV, None = found by looking; element: name or path of
    the XML element that is one record, None = each child of the root; ocr: what reads scans (`ocr.version()`, set by
    `plan`), "" = nothing; sheet: name of the one sheet to read, None = all; header_row: of a spreadsheet or CSV, counted
    from 1 as spreadsheets do, None = found by looking; header: whether a spreadsheet or CSV has one: without, the first row
    is a record and columns are called 第1列, 第2列 …
    """

    unit: str = "file"
    separator: str | None = None
    element: str | None = None
    ocr: str = "auto"
    sheet: str | None = None
    header_row: int | None = None
    header: bool = True

    @classmethod
    def of(cls, data: Mapping[str, object]) -> Layout:
        """From plain JSON types, lists for tuples."""
        return cls(**{name: tuple(v) if isinstance(v, list) else v for name, v in data.items()})  # type: ignore[arg-type]


NO_LAYOUT = Layout()


@dataclass(frozen=True)
class Shard:
    """One unit of work: whole records of one file, `start` ≤ byte < `stop`. Picklable.

    For compressed files bytes count in the decompressed stream and `stop` may be TO_THE_END; for Parquet
    `start` and `stop` count row groups and `first_record` is the number of the first row. `cause`: the whole file
    goes to quarantine, with this cause. `not_text`: what planning met in the file, counted by the first of its shards.
    `returns`: lines end with a carriage return alone, as on an old Mac. `cells`: the header of a CSV as it is written.
    `alone`: it is all of the file, which is quarantined if no record is in it.
    """

    source: int
    file: int
    path: str
    format: str
    encoding: str
    compression: str | None
    start: int
    stop: int
    layout: Layout = NO_LAYOUT
    header: tuple[str, ...] = ()
    first_record: int = 0
    cause: str | None = None
    not_text: tuple[tuple[str, int], ...] = ()
    returns: bool = False
    cells: tuple[str, ...] = ()
    alone: bool = False

    @classmethod
    def of(cls, data: Mapping[str, object]) -> Shard:
        """From plain JSON types, as `dataclasses.asdict` and JSON leave them."""
        values = {**data, "layout": Layout.of(data["layout"]), "header": tuple(data["header"])}  # type: ignore[arg-type]
        values["cells"] = tuple(data.get("cells", ()))  # type: ignore[arg-type]
        values["not_text"] = tuple((key, n) for key, n in data.get("not_text", ()))  # type: ignore[attr-defined]
        return cls(**values)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Block:
    """What came of some bytes. Always read == documents.num_rows + quarantine.num_rows.

    documents: `Want.schema`; quarantine: forms.QUARANTINE; read: records or non-blank lines, good or bad;
    size: bytes consumed (decompressed); not_text: key of vocabulary.NOT_TEXT → how many were met on the way.
    """

    documents: pa.RecordBatch
    quarantine: pa.RecordBatch
    read: int
    size: int
    not_text: Counter[str] = field(default_factory=Counter)
