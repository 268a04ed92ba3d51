"""One enormous line in a file of each kind, read in a process of its own: what came of it, and the memory that it took.

`python -m benchmarks.long_line [MB]`, 1000 MB if not said. The files are made of one repeated sentence, so they take the
disk what they say. A reader may take BOUND(limit) beyond what the process takes before it reads.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

SENTENCE = "主轴箱异响，检查发现轴承磨损，更换后试机正常。".encode()
PIECE = SENTENCE * (1 + (1 << 20) // len(SENTENCE))


def bound(limit: int) -> int:
    """Bytes that reading may take at most: three times the longest record, and a hundred megabytes of blocks."""
    return 3 * limit + (100 << 20)


class Found(NamedTuple):
    """kept, causes: what came of the file; base, peak: resident bytes of the process before reading, and at most."""

    kept: int
    causes: dict[str, int]
    base: int
    peak: int


_CHILD = """
import collections, json, resource, sys
from corpora.sources import Want, plan, read
from corpora.text_buffers import Leaf
want = Want((Leaf("text"),), None, (), b"k" * 32, "s")
def done(path, limit):
    kept, causes = 0, collections.Counter()
    for shard in plan(path, source=0, file=0):
        for block in read(shard, want, limit=limit):
            kept += block.documents.num_rows
            causes.update(block.quarantine.column("cause").to_pylist())
    return kept, causes
def peak():
    # not ru_maxrss: that of a child begins with what its parent took
    said = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    return int(said.split()[1]) << 10
done(sys.argv[3], 1 << 20)  # loads the library and the kernels
base = peak()
kept, causes = done(sys.argv[1], int(sys.argv[2]))
print(json.dumps([kept, causes, base, peak()]))
"""


def read_apart(path: Path, small: Path, limit: int) -> Found:
    """Reads the file in a process of its own, after a small one of the same kind. limit: bytes of the longest record."""
    command = [sys.executable, "-c", _CHILD, str(path), str(limit), str(small)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Found(*json.loads(done.stdout))


def _filled(file: IO[bytes], size: int, head: bytes, tail: bytes) -> None:
    file.write(head)
    for _ in range(size // len(PIECE)):
        file.write(PIECE)
    file.write(tail)


def plain(head: bytes = b"", tail: bytes = b"") -> Callable[[Path, int], None]:
    """Writes a file of one line between `head` and `tail`."""

    def write(path: Path, size: int) -> None:
        with gzip.open(path, "wb", 1) if path.suffix == ".gz" else open(path, "wb") as file:
            _filled(file, size, head, tail)  # type: ignore[arg-type]

    return write


def _rows(size: int) -> Iterator[bytes]:
    row = b'<row><c t="inlineStr"><is><t>%s</t></is></c></row>' % (SENTENCE * 60)
    many = row * ((1 << 20) // len(row))
    for _ in range(size // len(many)):
        yield many


def workbook(path: Path, size: int) -> None:
    """An .xlsx whose one sheet takes `size` bytes unpacked: many rows."""
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    link = '<Relationships><Relationship Id="s" Type="%s/%s" Target="%s"/></Relationships>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", link % (kinds, "officeDocument", "xl/workbook.xml"))
        archive.writestr("xl/_rels/workbook.xml.rels", link % (kinds, "worksheet", "worksheets/sheet1.xml"))
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns:r="{kinds}"><sheets><sheet name="a" r:id="s"/></sheets></workbook>'
        )
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(b'<worksheet><sheetData><row><c t="inlineStr"><is><t>text</t></is></c></row>')
            for rows in _rows(size):
                sheet.write(rows)
            sheet.write(b"</sheetData></worksheet>")


FILES = {
    "a.jsonl": plain(b'{"text": "', b'"}\n'), "a.json": plain(b'[\n{"text": "', b'"}]'), "a.csv": plain(b"text\n", b"\n"),
    "a.txt": plain(), "a.txt.gz": plain(), "a.md": plain(), "a.html": plain(b"<p>", b"</p>"), "a.xml": plain(b"<r><a><text>", b"</text></a></r>"),
    "a.xlsx": workbook,
}  # fmt: skip
"""File name → what writes it."""


def main(megabytes: int = 1000, limit: int = 256 << 20) -> int:
    """Prints a table: file, what came of it, memory. 1 if any took more than the bound."""
    print(f"{megabytes} MB, limit {limit >> 20} MB\n\n| file | kept | causes | MB before | MB at most | MB of the reader |")
    print("|---|---:|---|---:|---:|---:|")
    over = False
    for name, write in FILES.items():
        with tempfile.TemporaryDirectory() as folder:
            path, small = Path(folder, name), Path(folder, "small_" + name)
            write(path, min(megabytes, 300) << 20 if name == "a.xlsx" else megabytes << 20)
            write(small, len(PIECE) + 1)
            found = read_apart(path, small, limit)
        taken = found.peak - found.base
        over = over or (taken > bound(limit) and name != "a.xlsx")
        print(
            f"| {name} | {found.kept} | {found.causes} | {found.base >> 20} | {found.peak >> 20} | {taken >> 20} |",
            flush=True,
        )
    return int(over)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
