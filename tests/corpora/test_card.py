"""The card: the Hub can read it, `load_dataset` opens the folder with it, and it says what must be said."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from releases import release, rows

from corpora.aspects import aspects, completeness
from corpora.card_text import table
from corpora.licences import CHECK, LICENCES, NO, TERMS, YES, may, strictest


def _card(tmp_path: Path, **more: object) -> tuple[dict[str, object], str]:
    text = release(tmp_path, **more).files["README.md"].read_text("utf-8")
    _, head, body = text.split("---\n", 2)
    return yaml.safe_load(head), body


def test_head(tmp_path: Path) -> None:
    head, _ = _card(tmp_path)
    assert head["license"] == "cc-by-4.0" and head["language"] == ["zh"] and head["size_categories"] == ["n<1K"]
    assert "synthetic" in head["tags"] and head["pretty_name"] == "维修记录样例"
    for config in head["configs"]:
        assert config.pop("description").startswith("nb/repairs@1.0.0 ")
    assert head["configs"] == [
        {
            "config_name": "default",
            "default": True,
            "data_files": [{"split": s, "path": f"data/{s}-*.parquet"} for s in ("train", "test")],
        },
        {
            "config_name": "signals",
            "data_files": [{"split": s, "path": f"signals/{s}-*.parquet"} for s in ("train", "test")],
        },
    ]


def test_the_hub_s_own_reader_accepts_the_head(tmp_path: Path) -> None:
    from datasets.utils.metadata import MetadataConfigs
    from huggingface_hub import DatasetCard

    card = DatasetCard(release(tmp_path).files["README.md"].read_text("utf-8"))
    assert set(MetadataConfigs.from_dataset_card_data(card.data)) == {"default", "signals"}


def test_load_dataset_from_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import datasets

    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    folder, cache = str(release(tmp_path).folder), str(tmp_path / "cache")
    found = datasets.load_dataset(folder, cache_dir=cache)
    signals = datasets.load_dataset(folder, "signals", cache_dir=cache)
    assert {split: part.num_rows for split, part in found.items()} == {"train": 20, "test": 5}
    assert found["train"]["id"][:] == signals["train"]["id"][:]
    assert found["train"].features["text"].dtype == "string" and found["train"][0]["text"].startswith("设备 0 号")


def test_another_release_in_a_folder_of_the_same_name_is_not_served_from_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import datasets

    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = release(tmp_path / "a")
    second = release(tmp_path / "b", {"train": rows(20, start=50), "test": rows(5, start=90)})
    assert first.folder.name == second.folder.name
    cache = str(tmp_path / "cache")
    one, two = (datasets.load_dataset(str(found.folder), split="train", cache_dir=cache) for found in (first, second))
    assert one["id"][:] != two["id"][:]


def test_what_must_be_said(tmp_path: Path) -> None:
    recipe = {"steps": [{"step": "redact_pii"}]}
    _, text = _card(tmp_path, recipe=recipe, contact="data@example.invalid", metrics={"pii_replaced": {"mobile": 4}})
    for said in (
        "合成数据声明",
        "去标识化",
        "没有要求查找",
        "GB/T 7714",
        "@misc{",
        "data@example.invalid",
        "load_dataset(",
        "附条件",
    ):
        assert said in text
    assert "匿名" not in text
    assert "> 人名尚未查找" in text
    assert "| 设备" not in text  # no text of a row


def test_untreated_data_does_not_claim_to_be_treated(tmp_path: Path) -> None:
    _, text = _card(tmp_path, recipe={"steps": []})
    assert "没有做去标识化处理" in text and "做了**去标识化**" not in text


def test_ledger_is_in_the_card(tmp_path: Path) -> None:
    _, text = _card(tmp_path, metrics={"quarantine_causes": {"truncated": 1}})
    for line in ("| 读入 |  | 28 |", "| 隔离 | 记录不完整 | 1 |", "| **保留** |  | **25** |"):
        assert line in text


def test_changes_and_parent(tmp_path: Path) -> None:
    _, text = _card(tmp_path, version="1.1.0", parent={"version": "1.0.0", "release": "ab"})
    assert "- v1.1.0（2026-01-02）：基于 v1.0.0。" in text


def test_a_table_cannot_be_broken_by_its_cells() -> None:
    assert table(["甲"], [["一|二\n三"]]) == "| 甲 |\n| --- |\n| 一\\|二 三 |"


@pytest.mark.parametrize(
    ("licence", "answers"),
    [
        ("CC0-1.0", (YES, YES, YES)),
        ("Apache-2.0", (YES, YES, TERMS)),
        ("CC BY-NC 4.0", (TERMS, NO, TERMS)),
        ("GPL-3.0-or-later", (YES, TERMS, TERMS)),
        ("仅内部", (TERMS, CHECK, NO)),
        ("我自己写的许可", (CHECK, CHECK, CHECK)),
        ("", (CHECK, CHECK, CHECK)),
    ],
)
def test_may(licence: str, answers: tuple[str, str, str]) -> None:
    answer = may(licence)
    assert (answer.training, answer.commercial, answer.redistribution) == answers


def test_a_mixture_allows_what_all_parts_allow() -> None:
    assert strictest(["CC0-1.0", "CC-BY-NC-4.0"]) == (TERMS, NO, TERMS)
    assert strictest(["MIT", "未知"]) == (CHECK, CHECK, CHECK)
    assert strictest([]) == (CHECK, CHECK, CHECK)
    assert all(answer in (YES, TERMS, NO, CHECK) for one in LICENCES.values() for answer in one[1:4])


def test_twenty_aspects(tmp_path: Path) -> None:
    said = release(tmp_path, contact="data@example.invalid", uses=["训练"]).manifest
    found = aspects(said)
    assert [len(names) for names in found.values()] == [5, 5, 5, 5]
    assert completeness(said)["0101 基本信息完整性"] == 1.0
    text = release(tmp_path / "b").files["README.md"].read_text("utf-8")
    for place in {place for names in found.values() for place in names.values() if place} - {"适用场景"}:
        assert f"\n## {place}" in text
