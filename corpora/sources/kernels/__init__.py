"""Compiled tokenisers of the readers: arrays in, spans out.

Input text is UTF-8 or, for a line that could not be decoded, the byte 0xFF. The tokenisers accept only what they
are sure of; everything else is ODD and goes to the plain reader, which gives the verdict.
"""

from __future__ import annotations

from corpora.sources.kernels.csv import csv_records
from corpora.sources.kernels.json_objects import json_items, json_lines, json_objects
from corpora.sources.kernels.kinds import ABSENT, BLANK, ESCAPED, GOOD, LITERAL, NESTED, NULL, ODD, PLAIN, QUOTED
from corpora.sources.kernels.values import blank_lines, copy_values, has_text, line_spans

__all__ = [
    "ABSENT", "BLANK", "ESCAPED", "GOOD", "LITERAL", "NESTED", "NULL", "ODD", "PLAIN", "QUOTED",
    "blank_lines", "copy_values", "csv_records", "has_text", "json_items", "json_lines", "json_objects",
    "line_spans",
]  # fmt: skip
