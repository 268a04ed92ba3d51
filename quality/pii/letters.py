"""Word lists and the fold that recognisers of places, dates and organisations read through."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora.text_buffers import Texts
from quality.pii import shadow

_PAIRS = (
    "內内號号樓楼縣县區区鎮镇鄉乡棟栋單单層层戶户廈厦廣广場场園园莊庄東东門门衚胡衕同聯联絡络絡络訊讯現现見见華华灣湾澳澳蘇苏滬沪寧宁陽阳陰阴遼辽龍龙"
    "馬马島岛嶺岭貴贵雲云蘭兰營营慶庆連连輪轮橋桥鐵铁銀银開开關关興兴豐丰華华義义陝陕濟济濱滨灘滩漢汉溫温澤泽滄沧淨净湖湖臺台檯台黃黄閩闽贛赣粵粤"
    "魯鲁齊齐鄭郑鄧邓鄰邻邊边長长順顺項项頭头韓韩韋韦萬万蕪芜葉叶藍蓝虛虚裏里裡里觀观詔诏誠诚諸诸謝谢譚谭趙赵車车軍军輝辉農农運运達达遠远選选郵邮"
    "鄲郸鄖郧醫医釐厘鈞钧錦锦鎮镇鍾钟鐘钟鋼钢錢钱鋪铺閘闸閣阁閻阎閔闵陳陈陸陆隨随階阶雙双電电靈灵靜静項项領领顧顾飛飞館馆駐驻驛驿騰腾魚鱼鳳凤鶴鹤"
    "鹽盐麗丽黨党齡龄龜龟亞亚產产傑杰備备儀仪優优凱凯劉刘劍剑務务勝胜勵励勞劳協协南南卻却參参吳吴啟启員员國国圍围圖图團团聖圣堅坚報报塊块塗涂"
    "壩坝壺壶壽寿夾夹奧奥姍姗婦妇學学實实寶宝將将專专屬属岡冈峽峡崗岗嶽岳巖岩幣币幹干庫库廠厂廟庙彌弥彎弯徑径復复徵征應应懷怀態态戰战戲戏戸户"
    "掃扫揚扬損损擁拥攜携攝摄敘叙數数斷断時时暈晕曉晓曬晒會会東东條条楊杨極极榮荣構构樂乐標标機机權权歐欧歲岁歷历歸归殿殿氣气決决沖冲況况法法"
    "淚泪淺浅湯汤準准漁渔漢汉潭潭潯浔潤润潛潜澗涧瀋沈灑洒災灾為为烏乌無无熱热爐炉爾尔牆墙狀状獅狮獨独環环瑪玛產产畢毕異异當当療疗發发皖皖盤盘盧卢"
    "礦矿祿禄禪禅種种稱称穩稳窪洼窯窑競竞筆笔節节築筑簡简籠笼籬篱糧粮紀纪紅红納纳純纯級级紡纺細细組组結结絲丝經经綠绿維维綏绥網网線线緣缘縉缙縣县總总"
    "績绩織织繁繁繞绕羅罗習习聽听肅肃腳脚臨临舊旧艦舰艙舱莊庄華华萊莱葦苇蒼苍蓮莲蔣蒋薊蓟薩萨蘆芦處处號号蟲虫衛卫補补裝装複复規规覺觉詩诗話话該该"
    "認认語语調调諾诺證证譯译護护豬猪貝贝財财貨货貿贸賀贺賓宾賢贤購购贊赞趕赶跡迹踐践軟软較较載载輕轻輸输轉转辦办辭辞進进過过遊游適适遷迁還还邁迈鄉乡"
    "釣钓銅铜錫锡鎢钨鏡镜鑫鑫閉闭問问間间閏闰閱阅陣阵際际隱隐雜杂雞鸡難难霧雾韻韵頂顶須须預预額额風风飯饭駝驼駕驾鬧闹鮮鲜鴨鸭鹿鹿麥麦點点齒齿陽阳"
)


@cache
def fold_table() -> NDArray[np.uint16]:
    """uint16[65536]: small ASCII letters, full-width and other digits folded, Traditional place characters simplified."""
    table = shadow.context_table().copy()
    digits = shadow.fold_table()
    plain = (digits >= 48) & (digits <= 57)
    table[plain] = digits[plain]
    for old, new in zip(_PAIRS[::2], _PAIRS[1::2], strict=True):
        table[ord(old)] = ord(new)
    for char in "‐‑‒–—―−﹣－~～":
        table[ord(char)] = ord("-")
    for value, char in enumerate("０１２３４５６７８９"):
        table[ord(char)] = 48 + value
    table[[ord(c) for c in "〇○"]] = ord("零")
    table[0] = 1
    return table


def read_only(texts: Texts) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Arrow's buffers cannot be written; marking ours so too keeps the kernels at one compiled signature."""
    data, offsets = texts.data.view(), texts.offsets.view()
    data.flags.writeable = offsets.flags.writeable = False
    return data, offsets


def room(texts: Texts) -> tuple[NDArray[np.uint16], NDArray[np.int32]]:
    """Letters and places of the longest string, for quality.kernels.pii_letters.widen."""
    size = int(np.diff(texts.offsets).max(initial=0)) + 24
    return np.empty(size, np.uint16), np.empty((2, size), np.int32)


def filled(size: int, fill: Callable[[NDArray[np.int64]], int]) -> NDArray[np.int64]:
    """The rows int64[m, 7] that `fill` writes; it says how many there are, and is called again if they did not fit.
    size: bytes of text; a finding in 64 bytes fits at once."""
    width = 7
    room = np.empty((4096 + size // 64, width), np.int64)
    count = fill(room)
    if count > len(room):
        room = np.empty((count, width), np.int64)
        fill(room)
    return room[:count]


class Tree(NamedTuple):
    """Several word lists as one tree, see quality.kernels.pii_letters.longest."""

    firsts: NDArray[np.int32]
    keys: NDArray[np.int64]
    nodes: NDArray[np.int32]
    codes: NDArray[np.int16]


def lists(file: str) -> dict[str, tuple[str, ...]]:
    """The lists of a file in quality/pii/places: `key = word word …`, continued on indented lines."""
    text = resources.files("quality.pii").joinpath("places", file).read_text("utf-8")
    blocks = (block.partition("=") for block in re.split(r"\n(?=\S)", text.strip()))
    return {key.strip(): tuple(words.split()) for key, _, words in blocks}


def tree(roots: Iterable[Mapping[str, int]]) -> Tree:
    """From one mapping of words to codes (1 … 32767) per root; words are folded here."""
    fold, codes = fold_table(), [0]
    edges: dict[tuple[int, int], int] = {}
    roots = list(roots)
    firsts = np.full((len(roots), 65536), -1, np.int32)
    for root, words in enumerate(roots):
        for word, code in words.items():
            node = -1 - root
            for char in word:
                key = (node, int(fold[ord(char)]))
                if key not in edges:
                    edges[key] = len(codes)
                    codes.append(0)
                    if node < 0:
                        firsts[root, key[1]] = edges[key]
                node = edges[key]
            codes[node] = code
    return Tree(firsts, *_hashed({k: v for k, v in edges.items() if k[0] > 0}), np.array(codes, np.int16))


def _hashed(edges: Mapping[tuple[int, int], int]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    size = 1 << max(4, (3 * len(edges)).bit_length())
    keys, nodes = np.full(size, -1, np.int64), np.full(size, -1, np.int32)
    for (node, letter), child in edges.items():
        key = node << 16 | letter
        slot = (key * 0x9E3779B1 >> 13) & (size - 1)
        while keys[slot] >= 0:
            slot = (slot + 1) & (size - 1)
        keys[slot], nodes[slot] = key, child
    return keys, nodes
