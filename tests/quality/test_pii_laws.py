"""Laws of the identifier scan, on generated text."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.text_buffers import texts
from quality import pii
from quality.pii import kinds, spans

CHINESE = st.text("的一是不了在人有我他这中大来上国，。；\U00020bb7㎡ \n", max_size=30)
FRAGMENTS = st.sampled_from(
    [
        "330200199001010007",
        "330200900101000",
        "13800138000",
        "138-0013-8000",
        "1 3 8 0 0 1 3 8 0 0 0",
        "一三八零零一三八零零零",
        "+86",
        "86",
    ]
    + [
        "0574-87654321",
        "87654321",
        "(010)",
        "62345678",
        "转8001",
        "a.b@qq.com",
        "@",
        ".com",
        "6222000000000000004",
        "4000000000000002",
    ]
    + [
        "91330200000000000E",
        "浙B12345",
        "浙BD12345",
        "港",
        "192.168.1.1",
        "4.2.1.3",
        "2001:db8::1",
        "00:1A:2B:3C:4D:5E",
        "490154203237518",
    ]
    + [
        "手机",
        "电话",
        "身份证",
        "IMEI",
        "订单号",
        "版本",
        "银行卡号",
        "IP",
        "Tel",
        "E-mail",
        "，",
        " ",
        "-",
        ".",
        "/",
        "住院号",
        "微信",
        "QQ",
        "工号：",
        "合同编号：",
        "床号",
        "床",
        "号",
        "（2024）浙0203民初123号",
        "https://a.com/x?token=",
        "A123456(3)",
        "LZZ000009A0000001",
        "邮编",
        "(at)",
        "：",
        ":",
        "(",
        ")",
        "[",
    ]
    + ["]", "12", "0", "X", "abc", "V", "\u200b", "\U00020bb7", "年", "元", "①", "三", "\n", "_", "+"]
)


def find(string: str, kinds: list[str] | None = None) -> pii.Findings:
    return pii.find(texts(pa.array([string], pa.large_string())), kinds)


@st.composite
def identifiers(draw: st.DrawFn) -> tuple[str, str]:
    """A valid number of a kind, made on the spot."""
    kind = draw(st.sampled_from(["resident_id", "mobile", "bank_card", "email", "landline"]))
    digits = draw(st.text("0123456789", min_size=20, max_size=20))
    if kind == "mobile":
        return kind, str(draw(st.sampled_from(kinds.MOBILE_PREFIXES))) + digits[:8]
    if kind == "email":
        return kind, f"u{digits[:6]}@example.com"
    if kind == "landline":
        return kind, f"0574-8{digits[:7]}"
    if kind == "resident_id":
        body = f"330200{draw(st.integers(1920, 2020))}0101{digits[:3]}"
        weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
        return kind, body + "10X98765432"[sum(w * int(c) for w, c in zip(weights, body, strict=True)) % 11]
    body = "62" + digits[: draw(st.integers(13, 16))]
    doubled = [int(c) * (2 if i % 2 == 0 else 1) for i, c in enumerate(reversed(body))]
    return kind, body + str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)


@settings(max_examples=300, deadline=None)
@given(CHINESE, identifiers(), CHINESE)
def test_a_planted_number_is_found_where_it_stands(before: str, planted: tuple[str, str], after: str) -> None:
    kind, value = planted
    numbers = [key for key in pii.DEFAULT if key not in ("person_name", "address", "date_of_birth", "age")]
    found = find(f"{before}，{value}。{after}", numbers)
    sure = found.take(found.confidence >= pii.MEDIUM)
    positions = [(pii.kind_names()[k], int(s), int(e)) for k, s, e in zip(sure.kind, sure.start, sure.end, strict=True)]
    assert positions == [(kind, len(before) + 1, len(before) + 1 + len(value))]


@settings(max_examples=500, deadline=None)
@given(st.lists(FRAGMENTS, max_size=9).map("".join))
def test_findings_are_sorted_disjoint_and_agree_in_bytes(string: str) -> None:
    found = find(string)
    assert all(found.start < found.end)
    assert all(found.end[:-1] <= found.start[1:])
    for s, e, b, c in zip(found.start, found.end, found.start_byte, found.end_byte, strict=True):
        assert string.encode()[b:c].decode() == string[s:e]


@settings(max_examples=500, deadline=None)
@given(st.lists(FRAGMENTS, max_size=9).map("".join))
def test_nothing_sure_is_left_in_redacted_text(string: str) -> None:
    found = find(string)
    sure = found.take(found.confidence >= pii.MEDIUM)
    parts, at = [], 0
    for s, e in zip(sure.start, sure.end, strict=True):
        parts += [string[at:s], "[占位符]"]
        at = int(e)
    again = find("".join([*parts, string[at:]]))
    assert not (again.confidence >= pii.MEDIUM).any()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(FRAGMENTS, max_size=6).map("".join), max_size=6))
def test_a_column_of_spans_comes_back(strings: list[str]) -> None:
    found = pii.find(texts(pa.array(strings, pa.large_string())))
    flat = spans.of_documents(found, np.ones((len(strings), 1), np.int64))
    column = spans.to_column(flat, len(strings))
    column.validate(full=True)
    back = spans.from_column(column)
    for name in ("row", "leaf", "item", "start", "end", "kind", "subtype", "confidence", "evidence"):
        assert getattr(back, name).tolist() == getattr(flat, name).tolist()
