"""A look at a CSV: whatever its cells hold, it never fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.sources.heads import head


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("字" * 300_000, "longer than Python's reader takes by default (131 072)"),
        ("甲\r乙", "a bare carriage return inside of a cell"),
        ("甲\x00乙", "a NUL"),
        ('甲"乙', "a quote in the middle"),
    ],
)
def test_any_cell_is_looked_at(cell: str, why: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(f"编号,正文\n1,乙\n2,{cell}\n3,丙\n".encode())
    found = head(str(path))
    assert found.rows >= 1, why
