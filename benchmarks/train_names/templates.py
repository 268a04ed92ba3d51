"""Sentences from templates.txt with generated names, positions, organisations, places and other words in the slots."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

from benchmarks.train_names.people import People

_SLOT = re.compile(r"\{([a-z])\}")
_POSITIONS = (
    "记者 编辑 主编 总编辑 经理 总经理 副总经理 部门经理 项目经理 产品经理 基金经理 董事长 副董事长 董事 总裁 副总裁 执行总裁 首席执行官 "
    "首席财务官 首席运营官 CEO COO CFO CTO 主席 副主席 会长 秘书长 理事长 主任 副主任 处长 科长 局长 副局长 厅长 部长 市长 副市长 省长 县长 镇长 "
    "书记 党委书记 校长 院长 教授 副教授 讲师 研究员 工程师 高级工程师 总工程师 设计师 首席设计师 分析师 首席分析师 经济学家 律师 医生 主治医师 "
    "护士 护士长 药师 教练 主教练 主帅 队长 领队 前锋 中锋 后卫 门将 中场 球员 外援 裁判 主裁判 选手 运动员 演员 主演 导演 编剧 制片人 监制 制作人 "
    "歌手 歌星 影星 明星 主持人 嘉宾 模特 作家 诗人 画家 摄影师 策划 总监 市场总监 销售总监 技术总监 艺术总监 发言人 新闻发言人 外长 总统 总理 首相 国王 "
    "大使 议员 参议员 警官 民警 法官 检察官 店长 老板 负责人 创始人 合伙人 顾问 专家 学者 业主 市民 网友 玩家 学生 老师 班主任 班长 组长 班组长 操作工 "
    "检验员 质检员 维修工 司机 船长 飞行员 厨师 馆长 行长 副行长 站长 团长 师长 司令 上校 少将 工会主席 董秘 财务总监 经纪人 助理 翻译 客服 评论员 解说员"
)
_ORG_ENDS = (
    "公司 有限公司 股份有限公司 集团 科技公司 银行 证券 基金 保险公司 大学 学院 中学 医院 研究所 出版社 报社 电视台 俱乐部 委员会 协会 工作室 事务所 "
    "酒店 影业 传媒 地产 汽车 电子 网络 游戏 工厂 中心 部 局 厅 集团公司 律师事务所 管理公司 人民法院 公安局 杂志"
)


_ENGLISH = (
    "music video group studio system player game cross live open world final fantasy star war live house city bank data server client "
    "windows office phone mobile power master call duty need speed halo gear battle field sport football club union champion league cup "
    "blue ray play station box wii sony nokia intel apple google yahoo china asia europe report news times post daily market fund bond "
    "plan model table function detect package writing feature select create insert update delete time value node path query driver config "
    "edge cloud image type name index count group order limit stream topic device sensor motor pump valve alarm error warning test demo"
)


def _terms(data: Path) -> Iterator[str]:
    """Words of trades that are no names: med_kg_dicts (Apache-2.0), THUOCL without its persons (MIT)."""
    for path in sorted((data / "lexicons").glob("med_kg_dicts/*.txt")) + sorted(
        (data / "lexicons").glob("lex_thuocl/data/*.txt")
    ):
        if "lishimingren" not in path.name:
            words = (line.split("\t")[0].strip() for line in path.read_text("utf-8-sig").splitlines())
            yield from (word for word in words if 2 <= len(word) <= 12)


class Templates:
    """Fills templates; words come from jieba's dictionary (MIT), places from its `ns` entries."""

    def __init__(self, people: People, rng: random.Random, data: Path) -> None:
        import jieba

        self._people, self._rng = people, rng
        self._positions, self._org_ends, self._english_words = _POSITIONS.split(), _ORG_ENDS.split(), _ENGLISH.split()
        rows = [line.split() for line in Path(jieba.__file__).with_name("dict.txt").read_text("utf-8").splitlines()]
        words = [(r[0], int(r[1]), r[2]) for r in rows if len(r) == 3 and re.fullmatch("[\u4e00-\u9fff]+", r[0])]
        self._nouns = [w for w, f, t in words if t in ("n", "vn", "nz") and f > 20]
        self._places = [w for w, f, t in words if t == "ns" and f > 10]
        self._words = [w for w, f, t in words if t in ("n", "nz", "a", "v", "i", "l") and f > 3]
        self._terms = list(_terms(data))
        text = Path(__file__).with_name("templates.txt").read_text("utf-8")
        self._lines = [line for line in text.splitlines() if line and not line.startswith("#")]

    def sentence(self) -> tuple[str, list[list[int]]]:
        """(text, spans [[start, end]] in code points)."""
        r = self._rng
        parts = _SLOT.split(r.choice(self._lines))
        glue = r.choice(("", " ", "　")) if r.random() < 0.06 else None
        text, spans = "", []
        for i, part in enumerate(parts):
            if i % 2 == 0:
                text += part.replace("：", r.choice(("：", ":", "： ", " "))) if r.random() < 0.2 else part
                continue
            value = self._fill(part)
            if part in "ncfljskm":
                value = glue.join(value) if glue and part == "c" and r.random() < 0.5 else value
                spans.append([len(text), len(text) + len(value)])
            text += value
        return text, spans

    def terms(self) -> str:
        """A few terms of trades in a row."""
        r = self._rng
        return r.choice("、，；　\n和的").join(r.choice(self._terms) for _ in range(r.randint(1, 6))) + r.choice(("", "。"))

    def _fill(self, slot: str) -> str:
        r, people = self._rng, self._people
        match slot:
            case "n":
                return people.any()
            case "c":
                return people.chinese()
            case "f":
                return people.transliterated()
            case "l":
                return people.latin()
            case "j":
                return people.japanese()
            case "s":
                return people.surname()
            case "m":
                return people.family()
            case "z":
                return people.transliterated().split("·")[0]
            case "e":
                return self._english()
            case "k":
                return people.nickname()
            case "p":
                return r.choice(self._positions)
            case "o":
                return self._organisation()
            case "g":
                return r.choice(self._places)
            case "w":
                return "".join(r.choice(self._words) for _ in range(r.choice((1, 1, 2))))
            case "d":
                return str(r.randrange(10 ** r.choice((1, 2, 2, 4))))
        return r.choice(self._terms if r.random() < 0.4 else self._nouns)

    def _english(self) -> str:
        """Latin letters that are no name."""
        r = self._rng
        word = r.choice(self._english_words)
        return r.choice(
            (word, word.upper(), word.capitalize(), f"{word.capitalize()} {r.choice(self._english_words).capitalize()}")
        )

    def _organisation(self) -> str:
        r = self._rng
        head = r.choice(self._places) if r.random() < 0.5 else ""
        middle = (
            r.choice(self._words) if r.random() < 0.6 else "".join(r.choices("华中金安信达天宏通海新联泰瑞德美科恒", k=2))
        )
        return head + middle + r.choice(self._org_ends)
