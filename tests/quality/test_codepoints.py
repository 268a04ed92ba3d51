"""Classes of single characters: a table of examples, each with what it is."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from quality.codepoints import (
    CLASS,
    CLOSER,
    CODE_POINTS,
    SIMPLIFIED,
    TERMINAL,
    TRADITIONAL,
    CharacterClass,
    classify,
    script_characters,
    table,
)

EXAMPLES = {
    CharacterClass.HAN: "的〇々龘𠮷⻢豈",
    CharacterClass.KANA: "のアーｱゝ",
    CharacterClass.HANGUL: "한ㄱᄀ",
    CharacterClass.LATIN: "AzéＡｚﬁ",
    CharacterClass.DIGIT: "09５①Ⅲ²½",
    CharacterClass.PUNCTUATION: "。，、；：？！“”（）《》【】…—.,;:?!()-/#・",
    CharacterClass.SYMBOL: "★■●─|📌☎",
    CharacterClass.UNIT: "±≥≤μµΦ℃°%‰％㎡㎎×÷+=<>~￥$↑↓α",
    CharacterClass.SPACE: " 　\t\n\r\u00a0\u2003\u0085",
    CharacterClass.CONTROL: "\x00\x1b\u200b\u200d\ufeff\u202e\ue000\U000f0000\x7f",
    CharacterClass.REPLACEMENT: "\ufffd\uffff",
    CharacterClass.OTHER: "жעกㄅ\u0301",
}


@pytest.mark.parametrize(("kind", "characters"), EXAMPLES.items(), ids=lambda value: getattr(value, "name", ""))
def test_class(kind: CharacterClass, characters: str) -> None:
    assert {c: classify(c) for c in characters} == dict.fromkeys(characters, kind)


def test_quantities_and_decoration_are_apart() -> None:
    """± ≥ ℃ are the substance of the text: no rule on decoration may count them."""
    assert not {classify(c) for c in "±≥≤≈≠μ℃℉Φ%‰°×÷√∞㎡㎏￥Ω"} & {CharacterClass.SYMBOL, CharacterClass.OTHER}


def test_every_code_point_has_a_class() -> None:
    assert table().shape == (CODE_POINTS,)
    assert set(np.unique(table() & CLASS)) <= {int(kind) for kind in CharacterClass}
    assert not table().flags.writeable


def test_folding_width_keeps_the_class() -> None:
    """A full-width form is what its narrow form is."""
    wide = [chr(cp) for cp in range(0xFF01, 0xFF5F)]
    differs = {c for c in wide if classify(c) != classify(unicodedata.normalize("NFKC", c))}
    assert differs == set()


def test_scripts() -> None:
    flags = {c: int(table()[ord(c)]) & (TRADITIONAL | SIMPLIFIED) for c in "國国發发人后里面干"}
    assert flags == {"國": TRADITIONAL, "国": SIMPLIFIED, "發": TRADITIONAL, "发": SIMPLIFIED} | dict.fromkeys(
        "人后里面干", 0
    )
    assert not set(script_characters("traditional")) & set(script_characters("simplified"))


def test_script_lists_agree_with_opencc() -> None:
    """Each Traditional-only character changes under t2s and stays under s2t; the reverse for Simplified-only."""
    opencc = pytest.importorskip("opencc")
    for script, changing, keeping in (("traditional", "t2s", "s2t"), ("simplified", "s2t", "t2s")):
        characters = script_characters(script)
        changed = opencc.OpenCC(changing).convert("\n".join(characters)).split("\n")
        kept = opencc.OpenCC(keeping).convert("\n".join(characters)).split("\n")
        assert [c for c, to in zip(characters, changed, strict=True) if c == to] == []
        assert [c for c, to in zip(characters, kept, strict=True) if c != to] == []


def test_sentence_ends() -> None:
    assert all(table()[ord(c)] & TERMINAL for c in "。！？；：….!?;:")
    assert all(table()[ord(c)] & CLOSER for c in "”’）】》)\"'")
    assert not any(table()[ord(c)] & (TERMINAL | CLOSER) for c in "，、,（《的A")
