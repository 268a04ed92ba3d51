"""Places by name: found, joined with addresses, left alone and why. Texts are invented."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.text_buffers import texts
from quality import pii
from quality.kernels import pii_places as kernel
from quality.kernels import pii_places_features as features
from quality.pii import MEDIUM, addresses, place_names
from tests.quality import scanning


def scan(*strings: str) -> list[list[tuple[str, float]]]:
    """(text, confidence) per string."""
    return [[(one.text, one.confidence) for one in row] for row in scanning.scan(addresses.find, *strings)]


PLACES = [
    ("我们上周去了黄山风景区，人很多。", "黄山风景区", "a scenic spot"),
    ("他从澳大利亚回来了", "澳大利亚", "a country"),
    ("周末去颐和园划船", "颐和园", "a park"),
    ("公司在苏州和别处有工厂", "苏州", "a city"),
    ("展会将在上海浦东举行", "上海浦东", "pieces in a row are one place"),
    ("會議在臺灣舉行", "臺灣", "Traditional characters"),
]


@pytest.mark.parametrize(("text", "place", "why"), PLACES)
def test_a_place_alone_is_counted_and_not_replaced(text: str, place: str, why: str) -> None:
    assert scan(text) == [[(place, place_names.ALONE)]], why


REFUSED = [
    ("北京万鑫科技有限公司成立了", "part of a company's name"),
    ("他在南京大学读书", "part of a university's name"),
    ("上海市公安局发布通报", "part of an authority's name"),
    ("[地址_1]附近", "a placeholder"),
    ("[北京]", "nothing that looks like a placeholder is read"),
    ("拧紧螺栓，检查油位，更换滤芯。", "a manual"),
    ("", "nothing"),
]


@pytest.mark.parametrize(("text", "why"), REFUSED)
def test_left_alone(text: str, why: str) -> None:
    assert scan(text) == [[]], why


@pytest.mark.parametrize(
    ("text", "address"), [("家在宁波市海曙区中山东路66号3幢501室。", "宁波市海曙区中山东路66号3幢501室")]
)
def test_an_address_keeps_its_confidence_and_is_whole(text: str, address: str) -> None:
    ((span, sure),) = scan(text)[0]
    assert span == address and sure >= MEDIUM


def test_pieces_that_follow_one_another_become_one() -> None:
    found = pii.Findings.of(
        [0, 0, 0, 1], [0, 2, 5, 4], [2, 4, 6, 6], [0, 6, 15, 12], [6, 12, 18, 18], 0, 0, [0.3, 0.9, 0.4, 0.4], 5
    )
    joined = place_names._maximal(found)
    assert (joined.text.tolist(), joined.start.tolist(), joined.end.tolist()) == ([0, 0, 1], [0, 5, 4], [4, 6, 6])
    assert np.allclose(joined.confidence, [0.9, 0.4, 0.4])


def test_model_is_small_and_whole() -> None:
    model = place_names.load()
    assert model.weights.shape == (1 << features.BITS,) and model.moves.shape == (kernel.TAGS, kernel.TAGS)
    assert ((model.moves > -(1 << 19)) == kernel.legal()).all()


def test_packed_weights_are_the_weights() -> None:
    weights = np.arange(-6, 6, dtype=np.int8).reshape(2, kernel.TAGS)
    rows = place_names.packed(weights).view(np.uint8).reshape(2, 8)[:, : kernel.TAGS]
    assert (rows.astype(int) - 128 == weights).all()


PIECES = st.lists(
    st.sampled_from(["北京", "黄山", "风景区", "市", "去", "在", "公司", "大学", "，", "[地址_1]", "[", "]", "[*]", "\n", "\u200b", "𠮷", "é",
                     "中山路", "5号", "澳大利亚", "机场", "的", "1", "a", "我们", "从"]),
    max_size=14,
).map("".join)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=5))
def test_a_batch_is_its_strings(strings: list[str]) -> None:
    assert scan(*strings) == [scan(s)[0] for s in strings]


@settings(max_examples=60, deadline=None)
@given(PIECES, PIECES)
def test_a_bracket_and_the_end_of_a_line_are_hard_breaks(one: str, other: str) -> None:
    one, other = (s.replace("[", "").replace("]", "") for s in (one, other))
    apart = [place_names.find(texts(pa.array([s], pa.large_string()))) for s in (one, other)]
    for mark in ("[*]", "[地址_1]", "\n"):
        both = place_names.find(texts(pa.array([one + mark + other], pa.large_string())))
        shifted = apart[1][:, 1:3] + len(one + mark)
        assert both[:, 1:3].tolist() == np.concatenate([apart[0][:, 1:3], shifted]).tolist()


@settings(max_examples=60, deadline=None)
@given(PIECES)
def test_what_is_replaced_is_not_found_again(text: str) -> None:
    found = addresses.find(texts(pa.array([text], pa.large_string())))
    for i in reversed(range(len(found))):
        if found.confidence[i] >= MEDIUM:
            text = f"{text[: found.start[i]]}[地址]{text[found.end[i] :]}"
    assert [s for s, c in scan(text)[0] if c >= MEDIUM] == []
