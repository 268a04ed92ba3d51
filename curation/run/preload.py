"""Imported once, before workers are forked: heavy imports, and every step run on one made-up row, so that each worker
starts with compiled code and tables in memory."""

from __future__ import annotations

from corpora.lean_arrow import leave_pandas_out

leave_pandas_out()  # before anything below makes an array

# ruff: noqa: E402
import contextlib
import json
import tempfile
from pathlib import Path

import numpy as np

from corpora import sources, text_buffers
from corpora.hashing import keyed_hashes
from corpora.sources import Want
from corpora.text_buffers import Leaf
from curation.recipe import steps_by_name
from curation.rewriting import Rewrite
from curation.step import PHASES, Context
from quality import sketch

SAMPLE = "患者１２岁，体溫38.5℃，電話13812345678 a@b.cn <b>甲</b>\n版权所有\n\n 乙 丙 12 mg。"


def warm() -> None:
    """Runs what a worker will run, on one row."""
    leaf = Leaf("text")
    context = Context((leaf,), b"warm" * 8, ".")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "warm.jsonl")
        path.write_text(
            json.dumps({"id": "1", "text": SAMPLE}) + "\n" + json.dumps({"text": SAMPLE}, ensure_ascii=False), "utf-8"
        )
        wanted = Want((leaf,), "id", (), b"warm" * 8, "warm")
        batch = next(iter(sources.read(sources.plan(str(path), source=0, file=0)[0], wanted))).documents
    compiled = [kind for kind in steps_by_name().values() if kind.phase != "reshape"]  # reshaping compiles nothing
    for kind in sorted(compiled, key=lambda kind: PHASES.index(kind.phase)):
        step = kind()
        if isinstance(step, Rewrite):
            step.start(context)(batch)
        else:
            batch = step.start(context)(batch)
    documents = text_buffers.documents(batch, (leaf,))
    sketch.keys(documents)
    keyed_hashes(b"warm", text_buffers.texts(batch["text"]), 16)
    text_buffers.hex_strings(text_buffers.binary_array(np.zeros((1, 16), np.uint8)))


# a machine where warming fails still runs: the workers then do the same work themselves, and report what is wrong
with contextlib.suppress(Exception):
    warm()
