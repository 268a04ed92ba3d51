"""Planted relatives of a row: an exact copy, a near copy (words differ, numbers do not), a template twin (the reverse)."""

from __future__ import annotations

import re

from quality.identities import Draw
from quality.samples.soil import Edit, edited
from quality.samples.writer import Written

_SYNONYMS = (
    ("患者", "病人"), ("予", "给予"), ("出现", "发生"), ("考虑", "拟诊"), ("建议", "宜"), ("检查", "查看"), ("发现", "查见"),
    ("更换", "换新"), ("运行", "运转"), ("正常", "无异常"), ("处理", "处置"), ("恢复", "复原"), ("合格", "符合要求"),
    ("医生", "大夫"), ("明显", "显著"), ("加重", "加剧"), ("调整", "调校"), ("清洗", "清理"), ("紧固", "拧紧"),
)  # fmt: skip
_LAST_WORDS = ("特此记录。", "已告知。", "以上属实。", "（补录）", "情况属实。", "已核对。")
_DIGIT = re.compile(r"\d(?=\D*$)")


def near(draw: Draw, written: Written) -> Written:
    """One or two words exchanged, or a closing phrase added; numbers, units and identities stay as they are.

    Long texts bear two changes, short ones one, so that the copy keeps a Jaccard coefficient of about 0.8 or more.
    """
    chosen = sorted(draw.some(_exchanges(written), 2 if len(written.text) >= 240 else 1))
    if not chosen:
        chosen = [(len(written.text), len(written.text), draw.pick(_LAST_WORDS))]
    return edited(written, chosen)


def _exchanges(written: Written) -> list[Edit]:
    """The first place of every word that has a synonym, unless it touches an identity."""
    taken = [(i.start, i.end) for i in written.identities]
    found = ((written.text.find(word), word, other) for word, other in _SYNONYMS)
    ends = ((place, place + len(word), other) for place, word, other in found if place >= 0)
    return [(start, end, other) for start, end, other in ends if not any(a < end and start < b for a, b in taken)]


def twin(draw: Draw, written: Written) -> Written:
    """The same text with other readings: the last digit of about half of them changes, of at least one."""
    sure = draw.below(len(written.readings))
    places = [place for i, place in enumerate(written.readings) if i == sure or draw.chance(50)]
    return edited(written, [_other(draw, written.text, start, end) for start, end in places])


def _other(draw: Draw, text: str, start: int, end: int) -> Edit:
    reading = text[start:end]
    old = int(reading[-1])
    new = (old + draw.between(1, 9)) % 10
    if len(reading) == 1 and new == 0:  # a bare 0 may not read as a count
        new = old % 9 + 1
    return start, end, reading[:-1] + str(new)
