"""Reading again only what changed finds what reading everything again would, and blocks what one batch would."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from corpora.text_buffers import Texts, texts
from quality import pii
from quality.pii import Findings, addresses, blocks, names, settling
from quality.samples import domains, records

COLUMNS = ("text", "start", "end", "start_byte", "end_byte", "kind", "subtype", "confidence", "evidence")
PIECES = st.sampled_from(
    ["患者", "王小明", "李建国", "张伟", "欧阳修", "阿依古丽·买买提", "Wang Xiaoming", "the pump of John", "姓名：", "医师", "先生", "，", "。", "\n",
     " ", "[", "]", "[患者姓名_1]", "[*]", "13800138000", "330200199001010007", "身份证号：", "宁波市海曙区中山东路66号", "5号", "北京", "黄山",
     "315000", "出生于1990年1月1日", "住院号：A123456", "的", "我们", "于", "陈", "\u200b", "𠮷", "é", "·", "-", "'", ".", "a", "3幢501室", "公司",
     "https://a.cn/x?token=1", "://", "："]
)  # fmt: skip
STRINGS = st.lists(PIECES, max_size=14).map("".join)


def column(strings: list[str]) -> Texts:
    return texts(pa.array(strings, pa.large_string()))


def rows(found: Findings) -> list[tuple[object, ...]]:
    return list(zip(*(getattr(found, name).tolist() for name in COLUMNS), strict=True))


def whole(strings: Texts, documents: NDArray[np.int64]) -> Findings:
    """The slow way: every recogniser on everything, in every round, and nothing remembered."""
    wanted = [pii.KIND[key] for key in pii.DEFAULT]

    def recognise(part: Texts, bounds: NDArray[np.int64], _: names.Origin | None = None) -> Findings:
        found = pii.merge([one(part) for one in pii._recognisers(frozenset(pii.DEFAULT), bounds, names.Seen(), None)])
        return found.take(np.isin(found.kind, wanted))

    return settling.settled(strings, documents, recognise, recognise(strings, documents))


@settings(max_examples=300, deadline=None)
@given(st.lists(STRINGS, min_size=1, max_size=6), st.data())
def test_what_is_read_again_is_what_the_whole_would_be(strings: list[str], data: st.DataObject) -> None:
    cuts = data.draw(st.sets(st.integers(1, len(strings)), max_size=3))
    documents = np.array(sorted({0, *cuts, len(strings)}), np.int64)
    given_ = column(strings)
    assert rows(pii.find(given_, documents=documents)) == rows(whole(given_, documents))


@pytest.mark.parametrize("domain", list(domains.FILES))
def test_generated_notes_are_read_again_as_a_whole_would_be(domain: str) -> None:
    scribe = domains.Scribe(domain, 11)
    some = [w.text for file in domains.FILES[domain] for record in records.Recorder(scribe, file, 11, domain).records(25)
            for w in record.row.leaves.values()]  # fmt: skip
    for strings in (some, ["\n".join(some)]):
        given_ = column(strings)
        documents = np.arange(len(given_) + 1, dtype=np.int64)
        assert rows(pii.find(given_, documents=documents)) == rows(whole(given_, documents))


@settings(max_examples=100, deadline=None)
@given(st.lists(STRINGS, min_size=1, max_size=6))
def test_only_sure_addresses_are_the_sure_ones_of_all(strings: list[str]) -> None:
    given_ = column(strings)
    every, sure = addresses.find(given_), addresses.find(given_, sure=True)
    bound = np.float32(pii.MEDIUM)
    assert rows(sure.take(sure.confidence >= bound)) == rows(every.take(every.confidence >= bound))


@settings(max_examples=100, deadline=None)
@given(st.lists(STRINGS, min_size=1, max_size=8), st.integers(1, 60))
def test_a_block_is_no_boundary(strings: list[str], size: int) -> None:
    given_ = column(["", *strings])
    part = Texts(given_.data, given_.offsets[1:])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BYTES", size)
        small = rows(pii.find(part))
    assert small == rows(pii.find(part))
    alone = [(t, *row[1:]) for t, s in enumerate(strings) for row in rows(pii.find(column([s])))]
    assert small == alone


@settings(max_examples=200, deadline=None)
@given(STRINGS, st.data())
def test_a_masked_text_knows_where_it_stood(string: str, data: st.DataObject) -> None:
    given_ = column(["前文", string])
    size = len(string)
    spans = data.draw(st.lists(st.tuples(st.integers(0, size), st.integers(0, size)), max_size=3)) if size else []
    taken, last = [], 0
    for start, end in sorted(spans):
        if last <= start < end:
            taken.append((start, end))
            last = end
    if not taken:
        return
    start, end = np.array(taken).T
    first, after = (np.array([len(string[:k].encode()) for k in at]) for at in (start, end))
    found = Findings.of([0] * len(start), start, end, first, after, 0, 0, 0.9, 0)
    masked = settling._Masked(given_, np.array([1]), found)
    origin = masked.origin(given_)
    text = bytes(masked.texts.data)
    for at, char in enumerate(text):
        if text[:at].endswith(b"[*") or text[at : at + 1] in b"[*" and text[at:].startswith((b"[*]", b"*]")):
            continue
        k = int(np.searchsorted(origin.places, at, side="right")) - 1
        assert given_.data[at + origin.shifts[k]] == char
