"""The records of one file, in order: rows, planted relatives of rows, dirt, junk and broken records."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from quality.identities import Draw
from quality.samples import copies
from quality.samples.domains import Row, SampleFile, Scribe
from quality.samples.soil import JUNK, ONE_LINE, SOILS
from quality.samples.truth import Record
from quality.samples.writer import Written

COPIES = ("repeat", "exact", "exact", "exact", "near", "near", "near", "twin", "twin", "twin", "twin", "twin")
COPY_PERCENT, SOIL_PERCENT, TWICE_PERCENT, JUNK_PERCENT, BROKEN_PERCENT = 8.0, 16.0, 3.0, 2.0, 1.2
BROKEN = {
    "jsonl": ("truncated", "not_json", "wrong_type", "undecodable", "no_text"),
    "csv": ("ragged", "no_text", "undecodable"),
    "tsv": ("ragged", "no_text"),
    "lines": ("undecodable",),
}
"""What can go wrong with one record of each layout without touching its neighbours."""


class Recorder:
    """Turns clean rows of one file into records; remembers the last clean ones for copies."""

    def __init__(self, scribe: Scribe, file: SampleFile, seed: int, domain: str) -> None:
        self._scribe, self._file = scribe, file
        self._draw = Draw(seed, domain, file.name)
        self._recent: deque[tuple[int, Row]] = deque(maxlen=300)
        # UTF-8 read as GBK and written as GB18030 is UTF-8 again: in a mixed file such a line would be no junk
        self._junks = [name for name in JUNK if file.encoding != "mixed" or name != "mojibake"]
        self._soils = [name for name in SOILS if file.layout != "lines" or name in ONE_LINE]

    def records(self, count: int) -> Iterator[Record]:
        for number in range(count):
            yield self._record(number)

    def _record(self, number: int) -> Record:
        draw = self._draw
        if self._recent and draw.chance(COPY_PERCENT):
            return self._copy(number)
        row = self._scribe.row(draw, self._file, number)
        if draw.chance(BROKEN_PERCENT):
            return Record(row, broken=draw.pick(BROKEN[self._file.layout]))
        if draw.chance(JUNK_PERCENT):
            return self._junk(row)
        if draw.chance(SOIL_PERCENT):
            return self._soiled(row)
        if sum(len(w.text) for w in row.leaves.values()) >= 90:
            self._recent.append((number, row))
        return Record(row)

    def _copy(self, number: int) -> Record:
        source, row = self._recent[self._draw.below(len(self._recent))]
        how = self._draw.pick(COPIES)
        if how == "repeat":
            return Record(row, copy_of=source, copy=how)
        key = f"{self._file.prefix}{row.key[2:6]}{number:06d}"
        columns = {**row.columns, self._file.id: key} if self._file.id else {}
        if how == "twin" and not any(w.readings for w in row.leaves.values()):
            how = "exact"
        leaves = dict(row.leaves)
        if how == "near":
            name = max(leaves, key=lambda leaf: len(leaves[leaf].text))
            leaves[name] = copies.near(self._draw, leaves[name])
        if how == "twin":
            leaves = {name: copies.twin(self._draw, w) if w.readings else w for name, w in leaves.items()}
        return Record(Row(key, columns, leaves), copy_of=source, copy=how)

    def _junk(self, row: Row) -> Record:
        kind = self._draw.pick(self._junks)
        leaves = {name: Written(self._encodable(JUNK[kind](self._draw, w))) for name, w in row.leaves.items()}
        return Record(replace(row, leaves=leaves), dirt=[kind])

    def _soiled(self, row: Row) -> Record:
        kinds = self._draw.some(self._soils, 2 if self._draw.chance(100 * TWICE_PERCENT / SOIL_PERCENT) else 1)
        leaves, done = dict(row.leaves), set()
        for kind in sorted(kinds, key=list(SOILS).index):
            for name, written in leaves.items():
                leaves[name] = self._fit(written, SOILS[kind](self._draw, written))
                if leaves[name].text != written.text:
                    done.add(kind)
        return Record(replace(row, leaves=leaves), dirt=sorted(done))

    def _fit(self, clean: Written, dirty: Written) -> Written:
        """The dirty text, or the clean one where the file's encoding has no bytes for the dirt."""
        return dirty if self._encodable(dirty.text) == dirty.text else clean

    def _encodable(self, text: str) -> str:
        """What the file's encoding can hold of the text; only GBK cannot hold all of it."""
        return text if self._file.encoding != "gbk" else text.encode("gbk", "ignore").decode("gbk")
