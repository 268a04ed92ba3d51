"""Wrong readings are taken back where that is lossless and certain; sound text and lost bytes stay as they are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality import mojibake, plausibility
from quality.kernels import damage as kernel

NOTES = [
    "患者主诉：发热3天，体温38.5℃，血压≥140/90mmHg。",
    "更换主轴轴承，检验合格后入库",
    "设备巡检，数量、重量、质量。",
    "怀疑肺部感染，建议复查",
    "A型阀门，Φ20×3，公差±0.02mm",
]


def cp936(text: str) -> str:
    """UTF-8 as Windows reads it in code page 936: the byte 0x80 by itself is €."""
    raw, out, at = text.encode(), [], 0
    while at < len(raw):
        size = 1 if raw[at] <= 0x80 else 2
        out.append("€" if raw[at] == 0x80 else raw[at : at + size].decode("gb18030"))
        at += size
    return "".join(out)


def cp1252(text: str) -> str:
    back = {byte: c for c, byte in mojibake.latin_bytes().items()}
    return "".join(back.get(byte, chr(byte)) for byte in text.encode())


def latin(text: str, codec: str = "utf-8") -> str:
    return text.encode(codec).decode("latin-1")


@pytest.mark.parametrize("note", NOTES)
def test_latin_readings_are_taken_back(note: str) -> None:
    for bad in (latin(note), cp1252(note), latin(latin(note)), latin(note, "gbk")):
        assert mojibake.repaired(bad) == note
        assert mojibake.repaired(f"前文正常，{bad}") == f"前文正常，{note}"


@pytest.mark.parametrize(
    ("note", "why"),
    [
        ("患者主诉人", "whole"),
        ("更换轴承", "no € in it"),
        ("腹痛3天余", "digits stay between"),
        ("数量、重", "A2 E3 is € in GB 18030, 80 is € by itself"),
        ("好的PVC管道", "GBK takes the P for a second byte"),
        ("怀疑感染了", "80 80: two € by themselves"),
    ],
)
def test_utf8_read_as_gbk_is_taken_back(note: str, why: str) -> None:
    bad = cp936(note)
    assert bad != note
    assert mojibake.repaired(bad) == note, why


def test_signs_alone_on_their_lines_are_read_with_the_rest() -> None:
    assert mojibake.repaired("鏇存崲杞存壙\n卤0.02\n20脳3") == "更换轴承\n±0.02\n20×3"


def test_a_stretch_between_sound_text() -> None:
    assert mojibake.repaired(f"检查正常。{cp936('患者主诉人')}，无特殊。") == "检查正常。患者主诉人，无特殊。"
    assert mojibake.repaired(f"{cp936('更换轴承')} 卤0.02mm、20脳3，正常") == "更换轴承 ±0.02mm、20×3，正常"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "nothing"),
        ("患者发热3天，体温38.5℃", "ordinary"),
        ("羁绊，恙虫病，嫖娼活动，山楂茶", "rare characters that happen to have the form of UTF-8"),
        ("陽氣化而上行，鐘錶鎮痛，鎖骨", "Traditional characters whose first byte leads in UTF-8"),
        ("×÷ ±° 公差±0.02，6×8÷2", "signs of quantities are Latin-1"),
        ("zhōng guó lǜ éè àá", "pinyin"),
        ("café crème naïve Zoë’s “déjà vu”", "French words and typographic marks"),
        ("ÄÖÜäöüß Straße Übergröße", "German letters side by side are no Chinese"),
        ("Café……好，Café——好", "a vowel and Chinese marks, which Windows-1252 has as well"),
        ("惟陰無陽，純陰無陽，鞕滿證狀", "陰無 has the bytes of ꎟo, 鞕滿 those of 왝M: no Chinese"),
        ("惟陰無陽\n純陰無陽\n鞕滿證狀\n陰無\n陰無\n陰無\n陰無\n陰無\n陰無\n陰無", "nor line by line"),
        ("卤0.02", "one sign by itself proves nothing: 卤 is a word"),
        ("卤水豆腐，桅杆，路 3", "words that ± Φ · would look like"),
        ("锟斤拷", "what is lost cannot be taken back"),
        ("烫烫烫屯屯屯", "no text was there"),
        ("锛�", "one byte of ， is lost: it could be another mark"),
        ("鐢凤紝35宀�", "the last byte is lost: all or nothing"),
        ("å¥½å�—ï¼Ÿ", "a byte is lost in Windows-1252"),
        ("\ud7ff\ue000𠮷", "edges of the planes"),
        ("乫", "one character"),
    ],
)
def test_what_stays(text: str, why: str) -> None:
    assert mojibake.repaired(text) == text, why


HAN = st.text(st.sampled_from("患者主诉发热咳嗽天体温检查正常更换轴承设备，。：量、怀一的3 5A"), min_size=4, max_size=30)


@settings(max_examples=300, deadline=None)
@given(HAN)
def test_latin_round_trip(text: str) -> None:
    """Any run of ordinary Chinese comes back as it was."""
    if sum(c >= "\u4e00" for c in text) >= 4:
        assert mojibake.repaired(latin(text)) == text
        assert mojibake.repaired(cp1252(text)) == text


TEXT = st.lists(
    st.one_of(HAN, HAN.map(latin), HAN.map(cp1252), st.text(max_size=6), st.sampled_from("�?€鎮锛锟")), max_size=5
)


@settings(max_examples=400, deadline=None)
@given(TEXT.map("".join))
def test_twice_is_once_and_lines_stay(text: str) -> None:
    once = mojibake.repaired(text)
    assert mojibake.repaired(once) == once
    assert once.count("\n") == text.count("\n")


def test_costs() -> None:
    assert plausibility.bits("的") < plausibility.bits("患") < plausibility.bits("鐨")
    assert plausibility.bits("abc 123") == 0
    assert plausibility.bits("，") == plausibility.PUNCTUATION
    assert plausibility.bits("±") == plausibility.GB2312_SIGN < plausibility.bits("Ö")
    assert plausibility.bits("𠮷") == plausibility.RARE_HAN
    assert plausibility.bits("\ufffd") == plausibility.NEVER


def test_the_kernel_has_the_same_bound() -> None:
    assert kernel.CERTAIN == mojibake.CERTAIN


def test_what_begins_damage_has_the_form_of_utf8() -> None:
    for c in mojibake.leads():
        first, second = c.encode("gb18030")
        assert 0xE2 <= first <= 0xEF and 0x80 <= second <= 0xBF
    assert mojibake.telling() < mojibake.leads()
