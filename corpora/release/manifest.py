"""The manifest `release.json`, the release hash, and a release as a set of named files."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from corpora.errors import FormatUnknown, IntegrityError, SourceMissing
from corpora.facts import CONFIGS, split_order
from corpora.forms import FORMAT

MANIFEST, RUN, CARD, CROISSANT = "release.json", "run.json", "README.md", "croissant.json"
ATTESTED = "attestations.json"
"""What people vouched for, where a release travels without our catalog: beside it, not part of it, as run.json."""
BESIDE = frozenset({RUN, ATTESTED, ".gitattributes"})


@dataclass(frozen=True)
class Release:
    """A sealed release: where each of its files is. In a folder they lie side by side, in a catalog they are blobs."""

    files: Mapping[str, Path]
    folder: Path | None = None

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return read_manifest(self.files[MANIFEST])

    @property
    def corpus(self) -> str:
        return str(self.manifest["corpus"])

    @property
    def version(self) -> str:
        return str(self.manifest["version"])

    @property
    def name(self) -> str:
        return f"{self.corpus}@{self.version}"

    @property
    def splits(self) -> dict[str, int]:
        said = self.manifest["splits"]
        return {split: said[split] for split in split_order(said)}

    @cached_property
    def hashes(self) -> dict[str, str]:
        """path → sha256 of every file under the release hash, as the manifest says (verify looks at the bytes)."""
        listed = {entry["path"]: entry["sha256"] for entry in self.manifest["files"]}
        return listed | {MANIFEST: file_sha256(self.files[MANIFEST])}

    @cached_property
    def hash(self) -> str:
        return release_hash(self.hashes)

    @cached_property
    def tables_hash(self) -> str:
        """What the tables hold, whatever card and manifest say of them: attestations and vaults hang on it."""
        return tables_hash(self.hashes)

    def tables(self, config: str = "default", split: str | None = None) -> list[Path]:
        """Parquet files of a config, in order; of one split if named."""
        start = f"{CONFIGS[config]}/" + (f"{split}-" if split else "")
        return [self.files[path] for path in self.paths(config) if path.startswith(start)]

    def paths(self, config: str = "default") -> list[str]:
        """Paths within the release of a config's Parquet files, splits in the manifest's order."""
        found = [entry["path"] for entry in self.manifest["files"] if entry["path"].startswith(CONFIGS[config] + "/")]
        order = list(self.splits)
        return sorted(found, key=lambda path: (order.index(split_of(path)), path))


def split_of(path: str) -> str:
    """`data/train-00000-of-00003.parquet` → `train`."""
    return Path(path).name.split("-", 1)[0]


def release_hash(hashes: Mapping[str, str]) -> str:
    """sha256 of the lines `<sha256>  <path>` sorted by path, as `sha256sum` prints them; what lies beside the release is not among them."""
    lines = (f"{hashes[path]}  {path}\n" for path in sorted(hashes) if path not in BESIDE)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def tables_hash(hashes: Mapping[str, str]) -> str:
    """The release hash over the tables alone, named as they were staged (without `-of-NNNNN`)."""
    tables = {path: sha256 for path, sha256 in hashes.items() if path.split("/")[0] in CONFIGS.values()}
    return release_hash({re.sub(r"-of-\d{5}(?=\.parquet$)", "", path): sha256 for path, sha256 in tables.items()})


def file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def to_json(value: Any) -> bytes:
    """The one way we write JSON files: sorted keys, UTF-8, no NaN."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n").encode()


def read_manifest(path: Path) -> dict[str, Any]:
    """Raises IntegrityError when it is not a manifest, FormatUnknown when it is a newer one."""
    try:
        manifest = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise IntegrityError("发布清单不可读 / release.json cannot be read", hint="重新拉取 / pull it again") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise FormatUnknown("不认识的清单格式 / release.json has an unknown format", hint="请升级 yuliao / upgrade yuliao")
    return manifest


def release_files(folder: Path) -> dict[str, Path]:
    """Path within the release → file, for every file under a folder."""
    found: Iterable[Path] = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path for path in sorted(found)}


def load(path: str | Path) -> Release:
    """The release in a folder. Raises SourceMissing when there is none. Hashes are not checked: see verify."""
    folder = Path(path)
    if not (folder / MANIFEST).is_file():
        raise SourceMissing(
            f"这里没有发布：{folder.name} / no release in {folder.name}",
            hint="发布目录里应有 release.json / a release folder has a release.json",
        )
    release = Release(release_files(folder), folder)
    missing = sorted({entry["path"] for entry in release.manifest["files"]} - set(release.files))
    if missing:
        raise IntegrityError(
            f"发布缺少文件：{'、'.join(missing[:5])} / files are missing from the release", hint="重新拉取 / pull it again"
        )
    return release
