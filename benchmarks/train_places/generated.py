"""Invented sentences with places and organisations: business, sport, tourism, weather, property."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.train_places.daily import Span
from quality.identities import Draw, Person
from quality.pii import letters

_LOOSE = "山水金银龙凤云天玉石青白红黑东西南北大小新古上下长永安宁泰和平福寿花月星海河湖林松竹梅兰桃柳清明华光文武春秋马牛鹿鹤雁雪霞虹碧翠仙灵"
_SOUNDS = "阿巴贝波布卡科克达德迪多法菲弗盖格哈赫霍基加杰卡拉莱兰利林罗洛卢马曼梅米莫穆纳内尼诺帕佩皮普奇萨塞桑沙斯塔特图托瓦维沃西希亚伊扎"
_FOREIGN = ("市", "州", "省", "岛", "港", "群岛", "半岛", "湖", "河", "山", "海滩", "城", "大区", "郡", "县", "镇")
_BRANDS = "万鑫 恒瑞 华泰 中科 金桥 天海 宏达 博远 四通 新纪元 联创 瑞丰 鼎盛 嘉禾 东方 大地 长城 昆仑 黄河 泰山 长江 珠江 星辰 未来"
_ORGANISATIONS = (
    "有限公司 股份有限公司 集团 科技有限公司 银行 支行 分行 证券 大学 学院 第一中学 实验小学 人民医院 中心医院 法院 中级人民法院 检察院 公安局 工商局 "
    "税务局 市政府 省政府 政府 省委 市委 教育局 旅游局 海关 出版社 日报 晚报 电视台 协会 商会 足球队 队 俱乐部 基金会 研究院 研究所 建材有限公司 房地产开发有限公司 投资集团 "
    "贸易公司 航空 分公司 办事处 派出所 消费者协会 地产 置业"
)


class Places:
    """Draws of place names. rng: every draw comes from it."""

    def __init__(self, rng: random.Random) -> None:
        divisions, words, listed = (letters.lists(f) for f in ("divisions.txt", "words.txt", "model/gazetteer.txt"))
        self._rng = rng
        self._pools = (
            divisions["province"], divisions["city"], divisions["district"], divisions["place"], words["world"],
            listed["dictionary"], listed["web"],
        )  # fmt: skip
        self._city, self._district, self._world = divisions["city"], divisions["district"], words["world"]
        self._spots = words["spot"]

    def any(self) -> str:
        how = self._rng.random()
        if how < 0.5:
            return self.listed()
        if how < 0.64:
            return self.spot()
        if how < 0.74:
            return self._city_and() + self.spot()
        if how < 0.82:
            return self._city_and() + self._pick(self._district)
        if how < 0.92:
            return self.foreign()
        if how < 0.97:
            return self._pick(self._world) + self.foreign()
        return Person(Draw(self._rng.randrange(1 << 30), "places")).address

    def listed(self) -> str:
        weights = (6, 14, 10, 12, 22, 20, 16)
        return self._pick(self._rng.choices(self._pools, weights)[0])

    def spot(self) -> str:
        name = (
            self.listed()
            if self._rng.random() < 0.5
            else "".join(self._rng.choices(_LOOSE, k=self._rng.choice((1, 2, 2, 2, 3))))
        )
        name = re.sub("[省市县区]$", "", name) or name
        head = self._pick(self._spots)
        return name + head if len(name) > 1 or len(head) > 1 else name * 2 + head

    def foreign(self) -> str:
        name = "".join(self._rng.choices(_SOUNDS, k=self._rng.choice((2, 3, 3, 4, 4, 5))))
        return name + (self._pick(_FOREIGN) if self._rng.random() < 0.35 else "")

    def organisation(self) -> str:
        middle = self._rng.random()
        brand = (
            self._pick(_BRANDS.split()) if middle < 0.5 else "".join(self._rng.choices(_LOOSE, k=2)) if middle < 0.6 else ""
        )
        return self.listed() + brand + self._pick(_ORGANISATIONS.split())

    def _city_and(self) -> str:
        return self._pick(self._city if self._rng.random() < 0.7 else self._world)

    def _pick(self, pool: tuple[str, ...] | list[str]) -> str:
        return self._rng.choice(pool)


def sentences(count: int, rng: random.Random) -> Iterator[tuple[str, list[Span]]]:
    """`count` sentences of templates.txt: {p} a place, {o} an organisation, {n} a number."""
    patterns = (Path(__file__).parent / "templates.txt").read_text("utf-8").split("\n")
    patterns = [p for p in patterns if p and not p.startswith("#")]
    places = Places(rng)
    for _ in range(count):
        text, spans = "", []
        for part in re.split(r"(\{\w\})", rng.choice(patterns)):
            value = {"{p}": places.any, "{o}": places.organisation, "{n}": lambda: str(rng.randrange(2, 3000))}.get(part)
            piece = value() if value else part
            if part in ("{p}", "{o}"):
                spans.append((len(text), len(text) + len(piece), "LOC" if part == "{p}" else "ORG"))
            text += piece
        yield text, spans


def moved(text: str, spans: list[Span], places: Places) -> tuple[str, list[Span]]:
    """The sentence with other places."""
    out, new, at = "", [], 0
    for start, end, kind in spans:
        piece = places.any() if kind == "LOC" else text[start:end]
        out += text[at:start]
        new.append((len(out), len(out) + len(piece), kind))
        out, at = out + piece, end
    return out + text[at:], new
