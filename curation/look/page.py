"""What the pages that look at a finished run share: which run, held open between two clicks, and rows as they are shown."""

from __future__ import annotations

import streamlit as st

from corpora.ui import page as ui
from corpora.ui.shelf import Entry
from corpora.workspace import Workspace
from curation.look.rows import Rows
from curation.look.studio import Studio


def run() -> Entry | None:
    """The run that is looked at; None, and the way on, where this machine has none."""
    t = ui.words()
    entry = ui.choose(ui.releases(ui.who(), worked=True), label=t("运行", "Run"))
    if entry is None:
        ui.empty(
            t("这台机器上还没有完成的运行。", "No finished run is on this machine."),
            button=t("去运行", "Run one"),
            page="run",
        )
    return entry


@st.cache_resource(max_entries=4, show_spinner=False)
def _open(work: str, release: str, stamp: float) -> tuple[Studio, Rows]:
    return Studio.open(Workspace(), work), Rows.open(Workspace(), work)


def opened(entry: Entry) -> tuple[Studio, Rows]:
    """Bounds and rows of the run: opening costs a second where there are ten million rows."""
    assert entry.work is not None
    return _open(str(entry.work), entry.release.hash, (entry.work / "decided.json").stat().st_mtime)
