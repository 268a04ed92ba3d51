"""The input of the benchmarks: `python -m benchmarks.make_input --mb 300` writes .bench/input-300.jsonl.

Documents of 100 to 2 000 characters, recombined from short pieces of the real text in ../shared/data: no document is
repeated but the planted copies. Beside it, input-300.clean.jsonl has the same lines without the broken ones (for the
bare pyarrow copy, which stops at them), and input-300.json the planted truth. Same seed, same bytes. Memory does not
grow with the size.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks import passages
from benchmarks.plant import BROKEN, DRESSINGS, Plant

FOLDER = Path(__file__).resolve().parent.parent / ".bench"
VERSION = 1  # of the input; a new one makes old files be written anew
SHARES = {"medical": 0.60, "manufacturing": 0.12, "general": 0.27, "traditional": 0.01}
DEPARTMENTS = {
    "medical": ("心内科", "呼吸内科", "消化内科", "神经内科", "骨科", "儿科", "中医科", "急诊科"),
    "manufacturing": ("设备科", "医学工程科"),
    "general": ("医务科", "质控办", "科教科"),
    "traditional": ("国际医疗部",),
}
BLOCK = 20_000  # documents made at once
COPIES = {"exact": 0.02, "near": 0.03, "twin": 0.01}
DRESSED, BROKEN_SHARE = 0.01, 0.0005
KEPT, KEEP_SHARE = 4096, 0.1  # originals that copies are made of, and the share of rows that replace one of them


class Pool:
    """The pieces of one pool, each also with a line end after it; documents are cut from an endless random row of them."""

    def __init__(self, name: str) -> None:
        self.name = name
        found = passages.pieces(name)
        self.pieces = found + [piece + "\n" for piece in found]
        self.lengths = np.array([len(piece) for piece in found])
        # mostly whole sentences end a line; now and then a line breaks where it should not
        self.break_chance = np.array([0.12 if piece[-1] in "。！？；" else 0.02 for piece in found])

    def documents(self, count: int, random: np.random.Generator) -> list[str]:
        """`count` texts of log-normal length, median 420 characters."""
        wanted = np.clip(random.lognormal(np.log(420), 0.75, count), 120, 1980).astype(np.int64)
        drawn = random.integers(0, len(self.lengths), int(wanted.sum() / self.lengths.mean() * 1.1) + 1000)
        ends = np.searchsorted(np.cumsum(self.lengths[drawn]), np.cumsum(wanted)) + 1
        drawn += len(self.lengths) * (random.random(len(drawn)) < self.break_chance[drawn])
        row, bounds, start = drawn.tolist(), ends.tolist(), 0
        texts = []
        for end in bounds:
            texts.append("".join([self.pieces[i] for i in row[start:end]]).rstrip())
            start = end
        return texts


class Writer:
    """Writes the lines, with and without the broken ones, and counts what was planted."""

    def __init__(self, target: Path, seed: int) -> None:
        self.target, self.size, self.rows, self.counts = target, 0, 0, Counter[str]()
        self.random = np.random.Generator(np.random.PCG64(seed))
        self.plant = Plant(seed)
        self.pools = {name: Pool(name) for name in SHARES}
        self.kept: list[tuple[str, str, int]] = []

    def write(self, size: int) -> None:
        """About `size` bytes (at most one block of documents more is thrown away, never written)."""
        with self.target.open("wb") as everything, self.target.with_suffix(".clean.jsonl").open("wb") as clean:
            while self.size < size:
                lines, planted = self._block()
                sizes = np.cumsum([len(line) for line in lines])
                lines = lines[: int(np.searchsorted(sizes, size - self.size)) + 1]
                self.counts.update(planted[: len(lines)])
                clean.write(b"".join(lines))
                mixed = self._broken(lines)
                everything.write(mixed)
                self.size += len(mixed)
                self.rows += len(lines)

    def truth(self) -> dict[str, Any]:
        planted = {kind: self.counts[kind] for kind in (*COPIES, *DRESSINGS, "broken")}
        return {"version": VERSION, "bytes": self.size, "rows": self.rows, **planted}

    def _block(self) -> tuple[list[bytes], list[str]]:
        """The lines of BLOCK documents, and what is planted in each ("" for nothing)."""
        drafts = self._originals()
        kinds = self.random.random(len(drafts))
        dressings = self.random.random(len(drafts))
        people = self.random.integers(0, 1 << 24, len(drafts)).tolist()
        days = np.datetime64("2023-01-01") + self.random.integers(0, 1000, len(drafts)).astype("timedelta64[D]")
        dates = np.datetime_as_string(days).tolist()
        places = self._places(len(drafts))
        lines, planted = [], []
        for i, (text, department) in enumerate(drafts):
            person = people[i] % (self.rows // 4 + 5000)  # patients grow with the file: about four records each
            if self.kept and kinds[i] < sum(COPIES.values()):
                kind, text, department, person = self._copy(float(kinds[i]), person)
            else:
                kind, text = self._dressed(text, float(dressings[i]))
                self._keep(text, department, person, int(places[i]))
            planted.append(kind)
            number = self.rows + i
            lines.append(
                f'{{"id": "B{number:08d}", "text": {json.dumps(text, ensure_ascii=False)}, "科室": "{department}", '
                f'"日期": "{dates[i]}", "患者编号": "P{person:07d}"}}\n'.encode()
            )
        return lines, planted

    def _originals(self) -> list[tuple[str, str]]:
        counts = self.random.multinomial(BLOCK, list(SHARES.values())).tolist()
        drafts = [
            (text, DEPARTMENTS[name][i % len(DEPARTMENTS[name])])
            for name, count in zip(SHARES, counts, strict=True)
            for i, text in enumerate(self.pools[name].documents(count, self.random))
        ]
        return [drafts[i] for i in self.random.permutation(len(drafts)).tolist()]

    def _places(self, count: int) -> NDArray[np.int64]:
        """Place of each row among the kept originals, -1 for most."""
        return np.where(self.random.random(count) < KEEP_SHARE, self.random.integers(0, KEPT, count), -1)

    def _keep(self, text: str, department: str, person: int, place: int) -> None:
        if len(self.kept) < KEPT:
            self.kept.append((text, department, person))
        elif place >= 0:
            self.kept[place] = (text, department, person)

    def _copy(self, chance: float, person: int) -> tuple[str, str, str, int]:
        """A planted copy of an earlier document, and its kind; half of the copies are of the same person."""
        text, department, owner = self.plant.draw.pick(self.kept)
        kind = next(k for k, end in zip(COPIES, np.cumsum(list(COPIES.values())), strict=True) if chance < end)
        copied = self.plant.copy(kind, text)
        if copied is None:  # no numbers to differ in
            kind, copied = "exact", text
        return kind, copied, department, owner if self.plant.draw.chance(50) else person

    def _dressed(self, text: str, chance: float) -> tuple[str, str]:
        which = int(chance / DRESSED)
        if which >= len(DRESSINGS):
            return "", text
        return DRESSINGS[which], self.plant.dress(DRESSINGS[which], text)

    def _broken(self, lines: list[bytes]) -> bytes:
        """The lines with a broken one before some of them."""
        places = np.flatnonzero(self.random.random(len(lines)) < BROKEN_SHARE).tolist()
        mixed = list(lines)
        for place in reversed(places):
            kind = self.plant.draw.pick(BROKEN)
            self.counts["broken"] += 1
            mixed.insert(place, self.plant.broken(kind, lines[place]))
        return b"".join(mixed)


def ensure(mb: int, seed: int = 1, folder: Path = FOLDER) -> Path:
    """Path of the input of `mb` megabytes, written if it is not there."""
    target = folder / f"input-{mb}.jsonl"
    note = target.with_suffix(".json")
    wanted = {"version": VERSION, "seed": seed}
    if not note.exists() or not wanted.items() <= json.loads(note.read_text("utf-8")).items():
        if not passages.DATA.is_dir():
            raise SystemExit("the benchmarks need the texts in ../shared/data")
        folder.mkdir(exist_ok=True, parents=True)
        note.unlink(missing_ok=True)
        writer = Writer(target, seed)
        writer.write(mb * 1_000_000)
        note.write_text(json.dumps(writer.truth() | wanted, ensure_ascii=False, indent=1), "utf-8")
    return target


def clean(path: Path) -> Path:
    """The same lines without the broken ones."""
    return path.with_suffix(".clean.jsonl")


def truth(path: Path) -> dict[str, Any]:
    """Rows, bytes and what was planted."""
    found: dict[str, Any] = json.loads(path.with_suffix(".json").read_text("utf-8"))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    path = ensure(options.mb, options.seed)
    print(path.name, json.dumps(truth(path), ensure_ascii=False))


if __name__ == "__main__":
    main()
