"""`assemble` in a run: rows of other tables are joined in order, the rest is quarantined, every ledger closes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.errors import RecipeError
from corpora.workspace import Workspace
from curation import recipe_file
from curation.look.peeking import explain
from curation.run import pipeline
from curation.run.gathering import order_key

VISITS = "就诊号,主诉\nV1,咳嗽3天\nV2,头痛\n"
LABS = "就诊号,时间,项目,结果\nV1,2025-1-10 8:05,白细胞,11.2\nV9,2025-1-3,血糖,6.1\nV1,2025-1-9 10:00,体温,38.5℃\n V2 ,2025-1-2,血压,140/90mmHg\n"
PART = {"source": "检验", "key": "就诊号", "order": ["时间"], "into": "检验", "template": "{项目} {结果}", "separator": "；"}


def recipe(**more: Any) -> dict[str, Any]:
    steps = [{"step": "assemble", "parts": [PART]}, {"step": "compose", "fields": ["主诉", "检验"]}]
    both = [{"label": name, "files": [f"{name}.csv"], "public": True} for name in ("就诊", "检验")]
    return {"format": 1, "corpus": "test/joined", "id": "就诊号", "sources": both, "steps": steps, **more}


def run(tmp_path: Path, visits: str = VISITS, labs: str = LABS, *, shard_bytes: int = 1 << 20) -> pipeline.Report:
    (tmp_path / "就诊.csv").write_text(visits, "utf-8")
    (tmp_path / "检验.csv").write_bytes(labs.encode("gb18030"))
    file = recipe_file.RecipeFile(recipe_file.parse(recipe()), tmp_path)
    return pipeline.run(file, workspace=Workspace(tmp_path / "home"), shard_bytes=shard_bytes)


def rows(report: pipeline.Report) -> list[dict[str, Any]]:
    return pq.read_table(report.release.folder / "data").to_pylist()


@pytest.mark.parametrize("shard_bytes", [1 << 20, 30])
def test_rows_are_joined_in_the_order_of_time(tmp_path: Path, shard_bytes: int) -> None:
    done = run(tmp_path, shard_bytes=shard_bytes)
    assert [row["text"] for row in rows(done)] == [
        "主诉：咳嗽3天\n检验：体温 38.5℃；白细胞 11.2",
        "主诉：头痛\n检验：血压 140/90mmHg",
    ]


def test_every_ledger_closes(tmp_path: Path) -> None:
    done = run(tmp_path)
    base, part = done.sources["就诊"], done.sources["检验"]
    assert (base.read, base.kept, base.gap) == (2, 2, 0)
    assert (part.read, part.consumed, part.quarantined, part.kept, part.gap) == (4, 3, 1, 0, 0)
    assert done.release.manifest["metrics"]["quarantine_causes"] == {"unmatched": 1}


def test_a_joined_row_is_replayed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = run(tmp_path)
    monkeypatch.setenv("YULIAO_HOME", str(tmp_path / "home"))
    assert explain(str(done.release.folder), rows(done)[0]["id"])


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["2025-1-10", "2025-1-9", "2025-01-09 08:00"], [1, 2, 0]),  # by time, not by characters
        (["10", "9", "-1.5"], [2, 1, 0]),
        (["b", "a10", "a9"], [1, 2, 0]),  # neither dates nor numbers: by characters
        (["10", "", "9"], [2, 0, 1]),  # without a value: last
    ],
)
def test_order(values: list[str], order: list[int]) -> None:
    assert pa.compute.sort_indices(order_key(pa.array(values, pa.large_string()))).to_pylist() == order


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["V1", "V2", "V3", ""]), max_size=8),
    st.lists(st.sampled_from(["V1", "V2", "V4", ""]), max_size=8),
)
def test_nothing_is_lost(tmp_path: Path, base: list[str], parts: list[str]) -> None:
    import tempfile

    folder = Path(tempfile.mkdtemp(dir=tmp_path))
    visits = "就诊号,主诉\n" + "".join(f"{key},复查{i}\n" for i, key in enumerate(["V1", *base]))
    labs = "就诊号,时间,项目,结果\n" + "".join(f"{key},{i},甲,{i}\n" for i, key in enumerate(["V1", *parts]))
    done = run(folder, visits, labs)
    matched = sum(bool(key) and key in {"V1", *base} for key in ["V1", *parts])
    ledger = done.sources["检验"]
    assert (ledger.consumed, ledger.quarantined, ledger.gap) == (matched, 1 + len(parts) - matched, 0)


def test_mistakes() -> None:
    with pytest.raises(RecipeError, match="没有标签"):
        recipe_file.parse(recipe(steps=[{"step": "assemble", "parts": [{**PART, "source": "化验"}]}]))
    with pytest.raises(RecipeError):
        recipe_file.parse(recipe(steps=[{"step": "assemble", "parts": [{**PART, "fields": ["a"]}]}]))
