"""`yuliao init` and the column hints of `yuliao check`. Invented people."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import cli
from corpora.errors import SourceMissing, UsageError
from curation import recipe_file
from curation.look import preflight, starting

ROWS = [
    {
        "编号": f"N{i:03}",
        "病程": f"患者第{i}次就诊，诉头痛三天，体温{36 + i % 3}度，予以对症处理后好转，嘱门诊随访并复查血常规。",
        "患者姓名": "王建国",
        "回访": f"138001380{i % 100:02}",
        "科室": ["内科", "外科"][i % 2],
        "身份证": "330200199001010007",
    }
    for i in range(60)
]


@pytest.fixture(params=["jsonl", "csv", "parquet", "gbk"])
def file(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("YULIAO_HOME", str(tmp_path / "home"))
    path = tmp_path / f"病程记录.{'csv' if request.param == 'gbk' else request.param}"
    if request.param == "jsonl":
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), "utf-8")
    elif request.param == "parquet":
        pq.write_table(pa.Table.from_pylist(ROWS), path)
    else:
        lines = [",".join(ROWS[0]), *(",".join(f'"{value}"' for value in row.values()) for row in ROWS)]
        path.write_text("\n".join(lines) + "\n", "gb18030" if request.param == "gbk" else "utf-8")
    return path


def test_the_draft_keeps_identity_columns_out_of_what_is_published(file: Path, tmp_path: Path) -> None:
    start = starting.look([str(file)])
    (tmp_path / "draft.yaml").write_text(start.recipe, "utf-8")
    recipe = recipe_file.load(str(tmp_path / "draft.yaml")).recipe
    assert recipe.text == ["病程"] and recipe.id == "编号" and list(recipe.columns) == ["科室"]
    assert recipe.identities is not None
    assert recipe.identities.columns == {"患者姓名": "person_name/patient", "回访": "mobile", "身份证": "resident_id"}
    assert "，内容如此" in start.recipe and "，列名如此" in start.recipe


def test_the_draft_passes_the_check(file: Path, tmp_path: Path) -> None:
    (tmp_path / "draft.yaml").write_text(starting.look([str(file)]).recipe, "utf-8")
    found = preflight.check(recipe_file.load(str(tmp_path / "draft.yaml")))
    assert found.sampled == len(ROWS) and not [line for line in found.warnings if "columns." in line]


def test_the_command_shows_no_value(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--out", str(tmp_path / "new.yaml")], ["--json"], ["--force"]):
        with pytest.raises(SystemExit):
            cli.main(["init", str(file), *words])
    shown = capsys.readouterr()
    for value in ("王建国", "13800138", "330200199001010007", "头痛"):
        assert value not in shown.out + shown.err and value not in (tmp_path / "new.yaml").read_text("utf-8")


def test_check_points_out_personal_columns_by_name_and_content(file: Path, tmp_path: Path) -> None:
    text = starting.look([str(file)]).recipe
    text = text[: text.index("identities:")] + text[text.index("sources:") :]
    text = text.replace(
        "columns:", "columns:\n  患者姓名: {type: string}\n  回访: {type: string}\n  身份证: {type: string, pii: none}\n  #"
    )
    (tmp_path / "draft.yaml").write_text(text, "utf-8")
    warnings = preflight.check(recipe_file.load(str(tmp_path / "draft.yaml"))).warnings
    by_name, by_content = (line for line in warnings if line.startswith("columns."))
    assert "患者姓名" in by_name and "看列名" in by_name and "looks personal" in by_name
    assert "回访" in by_content and "pii: mobile" in by_content and not any("身份证" in line for line in warnings)


def test_chats_are_texts(tmp_path: Path) -> None:
    path = tmp_path / "chat.jsonl"
    rows = [
        {"id": str(i), "messages": [{"role": "user", "content": f"第{i}次来问头痛应该怎么办才好，要不要去医院看看"}]}
        for i in range(5)
    ]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    start = starting.look([str(path)])
    assert "shape: messages" in start.recipe and "id: id" in start.recipe


def test_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing):
        starting.look([str(tmp_path / "none.jsonl")])
    (tmp_path / "numbers.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(UsageError):
        starting.look([str(tmp_path / "numbers.csv")])
