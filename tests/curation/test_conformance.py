"""Every step passes the same suite: empty batch, nulls, slices, row order, twice the same, declared columns only, pickles."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import numpy as np
import pyarrow as pa
import pytest

from corpora import schema
from corpora.text_buffers import Leaf
from curation.recipe import steps_by_name
from curation.step import Context, Step, Work
from tests.curation import corpus

CONTEXT = Context((Leaf("text"),), b"k" * 32, ".")
STEPS = {
    name: kind for name, kind in steps_by_name().items() if name not in ("assemble", "compose")
}  # they take settings: their own tests
TEXTS = [row["text"] for row in corpus.rows()[:24]] + [
    "患者張某於醫院就診，電話１３８１２３４５６７８，體溫３８．５℃",
    "<p>血压 140/90mmHg</p><br>&nbsp;P<0.05",
    "# 标题\n\n**加粗**正文 [链接](http://a.cn)\n版权所有 转载请注明\n以上内容由AI生成",
    "患 者 姓 名 \u200b检查\u3000所见",
    "主轴振动±0.02mm，\n表面粗糙度Ra1.6，\n公差Φ20，扭矩≥30N·m，检验合格\n后入库。",
    "",
]


def origin(n: int) -> list[pa.Array]:
    ids = np.arange(n * 16, dtype=np.uint64).astype(np.uint8).reshape(n, 16)
    fixed = pa.array([row.tobytes() for row in ids], pa.binary(16))
    numbers = [pa.array(np.arange(n), field.type) for field in list(schema.ORIGIN)[1:]]
    return [fixed, *numbers]


def texts_batch(texts: list[str | None]) -> pa.RecordBatch:
    arrays = [*origin(len(texts)), pa.array(texts, pa.large_string())]
    return pa.RecordBatch.from_arrays(arrays, names=[*schema.ORIGIN.names, "text"])


def prepared(step: Step, texts: list[str | None]) -> pa.RecordBatch:
    """A batch that has the columns which the step needs, added by the steps that add them."""
    batch = texts_batch(texts)
    for other in STEPS.values():
        if other.phase == "measure" and set(step.needs()) - set(batch.schema.names):
            before = other()
            if before.key != step.key and not set(before.needs()) - set(batch.schema.names):
                batch = before.start(CONTEXT)(batch)
    assert not set(step.needs()) - set(batch.schema.names)
    return batch


@pytest.fixture(params=list(STEPS))
def step(request: pytest.FixtureRequest) -> Step:
    return STEPS[request.param]()


@pytest.fixture()
def work(step: Step) -> Work:
    return step.start(CONTEXT)


Make = Callable[[list[str | None]], pa.RecordBatch]


@pytest.fixture()
def make(step: Step) -> Make:
    return lambda texts: prepared(step, texts)


def test_empty_batch(work: Work, make: Make) -> None:
    assert work(make(TEXTS)[:0]).num_rows == 0
    assert work(make([])).num_rows == 0


def test_only_declared_columns_are_added_and_none_goes(step: Step, work: Work, make: Make) -> None:
    before = make(list(TEXTS))
    after = work(before)
    declared = {field.name: field.type for field in step.adds()}
    extra = {schema.GENERATED: pa.int8()} if step.phase == "rewrite" else {}
    for field in after.schema:
        if field.name not in before.schema.names:
            assert {**declared, **extra}[field.name] == field.type
    assert set(before.schema.names) | set(declared) <= set(after.schema.names)
    assert after.num_rows == before.num_rows
    assert after.column(schema.ID).equals(before.column(schema.ID))


def test_twice_the_same_and_from_a_pickle(step: Step, work: Work, make: Make) -> None:
    batch = make(list(TEXTS))
    once = work(batch)
    assert once.equals(work(batch))
    again = pickle.loads(pickle.dumps(step))
    assert again == step and once.equals(again.start(CONTEXT)(batch))


def test_slices_and_row_order_do_not_matter(work: Work, make: Make) -> None:
    batch = make(list(TEXTS))
    whole = pa.Table.from_batches([work(batch)])
    parts = [work(batch[i : i + 7]) for i in range(0, batch.num_rows, 7)]
    assert pa.Table.from_batches(parts).combine_chunks().equals(whole.combine_chunks())
    order = np.random.default_rng(0).permutation(batch.num_rows)
    shuffled = work(batch.take(pa.array(order)))
    assert pa.Table.from_batches([shuffled]).equals(whole.take(pa.array(order)).combine_chunks())


def test_a_null_text_is_an_empty_text(work: Work, make: Make) -> None:
    texts: list[str | None] = [TEXTS[0], "", TEXTS[1]]
    empty, null = work(make(texts)), work(make([TEXTS[0], None, TEXTS[1]]))
    for name in empty.schema.names:
        if name != "text":
            assert empty.column(name).equals(null.column(name)), name
    assert [text or "" for text in null.column("text").to_pylist()] == empty.column("text").to_pylist()


def test_the_input_is_not_changed(work: Work, make: Make) -> None:
    batch = make(list(TEXTS))
    copy = pa.ipc.read_record_batch(batch.serialize(), batch.schema)
    work(batch)
    assert batch.equals(copy)
