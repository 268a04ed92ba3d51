"""Masks and normal forms."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.vocabulary import PII_KINDS
from quality.pii.masks import mask
from quality.pii.normal_form import canonical


@pytest.mark.parametrize(
    ("kind", "text", "masked"),
    [
        ("mobile", "13800138000", "138****8000"),
        ("mobile", "138-0013-8000", "138-****-8000"),
        ("person_name", "王建国", "王**"),
        ("person_name", "欧阳建国", "欧阳**"),
        ("person_name", "欧阳", "欧*"),
        ("person_name", "艾力·玉素甫", "**·***"),
        ("email", "zhang.san@qq.com", "z***@qq.com"),
        ("landline", "0574-87654321", "0574-8765****"),
        ("ipv4", "10.2.3.4", "10.2.*.*"),
        ("plate", "浙B12345", "浙B*****"),
        ("resident_id", "330200199001010007", "*" * 18),  # never the first six or the last four
        ("bank_card", "6222 0000 0000 0000 004", "**** **** **** **** ***"),
        ("medical_record_number", "0012345", "*******"),
        ("date_of_birth", "1990年1月12日", "1990年*月**日"),
        ("date_of_birth", "1990-01-12", "1990-**-**"),
    ],
)
def test_what_is_kept(kind: str, text: str, masked: str) -> None:
    assert mask(kind, text) == masked


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(PII_KINDS)), st.text(max_size=30))
def test_masks_take_any_text_and_are_as_long(kind: str, text: str) -> None:
    if kind != "email":
        assert len(mask(kind, text)) == len(text)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(PII_KINDS)), st.text(max_size=30))
def test_a_normal_form_is_its_own_normal_form(kind: str, text: str) -> None:
    once = canonical(kind, text)
    assert canonical(kind, once) == once


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("mobile", "138-0013-8000", "008613800138000"),
        ("resident_id", "11010519491231002x", "110105 19491231 002X"),
        ("person_name", "王 建国", "王建国"),
        ("person_name", "艾力•玉素甫", "艾力・玉素甫"),
        ("email", "Zhang@QQ.com", "zhang@qq.com"),
        ("plate", "浙b 12345", "浙B·12345"),
    ],
)
def test_ways_of_writing(kind: str, one: str, other: str) -> None:
    assert canonical(kind, one) == canonical(kind, other)
