"""Datasets of a Hub: pinned, verified, fetched once, with the token of the environment alone; errors say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hub_server import Hub, serving

from corpora.errors import IntegrityError, SourceMissing, UsageError
from corpora.sources.hub import Dataset, fetch
from corpora.sources.hub_files import choose

CARD = """---
configs:
- config_name: default
  data_files:
  - {split: train, path: data/train-*.parquet}
  - {split: test, path: "data/test[1].parquet"}
- config_name: signals
  data_files: signals/*.parquet
---
# 数据
"""
FILES = {
    "README.md": CARD.encode(),
    "data/train-00000.parquet": b"PAR1 1",
    "data/train-00001.parquet": b"PAR1 2",
    "data/test[1].parquet": b"PAR1 3",
    "signals/all.parquet": b"PAR1 4",
    "notes/说明 一.jsonl": b"{}\n",
}


@pytest.fixture
def online(monkeypatch: pytest.MonkeyPatch) -> None:
    """The other tests forbid the client any network; here it may use loopback."""
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", False)


@pytest.fixture
def hub(online: None) -> Iterator[Hub]:
    with serving(Hub("team/notes", dict(FILES))) as served:
        yield served


def wanted(hub: Hub, revision: str = "v1.0.0", **how: str) -> Dataset:
    return Dataset.parse(f"{hub.name}@{revision}", hub.url, **how)


# --- which files -----------------------------------------------------------------------------------

PLAIN = [
    "README.md",
    "b.csv",
    "a/train-1.jsonl.gz",
    "a/train2.jsonl",
    "train.json",
    "dataset_infos.json",
    ".x/a.csv",
    "p.png",
]
CHOICES = [
    (PLAIN, "", None, None, ["a/train-1.jsonl.gz", "a/train2.jsonl", "b.csv", "train.json"], "all data, by name"),
    (PLAIN, "", None, "train", ["a/train-1.jsonl.gz", "train.json"], "train2 is another word"),
    (list(FILES), CARD, None, "train", ["data/train-00000.parquet", "data/train-00001.parquet"], "the card's split"),
    (list(FILES), CARD, "signals", None, ["signals/all.parquet"], "the card's config"),
    (
        ["x.csv", "a/y.csv"],
        "---\nconfigs: [{data_files: '**/*.csv'}]\n---\n",
        None,
        None,
        ["a/y.csv", "x.csv"],
        "any folder",
    ),
    (["x.csv"], "---\n: [\n---\n", None, None, ["x.csv"], "a card whose YAML is broken says nothing"),
]


@pytest.mark.parametrize(("files", "card", "config", "split", "found", "why"), CHOICES)
def test_the_files_are_chosen(
    files: list[str], card: str, config: str | None, split: str | None, found: list[str], why: str
) -> None:
    assert choose(files, card, config, split) == found, why


MISFITS = [
    (list(FILES), CARD, "nope", None, "没有配置 nope"),
    (list(FILES), CARD.replace("default", "main"), None, None, "要选一个"),
    (list(FILES), CARD, None, "dev", "没有可读的数据文件"),
    (["a.png"], "", None, None, "没有可读的数据文件"),
    (["a.csv"], "", "default", None, "没有配置"),
]


@pytest.mark.parametrize(("files", "card", "config", "split", "said"), MISFITS)
def test_a_choice_that_is_not_there_is_an_error(
    files: list[str], card: str, config: str | None, split: str | None, said: str
) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        choose(files, card, config, split)
    assert caught.value.hint


@pytest.mark.parametrize("name", ["../x.csv", "/etc/x.csv", "a/../../x.csv"])
def test_no_file_leads_out_of_the_folder(name: str) -> None:
    with pytest.raises(IntegrityError):
        choose([name], "", None, None)


@pytest.mark.parametrize("reference", ["team/notes", "notes", "a/b/c@v1", "team/notes@", "team/notes@a b", "@v1"])
def test_a_reference_names_a_revision(reference: str) -> None:
    with pytest.raises(UsageError):
        Dataset.parse(reference, "")


# --- from an endpoint ------------------------------------------------------------------------------


def test_only_the_chosen_files_are_fetched_and_only_once(hub: Hub, tmp_path: Path) -> None:
    found = fetch(wanted(hub, split="train"), tmp_path)
    assert found.commit == hub.commit
    assert [(name, Path(path).read_bytes()) for name, path in found.files] == [
        ("data/train-00000.parquet", b"PAR1 1"), ("data/train-00001.parquet", b"PAR1 2"),
    ]  # fmt: skip
    assert not any("test[1]" in line and "resolve" in line for line in hub.asked)
    hub.asked.clear()
    assert fetch(wanted(hub, split="train"), tmp_path) == found
    assert hub.asked == []


def test_a_revision_stays_at_its_commit(hub: Hub, tmp_path: Path) -> None:
    """`main` moves; another split of it still comes from the commit that was fetched first, or not at all."""
    first = fetch(wanted(hub, "main", split="train"), tmp_path)
    hub.files["data/train-00000.parquet"] = b"PAR1 new"
    assert fetch(wanted(hub, "main", split="train"), tmp_path) == first
    with pytest.raises(SourceMissing, match="版本"):
        fetch(wanted(hub, "main", split="test"), tmp_path)


def test_names_with_brackets_spaces_and_chinese_arrive(hub: Hub, tmp_path: Path) -> None:
    assert [name for name, _ in fetch(wanted(hub, split="test"), tmp_path).files] == ["data/test[1].parquet"]
    hub.files["README.md"] = "没有配置".encode()
    assert "notes/说明 一.jsonl" in [name for name, _ in fetch(wanted(hub, "main"), tmp_path).files]


@pytest.mark.parametrize("path", ["data/train-00001.parquet", "README.md"])
def test_a_file_with_another_hash_is_refused_and_not_kept(hub: Hub, tmp_path: Path, path: str) -> None:
    hub.lies.add(path)
    with pytest.raises(IntegrityError):
        fetch(wanted(hub, split="train"), tmp_path)
    hub.lies.clear()
    assert len(fetch(wanted(hub, split="train"), tmp_path).files) == 2


def test_the_token_is_the_environments(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.token = "hidden-token"
    with pytest.raises(SourceMissing, match="没有这个数据集") as caught:
        fetch(wanted(hub), tmp_path)
    assert "HF_TOKEN" in caught.value.hint
    monkeypatch.setenv("HF_TOKEN", "hidden-token")
    assert fetch(wanted(hub), tmp_path).files
    assert not any(b"hidden-token" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


def test_an_unknown_revision_is_an_error(hub: Hub, tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match="版本"):
        fetch(wanted(hub, "v9.9.9"), tmp_path)


def test_without_a_network_the_error_says_so(online: None, tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match="取不到数据集") as caught:
        fetch(Dataset.parse("team/notes@v1.0.0", "http://127.0.0.1:1"), tmp_path)
    assert "endpoint" in caught.value.hint


def test_offline_mode_is_respected(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match="离线"):
        fetch(Dataset.parse("team/notes@v1.0.0", "http://127.0.0.1:1"), tmp_path)


def test_a_file_that_was_removed_is_missed(hub: Hub, tmp_path: Path) -> None:
    Path(fetch(wanted(hub, split="train"), tmp_path).files[0][1]).unlink()
    with pytest.raises(SourceMissing, match="不见了"):
        fetch(wanted(hub, split="train"), tmp_path)


def test_nothing_is_downloaded_where_no_endpoint_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match="endpoint") as caught:
        fetch(Dataset.parse("team/notes@v1.0.0", str(tmp_path / "catalog")), tmp_path / "fetched")
    assert "HF_ENDPOINT" in caught.value.hint
