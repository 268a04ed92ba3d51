"""A column that no source has is told at its field, before anything is run; what cannot be known is no mistake."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora.workspace import Workspace
from curation import recipe_file
from curation.form import drafts
from curation.look import source_columns
from curation.look.source_columns import Mistake

NOTE = "患者第{}次就诊，诉头痛三天，予以对症处理后好转，嘱门诊随访。"


def recipe(folder: Path, said: str, sources: str = "  - {label: 甲, files: [a.csv]}\n", steps: str = "[]") -> list[Mistake]:
    path = folder / "r.yaml"
    path.write_text(f"format: 1\ncorpus: t/t\n{said}sources:\n{sources}steps: {steps}\n", "utf-8")
    return source_columns.mistakes(recipe_file.load(str(path)))


@pytest.fixture()
def table(tmp_path: Path) -> Path:
    rows = "".join(f"N{i},内科,{NOTE.format(i)},\n" for i in range(30))
    (tmp_path / "a.csv").write_bytes(("病历号,科室,病程记录,备注\n" + rows).encode("gbk"))
    return tmp_path


@pytest.mark.parametrize(
    ("said", "address", "near"),
    [
        ("text: [病程纪录]\n", "text.0", "是不是 病程记录？"),
        ("text: [病程记录, 出院小节]\n", "text.1", "有这些列"),
        ("text: [病程记录]\nid: 病历\n", "id", "是不是 病历号？"),
        ("text: [病程记录]\nsubject: 病人号\n", "subject", "是不是 病历号？"),
        ("text: [病程记录]\ncolumns: {科: {}}\n", "columns.科", "是不是 科室？"),
        ("text: [病程记录]\ncolumns: {dept: {from: 科室名}}\n", "columns.dept", "是不是 科室？"),
        ("text: [病程记录]\nidentities: {columns: {患者: person_name/patient}}\n", "identities.columns.患者", "有这些列"),
    ],
)
def test_a_misspelt_column_is_told_at_its_field(said: str, address: str, near: str, table: Path) -> None:
    (found,) = recipe(table, said)
    assert found.address == address and near in found.said and "/ no such column" in found.said


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("text: [病程记录]\nid: 病历号\ncolumns: {科室: {}}\n", "all are there"),
        ("text: [病程记录]\ncolumns: {备注: {}}\n", "there, and empty in every row"),
        ("text: [病程记录]\n", "`id` is the default and may be missing"),
    ],
)
def test_what_is_there_is_no_mistake(said: str, why: str, table: Path) -> None:
    assert recipe(table, said) == [], why


def test_without_its_text_a_table_comes_to_nothing_and_other_columns_may_be_missing(table: Path) -> None:
    assert [one.sure for one in recipe(table, "text: [病程纪录]\n")] == [True]
    assert [one.sure for one in recipe(table, "text: [病程记录]\ncolumns: {科: {}}\n")] == [False]


def test_the_source_s_own_name_of_a_text_column(table: Path) -> None:
    named = "  - {label: 甲, files: [a.csv], text: {text: 病程纪录}}\n"
    (found,) = recipe(table, "", named)
    assert found.address == "sources.0.text.text" and "是不是 病程记录" in found.said
    assert recipe(table, "", named.replace("纪录", "记录")) == []


def test_one_of_two_sources_without_any_text_is_told(table: Path) -> None:
    (table / "b.csv").write_text("编号,说明\n1,甲\n", "utf-8")
    both = "  - {label: 甲, files: [a.csv]}\n  - {label: 乙, files: [b.csv]}\n"
    (found,) = recipe(table, "text: [病程记录]\ncolumns: {科室: {}}\n", both)
    assert found.address == "text.0" and "来源「乙」里" in found.said
    assert recipe(table, "text: [病程记录, 说明]\n", both) == []


def test_files_that_are_not_there(table: Path) -> None:
    (found,) = recipe(table, "text: [病程记录]\n", "  - {label: 甲, files: [A.csv]}\n")
    assert found.address == "sources.0.files.0" and found.sure and "是不是 a.csv" in found.said


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "json"])
def test_names_with_values_that_are_no_strings_count(kind: str, tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"正文": NOTE.format(i), "量": i, "无": None, "里": {"甲": 1}, "列": ["乙"]} for i in range(20)
    ]
    path = tmp_path / f"a.{kind}"
    if kind == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    else:
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        path.write_text("\n".join(lines) if kind == "jsonl" else f"[{','.join(lines)}]", "utf-8")
    source = f"  - {{label: 甲, files: [a.{kind}]}}\n"
    assert recipe(tmp_path, "text: [正文]\ncolumns: {量: {}, 无: {}, 里: {}, 列: {}}\n", source) == []
    (found,) = recipe(tmp_path, "text: [正又]\n", source)
    assert found.address == "text.0" and found.sure == (kind == "parquet"), "later lines of JSON may have it"


def test_texts_inside_of_lists(tmp_path: Path) -> None:
    lines = [json.dumps({"messages": [{"role": "user", "content": NOTE.format(i)}]}, ensure_ascii=False) for i in range(9)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), "utf-8")
    source = "  - {label: 甲, files: [a.jsonl]}\n"
    assert recipe(tmp_path, "text: ['messages[].content']\n", source) == []
    (found,) = recipe(tmp_path, "text: ['messages[].contents']\n", source)
    assert "是不是 messages[].content？" in found.said


@pytest.mark.parametrize("name", ["a.zip", "a.docx", "a.csv"])
def test_what_cannot_be_looked_at_is_no_mistake(name: str, tmp_path: Path) -> None:
    if name == "a.zip":
        with zipfile.ZipFile(tmp_path / name, "w") as package:
            package.writestr("a.csv", "甲,乙\n1,2\n")
    else:
        (tmp_path / name).write_bytes(b"")
    assert recipe(tmp_path, "text: [病程]\n", f"  - {{label: 甲, files: [{name}]}}\n") == []


def test_a_changed_file_is_looked_at_anew(table: Path) -> None:
    assert recipe(table, "text: [主诉]\n")
    (table / "a.csv").write_text("主诉\n头痛三天\n", "utf-8")
    assert recipe(table, "text: [主诉]\n") == []


def test_columns_that_steps_read_and_join(table: Path) -> None:
    (table / "b.csv").write_text("病历号,医嘱\nN1,嘱低盐饮食\n", "utf-8")
    both = "  - {label: 甲, files: [a.csv]}\n  - {label: 乙, files: [b.csv]}\n"
    join = "\n  - {step: assemble, parts: [{source: 乙, key: %s, into: 全部医嘱, fields: [%s]}]}\n  - {step: compose, into: text, template: '{病程记录}{%s}'}"
    assert recipe(table, "", both, join % ("病历号", "医嘱", "全部医嘱")) == []
    said = {one.address for one in recipe(table, "", both, join % ("病历号", "医属", "全部医属"))}
    assert said == {"steps.0.parts.0", "steps.1"}


def test_the_form_has_it_with_its_line_and_drafts_have_none(table: Path, home: Path) -> None:
    draft = drafts.from_files(Workspace(), [table / "a.csv"])
    assert draft.check(draft.text)[1] == []
    wrong = draft.text.replace("text: [病程记录]", "text: [病程纪录]")
    file, told = draft.check(wrong)
    assert file is None and [address for address, _ in told] == ["text.0"] and told[0][1].startswith("第 ")
    file, told = draft.check(draft.text.replace("id: 病历号", "id: 病历"))
    assert file is not None and [address for address, _ in told] == ["id"]


@pytest.mark.parametrize("name", recipe_file.shipped())
def test_shipped_recipes_name_what_their_sources_have(name: str) -> None:
    assert [one for one in source_columns.mistakes(recipe_file.load(name)) if not one.address.startswith("sources.")] == []
