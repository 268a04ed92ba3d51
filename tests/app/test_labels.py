"""Figures and hints that explain themselves: the labels of the flow, and what a preflight is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from corpora.ui.shelf import Shelf
from corpora.workspace import Workspace
from curation.form import drafts
from curation.look import preflight
from tests.app.test_pages import local as local
from tests.app.test_pages import shown


def _bars(proto: Any) -> dict[str, str]:
    """What stands beside every bar, by its key."""
    sets = [proto.data.data, *(one.data.data for one in proto.datasets)]
    tables = [pa.ipc.open_stream(one).read_all() for one in sets if one]
    return {row["key"]: row["figure"] for table in tables if "figure" in table.column_names for row in table.to_pylist()}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_bar_of_the_flow_says_its_rows_and_their_share(language: str, done: Path) -> None:
    proto = shown("flow", language=language).get("vega_lite_chart")[0].proto
    chart, told = json.loads(proto.spec), _bars(proto)
    ledger = Shelf(Workspace()).entries()[0].manifest["ledger"]["total"]
    came = ledger["read"] + ledger["made"]
    wanted = {"read": ledger["read"], "kept": ledger["kept"]}
    wanted |= {f"{step}/{reason}": rows for step, reasons in ledger["dropped"].items() for reason, rows in reasons.items()}
    assert {key: told[key] for key in wanted} == {key: f"{n:,} · {100 * n / came:.1f}%" for key, n in wanted.items()}
    marks = [layer for layer in chart["layer"] if layer["mark"]["type"] == "text"]
    assert [layer["encoding"]["text"]["field"] for layer in marks] == ["figure"], "and that is what stands beside the bar"


@pytest.mark.parametrize(("language", "name", "words"), [("zh", "预检", "试跑"), ("en", "Preflight", "dry run")])
def test_the_preflight_button_says_how_much_it_tries(language: str, name: str, words: str, local: Path) -> None:
    draft = drafts.from_recipe(Workspace(), "general")
    test = shown("run", draft=draft.id, language=language)
    said = next(one for one in test.button if one.label == name).help
    assert words in said.lower(), said
    assert f"{preflight.SHARE:.0%}" in said and str(preflight.LEAST) in said.replace(" ", "").replace(",", ""), said
