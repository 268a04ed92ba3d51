"""Scanning files for personal information: rows in, one JSON object a row out. The text is read as it stands.

with scan.start(Request("notes.jsonl")) as (shards, pieces):
    for piece in pieces: …
"""

from quality.scan.pieces import BANDS, Piece, Request
from quality.scan.work import start

__all__ = ["BANDS", "Piece", "Request", "start"]
