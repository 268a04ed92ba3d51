"""Invented workbooks for the tests: by openpyxl, xlwt and odfpy, or put together part by part."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl

_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def saved(book: Any) -> bytes:
    """The workbook's bytes."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xlsx(*sheets: Sequence[Sequence[object]], merged: Sequence[str] = ()) -> bytes:
    """A workbook with these rows; merged: ranges of the first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"表{number + 1}")
        for row in rows:
            sheet.append(list(row))
    for reference in merged:
        book.worksheets[0].merge_cells(reference)
    return saved(book)


def by_hand(
    rows: str, *, prefix: str = "", head: str = "", tail: str = "", strings: Sequence[str] = (), codes: Sequence[str] = (),
    extra: dict[str, str] | None = None,
) -> bytes:  # fmt: skip
    """A workbook with one sheet, written as it stands: what openpyxl would not write."""
    formats = "".join(f'<numFmt numFmtId="{200 + i}" formatCode="{code}"/>' for i, code in enumerate(codes))
    styles = "".join(f'<xf numFmtId="{200 + i}"/>' for i in range(len(codes)))
    p = f"{prefix}:" if prefix else ""
    space = f'xmlns{":" + prefix if prefix else ""}="{_MAIN}"'
    parts = {
        "_rels/.rels": f'<Relationships><Relationship Id="a" Type="{_TYPES}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_TYPES}"><sheets><sheet name="甲" sheetId="1" r:id="s"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="s" Type="{_TYPES}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="f" Type="{_TYPES}/styles" Target="/xl/styles.xml"/>'
        f'<Relationship Id="t" Type="{_TYPES}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet><numFmts>{formats}</numFmts><cellXfs><xf numFmtId="0"/>{styles}</cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f"<sst>{''.join(strings)}</sst>",
        "xl/worksheets/sheet1.xml": f"<{p}worksheet {space}>{head}<{p}sheetData>{rows}</{p}sheetData>{tail}</{p}worksheet>",
        **(extra or {}),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def xls(rows: Sequence[Sequence[object]], *, style: str | None = None, hidden: bool = False) -> bytes:
    """A workbook of Excel 97; style: number format of all cells."""
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("甲")
    if hidden:
        book.add_sheet("乙").visibility = 1
    how = xlwt.easyxf(num_format_str=style) if style else xlwt.Style.default_style
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if value is not None:
                sheet.write(r, c, value, how)
    return saved(book)


def ods(rows: Sequence[Sequence[str]]) -> bytes:
    """A workbook of LibreOffice, all cells strings."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    book = OpenDocumentSpreadsheet()
    table = Table(name="甲")
    for row in rows:
        line = TableRow()
        for text in row:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=text))
            line.addElement(cell)
        table.addElement(line)
    book.spreadsheet.addElement(table)
    out = io.BytesIO()
    book.write(out)
    return out.getvalue()
