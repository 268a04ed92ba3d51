"""Settings of a repository: who may see it, and which of its commits are known to be whole. Private until somebody opens it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from corpora.catalog.commits import canonical
from corpora.catalog.refs import locked
from corpora.errors import FormatUnknown, IntegrityError
from corpora.forms import FORMAT
from corpora.workspace import private_folder, write_atomically

Gate = Literal[False, "auto", "manual"]
_NONE: Mapping[str, Any] = MappingProxyType({})


class Settings(BaseModel):
    """What can change about a repository. `gated`: downloads need a grant (`auto`: given to whoever asks, with a purpose).

    `verified`: commit → {by, date, release} for commits whose sealed release was verified, here or at publication.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal[1] = 1
    private: bool = True
    gated: Gate = False
    created_at: str = ""
    created_by: str = ""
    pushed: bool = Field(False, description="arrived over the protocol, not by yuliao publish")
    verified: dict[str, dict[str, Any]] = {}


LOST = Settings(private=True, gated="manual", pushed=True)
"""What holds for a dataset whose settings are gone: closed, and nothing of it verified. Whoever publishes or opens it anew decides."""


class SettingsFile:
    """`settings.json` of one dataset."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "settings.json"
        self._lock = folder / ".settings.lock"

    def read(self) -> Settings:
        if not self._path.is_file():
            return LOST if (self._path.parent / "refs.json").is_file() else Settings()
        try:
            data = json.loads(self._path.read_bytes())
            if data.get("format") != FORMAT:
                raise FormatUnknown("不认识的设置格式 / settings have an unknown format", hint="请升级 / upgrade yuliao")
            return Settings.model_validate(data)
        except (ValueError, AttributeError) as error:
            raise IntegrityError(
                f"设置读不出来：{self._path.parent.name} / its settings cannot be read",
                hint="从备份恢复 settings.json / restore settings.json from a backup",
            ) from error

    @property
    def is_there(self) -> bool:
        return self._path.is_file()

    @contextmanager
    def changing(self) -> Iterator[dict[str, Any]]:
        """The settings as a dict, locked: written in one rename when the block ends without an error."""
        private_folder(self._path.parent)
        with locked(self._lock):
            data = self.read().model_dump()
            yield data
            write_atomically(self._path, canonical(Settings.model_validate(data).model_dump()))
