"""The index: search and facets over all datasets of a catalog. A cache beside them: kept fresh by the files' times, rebuilt at will.

Ranking is BM25 (Robertson and Zaragoza 2009, status [V]) over weighted fields, so a word in a title counts five times one in a
description. Parts of names and titles are found as well, as clients of the Hub expect of a search.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import threading
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from corpora.catalog import entries, words
from corpora.catalog.entries import Entry
from corpora.catalog.store import Catalog
from corpora.errors import YuliaoError
from corpora.forms import FORMAT
from corpora.workspace import write_atomically

FACETS = ("industry", "licences", "access", "size", "languages", "tasks")
SORTS = ("relevance", "modified", "created", "rows", "name")
_K1, _B = 1.2, 0.75
_SAVED_EVERY = 2.0  # seconds
_FILES = ("refs.json", "settings.json")
_NAME, _TITLE = 4.0, 3.0  # what a part of a name, of a title adds to the rank
Stamp = tuple[int, ...]


class Index:
    """The index of one catalog. Threads may share it; processes each have their own and share the file."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._path = catalog.root / "index.json"
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Stamp, Entry, dict[str, float]]] | None = None
        self._table = _Table({})
        self._saved = -_SAVED_EVERY
        self._saving: threading.Thread | None = None

    def entries(self) -> list[Entry]:
        """All datasets, by name. What cannot be read (a damaged commit) is left out: `fsck` tells of it."""
        return self._fresh().entries

    def search(
        self, text: str = "", *, filters: Mapping[str, Sequence[str]] | None = None, labels: Iterable[str] = (),
        author: str | None = None, sort: str = "", visible: Callable[[Sequence[Entry]], Iterable[str]] | None = None,
        relaxed: bool = False,
    ) -> list[Entry]:  # fmt: skip
        """Datasets that fit, best first (newest first without a text).

        text: every word of it, between spaces, has to be found; `relaxed`: any. filters: facet → values, one of which has to
        fit. labels: all of them (`license:…`, tags). visible: names among entries that the caller may see, asked once.
        """
        table = self._fresh()
        scores = table.scores(text, relaxed=relaxed)
        wanted = set(labels)
        found = [
            one for at, one in enumerate(table.entries)
            if (not text.strip() or at in scores) and (author is None or one.author == author) and wanted <= set(one.labels)
            and fits(one, filters or {})
        ]  # fmt: skip
        if visible is not None:
            allowed = set(visible(found))
            found = [one for one in found if one.corpus in allowed]
        by_rank = {table.entries[at].corpus: score for at, score in scores.items()}
        return _sorted(found, sort or ("relevance" if text.strip() else "modified"), by_rank)

    @staticmethod
    def facets(found: Iterable[Entry]) -> dict[str, Counter[str]]:
        """facet → value → datasets."""
        listed = list(found)
        return {facet: Counter(value for one in listed for value in one.values(facet)) for facet in FACETS}

    # --- freshness ---------------------------------------------------------------------------------

    def _fresh(self) -> _Table:
        with self._lock:
            known = self._stored() if self._known is None else self._known
            stamps = dict(_stamps(self._catalog.root / "datasets"))
            stale = [name for name, stamp in stamps.items() if name not in known or known[name][0] != stamp]
            read = dict(self._read(stale, stamps))
            gone = (known.keys() - stamps.keys()) | (set(stale) & known.keys() - read.keys())
            changed = bool(gone) or any(known.get(name) != one for name, one in read.items())
            if changed:
                known = {name: one for name, one in {**known, **read}.items() if name not in gone}
            if changed or self._known is None:
                self._table = _Table({name: (one[1], one[2]) for name, one in sorted(known.items())})
            self._known = known
            if changed and time.monotonic() - self._saved > _SAVED_EVERY:
                self._saving = threading.Thread(target=self._save, args=(known,))  # nobody's search waits for the disk
                self._saving.start()
                self._saved = time.monotonic()
            return self._table

    def settle(self) -> None:
        """Waits until what is known is on disk."""
        if self._saving is not None:
            self._saving.join()

    def _read(self, names: Iterable[str], stamps: Mapping[str, Stamp]) -> Iterator[Any]:
        for name in names:
            try:
                entry, weights, complete = entries.read(self._catalog.repository(name))
            except (YuliaoError, OSError, KeyError, ValueError):
                continue  # damaged, or going away: `fsck` tells; the others are found
            yield name, (stamps[name] if complete else (), entry, weights)

    def _stored(self) -> dict[str, tuple[Stamp, Entry, dict[str, float]]]:
        """What an earlier process knew; nothing when the file is of another format or not ours to trust."""
        try:
            data = json.loads(self._path.read_bytes())
            if data["format"] != FORMAT:
                return {}
            return {name: (tuple(stamp), _entry(entry), weights) for name, (stamp, entry, weights) in data["known"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return {}

    def _save(self, known: Mapping[str, tuple[Stamp, Entry, dict[str, float]]]) -> None:
        rows = {name: (stamp, vars(entry), weights) for name, (stamp, entry, weights) in known.items()}
        data = json.dumps({"format": FORMAT, "known": rows}, ensure_ascii=False, separators=(",", ":"))
        with contextlib.suppress(OSError):  # a catalog that may only be read is searched all the same
            write_atomically(self._path, data.encode())


def fits(entry: Entry, filters: Mapping[str, Sequence[str]]) -> bool:
    """Whether one of the wanted values fits, in every facet that wants something."""
    return all(set(wanted) & set(entry.values(facet)) for facet, wanted in filters.items() if wanted)


def _entry(data: Mapping[str, Any]) -> Entry:
    plain: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()}
    return Entry(**plain)


def _stamps(datasets: Path) -> Iterator[tuple[str, Stamp]]:
    """name → times, sizes and inodes of the two files that change; a rename gives a new inode."""
    with contextlib.suppress(FileNotFoundError):
        for namespace in os.scandir(datasets):
            for folder in os.scandir(namespace.path) if namespace.is_dir() else ():
                if seen := _stamp(folder.path):
                    yield f"{namespace.name}/{folder.name}", seen


def _stamp(folder: str) -> Stamp:
    found: list[int] = []
    for name in _FILES:
        try:
            said = os.stat(f"{folder}/{name}")
            found += (said.st_mtime_ns, said.st_size, said.st_ino)
        except OSError:
            if name == "refs.json":
                return ()
            found += (0, 0, 0)
    return tuple(found)


def _sorted(found: list[Entry], sort: str, rank: Mapping[str, float]) -> list[Entry]:
    """Ties by name, so that pages of a list fit together."""
    found.sort(key=lambda one: one.corpus)
    if sort == "relevance":
        found.sort(key=lambda one: -rank.get(one.corpus, 0.0))
    elif sort in ("modified", "created"):
        found.sort(key=lambda one: getattr(one, sort), reverse=True)
    elif sort == "rows":
        found.sort(key=lambda one: -one.rows)
    return found


class _Table:
    """Entries with their postings, made anew when something has changed."""

    def __init__(self, known: Mapping[str, tuple[Entry, dict[str, float]]]) -> None:
        self.entries = [entry for entry, _ in known.values()]
        self._names = [_plain(entry.corpus) for entry in self.entries]
        self._titles = [_plain(f"{entry.title} {' '.join(entry.tags)}") for entry in self.entries]
        self._lengths = [sum(weights.values()) for _, weights in known.values()]
        self._mean = sum(self._lengths) / max(1, len(self._lengths)) or 1.0
        self._postings = defaultdict[str, list[tuple[int, float]]](list)
        for at, (_, weights) in enumerate(known.values()):
            for word, weight in weights.items():
                self._postings[word].append((at, weight))

    def scores(self, text: str, *, relaxed: bool) -> dict[int, float]:
        """entry → rank, for those that hold every part of the text; relaxed: for those that hold any word of it."""
        parts = _plain(text[:200]).split()
        every = [self._words([word for part in parts for word in words.of(part)], any_of=True)] if relaxed and parts else []
        for part in [] if relaxed else parts:
            found = self._words(words.of(part), any_of=False)
            for at, (name, title) in enumerate(zip(self._names, self._titles, strict=True)):
                if part in name or part in title:
                    found[at] = found.get(at, 0.0) + _NAME * (part in name) + _TITLE * (part in title)
            every.append(found)
        shared = set(every[0]).intersection(*every) if every else set()
        return {at: sum(one[at] for one in every) for at in shared}

    def _words(self, asked: Sequence[str], *, any_of: bool) -> dict[int, float]:
        """BM25 of the entries that hold all (or any) of these words."""
        total, held = defaultdict[int, float](float), Counter[int]()
        distinct = dict.fromkeys(asked)
        for word in distinct:
            posting = self._postings.get(word, ())
            idf = math.log(1 + (len(self.entries) - len(posting) + 0.5) / (len(posting) + 0.5))
            for at, weight in posting:
                bound = _K1 * (1 - _B + _B * self._lengths[at] / self._mean)
                total[at] += idf * weight * (_K1 + 1) / (weight + bound)
                held[at] += 1
        return {at: score for at, score in total.items() if any_of or held[at] == len(distinct)}


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
