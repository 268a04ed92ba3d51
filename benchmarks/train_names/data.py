"""Training sentences as flat arrays: codes, tags and where each sentence begins."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.train_names import daily, texts
from benchmarks.train_names.people import _RARE_SURNAMES, _SOUNDS, People
from benchmarks.train_names.templates import Templates
from quality.identities import Draw
from quality.kernels import name_text
from quality.samples.domains import FILES, Scribe

OUT, BEGIN, INSIDE, END, SINGLE = range(5)
IGNORED = -1
Sentence = tuple[str, list[list[int]], list[list[int]]]
"""(text, spans of names, spans that nobody knows), code points."""

_TITLES = (
    "老师",
    "先生",
    "医生",
    "大夫",
    "教授",
    "主任",
    "总",
    "哥",
    "姐",
    "女士",
    "书记",
    "同志",
    "小姐",
    "爷",
    "叔",
    "氏",
    "某",
)
_SURNAMES = set(_RARE_SURNAMES)


@dataclass(frozen=True)
class Encoded:
    """codes uint16[n], tags int8[n], starts int64[m+1]."""

    codes: NDArray[np.uint16]
    tags: NDArray[np.int8]
    starts: NDArray[np.int64]


def encode(sentences: Iterable[Sentence], fold: NDArray[np.uint16]) -> Encoded:
    """Codes and tags (O B I E S, IGNORED) of sentences."""
    codes, tags, starts = [], [], [0]
    for text, spans, unknown in sentences:
        points = np.frombuffer(text.encode("utf-32-le"), np.uint32)
        folded = np.where(points < 65536, fold[np.minimum(points, 65535)], name_text.OTHER).astype(np.uint16)
        marks = _tags(len(points), spans, unknown)
        seen = folded != name_text.SKIP
        codes.append(folded[seen])
        tags.append(marks[seen])
        starts.append(starts[-1] + int(seen.sum()))
    return Encoded(np.concatenate(codes), np.concatenate(tags), np.array(starts, np.int64))


def _tags(length: int, spans: list[list[int]], unknown: list[list[int]]) -> NDArray[np.int8]:
    tags = np.zeros(length, np.int8)
    for start, end in unknown:
        tags[start:end] = IGNORED
    for start, end in spans:
        if end - start == 1:
            tags[start] = SINGLE
        else:
            tags[start], tags[start + 1 : end - 1], tags[end - 1] = BEGIN, INSIDE, END
    return tags


def people_daily(data: Path, people: People, rng: random.Random, known: set[int], *, held_out: bool) -> Iterator[Sentence]:
    """Nine tenths of the paragraphs with new names, or the other tenth as it is."""
    everything = list(daily.paragraphs(data))
    if not held_out:
        people.real = [
            p.text[-2:] for n, ps in enumerate(everything) if n % 10 for p in ps if p.kind == "chinese" and len(p.text) == 3
        ]
    for number, pieces in enumerate(everything):
        if (number % 10 == 0) != held_out or texts.overlaps(daily.flat(pieces)[0], known):
            continue
        for sentence in daily.sentences(pieces if held_out else daily.renamed(pieces, people, rng)):
            text, spans = daily.flat(sentence)
            yield _shaken(text, spans, rng) if not held_out else (text, spans, [])


def _shaken(text: str, spans: list[list[int]], rng: random.Random) -> Sentence:
    """Now and then ASCII punctuation, or a cut at both sides: a name may open or close a text."""
    if rng.random() < 0.15:
        text = text.translate(str.maketrans("，：；（）、。", ",:;()、."))
    if rng.random() < 0.15 and len(text) > 20:
        low, high = rng.randrange(len(text) // 2), rng.randrange(len(text) // 2, len(text))
        kept = [[a, b] for a, b in spans if a >= low and b <= high]
        if len(kept) == sum(a < high and b > low for a, b in spans):
            return text[low:high], [[a - low, b - low] for a, b in kept], []
    return text, spans, []


def silver(path: Path, rng: random.Random, *, held_out: bool, quiet: float, plain: float) -> Iterator[Sentence]:
    """LAC's labels where the form agrees; `quiet` and `plain`: shares taken of the sentences without any."""
    for number, line in enumerate(path.read_text("utf-8").splitlines()):
        row = json.loads(line)
        if (number % 20 == 0) != held_out:
            continue
        teacher = row["source"] not in _PLAIN
        if not row["spans"] and rng.random() > (quiet if teacher else plain):
            continue
        sure = [s for s in row["spans"] if _plausible(row["text"], *s)]
        yield row["text"], sure, [s for s in row["spans"] if s not in sure]


_PLAIN = frozenset(source.name for source in texts.SOURCES if source.use == "plain")


def _plausible(text: str, start: int, end: int) -> bool:
    name = text[start:end]
    if name.endswith(_TITLES) or not re.fullmatch("[\u4e00-\u9fff·]+", name):
        return False
    if "·" in name or len(name) >= 3 and all(c in _SOUNDS for c in name):
        return True
    return name[0] in _COMMON and 2 <= len(name) <= 3 or name[:2] in _SURNAMES and 3 <= len(name) <= 4


_COMMON = set(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔汤"
)


_PRONOUN = re.compile("(?<![其吉排维利自])[他她](?![们人])|(?<![自本忘唯])我(?![们国省市国院校司们军方])")


def modern(path: Path, people: People, rng: random.Random, count: int) -> Iterator[Sentence]:
    """Sentences of the silver text with names where its pronouns were, and other names where its names were."""
    rows = [json.loads(line) for number, line in enumerate(path.read_text("utf-8").splitlines()) if number % 20]
    rng.shuffle(rows)
    for row in rows:
        text, sure = row["text"], [s for s in row["spans"] if _plausible(row["text"], *s)]
        if row["source"] in _PLAIN or len(sure) < len(row["spans"]):
            continue
        places = sorted(
            [*sure, *([*m.span()] for m in _PRONOUN.finditer(text) if rng.random() < (0.3 if m[0] == "我" else 0.8))]
        )
        if places and count > 0:
            count -= 1
            yield _exchanged(text, places, people, rng)


def _exchanged(text: str, places: list[list[int]], people: People, rng: random.Random) -> Sentence:
    out, spans, at = "", [], 0
    new: dict[str, str] = {}
    for start, end in places:
        out += text[at:start]
        name = new.setdefault(text[start:end], people.chinese() if rng.random() < 0.6 else people.any())
        spans.append([len(out), len(out) + len(name)])
        out, at = out + name, end
    return _shaken(out + text[at:], spans, rng)


def generated(templates: Templates, count: int) -> Iterator[Sentence]:
    for _ in range(count):
        text, spans = templates.sentence()
        yield text, spans, []


def negatives(templates: Templates, count: int) -> Iterator[Sentence]:
    """Runs of terms of trades."""
    for _ in range(count):
        yield templates.terms(), [], []


def records(seed: int, rows: int) -> Iterator[Sentence]:
    """Clinical and shop-floor leaves of quality.samples, cut into lines and runs of at most 150 code points."""
    for domain, files in FILES.items():
        scribe = Scribe(domain, seed)
        for file in files:
            draw = Draw(seed, domain, file.name, "names")
            for number in range(rows * file.share // 100):
                for written in scribe.row(draw, file, number).leaves.values():
                    spans = [[i.start, i.end] for i in written.identities if i.kind == "name"]
                    yield from _cut(written.text, spans)


def _cut(text: str, spans: list[list[int]]) -> Iterator[Sentence]:
    start = 0
    while start < len(text):
        end = min(len(text), start + 150)
        while (
            end < len(text)
            and (text[end - 1] not in "。；\n　 ，" or any(a < end < b for a, b in spans))
            and end < start + 200
        ):
            end += 1
        yield text[start:end], [[a - start, b - start] for a, b in spans if start <= a and b <= end], []
        start = end
