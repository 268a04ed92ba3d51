"""Which Label Studio is meant, and how to reach it: a server of the team (`LABEL_STUDIO_URL`), or our own on this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from corpora.errors import UsageError
from corpora.workspace import Workspace, private_folder

if TYPE_CHECKING:
    from annotation.batch import Batch
    from annotation.label_studio import LabelStudio

TOKEN_VARIABLE, URL_VARIABLE = "LABEL_STUDIO_TOKEN", "LABEL_STUDIO_URL"


@dataclass(frozen=True)
class Setting:
    """team: a server of the team; own: ours, running; stopped: ours is installed; none: nothing is set up. url: where it is."""

    state: Literal["team", "own", "stopped", "none"]
    url: str = ""

    @property
    def ready(self) -> bool:
        return self.state in ("team", "own")


def home(workspace: Workspace) -> Path:
    """Where our own Label Studio lives."""
    return private_folder(workspace.root / "label-studio")


def where(url: str) -> str:
    """The server's address as a batch remembers it; "" for our own, whose port may change."""
    return (url or os.environ.get(URL_VARIABLE, "")).rstrip("/")


def setting(workspace: Workspace) -> Setting:
    """What there is, without asking any server."""
    from annotation import server

    if url := where(""):
        return Setting("team", url)
    if own := server.running(home(workspace)):
        return Setting("own", own.url)
    return Setting("stopped" if (home(workspace) / "venv" / ".installed").is_file() else "none")


def connect(workspace: Workspace, url: str, batch: Batch | None = None) -> LabelStudio:
    """The server that is meant, and for a batch the one that it was pushed to. Raises UsageError where they differ or none
    answers."""
    from annotation import server
    from annotation.apart import Apart
    from annotation.label_studio import LabelStudio
    from corpora import secrets

    url, own = where(url), server.running(home(workspace))
    if batch is not None and batch.facts["url"] != url:
        raise UsageError(
            f"批次 {batch.name} 在 {batch.facts['url'] or '本机'} 上 / the batch is on another server",
            hint="用同一个 --url / give the same --url",
        )
    if url:
        found = LabelStudio(url, secrets.of(workspace.root)(TOKEN_VARIABLE))
    elif own:
        found = Apart(own)
    else:
        raise UsageError("本机没有运行 Label Studio / none runs on this machine", hint="yuliao annotate serve，或 --url URL")
    found.who()
    return found


def people(lines: list[str]) -> list[tuple[str, str]]:
    """`王芳` or `王芳=wang@example.com` → (name, account)."""
    return [(name.strip(), account.strip()) for name, _, account in (one.partition("=") for one in lines)]
