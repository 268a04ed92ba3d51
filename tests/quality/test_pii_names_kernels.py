"""The name kernels against plain Python."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from quality.kernels import name_lexicon, name_network, name_sieve, name_spread, name_tagger, name_text
from quality.pii.names import model

LETTERS = "王李明国姓名：的患者克林顿·ab "
NO_HOT = np.empty(0, np.uint8)


def codes_of(text: str) -> NDArray[np.uint16]:
    return np.array([0] * 8 + [ord(c) for c in text] + [0] * 8, np.uint16)


def unread(codes: NDArray[np.uint16]) -> NDArray[np.uint16]:
    return np.full(len(codes), name_lexicon.UNREAD, np.uint16)


def scores_in_plain_numpy(codes: NDArray[np.uint16], net: model.Model) -> NDArray[np.int64]:
    """The network as its definition says, in 64-bit whole numbers, over a text with a break at both ends."""
    w = net.weights
    inner, n = codes[8:-8], len(codes) - 16
    x = w.characters[w.rows[inner]].astype(np.int64)
    for i in range(n):
        for k in (0, 1):
            pair = np.uint64(int(codes[8 + i - 1 + k]) << 16 | int(codes[8 + i + k]))
            x[i] += w.pairs[name_lexicon.mix(pair) & np.uint32(name_network.PAIRS - 1)]
        for size in (2, 3, 4):
            for column, start in ((size - 2, i), (size + 1, i + 1 - size)):
                kind = 0
                if start >= 0 and start + size <= n:
                    kind = name_lexicon.find(w.lexicon, np.uint64(name_lexicon.run_key(inner, start, size)))
                x[i] += w.words[column * (len(w.words) // 6) + kind]
    x = np.clip(x, 0, 127)
    for k, dilation in enumerate(name_network.DILATIONS):
        padded = np.pad(x, ((dilation, dilation), (0, 0)))
        taps = np.concatenate([padded[t * dilation : t * dilation + n] for t in range(3)], axis=1)
        weight = w.layers[k].transpose(0, 1, 3, 2).reshape(3 * 96, 96)
        total = taps @ weight.astype(np.int64) + w.biases[k].astype(np.int64)
        x = np.clip(np.rint(total.astype(np.float32) * w.factors[k]), 0, 127).astype(np.int64)
    return x @ w.head.T.astype(np.int64) + w.head_bias.astype(np.int64)


@settings(max_examples=25, deadline=None)
@given(st.text(st.sampled_from(LETTERS), min_size=1, max_size=40), st.data())
def test_the_network_is_what_its_definition_says_however_it_is_cut(text: str, data: st.DataObject) -> None:
    net, codes = model.load(), codes_of(text)
    wanted = scores_in_plain_numpy(codes, net)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    got = np.empty((end - start, name_network.TAGS), np.int32)
    name_tagger.scores_of(codes, unread(codes), 8 + start, 8 + end, NO_HOT, net.weights, name_tagger.room(), got)
    assert got.tolist() == wanted[start:end].tolist()


def test_long_texts_are_scored_in_chunks_without_a_seam() -> None:
    net, codes = model.load(), codes_of("王小明患者" * 120)
    got = np.empty((600, name_network.TAGS), np.int32)
    name_tagger.scores_of(codes, unread(codes), 8, 608, NO_HOT, net.weights, name_tagger.room(), got)
    assert got.tolist() == scores_in_plain_numpy(codes, net).tolist()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(st.sampled_from(LETTERS), max_size=9), min_size=1, max_size=40), st.data())
def test_many_texts_are_scored_at_once_as_each_by_itself(texts: list[str], data: st.DataObject) -> None:
    net, codes = model.load(), codes_of("\0".join(texts))
    hot = np.array(data.draw(st.lists(st.integers(0, 1), min_size=len(codes), max_size=len(codes))), np.uint8)
    got = np.full((len(codes) - 16, name_network.TAGS), 7, np.int32)
    if len(codes) > 16:
        name_tagger.scores_of(codes, unread(codes), 8, len(codes) - 8, hot, net.weights, name_tagger.room(), got)
    at = 0
    for text in texts:
        wanted = scores_in_plain_numpy(codes_of(text), net) if text else np.empty((0, 5), np.int64)
        chosen = hot[8 + at : 8 + at + len(text)] > 0
        assert got[at : at + len(text)][chosen].tolist() == wanted[chosen].tolist()
        at += len(text) + 1


def sifted(text: str) -> tuple[list[int], list[int]]:
    """What the sieve lets through, and the classes that it read, of every character."""
    net, codes = model.load(), codes_of(text)
    hot, begun, slots = np.empty(len(codes), np.uint8), unread(codes), np.empty(name_sieve.FEATURES, np.int64)
    name_sieve.sift(codes, len(codes), NO_HOT, net.able, net.weights.lexicon, net.sieve, net.bound, begun, slots, hot)
    return hot[8:-8].tolist(), begun[8:-8].tolist()


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(st.sampled_from(LETTERS), max_size=9), min_size=1, max_size=6))
def test_the_sieve_does_not_look_beyond_a_break(texts: list[str]) -> None:
    hot, begun = sifted("\0".join(texts))
    alone = [sifted(text) for text in texts]
    assert hot == [flag for flags, _ in alone for flag in [*flags, 0]][:-1]
    assert begun == [runs for _, read in alone for runs in [*read, int(name_lexicon.UNREAD)]][:-1]


def well_formed(path: tuple[int, ...]) -> bool:
    inside = False
    for tag in path:
        if (tag in (name_network.INSIDE, name_network.END)) != inside:
            return False
        inside = tag in (name_network.BEGIN, name_network.INSIDE)
    return not inside


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 5), st.integers(0, 20), st.data())
def test_the_best_path_is_the_best_of_all(n: int, bonus: int, data: st.DataObject) -> None:
    flat = data.draw(st.lists(st.integers(-50, 50), min_size=5 * n, max_size=5 * n))
    scores = np.array(flat, np.int32).reshape(n, 5)
    path, back = np.empty(n, np.int8), np.empty((n, 5), np.int8)
    name_network.best_path(scores, n, bonus, back, path)

    def worth(tags: tuple[int, ...]) -> int:
        return sum(int(scores[i, t]) + (bonus if t else 0) for i, t in enumerate(tags))

    assert well_formed(tuple(path.tolist()))
    assert worth(tuple(path.tolist())) == max(worth(tags) for tags in product(range(5), repeat=n) if well_formed(tags))


@pytest.mark.parametrize(
    "text, codes",
    [
        ("王小", [0, "王", "小", 0]),
        ("王\u200b小", [0, "王", "小", 0]),
        ("Ａ：•・‧", [0, "A", ":", "·", "·", "·", 0]),
        ("a[患者_1]b", [0, "a", 0, "b", 0]),
        ("a[b\n]", [0, "a", "[", "b", "\n", "]", 0]),
        ("a]b[", [0, "a", "]", "b", "[", 0]),
    ],
)
def test_codes(text: str, codes: list[int | str]) -> None:
    data = np.frombuffer(text.encode(), np.uint8)
    out, at = np.empty(len(data) + 2, np.uint16), np.empty(len(data) + 2, np.int64)
    n = name_text.read(data, np.array([0, len(data)], np.int64), 0, 1, model.load().fold, out, at)
    assert out[:n].tolist() == [ord(c) if isinstance(c, str) else c for c in codes]


@settings(deadline=None)
@given(st.lists(st.text("abcd", min_size=2, max_size=4), max_size=30, unique=True))
def test_the_lexicon_knows_what_was_put_in(words: list[str]) -> None:
    codes = np.array([ord(c) for word in words for c in word], np.uint16)
    starts = np.concatenate([[0], np.cumsum([len(word) for word in words])]).astype(np.int64)
    table = np.zeros(1 << 10, np.uint16)
    assert name_lexicon.insert(table, codes, starts, np.full(len(words), 5, np.uint8)) == 0
    for k, word in enumerate(words):
        assert name_lexicon.find(table, np.uint64(name_lexicon.run_key(codes, starts[k], len(word)))) == 5


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text("abc", max_size=12), min_size=1, max_size=4), st.data())
def test_names_spread_like_plain_search(texts: list[str], data: st.DataObject) -> None:
    joined = "\0" + "\0".join(texts) + "\0"
    codes = np.array([ord(c) for c in joined], np.uint16)
    bounds = np.array([0, *np.cumsum([len(t) + 1 for t in texts]) + 0], np.int64)
    places = [i for i in range(len(joined) - 1) if "\0" not in joined[i : i + 2]]
    chosen = sorted(data.draw(st.lists(st.sampled_from(places), max_size=3, unique=True))) if places else []
    spans = np.array([[i, i + 2] for i in chosen], np.int64).reshape(-1, 2)
    heads, following = np.full(name_spread.SLOTS, -1, np.int64), np.empty(len(spans), np.int64)
    out = np.empty((200, 3), np.int64)
    count = name_spread.spread(codes, bounds, spans, heads, following, out)
    wanted = []
    for d in range(len(texts)):
        known = {joined[a:b] for a, b in spans.tolist() if bounds[d] <= a < bounds[d + 1]}
        wanted += [[i, i + 2] for i in range(bounds[d], bounds[d + 1] - 1) if joined[i : i + 2] in known]
    assert out[:count, :2].tolist() == wanted
    assert (heads == -1).all()
