"""`repair`: what is certain is read again, the rest is counted and dropped with its reason; values survive."""

from __future__ import annotations

from pathlib import Path

import pytest

from curation import recipe_file
from curation.clean.normalise import Normalise
from curation.clean.repair import Repair
from curation.recipe_clashes import mistakes
from quality.rules import broken, preset
from quality.signals import measure
from tests.curation import corpus
from tests.curation.cleaning import hold, run
from tests.quality.measuring import documents

SHARED = Path(__file__).parents[3] / "shared" / "data"


def latin(text: str, codec: str = "utf-8") -> str:
    return text.encode(codec).decode("latin-1")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("鏇存崲杞存壙", "更换轴承"),
        (latin("体温38.5℃，血压≥140/90mmHg"), "体温38.5℃，血压≥140/90mmHg"),
        (latin("男，35岁，患者主诉", "gbk"), "男，35岁，患者主诉"),
        (f"检查正常。{latin('患者主诉')}。", "检查正常。患者主诉。"),
        ("37.5Â°C，±0.02", "37.5°C，±0.02"),
        ("甲\ue81e乙\ue816丙", "甲龴乙\U00020087丙"),
        ("正常\n鏇存崲杞存壙\n正常", "正常\n更换轴承\n正常"),
    ],
)
def test_repaired(before: str, after: str) -> None:
    assert hold(Repair(), before) == [after]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("体温≥37.5℃，±0.02mm，6×8÷2", "signs"),
        ("陽氣化而上行，鐘錶", "Traditional"),
        ("\ue000\uf0b7\uf8ff", "only the font knows"),
        ("锟斤拷", "lost"),
        ("café naïve", "French"),
    ],
)
def test_what_stays(text: str, why: str) -> None:
    assert hold(Repair(), text) == [text], why


def test_edits_name_their_causes() -> None:
    edits = run(Repair(), "正常", "鏇存崲杞存壙", "甲\ue81e").edits.to_pylist()
    assert [(e["text"], e["replacement"], e["cause"]) for e in edits] == [
        (1, "更换轴承", "mojibake"),
        (2, "龴", "private_use"),
    ]


def reasons(text: str) -> list[str | None]:
    measured = measure(documents([[text]]))
    rules = [rule for rule in preset("chinese_domain") if rule.column == "mojibake"]
    return [rule.reason for rule in rules if broken(rule, measured[rule.column])[0].any()]


BODY = "患者因反复咳嗽三天来院就诊，查体未见明显异常，建议门诊随访观察。" * 20


@pytest.mark.parametrize(
    "damage", ["锟斤拷", "烫烫烫", "屯屯屯屯", "\ufffd\ufffd", "锛\ufffd", "鐢凤紝35宀\ufffd鏇存崲杞存壙", "å¥½å\ufffd—ï¼Ÿ"]
)
def test_what_cannot_be_repaired_is_dropped_from_however_long_a_row(damage: str) -> None:
    (text,) = hold(Repair(), BODY + damage)
    assert text == BODY + damage
    assert reasons(text) == ["mojibake"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (BODY, "ordinary"),
        (BODY + "水很烫烫的", "烫 twice is speech"),
        (BODY + "a\ufffdb", "one lost character is counted by replacement_share"),
        (BODY + "恙虫病，羁绊，山楂茶，嫖娼活动，陽氣化而上行", "rare words with the form of UTF-8"),
        (BODY + "Café——好，naïve “x”，àáâ", "French, marks, a list of vowels"),
        (BODY + "Straße Übergröße", "German"),
    ],
)
def test_sound_rows_break_no_rule(text: str, why: str) -> None:
    assert reasons(text) == [], why


def test_it_comes_before_the_other_rewriting_steps(tmp_path: Path) -> None:
    good = recipe_file.load(
        str(corpus.recipe(tmp_path, {"- step: normalise": "- step: repair\n  - step: normalise"}))
    ).recipe
    assert mistakes(good) == []
    late = good.model_copy(update={"steps": [good.steps[1], good.steps[0], *good.steps[2:]]})
    assert [where for where, _ in mistakes(late)] == ["steps.1"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("︵张三︶﹁引用﹂﹃内﹄", "（张三）「引用」『内』"),
        ("主诉︓发热︐三天︒", "主诉：发热，三天。"),
        ("︻备注︼︽标准︾︿甲﹀︹一︺︷二︸", "【备注】《标准》〈甲〉〔一〕｛二｝"),
        ("正常 ︐ 无异常", "正常，无异常"),
        ("3︲5", "3︲5"),
        ("﹏﹉﹅", "﹏﹉﹅"),
        ("患 者 主 诉 ： 血 压 120 / 80 mmHg CT 示 正 常", "患者主诉：血压 120 / 80 mmHg CT 示正常"),
    ],
)
def test_normalise_afterwards(before: str, after: str) -> None:
    """Vertical forms become the usual marks (︲ stays: its – could make a range); spaced-out characters close up."""
    assert hold(Normalise(), before) == [after]


def test_vertical_commas_of_old_tables_end_as_commas() -> None:
    (text,) = hold(Repair(), "发热\ue78d三天\ue78e")
    assert hold(Normalise(), text) == ["发热，三天。"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs ../shared/data")
@pytest.mark.parametrize("folder", ["general/laws_cn", "medical/tcm_ancient_books", "manufacturing/cnc_manuals_gsk_txt"])
def test_no_sound_text_is_changed(folder: str) -> None:
    from benchmarks import eval_repair

    texts = eval_repair.rows(SHARED / folder, 5000)
    assert len(texts) == 5000
    assert eval_repair.repair(texts) == texts
