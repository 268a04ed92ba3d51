"""`yuliao init` on files, folders and archives: what it writes runs as written. Invented records."""

from __future__ import annotations

import json
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import cli
from corpora.errors import SourceMissing, UsageError
from corpora.workspace import Workspace
from curation import recipe_file, recipe_yaml
from curation.look import domain, draft, parts, starting
from curation.look.groups import Group
from curation.look.patterns import patterns
from curation.run import pipeline

NOTE = "患者第{}次就诊，诉头痛三天，体温升高，予以对症处理后好转，嘱门诊随访并复查血常规。"
FAULT = "机床第{}次报警，检查发现主轴轴承磨损，更换轴承并加注润滑脂后试机正常。"


LONG = "".join(chr(0x4E00 + i * 7919 % 5000) for i in range(4000))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("YULIAO_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def csv(path: Path, header: str, *rows: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return path


def started(path: Path) -> tuple[starting.Start, pipeline.Report]:
    """The draft, and what its run gives."""
    start, target = starting.look([str(path)]), starting.beside([str(path)])
    starting.write(start, target)
    report = pipeline.run(
        recipe_file.load(str(target)), workspace=Workspace(), out=Path("out", target.name, str(len(start.recipe)))
    )
    assert report.ledger.gap == 0
    return start, report


def test_a_file_by_two_commands(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    csv(home / "我的数据.csv", "编号,病程,患者姓名", *(f"N{i},{NOTE.format(i)},王建国" for i in range(40)))
    with pytest.raises(SystemExit) as done:
        cli.main(["init", "我的数据.csv"])
    assert not done.value.code and (home / "我的数据.yaml").is_file()
    with pytest.raises(SystemExit) as done:
        cli.main(["run", "我的数据.yaml", "--json"])
    assert not done.value.code
    ledger = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert "王建国" not in (home / "我的数据.yaml").read_text("utf-8") and ledger
    with pytest.raises(SystemExit) as done:
        cli.main(["init", "我的数据.csv"])
    assert done.value.code, "a recipe that is there is not overwritten"
    with pytest.raises(SystemExit) as done:
        cli.main(["init", "我的数据.csv", "--force", "--json"])
    assert not done.value.code
    assert json.loads(capsys.readouterr().out)["path"].endswith("我的数据.yaml")


def test_a_folder_of_many_kinds(home: Path) -> None:
    data = home / "data"
    for month in "123":
        csv(data / "病历" / f"{month}.csv", "病程,科室", *(f"{NOTE.format(i)},内科" for i in range(int(month) * 10)))
    csv(data / "工单.csv", "记录", *(FAULT.format(i) for i in range(12)))
    (data / "说明.md").write_text("# 说明\n\n" + FAULT.format(99), "utf-8")
    (data / "图.dwg").write_bytes(b"\x00\x01")
    (data / "空.csv").write_bytes(b"")
    (data / ".隐藏.csv").write_text("a\nb\n")
    start, report = started(data)
    assert [source.files for source in start.sources] == [1, 3, 1] and start.left == {
        "empty_file": 1, "hidden_file": 1, "unknown_format": 1,
    }  # fmt: skip
    assert "files: [data/病历/*.csv]" in start.recipe.replace('"', "") and "text: {text: 病程}" in start.recipe
    assert "# 没有取的文件 1 个：看不出格式 / unknown format：data/图.dwg" in start.recipe
    assert report.ledger.read == 73


def test_a_workbook_and_a_form(home: Path) -> None:
    from tests.corpora.books import xlsx

    header = ["工单号", "设备编号", "维修记录", "维修人"]
    rows = [[f"W{i}", f"M{i % 3}", FAULT.format(i), "王建国"] for i in range(30)]
    (home / "台账.xlsx").write_bytes(xlsx([header, *rows]))
    start, report = started(home / "台账.xlsx")
    recipe = recipe_file.load(str(home / "台账.yaml")).recipe
    assert (recipe.text, recipe.id, recipe.subject, recipe.industry) == (["维修记录"], "工单号", "设备编号", "制造")
    assert recipe.identities and list(recipe.identities.columns) == ["维修人"] and not recipe.columns
    assert (report.ledger.read, report.ledger.quarantined) == (30, 0)


def test_sheets_with_different_columns_are_sources_of_their_own(home: Path) -> None:
    from tests.corpora.books import xlsx

    orders = [["工单号", "维修记录"], *([f"W{i}", FAULT.format(i)] for i in range(30))]
    visits = [["就诊编号", "病程", "患者姓名"], *([f"V{i}", NOTE.format(i), "王建国"] for i in range(20))]
    codes = [["代码", "数值"], *([f"C{i}", i] for i in range(9))]
    (home / "d").mkdir()
    (home / "d" / "台账.xlsx").write_bytes(xlsx(orders, visits, codes))
    (home / "d" / "逐月.xlsx").write_bytes(xlsx(orders[:6], [[*orders[0], "备注"], *([*row, "无"] for row in orders[6:12])]))
    start, report = started(home / "d")
    recipe = recipe_file.load(str(home / "d.yaml")).recipe
    assert [source.sheet for source in recipe.sources] == ["表1", "表2", None], "alike sheets stay one source"
    assert start.left == {"no_text_column": 1} and "台账.xlsx!表3" in start.recipe
    assert [source.id for source in recipe.sources] == ["工单号", "就诊编号", "工单号"]
    assert (report.ledger.read, report.ledger.quarantined) == (61, 0)


def test_what_is_no_data_is_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import contextlib
    import sqlite3

    csv(home / "d" / "病历.csv", "病程", *(NOTE.format(i) for i in range(9)))
    (home / "d" / "~$病历.xlsx").write_bytes(b"\x05")
    (home / "d" / ".git").mkdir()
    (home / "d" / ".git" / "a.csv").write_text("a\nb\n")
    (home / "d" / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(30))
    with contextlib.closing(sqlite3.connect(home / "d" / "his's.sqlite")) as made:
        made.execute('CREATE TABLE 就诊 (编号 INTEGER PRIMARY KEY, 病程 TEXT, "a b" TEXT)')
        made.executemany("INSERT INTO 就诊 VALUES (?, ?, '')", [(i, NOTE.format(i)) for i in range(5)])
        made.commit()
    start, report = started(home / "d")
    assert start.left == {"database": 1, "hidden_file": 1, "lock_file": 1, "system_file": 1} and start.files == 5
    for name in ("d/~$病历.xlsx", "d/.git", "d/Thumbs.db", "d/his's.sqlite"):
        assert name in start.recipe
    assert report.ledger.read == 9
    with pytest.raises(SystemExit):
        cli.main(["init", "d", "--force"])
    assert "d/~$病历.xlsx" in capsys.readouterr().out
    with pytest.raises(UsageError) as refused:
        starting.look([str(home / "d" / "his's.sqlite")])
    lines = str(refused.value.hint).splitlines()
    sources = "\n".join(lines[next(i for i, line in enumerate(lines) if "- label" in line) :])
    written = (home / "d.yaml").read_text("utf-8").replace("text: [病程]", "text: [病程]\nid: 编号", 1)
    start_of, _, rest = written.partition("sources:\n")
    steps = "steps:" + rest.partition("steps:")[2]
    (home / "d" / "库.yaml").write_text(start_of.replace("id: null", "#") + "sources:\n" + sources + "\n" + steps, "utf-8")
    recipe = recipe_file.load(str(home / "d" / "库.yaml"))
    found = pipeline.run(recipe, workspace=Workspace(), out=home / "out" / "db")
    assert found.ledger.read == 5, "the example runs as it is printed"


def test_a_hidden_file_that_is_named_is_taken(home: Path) -> None:
    csv(home / ".病历.csv", "病程", *(NOTE.format(i) for i in range(9)))
    assert not starting.look([str(home / ".病历.csv")]).left


def test_a_table_with_tabs_that_is_called_a_text(home: Path) -> None:
    csv(home / "d" / "导出.txt", "编号\t科室\t病程", *(f"N{i}\t内科\t{NOTE.format(i)}" for i in range(30)))
    (home / "d" / "说明.txt").write_text("本数据由门诊导出\n只供内部使用\n", "utf-8")
    start, report = started(home / "d")
    assert sorted(source.format for source in start.sources) == ["text", "tsv"]
    assert (report.ledger.read, report.ledger.quarantined) == (31, 0)


@pytest.mark.parametrize("name", ["工单.csv", "工单.xlsx", "导出.zip"])
def test_tables_without_a_header_are_read_whole(home: Path, name: str) -> None:
    from tests.corpora.books import xlsx

    rows = [[f"W{i:04}", f"2025/3/{i % 28 + 1}", FAULT.format(i)] for i in range(30)]
    lines = "".join(",".join(row) + "\n" for row in rows)
    if name.endswith("zip"):
        with zipfile.ZipFile(home / name, "w") as archive:
            archive.writestr("a.csv", lines)
    else:
        (home / name).write_bytes(lines.encode("gb18030") if name.endswith("csv") else xlsx(rows))
    start, report = started(home / name)
    assert "header: none" in start.recipe and "第3列" in start.recipe and "2025" not in start.recipe.split("splits:")[0]
    assert (report.ledger.read, report.ledger.quarantined) == (30, 0), "the first row is a record too"


def test_archives_are_looked_into(home: Path) -> None:
    with zipfile.ZipFile(home / "导出.zip", "w") as archive:
        archive.writestr("一.csv", "病程,电话\n" + "".join(f"{NOTE.format(i)},138001380{i:02}\n" for i in range(30)))
        archive.writestr("二.csv", "小结\n" + "".join(f"{NOTE.format(i)}出院\n" for i in range(30)))
    start, report = started(home / "导出.zip")
    assert "identities" in start.recipe and "text: [病程, 小结]" in start.recipe
    assert report.ledger.read == 60 and report.ledger.quarantined == 0


def test_work_orders_are_composed_and_stand_beside_texts(home: Path) -> None:
    orders = [f"W{i},主轴异响{i},轴承磨损,更换轴承" for i in range(30)]
    csv(home / "厂" / "工单.csv", "工单号,故障现象,原因,措施", *orders)
    start, report = started(home / "厂")
    assert "fields: [故障现象, 原因, 措施]" in start.recipe and start.industry == "制造"
    assert report.ledger.quarantined == 0
    csv(home / "厂" / "总结.csv", "工单号,维修总结", *(f"W{i},{FAULT.format(i)}" for i in range(30)))
    (home / "厂.yaml").unlink()
    start, report = started(home / "厂")
    assert "{维修总结}" in start.recipe and "故障现象：{故障现象}" in start.recipe and "step: assemble" in start.recipe
    assert (report.ledger.read, report.ledger.quarantined) == (60, 0)


def test_pairs_beside_documents(home: Path) -> None:
    rows = [json.dumps({"提问": f"头痛{i}天怎么办", "回答": NOTE.format(i)}, ensure_ascii=False) for i in range(30)]
    csv(home / "d" / "问答.jsonl", *rows)
    (home / "d" / "a.md").write_text(NOTE.format(1), "utf-8")
    start, report = started(home / "d")
    assert "text: [text, question, answer]" in start.recipe and "{question: 提问, answer: 回答}" in start.recipe
    assert (report.ledger.read, report.ledger.quarantined) == (31, 0)


def test_long_documents_are_split(home: Path) -> None:
    home.joinpath("手册.txt").write_text(
        "\n".join(f"第{i}节 {'安装检修保养'[i % 6]}\n" + LONG[i * 31 % 997 :: 7 + i % 11] for i in range(60)), "utf-8"
    )
    start, report = started(home / "手册.txt")
    assert "step: split" in start.recipe and report.ledger.made > 3
    home.joinpath("短.txt").write_text(FAULT.format(1), "utf-8")
    assert "step: split" not in starting.look([str(home / "短.txt")]).recipe


NAMES = [
    ("outpatient.csv", "local/outpatient", "ASCII"),
    ("Fault Log (2).csv", "local/fault-log-2", "made safe"),
    ("病历.csv", "local/records-", "not ASCII: a hash of the place"),
    ("13800138000.csv", "local/records-", "a telephone number is not published"),
    ("--.csv", "local/records-", "nothing is left of it"),
]


@pytest.mark.parametrize(("name", "corpus", "why"), NAMES, ids=[case[2] for case in NAMES])
def test_names_of_drafts(home: Path, name: str, corpus: str, why: str) -> None:
    found = draft.corpus_name(home / name)
    assert found.startswith(corpus) if corpus.endswith("records-") else found == corpus, why


def test_names_of_drafts_are_distinct(home: Path) -> None:
    assert draft.corpus_name(home / "病历.csv") != draft.corpus_name(home / "二" / "病历.csv")


PLAIN = ["昨天的会议讨论了明年的预算和出行安排。"]
DOMAINS = [
    ([NOTE.format(1)], [], [], "医疗", "by its words"),
    ([FAULT.format(1)], [], [], "制造", "by its words"),
    (PLAIN, [], [], "通用", "words of neither"),
    (PLAIN, ["设备编号", "工单号"], [], "制造", "by two columns"),
    (PLAIN, ["设备编号"], [], "通用", "one column is not enough"),
    ([], ["患者编号", "设备编号"], [], "通用", "columns of both"),
    (PLAIN, [], ["神农本草经", "伤寒论", "序"], "医疗", "by two of three files"),
    (PLAIN, [], ["药品名录", "一", "二", "三"], "通用", "too few files say so"),
    (PLAIN, [], ["医疗设备", "诊断设备"], "通用", "files of both"),
]


@pytest.mark.parametrize(("texts", "columns", "files", "industry", "why"), DOMAINS, ids=[case[4] for case in DOMAINS])
def test_domains(texts: list[str], columns: list[str], files: list[str], industry: str, why: str) -> None:
    assert domain.find(texts, columns, files).industry == industry, why


def test_wildcards_match_exactly(home: Path) -> None:
    for name in ("a/1.csv", "a/2.csv", "a/b/3.csv", "a/x[1].csv"):
        csv(home / name, "a")
    inside = [str(home / name) for name in ("a/1.csv", "a/2.csv", "a/x[1].csv")]
    assert patterns(inside, home) == ["a/*.csv"]
    assert patterns([*inside, str(home / "a/b/3.csv")], home) == ["a/**/*.csv"]
    assert patterns(inside[:2], home) == ["a/1.csv", "a/2.csv"], "the wildcard would take a third file"
    assert patterns([str(home / "a/b/3.csv")], home / "c") == ["../a/b/3.csv"]


@given(st.text(max_size=12))
def test_any_name_is_a_yaml_scalar(name: str) -> None:
    assert recipe_yaml.read(f"a: [{draft.quoted(name)}]\n")[0] == {"a": [name]}


VALUES = [NOTE.format(1), "内科", "13800138000", "2024-01-02", "X1", "王建国", "", "36.5"]
NAMES_OF_COLUMNS = st.one_of(
    st.text(min_size=1, max_size=8),
    st.sampled_from(
        ["id", "document", "piece", "source", "split", "text", "question", "回答", "title", "患者姓名", "原id", "{a}"]
    ),
)


TEXTS = [NOTE.format(1)] * 3
WARD = ["内科"] * 3
CLASHES = {
    "a leaf that was renamed": [{"0": TEXTS, "document": TEXTS}, {"0": TEXTS, "document": WARD}],
    "a column that is called so": [{"0": TEXTS, "document": WARD, "原document": WARD}],
    "two leaves": [{"document": TEXTS, "原document": TEXTS}],
}


@settings(max_examples=25, deadline=None)
@example(CLASHES["a leaf that was renamed"])
@example(CLASHES["a column that is called so"])
@example(CLASHES["two leaves"])
@given(st.lists(st.dictionaries(NAMES_OF_COLUMNS, st.lists(st.sampled_from(VALUES), min_size=3, max_size=3)), max_size=3))
def test_any_columns_make_a_recipe_that_holds_no_value(tables: list[dict[str, list[str]]]) -> None:
    found = [Group("csv", [f"/d/{i}.csv"], dict(table), rows=3) for i, table in enumerate(tables)]
    whole = parts.together(found, Path("/d"))
    if not whole.parts:
        return
    text = draft.write(whole, domain.Domain("healthcare", 0.1, 0.0), Path("/d"))
    recipe = recipe_file.parse(recipe_yaml.read(text)[0])
    people = {one.name for part in whole.parts for one in part.roles.columns if one.kind}
    assert not people & {column.source or name for name, column in recipe.columns.items()}
    names = {name for table in tables for name in table}
    assert not any(value in text for value in VALUES if len(value) > 4 and not any(value in name for name in names))


LOST = [
    ("a leaf that was renamed", ("0", "原document"), ["原原document"]),
    ("a column that is called so", ("0",), ["原document", "原原document"]),
    ("two leaves", ("原document", "原原document"), []),
]


@pytest.mark.parametrize(("case", "text", "columns"), LOST)
def test_no_column_is_lost_to_a_name(case: str, text: tuple[str, ...], columns: list[str]) -> None:
    tables = [Group("csv", [f"/d/{i}.csv"], dict(table), rows=3) for i, table in enumerate(CLASHES[case])]
    whole = parts.together(tables, Path("/d"))
    assert (tuple(sorted(whole.text)), sorted(parts.published(whole))) == (text, columns)


def test_an_archive_that_cannot_be_opened_is_told(home: Path) -> None:
    (home / "d").mkdir()
    (home / "d" / "a.7z").write_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(20))
    csv(home / "d" / "b.csv", "病程", *(NOTE.format(i) for i in range(9)))
    assert starting.look([str(home / "d")]).left == {"archive_unsupported": 1}


def test_wrong_usage(home: Path) -> None:
    with pytest.raises(SourceMissing):
        starting.look([str(home / "none")])
    (home / "e").mkdir()
    with pytest.raises(UsageError):
        starting.look([str(home / "e")])
    target = home / "no" / "where.yaml"
    with pytest.raises(UsageError):
        starting.write(starting.Start(0, 0), target)


def test_random_bytes_called_a_table_are_no_draft(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "a.csv").write_bytes(random.Random(1).randbytes(200_000))
    with pytest.raises(SystemExit) as done:
        cli.main(["init", "a.csv"])
    told = capsys.readouterr().err
    assert done.value.code and not (home / "a.yaml").exists()
    assert "不是文本也不是表格" in told and "no text and no table" in told and "a.csv" in told


def test_random_bytes_among_tables_are_named_and_left(home: Path) -> None:
    for name in ("甲", "乙"):
        csv(home / "d" / f"{name}.csv", "编号,病程", *(f"{name}{i},{NOTE.format(i)}" for i in range(30)))
    (home / "d" / "丙.csv").write_bytes(random.Random(1).randbytes(200_000))
    with zipfile.ZipFile(home / "d" / "丁.zip", "w") as package:
        package.writestr("戊.csv", random.Random(2).randbytes(9_000))
    start, report = started(home / "d")
    assert start.left_files["not_text"] == [str(home / "d" / "丙.csv")] and "丙.csv" in start.recipe
    assert report.ledger.read == 60 and report.ledger.quarantined == 0
