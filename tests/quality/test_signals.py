"""The fused pass against a plain Python reading of what each signal means."""

from __future__ import annotations

import math
import re
from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.vocabulary import SIGNALS as TERMS
from quality.codepoints import CLOSER, SIMPLIFIED, TERMINAL, TRADITIONAL, CharacterClass, classify, table
from quality.kernels import signals as kernel
from quality.lexicon import Lexicon
from quality.rules import broken, preset
from quality.signals import SIGNALS, fields, measure
from tests.quality import damage
from tests.quality.measuring import documents, lexicon_characters, solid

LEXICON = Lexicon.of("probe", ["发热", "发热门诊", "CT", "门诊 部", "热门", "的的的", "x1"])
BULLETS = set("•‣◦※·★☆✓✔・") | {chr(c) for c in (*range(0x25A0, 0x25D0), *range(0x2794, 0x27BF))}


_SCRIPT = "[\u0600-\u0dff\u0f00-\u109f\u1780-\u18af\ua840-\ua87f\ufb50-\ufdff\ufe70-\ufefc]"
_PICTURE = "[\u2190-\u2bff\U0001f000-\U0001ffff]"
JOINED = re.compile(f"(?:(?<={_PICTURE})|(?<=\ufe0f))\u200d(?={_PICTURE})|(?<={_SCRIPT})[\u200c\u200d\u180e](?={_SCRIPT})")


LOOKALIKE = re.compile(r"(?:(?<=[0-9])|(?<=[0-9]\.))[OolI](?=\.?[0-9])")


def joiners(row: list[str]) -> int:
    """Joiners that their neighbours need."""
    return sum(len(JOINED.findall(leaf)) for leaf in row)


def lines(row: list[str]) -> list[str]:
    """Lines as `\\n` ends them; what stands after the last one is a line only if there is something."""
    return [line for leaf in row for line in re.findall(r"[^\n]*\n|[^\n]+", leaf)]


def ends(line: str) -> bool:
    rest = [c for c in solid(line) if not table()[ord(c)] & CLOSER]
    return bool(rest and table()[ord(rest[-1])] & TERMINAL)


def is_bullet(line: str) -> bool:
    body = line.lstrip("".join(c for c in set(line) if classify(c) == CharacterClass.SPACE))
    return body[0] in BULLETS or (body[0] in "*+-–—" and body[1:2] in (" ", "\t") and body[1:2] != "")


def ngrams(row: list[str], n: int) -> list[tuple[str, ...]]:
    return [tuple(s[i : i + n]) for s in map(solid, row) for i in range(len(s) - n + 1)]


def covered(row: list[str], n: int) -> int:
    """Characters inside an n-gram that the document has more than once."""
    counts, total = Counter(ngrams(row, n)), 0
    for s in map(solid, row):
        marked = {i + k for i in range(len(s) - n + 1) if counts[tuple(s[i : i + n])] > 1 for k in range(n)}
        total += len(marked)
    return total


def top(row: list[str], n: int) -> int:
    most = max(Counter(ngrams(row, n)).values(), default=0)
    return most if most > 1 else 0


def url_characters(row: list[str]) -> int:
    pattern = r"[A-Za-z]+://[!#-;=?-~]+|(?<![A-Za-z0-9])[wW]{3}\.[!#-;=?-~]+"
    return sum(len(match) for leaf in row for match in re.findall(pattern, leaf))


def japanese(row: list[str]) -> int:
    total = 0
    for line in lines(row):
        kinds = Counter(classify(c) for c in line)
        kana, han = kinds[CharacterClass.KANA], kinds[CharacterClass.HAN]
        total += kana + han if kana * 5 >= kana + han else kana
    return total


def entropy(characters: list[str]) -> float:
    n = len(characters)
    return -sum(f / n * math.log2(f / n) for f in Counter(characters).values())


def share(numerator: int, denominator: int) -> np.float32:
    return np.float32(numerator / max(denominator, 1))


def oracle(row: list[str]) -> dict[str, float]:
    """Every signal of one document, straightforwardly."""
    text = "".join(row)
    kinds = Counter(classify(c) for c in text)
    kinds[CharacterClass.CONTROL] -= joiners(row)
    kinds[CharacterClass.OTHER] += joiners(row)
    characters, body = len(text), solid(text)
    all_lines = lines(row)
    full = [line for line in all_lines if solid(line)]
    distinct = {tuple(solid(line)) for line in full}
    scripts = [sum(bool(table()[ord(c)] & flag) for c in text) for flag in (TRADITIONAL, SIMPLIFIED)]
    letters = sum(kinds[CharacterClass[n]] for n in ("HAN", "KANA", "HANGUL", "LATIN", "OTHER"))
    writing = letters - kinds[CharacterClass.OTHER] + kinds[CharacterClass.DIGIT]
    chinese = kinds[CharacterClass.HAN] + kinds[CharacterClass.KANA] - japanese(row)
    return {
        "characters": characters,
        "bytes": len(text.encode()),
        "leaves": len(row),
        "lines": len(all_lines),
        "solid_lines": len(full),
        **{f"{kind.name.lower()}_share": share(kinds[kind], characters) for kind in list(CharacterClass)[:-1]},
        "replacement_share": share(
            kinds[CharacterClass.REPLACEMENT]
            + 3 * sum(leaf.count("锟斤拷") for leaf in row)
            + sum(c in "锛銆鐨" for c in text),
            characters,
        ),
        "mojibake": sum(map(damage.places, row)),
        "private_use": sum("\ue000" <= c <= "\uf8ff" for c in text),
        "ocr_lookalikes": sum(len(LOOKALIKE.findall(leaf)) for leaf in row),
        "short_line_share": share(sum(len(solid(line)) < 10 for line in full), len(full)),
        "bullet_line_share": share(sum(map(is_bullet, full)), len(full)),
        "ended_line_share": share(sum(map(ends, full)), len(full)),
        "duplicate_line_share": share(len(full) - len(distinct), len(full)),
        **{f"repeated_{n}gram_share": share(covered(row, n), len(body)) for n in range(2, 11)},
        **{f"top_{n}gram_share": share(top(row, n), len(body)) for n in (2, 3, 4)},
        "symbol_density": share(kinds[CharacterClass.SYMBOL], writing),
        "url_density": share(url_characters(row), characters),
        "entropy": entropy(body),
        "chinese_share": share(chinese, letters),
        "traditional_share": share(scripts[0], sum(scripts)),
        "japanese_share": share(japanese(row), letters),
        "latin_language_share": share(kinds[CharacterClass.LATIN], letters),
        "lexicon_probe": share(lexicon_characters(row, LEXICON), len(body)),
    }


def check(rows: list[list[str]]) -> None:
    measured = measure(documents(rows), [LEXICON])
    for i, row in enumerate(rows):
        got = {name: values[i].item() for name, values in measured.items()}
        assert got == pytest.approx(oracle(row), rel=1e-6, abs=1e-6)


WORDS = st.sampled_from(
    [
        "发热",
        "发热门诊",
        "门诊部",
        "CT",
        "ctx",
        "x1",
        "的的的",
        "咳嗽3天",
        "38.5℃",
        "≥120/80mmHg",
        "國語",
        "国语",
        "日本語の",
        "锟斤拷",
        "鎮ｈ€呬富璇夛細",
        "锛�",
        "ä¸\xadæ–‡",
        "ÖÐÎÄ",
        "Ä",
        "é——",
        "烫烫",
        "1O5",
        "3.l4",
        "\uf0b7",
        "锟",
        "锛銆鐨",
        "�",
        "𠮷",
        "é",
        "é",
        "★★",
        "•",
        "-",
        "*",
        "。",
        "！”",
        "http://a.cn/b",
        "www.a.cn",
        "swww.a",
        "://",
        "WWW.",
        "\n",
        "\n\n",
        "\t",
        "\u3000",
        "\x00",
        "\u2029",
        "\u200d",
        "\u200c",
        "\u180e",
        "👩🏽\u200d⚕️",
        "❤\ufe0f\u200d🔥",
        "می\u200cخواهم",
        "葛\U000e0100",
    ]
    + [" ", "\n", "\r\n", "- 项", "http://x.cn\u3000"]
)
TEXT = st.one_of(st.lists(WORDS, max_size=30).map("".join), st.text(max_size=40), st.text("的了 \n", max_size=60))


@settings(max_examples=400, deadline=None)
@given(st.lists(st.lists(TEXT, max_size=3), max_size=4))
def test_equals_the_oracle(rows: list[list[str]]) -> None:
    check(rows)


@pytest.mark.parametrize(
    ("text", "controls", "why"),
    [
        ("一家四口👨\u200d👩\u200d👧\u200d👦", 0, "one emoji of four"),
        ("急诊医生👩🏽\u200d⚕\ufe0f值班", 0, "a skin tone before, a style behind"),
        ("❤\ufe0f\u200d🔥", 0, "a style before the joiner"),
        ("می\u200cخواهم", 0, "Persian: another word without it"),
        ("क\u094d\u200dष", 0, "Devanagari: half form behind a virama"),
        ("ᠴᠢᠩᠭᠢᠰ\u180eᠠ", 0, "Mongolian vowel separator"),
        ("葛\U000e0100城区", 0, "a variant of the ideograph"),
        ("患\u200d者\u200c女\u180e", 3, "Chinese needs none"),
        ("👨\u200d\u200d👩", 2, "two in a row join nothing"),
        ("👨\u200d", 1, "nothing behind it"),
        ("\u200dم", 1, "nothing before it"),
        ("م\u200b\ufeffم", 2, "a space without width is no joiner"),
    ],
)
def test_joiners_that_carry_meaning_are_no_control_characters(text: str, controls: int, why: str) -> None:
    assert measure(documents([[text]]))["control_share"][0] == share(controls, len(text)), why


def test_a_row_full_of_joined_emoji_breaks_no_rule() -> None:
    text = "今天全家一起去体检，医生说各项指标都正常👨\u200d👩\u200d👧\u200d👦👩🏽\u200d⚕\ufe0f❤\ufe0f\u200d🔥"
    measured = measure(documents([[text]]))
    signals = [rule for rule in preset("chinese_domain") if rule.column in measured]
    assert len(signals) > 5 and not any(broken(rule, measured[rule.column])[0].any() for rule in signals)


def test_long_repetition() -> None:
    check([["患者咳嗽三天，" * 40], ["更换轴承6205\n" * 30, "更换轴承6205"], ["".join(map(chr, range(0x4E00, 0x5200)))]])


def test_no_ngram_crosses_a_leaf() -> None:
    together, apart = measure(documents([["甲乙丙甲乙丙"], ["甲乙丙", "乙丙甲"]]))["repeated_3gram_share"]
    assert together == 1.0
    assert apart == 0.0


def test_documents_longer_than_a_window() -> None:
    """Repeats are sought within windows, and found there; everything else sees the whole document."""
    rng = np.random.default_rng(7)
    body = "".join(map(chr, rng.integers(0x5200, 0x9FA0, kernel.WINDOW // 2)))
    line = "三号轴承温度正常无异响"
    leaf = f"{line}\n{line}\n{body}\n{line}"
    rows = [["一一丁" + leaf, leaf, leaf], ["一丁一"]]
    measured = measure(documents(rows))
    alone = measure(documents(rows[1:]))
    assert {name: values[0] for name, values in alone.items()} == {name: values[1] for name, values in measured.items()}
    text = "".join(rows[0])
    assert measured["characters"][0] == len(text)
    assert measured["entropy"][0] == pytest.approx(entropy(solid(text)), rel=1e-6)
    assert measured["lines"][0] == 12
    assert 3 / 12 <= measured["duplicate_line_share"][0] < 10 / 12
    assert 0 < measured["repeated_10gram_share"][0] < 1


@pytest.mark.parametrize("rows", [[], [[]], [[""]], [["", ""]]])
def test_nothing_measures_as_zero(rows: list[list[str]]) -> None:
    measured = measure(documents(rows), [LEXICON])
    assert all(len(values) == len(rows) for values in measured.values())
    assert not any(values.any() for name, values in measured.items() if name != "leaves")


def test_a_document_does_not_depend_on_its_neighbours() -> None:
    row, others = ["发热3天，发热门诊就诊。\n发热3天"], [["的" * 500], ["CT 胸部"], ["甲\n甲\n"]]
    alone, among = measure(documents([row]), [LEXICON]), measure(documents([*others, row, *others]), [LEXICON])
    assert {name: values[0] for name, values in alone.items()} == {name: values[3] for name, values in among.items()}


def test_fields_types_and_terms() -> None:
    measured = measure(documents([["发热"]]), [LEXICON])
    assert [field.name for field in fields(["probe"])] == list(measured)
    assert [field.type for field in fields(["probe"])] == [pa.from_numpy_dtype(v.dtype) for v in measured.values()]
    assert {signal.name for signal in SIGNALS} <= set(TERMS)
