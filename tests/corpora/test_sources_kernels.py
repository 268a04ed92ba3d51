"""Every kernel is compiled for one signature only: each further one would cost every new machine its seconds again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from corpora.sources import Layout, Want
from corpora.text_buffers import Leaf
from tests.corpora.reading import KEY, everything, write

FLAT = Want((Leaf("text"),), "id", ("n",), KEY, "来源")
CHAT = Want((Leaf("messages", "content"),), None, ("messages[].role",), KEY, "来源")
LINE = '{"id": "1", "text": "血\\n压", "n": [1.5, {"a": null}]}\n'
TALK = '{"messages": [{"role": "user", "content": "头\\n痛"}, {"content": 7}]}\n'
TABLE = 'id,text,n\n1,"血\n""压",2\n2,头痛,"3\n'


def dispatchers() -> list[tuple[str, int]]:
    """Name and number of signatures of every compiled function of the room."""
    found = {}
    for module in [m for name, m in sys.modules.items() if name.startswith("corpora.") and "kernels" in name]:
        for name, value in vars(module).items():
            if hasattr(value, "signatures") and hasattr(value, "py_func"):
                found[value.py_func.__module__, name] = len(value.signatures)
    return [(f"{module}.{name}", count) for (module, name), count in found.items()]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_every_kernel_has_one_signature(tmp_path: Path, encoding: str) -> None:
    for text, name, want, how in (
        (LINE, "a.jsonl", FLAT, {}),
        (TALK, "b.jsonl", CHAT, {}),
        (TABLE, "c.csv", FLAT, {}),
        ("血压\n\n头痛", "d.txt", FLAT, {"layout": Layout(unit="blank_line")}),
    ):
        data = (text * 3).encode(encoding)
        everything(write(tmp_path, data, name), want, **how)
        everything(write(tmp_path, data + b"\xff\xff\n", name), want, block=8, **how)
    counts = dict(dispatchers())
    assert len(counts) > 20
    assert {name: count for name, count in counts.items() if count > 1} == {}
