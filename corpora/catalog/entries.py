"""Entries: what the index knows of a dataset, taken from its refs, settings, card and manifest. Strangers write cards and
manifests, so every value is looked at before it is taken."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from corpora.catalog import cards, closed, words
from corpora.catalog.closing import versions
from corpora.catalog.refs import MAIN
from corpora.catalog.repository import Repository
from corpora.catalog.revisions import Revision
from corpora.errors import RevisionUnknown
from corpora.names import version_order

INDUSTRIES = {
    "医疗": ("medical", "healthcare", "health", "biology"),
    "制造": ("manufacturing", "industry"),
    "金融": ("finance", "financial"),
    "港航": ("port", "shipping", "logistics"),
    "通用": ("general",),
}
"""Industry of a recipe → tags of the Hub that mean it."""
SIZES = ("n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M", "10M<n<100M", "100M<n<1B", "n>1B")
_LABELLED = (
    "license",
    "language",
    "task_categories",
    "task_ids",
    "size_categories",
    "multilinguality",
    "annotations_creators",
)
_LONGEST, _MOST, _LARGEST_FILE = 300, 50, 16 << 20
_WEIGHTS = {"name": 5, "title": 5, "tags": 3, "description": 1, "columns": 1}


@dataclass(frozen=True)
class Entry:
    """One dataset. It tells of `version`, the newest one that is open and verified, or of `main` where there is none ("").

    verified, head_verified: of that revision, and of `main`. withdrawn: of that revision. labels: as the Hub's clients filter
    by (`license:…`, then tags). rows: 0 when unknown; bytes: of all its files. created, modified: ISO times.
    """

    corpus: str
    title: str
    description: str
    labels: tuple[str, ...]
    tags: tuple[str, ...]
    industry: str
    licences: tuple[str, ...]
    languages: tuple[str, ...]
    tasks: tuple[str, ...]
    size: str
    private: bool
    gated: Literal[False, "auto", "manual"]
    rows: int
    bytes: int
    version: str
    versions: int
    commit: str
    created: str
    modified: str
    verified: bool
    head_verified: bool
    withdrawn: bool
    generated: bool

    @property
    def access(self) -> str:
        """open, gated or private."""
        return "private" if self.private else "gated" if self.gated else "open"

    @property
    def author(self) -> str:
        return self.corpus.partition("/")[0]

    def values(self, facet: str) -> tuple[str, ...]:
        """What it counts under in a facet."""
        plain = {"industry": self.industry, "access": self.access, "size": self.size}
        return tuple(one for one in (plain[facet],) if one) if facet in plain else getattr(self, facet)


def shown(repository: Repository, refs: Mapping[str, Any]) -> str:
    """The tag or branch that stands for a dataset: its newest open version that is known to be whole, else `main`."""
    settings = repository.settings
    named = sorted(versions(repository), key=version_order, reverse=True)
    whole = (f"v{one}" for one in named if not settings.pushed or refs["tags"][f"v{one}"]["commit"] in settings.verified)
    return next(whole, MAIN)


def read(repository: Repository) -> tuple[Entry, dict[str, float], bool]:
    """(entry, word → weight, whether everything it names could be read). Raises RevisionUnknown for an empty repository."""
    refs, settings = repository.refs.read(), repository.settings
    name = shown(repository, refs)
    revision = repository.resolve(name)
    commit = repository.commits.get(revision.commit)
    files: Mapping[str, Any] = commit["files"]
    card_text, manifest_text = (_file(repository, files, path) for path in ("README.md", "release.json"))
    head, manifest = cards.head(card_text or ""), _manifest(manifest_text)
    tags = _texts(head.get("tags")) or _texts(manifest.get("tags"))
    size, rows = _texts(head.get("size_categories")), manifest.get("rows")
    whole = _head_verified(repository, revision, name)
    entry = Entry(
        corpus=repository.corpus,
        title=_text(manifest.get("title")) or _text(head.get("pretty_name")),
        description=_text(manifest.get("description"), 2000) if manifest else _first_words(card_text or ""),
        labels=(*_labels(head), *("未经核验",) * (not whole), *("已撤回",) * bool(revision.withdrawn)),
        tags=tags,
        industry=_industry(manifest, tags),
        licences=_texts(head.get("license")),
        languages=_texts(head.get("language")),
        tasks=_texts(head.get("task_categories")),
        size=next((one for one in size if one in SIZES), ""),
        private=settings.private,
        gated=settings.gated,
        rows=rows if isinstance(rows, int) and 0 <= rows < 1 << 60 else 0,
        bytes=sum(one["size"] for one in files.values()),
        version=name.removeprefix("v") if name != MAIN else "",
        versions=len(versions(repository, closed=True)),
        commit=revision.commit,
        created=settings.created_at or _first_date(refs) or commit["date"],
        modified=commit["date"],
        verified=revision.verified,
        head_verified=whole,
        withdrawn=bool(revision.withdrawn or revision.purged),
        generated=manifest.get("generated") is True or "synthetic" in tags,
    )
    complete = all(text is not None or path not in files for path, text in _pairs(card_text, manifest_text))
    return entry, _weighted(entry, manifest), complete


def _pairs(card: str | None, manifest: str | None) -> tuple[tuple[str, str | None], ...]:
    return ("README.md", card), ("release.json", manifest)


def _head_verified(repository: Repository, revision: Revision, name: str) -> bool:
    try:
        return revision.verified if name == MAIN else repository.resolve(MAIN).verified
    except RevisionUnknown:
        return False


def _first_date(refs: Mapping[str, Any]) -> str:
    return min((entry["date"] for entry in refs["tags"].values()), default="")


def _file(repository: Repository, files: Mapping[str, Any], path: str) -> str | None:
    """The text of a file of moderate size; None when it is not there (any more)."""
    entry = files.get(path)
    if entry is None or entry["size"] > _LARGEST_FILE or not closed.is_open(repository, entry["sha256"]):
        return None
    try:
        return repository.blobs.path(entry["sha256"]).read_bytes().decode("utf-8", "replace")
    except OSError:
        return None


def _manifest(text: str | None) -> dict[str, Any]:
    try:
        value = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _text(value: Any, longest: int = _LONGEST) -> str:
    """A stranger's text on one line, storable."""
    if not isinstance(value, str):
        return ""
    return " ".join(value[: 4 * longest].encode("utf-8", "replace").decode().split())[:longest]


def _texts(value: Any) -> tuple[str, ...]:
    """A text or a list of texts."""
    listed = value if isinstance(value, list) else [value]
    found = (_text(str(one) if isinstance(one, bool | int) else one) for one in listed[:_MOST])
    return tuple(dict.fromkeys(one for one in found if one))


def _labels(head: Mapping[str, Any]) -> tuple[str, ...]:
    return (*(f"{key}:{one}" for key in _LABELLED for one in _texts(head.get(key))), *_texts(head.get("tags")))


def _industry(manifest: Mapping[str, Any], tags: tuple[str, ...]) -> str:
    recipe = manifest.get("recipe")
    said = recipe.get("industry") if isinstance(recipe, dict) else None
    if isinstance(said, str) and said in INDUSTRIES:
        return said
    known = {one: name for name, others in INDUSTRIES.items() for one in (name, *others)}
    return next((known[one.lower()] for one in tags if one.lower() in known), "")


def _first_words(card: str) -> str:
    """The first paragraph of a card that has no manifest beside it."""
    text = re.sub(r"^```.*?(^```|\Z)", "", cards.body(card[: cards.LARGEST * 2]), flags=re.M | re.S)
    blocks = (block.strip() for block in text.split("\n\n"))
    return _text(next((one for one in blocks if one and one[0] not in "#>|-`![<*"), ""), 300)


def _columns(manifest: Mapping[str, Any]) -> Iterator[str]:
    configs = manifest.get("configs")
    columns = configs.get("default") if isinstance(configs, dict) else None
    for column in (columns if isinstance(columns, list) else [])[:200]:
        if isinstance(column, dict):
            yield f"{_text(column.get('name'))} {_text(column.get('label'))}"


def _weighted(entry: Entry, manifest: Mapping[str, Any]) -> dict[str, float]:
    """word → how often it stands there, a title counting more than a description."""
    texts = {
        "name": entry.corpus, "title": entry.title, "description": entry.description, "columns": " ".join(_columns(manifest)),
        "tags": " ".join((*entry.tags, entry.industry, *entry.tasks, *entry.languages, *entry.licences)),
    }  # fmt: skip
    found = Counter[str]()
    for place, text in texts.items():
        for word in words.of(text):
            found[word] += _WEIGHTS[place]
    return dict(found)
