"""The private work folder of a run: as private as the raw data (0700), locked while a run uses it."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpora.errors import FormatUnknown, UsageError
from corpora.forms import FORMAT
from corpora.release import Release
from corpora.sources import Shard
from corpora.workspace import Workspace, private_folder, write_atomically
from curation.recipe import Recipe
from curation.recipe_file import RecipeFile
from curation.run.inputs import InputFile
from curation.run.locks import LOCK, held, locked

__all__ = ["LOCK", "State", "WorkFolder", "held", "locked"]
STATE = "state.json"


@dataclass(frozen=True)
class WorkFolder:
    """`measured/` holds the finished shards; `runs/<fingerprint>/` one set of decisions with its rejected rows."""

    root: Path

    @classmethod
    @contextlib.contextmanager
    def open(cls, workspace: Workspace, corpus: str, fingerprint: str) -> Iterator[WorkFolder]:
        """The folder for this fingerprint, locked. Raises UsageError while another run holds it."""
        root = workspace.work
        for level in (*corpus.split("/"), fingerprint[:16]):
            root = private_folder(root / level)
        private_folder(root / "measured")
        with open(root / LOCK, "w") as lock:
            _lock(lock)
            yield cls(root)

    @property
    def measured(self) -> Path:
        return self.root / "measured"

    def run_folder(self, fingerprint: str) -> Path:
        return private_folder(private_folder(self.root / "runs") / fingerprint[:16])

    def save_state(
        self, here: Path, file: RecipeFile, files: list[InputFile], shards: list[Shard], counts: list[int],
        reasons: list[tuple[str, str]], release: Release,
    ) -> None:  # fmt: skip
        """What `explain`, `peek` and the pages need to find and replay a row."""
        state = {
            "format": FORMAT,
            "recipe": file.recipe.model_dump(mode="json", by_alias=True),
            "base": str(file.base),
            "files": [asdict(one) for one in files],
            "shards": [asdict(shard) for shard in shards],
            "counts": counts,
            "reasons": reasons,
            "release": release.hash,
            "release_folder": str(release.folder),
            "measured": str(self.measured),
        }
        write_atomically(here / STATE, json.dumps(state, ensure_ascii=False).encode("utf-8", "surrogatepass"))


@dataclass(frozen=True)
class State:
    """A finished run, as its work folder remembers it."""

    here: Path
    file: RecipeFile
    files: list[InputFile]
    shards: list[Shard]
    counts: list[int]
    reasons: list[tuple[str, str]]
    release: str
    release_folder: Path
    measured: Path

    @classmethod
    def load(cls, here: Path) -> State:
        """Raises UsageError when the folder is no finished run."""
        path = here / STATE
        if not path.is_file():
            raise UsageError(
                f"不是完成的运行目录 / not the folder of a finished run: {here.name}", hint="先运行 yuliao run / run first"
            )
        data = json.loads(path.read_bytes())
        if data["format"] != FORMAT:
            raise FormatUnknown("不认识的运行目录格式 / unknown format of a run folder", hint="请升级 / upgrade")
        return cls(
            here,
            RecipeFile(Recipe.model_validate_json(json.dumps(data["recipe"])), Path(data["base"])),
            [InputFile(**{**one, "stamp": tuple(one["stamp"])}) for one in data["files"]],
            [Shard.of(shard) for shard in data["shards"]],
            data["counts"],
            [(step, reason) for step, reason in data["reasons"]],
            data["release"],
            Path(data["release_folder"]),
            Path(data["measured"]),
        )

    def follow(self, release: Release) -> None:
        """Points the run at the release that it was sealed as anew."""
        data = json.loads((self.here / STATE).read_bytes())
        data |= {"release": release.hash, "release_folder": str(release.folder)}
        write_atomically(self.here / STATE, json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def _lock(file: Any) -> None:
    if not locked(file):
        raise UsageError(
            "同样的运行正在进行 / the same run is under way in another process",
            hint="等它结束，或先停止它 / wait for it, or stop it first",
        )
