"""Reading throughput by format, beside the library's own plain read: `python -m benchmarks.read_speed`.

Each row of FORMATS writes the same invented records in its format and names two readers: ours, which gives documents
with ids and origins, and the plain one, which gives the values. They take turns; the quickest run of each counts.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

ROWS = 100_000
COLUMNS = ("门诊号", "主诉", "年龄", "体温", "日期", "科室", "诊断", "收缩压", "舒张压", "备注")
Record = tuple[str, str, int, float, int, str, str, int, int, str]


class Format(NamedTuple):
    """How records become a file of this format, and how a library reads it back. rows: of the file; is_text: one document."""

    name: str
    suffix: str
    write: Callable[[list[Record], Path], None]
    plain: Callable[[Path], Any]
    rows: int = ROWS
    is_text: bool = False


def records(count: int) -> list[Record]:
    """Invented visits; the date is a spreadsheet's day number."""
    return [
        (f"M{i:06d}", f"头痛{i % 97}天，加重{i % 7}天，伴恶心{i}", i % 90, 36 + i % 50 / 10, 45292 + i % 300,
         "内科" if i % 2 else "外科", "上呼吸道感染", 110 + i % 40, 70 + i % 20, f"第{i % 9}次随访")
        for i in range(count)
    ]  # fmt: skip


def write_csv(rows: list[Record], path: Path) -> None:
    """RFC 4180, nothing quoted."""
    lines = [",".join(map(str, row)) for row in (COLUMNS, *rows)]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def write_jsonl(rows: list[Record], path: Path) -> None:
    """One object a line."""
    lines = [json.dumps(dict(zip(COLUMNS, row, strict=True)), ensure_ascii=False) for row in rows]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def write_parquet(rows: list[Record], path: Path) -> None:
    """One row group, zstd."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table(dict(zip(COLUMNS, map(list, zip(*rows, strict=True)), strict=True))), path, compression="zstd")


def write_xlsx(rows: list[Record], path: Path) -> None:
    """As Excel writes it: shared strings, a number format for temperatures and one for dates."""
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    strings: dict[str, int] = {}
    styles = {3: ' s="1"', 4: ' s="2"'}
    lines = []
    for number, row in enumerate((COLUMNS, *rows), 1):
        cells = [
            f'<c r="{chr(65 + i)}{number}" t="s"><v>{strings.setdefault(value, len(strings))}</v></c>'
            if isinstance(value, str)
            else f'<c r="{chr(65 + i)}{number}"{styles.get(i, "")}><v>{value}</v></c>'
            for i, value in enumerate(row)
        ]
        lines.append(f'<row r="{number}" spans="1:10">{"".join(cells)}</row>')
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="{kinds}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {main} xmlns:r="{kinds}"><sheets><sheet name="门诊" sheetId="1" r:id="s"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        + "".join(
            f'<Relationship Id="{i}" Type="{kinds}/{kind}" Target="{target}"/>'
            for i, kind, target in (("s", "worksheet", "worksheets/sheet1.xml"), ("f", "styles", "styles.xml"), ("t", "sharedStrings", "sharedStrings.xml"))
        )
        + "</Relationships>",
        "xl/styles.xml": f'<styleSheet {main}><numFmts count="1"><numFmt numFmtId="164" formatCode="0.0"/></numFmts>'
        '<cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f"<sst {main}>{''.join(f'<si><t>{escape(text)}</t></si>' for text in strings)}</sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet {main}><sheetData>{''.join(lines)}</sheetData></worksheet>",
    }  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)


def pandas_csv(path: Path) -> Any:
    import pandas as pd

    return pd.read_csv(path, dtype=str)


def arrow_json(path: Path) -> Any:
    import pyarrow.json as pj

    return pj.read_json(path)


def arrow_parquet(path: Path) -> Any:
    import pyarrow.parquet as pq

    return pq.read_table(path)


def calamine(path: Path) -> Any:
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def lines(rows: list[Record]) -> list[str]:
    """The records as sentences, for documents."""
    return [
        f"{row[0]}，{row[5]}，{row[1]}，体温{row[3]}℃，血压{row[7]}/{row[8]}mmHg，诊断：{row[6]}。{row[9]}。" for row in rows
    ]


def write_docx(rows: list[Record], path: Path) -> None:
    """A paragraph a record, and a table of every tenth."""
    from docx import Document

    document = Document()
    for text in lines(rows):
        document.add_paragraph(text)
    table = document.add_table(len(rows) // 10, 3)
    for row, cells in zip(rows[::10], table.rows, strict=False):
        for value, cell in zip(row, cells.cells, strict=False):
            cell.text = str(value)
    document.save(str(path))


def write_html(rows: list[Record], path: Path) -> None:
    """A page with navigation and a paragraph a record."""
    links = "".join(f'<li><a href="/{i}">栏目{i}</a></li>' for i in range(50))
    text = "".join(f'<div class="p"><p>{escape(line)}</p></div>\n' for line in lines(rows))
    path.write_text(f"<html><head><title>病程</title></head><body><nav><ul>{links}</ul></nav>{text}</body></html>", "utf-8")


def write_pdf(rows: list[Record], path: Path) -> None:
    """Forty lines a page, in a font that PDFium knows by heart."""
    from tests.corpora.pdf_files import Sheet, pdf

    text = lines(rows)
    path.write_bytes(pdf(*(Sheet().lines(text[i : i + 40]) for i in range(0, len(text), 40))))


def python_docx(path: Path) -> Any:
    from docx import Document

    document = Document(str(path))
    found = [paragraph.text for paragraph in document.paragraphs]
    return found, [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]


def lexbor(path: Path) -> Any:
    from selectolax.lexbor import LexborHTMLParser

    body = LexborHTMLParser(path.read_bytes()).body
    return body.text(separator="\n") if body else ""


def pdfium(path: Path) -> Any:
    from pypdfium2 import PdfDocument

    return [page.get_textpage().get_text_range() for page in PdfDocument(path)]


FORMATS = (
    Format("CSV | pandas.read_csv", ".csv", write_csv, pandas_csv),
    Format("JSONL | pyarrow.json", ".jsonl", write_jsonl, arrow_json),
    Format("Parquet | pyarrow.parquet", ".parquet", write_parquet, arrow_parquet),
    Format("Excel .xlsx | calamine", ".xlsx", write_xlsx, calamine),
    Format("Word .docx | python-docx", ".docx", write_docx, python_docx, 2_000, True),
    Format("HTML | selectolax", ".html", write_html, lexbor, 20_000, True),
    Format("PDF | pypdfium2", ".pdf", write_pdf, pdfium, 4_000, True),
)


def our_text(path: Path) -> int:
    """Documents that our reader gives of a file that is text."""
    from corpora.sources import Want, plan, read
    from corpora.text_buffers import Leaf

    want = Want((Leaf("text"),), None, ("title",), b"k" * 32, "来源")
    return sum(block.documents.num_rows for shard in plan(str(path), source=0, file=0) for block in read(shard, want))


def ours(path: Path) -> int:
    """Rows that our reader gives: planned, read, every value carried, ids from the key column."""
    from corpora.sources import Want, plan, read
    from corpora.text_buffers import Leaf

    carried = tuple(name for name in COLUMNS if name not in ("门诊号", "主诉"))
    want = Want((Leaf("主诉"),), "门诊号", carried, b"k" * 32, "来源")
    shards = plan(str(path), source=0, file=0)
    return sum(block.documents.num_rows for shard in shards for block in read(shard, want))


def best(call: Callable[[Path], Any], path: Path) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    call(path)
    return time.perf_counter() - start


def measured(one: Format, rows: list[Record], folder: Path, runs: int) -> tuple[float, float]:
    """(our seconds, the library's), the quickest of `runs` runs that take turns, after one that warms up."""
    path = folder / f"a{one.suffix}"
    one.write(rows[: one.rows], path)
    reader = our_text if one.is_text else ours
    if reader(path) != (1 if one.is_text else one.rows):
        raise SystemExit(f"{one.name}: rows are missing")
    one.plain(path)
    pairs = [(best(reader, path), best(one.plain, path)) for _ in range(runs)]
    return min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)


def main(runs: int = 5) -> None:
    """Prints a table: format, our seconds, the library's, the ratio."""
    rows = records(ROWS)
    print(f"{len(COLUMNS)} columns, quickest of {runs}\n\n| format | library | records | ours s | library s | ratio |")
    print("|---|---|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for one in FORMATS:
            mine, plain = measured(one, rows, Path(folder), runs)
            print(f"| {one.name} | {one.rows} | {mine:.3f} | {plain:.3f} | {mine / plain:.2f} |", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
