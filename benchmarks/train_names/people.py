"""Names of many kinds, made from permissive lists: Chinese, foreign in Chinese characters, Japanese, minority, Latin.

Lists: jieba's dictionary (MIT), Faker (MIT), the names corpus of wainshine (Apache-2.0), our own lists of
quality.identities. New transliterations are drawn from a character chain over the listed ones.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from pathlib import Path

from quality.identities import Draw, names

_HAN = re.compile("[\u4e00-\u9fff]+")
_RARE = (
    "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 宇文 长孙 夏侯 端木 南宫 独孤 轩辕 呼延 申屠 百里 闻人 澹台 "
    "佘 迟 瞿 卞 冼 郜 郗 邢 仝 苗 麻 鹿 寇 阚 晏 宫 隋 岳 佟 亓 逄 车 谷 桑 甘 匡 巫 甄 栾 游 盛 应 费 庞 樊 兰 祁 毕 骆 "
    "聂 焦 植 明 时 占 党 官 海 米 强 计 成 麦 简 练 丛 衣 初 展 由 荆 滕 穆 敖 糜 干 幸 银 冀 郏 靳 储 戚 闵 娄 阎 洪 左 纪 "
    "辛 管 祝 解 窦 项 单 包 宁 尚 温 关 耿 涂 伍 童 柴 蒙 房 商 佀 习 牛 殷 路 喻 柳 卓 凌 查 艾 尤 詹 季 连 景 全 宗 井 桂 "
    "花 木 从 台 边 鲜 洛 依 来 丰 平 古 易 狄 舒 倪 褚 臧 符 蓝 翟 黎 康 傅 邬 苟 于 占 别 帅 屈 胥 巩 鞠 竹 池 阳 燕 云 危"
)
_RARE_SURNAMES = _RARE.split()
_NICK = "阿小老大"


class People:
    """Draws names; the same `random` state gives the same names. data: the folder of the sets."""

    def __init__(self, data: Path, rng: random.Random) -> None:
        from faker.providers.person.zh_CN import Provider

        self._rng = rng
        weights = Provider.last_names
        self._surnames, self._weights = list(weights), list(weights.values())
        jieba = _jieba_names()
        known = set(self._surnames) | set(_RARE_SURNAMES)
        self.given = [w[1:] for w in jieba if len(w) == 3 and w[0] in known]
        self.given_one = [w[1:] for w in jieba if len(w) == 2 and w[0] in known]
        common = set(list(weights)[:120])
        self._first = [w[1] for w in jieba if len(w) == 3 and w[0] in common]
        self._second = [w[2] for w in jieba if len(w) == 3 and w[0] in common]
        self._letters = self._first + self._second
        self.real: list[str] = []
        self._faker = list(Provider.first_names)
        self._listed = [w for w in jieba if len(w) == 3 and w[0] in known]
        self.foreign = _foreign(jieba)
        self._chain = _chain(self.foreign)
        self._japanese = _read(data / "lexicons/lex_names", "Japanese")
        self._family = [w[:2] for w in self._japanese if len(w) >= 4]
        self._ancient = _read(data / "lexicons/lex_names", "Ancient")
        self._latin = [w for w in _lines(data / "lexicons/lex_names", "English") if re.fullmatch("[a-z]{3,9}", w)]

    def surname(self) -> str:
        if self._rng.random() < 0.15:
            return self._rng.choice(_RARE_SURNAMES)
        return self._rng.choices(self._surnames, self._weights)[0]

    def given_name(self, length: int | None = None) -> str:
        r = self._rng
        length = length or (1 if r.random() < 0.2 else 2)
        if length == 1:
            return r.choice(self.given_one) if r.random() < 0.5 else r.choice(self._letters)
        how = r.random()
        if self.real and how < 0.3:
            return r.choice(self.real)
        if how < 0.55:
            return r.choice(self.given)
        if how < 0.7:
            return r.choice(self._first) + r.choice(self._second)
        if how < 0.92:
            draw = Draw(r.randrange(1 << 30))
            return (names.given_name(draw, draw.pick("男女"), 1930 + draw.below(90)) * 2)[:2]
        return r.choice(self._second) * 2 if how < 0.94 else self._faker_given()

    def _faker_given(self) -> str:
        return (self._rng.choice(self._faker) + self._rng.choice(self._letters))[:2]

    def chinese(self, length: int | None = None) -> str:
        if length is None and self._rng.random() < 0.15:
            return self._rng.choice(self._listed)
        return self.surname() + self.given_name(None if length is None else max(1, length - 1))

    def transliterated(self) -> str:
        r = self._rng
        part = self._one_foreign()
        how = r.random()
        if how < 0.25:
            return part + "·" + self._one_foreign()
        if how < 0.29:
            return r.choice(("A", "J", "M", "R", "D")) + "·" + part
        if how < 0.31:
            return part + "·" + r.choice("ABCDEFGHJKLMNP") + "·" + self._one_foreign()
        return part

    def _one_foreign(self) -> str:
        return self._rng.choice(self.foreign) if self._rng.random() < 0.55 else self._invented()

    def _invented(self) -> str:
        """A transliteration that the chain makes up: 2 to 6 characters."""
        while True:
            word = "^"
            while len(word) < 8 and (nxt := self._rng.choice(self._chain[word[-1]])) != "$":
                word += nxt
            if 3 <= len(word) <= 7:
                return word[1:]

    def japanese(self) -> str:
        return self._rng.choice(self._japanese)

    def family(self) -> str:
        """A Japanese surname."""
        return self._rng.choice(self._family)

    def ancient(self) -> str:
        return self._rng.choice(self._ancient)

    def minority(self) -> str:
        draw = Draw(self._rng.randrange(1 << 30))
        name = names.minority_name(draw, draw.pick("男女"))
        return name if self._rng.random() < 0.6 else self._one_foreign() + "·" + self._one_foreign()

    def latin(self) -> str:
        r = self._rng
        first, last = (r.choice(self._latin).capitalize() for _ in range(2))
        return r.choice(
            (f"{first} {last}", f"{first}{last}", first, f"{first}·{last}", f"{first[0]}. {last}", first.lower())
        )

    def nickname(self) -> str:
        r = self._rng
        if r.random() < 0.75:
            how = r.random()
            return r.choice("老小") + self._common() if how < 0.6 else r.choice(_NICK) + r.choice(self._letters)
        return r.choice(self._letters) * 2

    def _common(self) -> str:
        return self._rng.choices(self._surnames, self._weights)[0]

    def any(self) -> str:
        how = self._rng.random()
        if how < 0.74:
            return self.chinese()
        if how < 0.9:
            return self.transliterated()
        if how < 0.94:
            return self.japanese()
        if how < 0.955:
            return self.minority()
        return self.latin() if how < 0.98 else self.nickname() if how < 0.99 else self.ancient()


def _jieba_names() -> list[str]:
    """Words that jieba's dictionary tags as a person's name."""
    import jieba

    rows = (line.split() for line in Path(jieba.__file__).with_name("dict.txt").read_text("utf-8").splitlines())
    return [row[0] for row in rows if len(row) == 3 and row[2] in ("nr", "nrfg", "nrt") and _HAN.fullmatch(row[0])]


_SOUNDS = frozenset(
    "阿埃艾安昂奥巴班邦保鲍贝本比彼宾波伯博布查川茨达戴丹当道德登邓狄迪蒂丁东杜顿多厄恩尔法凡范菲费芬丰佛弗福富盖甘冈高戈哥格根贡古瓜圭"
    "哈海汉豪赫亨洪侯胡华霍基吉加贾杰金京卡凯坎康考柯科克肯库夸昆拉莱兰劳勒雷里理利莉丽连列林龙隆卢鲁路伦罗洛吕马玛迈麦曼芒毛梅门蒙米密明"
    "缅莫默木穆纳娜南内尼涅宁纽农努诺欧帕潘庞佩彭蓬皮匹平珀普奇齐乔切钦琼丘让热仁日荣茹瑞若撒萨塞赛桑瑟森沙莎山尚绍舍申圣施什史士舒斯思丝"
    "苏索塔泰坦唐陶特腾提铁廷通图土托瓦万王威韦维魏温文翁沃乌武西希锡夏香肖谢辛欣雄休修雅亚延扬耶叶伊因英尤约泽扎詹珍芝智朱兹祖佐"
)


def _foreign(words: list[str]) -> list[str]:
    return [
        w for w in words if 2 <= len(w) <= 7 and all(c in _SOUNDS for c in w) and (len(w) > 2 or w[0] not in "金马高王万")
    ]


def _chain(words: list[str]) -> dict[str, list[str]]:
    after: dict[str, list[str]] = defaultdict(list)
    for word in words:
        for a, b in zip("^" + word, word + "$", strict=True):
            after[a].append(b)
    return dict(after)


def _lines(folder: Path, name: str) -> list[str]:
    path = next(p for p in sorted(folder.iterdir()) if name in p.name)
    return path.read_text("utf-8-sig").splitlines()[4:]


def _read(folder: Path, name: str) -> list[str]:
    import opencc

    simple = opencc.OpenCC("t2s")
    return [simple.convert(w) for w in _lines(folder, name) if 2 <= len(w) <= 5 and _HAN.fullmatch(w)]
