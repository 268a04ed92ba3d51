"""What peer pipelines destroy with their defaults survives all five cleaning steps, run by the real driver."""

from __future__ import annotations

import pickle

import pyarrow as pa
import pytest

from curation.clean.convert_script import ConvertScript
from curation.clean.normalise import Normalise
from curation.clean.rejoin_lines import RejoinLines
from curation.clean.strip_boilerplate import StripBoilerplate
from curation.clean.strip_markup import StripMarkup
from curation.rewriting import Outcome, Rewriting
from tests.curation.cleaning import CONTEXT

STEPS = (StripMarkup(), Normalise(), RejoinLines(), StripBoilerplate(), ConvertScript())


def cleaned(*strings: str) -> Outcome:
    return Rewriting.start(STEPS, CONTEXT)(pa.RecordBatch.from_arrays([pa.array(strings, pa.large_string())], ["text"]))


@pytest.mark.parametrize(
    ("peer", "before", "after"),
    [
        ("remove_non_chinese_character_mapper", "血压≥160…肌酐88μmol/L，体温37.5℃", None),
        ("remove_non_chinese_character_mapper", "主轴跳动±0.02mm；【备件】Φ20", None),
        ("remove_non_chinese_character_mapper", "第一行\n第二行：㐂、𠮷", None),
        ("remove_non_chinese_character_mapper", "剂量１２３", "剂量123"),
        ("punctuation_normalization_mapper", "《GB/T 19001—2016》「引用」、顿号", None),
        ("punctuation_normalization_mapper", "１２３℃", "123℃"),
        ("clean_copyright_mapper", "# 第一章 液压系统维护\n正文", "第一章 液压系统维护\n正文"),
        ("clean_ip_mapper", "版本1.10.20.3", None),
        ("document_deduplicator", "正常，无异常。", None),
        ("document_deduplicator", "正常,无异常.", None),
        ("clean_text", "μ α ≥ ≤ Φ → ⁺ √ ㎡ ① Ⅳ ½", None),
        ("clean_text", "【备件】《GB/T 19001—2016》（张三）[1]", None),
        ("NFKC", "标题，内容：①一项；面积12㎡；…", None),
        ("dose", "5mg/kg×3d，70%～80%，1∶2，M8×25，5'～6'", None),
    ],
)
def test_domain_characters_survive(peer: str, before: str, after: str | None) -> None:
    outcome = cleaned(before)
    assert outcome.batch["text"].to_pylist() == [before if after is None else after]
    assert sum(outcome.tally.flagged.values()) == 0


def test_generated_text_is_marked_and_its_mark_gone() -> None:
    outcome = cleaned("正文。\n以上内容由AI生成", "正文。")
    assert outcome.batch["text"].to_pylist() == ["正文。", "正文。"]
    assert outcome.batch["generated_data_indicator"].to_pylist() == [1, 0]


def test_a_table_of_numbers_keeps_every_number_through_the_value_check() -> None:
    rows = "".join(f"<tr><td>{n}</td><td>{n}.5</td><td>&ge;{n}&nbsp;mmol/L</td></tr>" for n in range(3))
    outcome = cleaned(f"<table>{rows}</table>")
    assert outcome.batch["text"].to_pylist() == ["\n".join(f"{n}\t{n}.5\t≥{n} mmol/L" for n in range(3))]
    assert outcome.tally.flagged["strip_markup"] == 0


def test_an_empty_batch_and_a_sliced_one() -> None:
    assert cleaned().batch.num_rows == 0
    batch = pa.RecordBatch.from_arrays([pa.array(["Ａ", "Ｂ", "Ｃ"], pa.large_string())], ["text"]).slice(1, 1)
    assert Rewriting.start(STEPS, CONTEXT)(batch).batch["text"].to_pylist() == ["B"]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.key)
def test_specs_pickle_and_describe_every_option(step: object) -> None:
    assert pickle.loads(pickle.dumps(step)) == step
    fields = type(step).model_fields  # type: ignore[attr-defined]
    assert all(
        field.description and " / " in field.description for name, field in fields.items() if name not in ("step", "name")
    )
