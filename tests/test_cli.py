"""The command line as other tools call it: output, exit codes, errors with hints."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.curation import corpus
from tests.terminal import call


@pytest.fixture()
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    corpus.recipe(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run_json(capfd: pytest.CaptureFixture[str], *words: str) -> dict:  # type: ignore[type-arg]
    code, out, _ = call(capfd, "run", *words, "--workers", "1", "--json")
    assert code == 0 and out.count("\n") == 1
    return json.loads(out)


def test_run_publish_show_verify_diff_explain(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    first = run_json(capfd, "notes.yaml")
    assert call(capfd, "publish", first["release"])[0] == 0
    assert "test/notes" in call(capfd, "releases")[1]
    assert call(capfd, "verify", "test/notes@1.0.0")[0] == 0
    assert call(capfd, "show", "test/notes@v1.0.0")[0] == 0
    corpus.recipe(folder, {"- step: filter": "- step: filter\n    rules: [{column: characters, at_least: 80}]"})
    second = run_json(capfd, "notes.yaml", "--version", "1.1.0")
    assert second["kept"] < first["kept"]
    assert call(capfd, "publish", second["release"])[0] == 0
    code, out, _ = call(capfd, "diff", "test/notes@1.0.0", "test/notes@1.1.0", "--json")
    diff = json.loads(out)
    assert code == 0 and diff["removed"] == first["kept"] - second["kept"] and diff["added"] == 0
    row = json.loads(call(capfd, "export", "test/notes@1.1.0", "--format", "jsonl")[1].splitlines()[0])
    code, out, _ = call(capfd, "explain", "test/notes@1.1.0", row["id"], "--json")
    passport = json.loads(out)
    raw = (folder / "notes.jsonl").read_bytes()
    origin = passport["origin"]
    assert code == 0 and passport["fate"]["kept"]
    assert row["text"][:10] in raw[origin["offset"] : origin["offset"] + origin["length"]].decode()
    assert call(capfd, "pull", "test/notes@1.1.0", "pulled")[0] == 0
    assert (folder / "pulled" / "release.json").exists()


def test_a_published_version_is_not_taken_twice(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    call(capfd, "publish", run_json(capfd, "notes.yaml")["release"])
    corpus.recipe(folder, {"title: 测试病历": "title: 别的题目"})
    code, out, err = call(capfd, "publish", run_json(capfd, "notes.yaml")["release"])
    assert code == 1 and "v1.0.0" in err and "版本" in err


def test_input_replaces_the_sources_and_globs_are_ours(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "a.csv").write_bytes("id,正文\n007,患者咳嗽三天，体温38.5℃，给予对症治疗后好转出院\n".encode("gbk"))
    (folder / "b.csv").write_bytes("id,正文\n008,设备主轴振动超标，更换轴承后试机正常，记录完毕\n".encode("utf-8-sig"))
    words = ["notes.yaml", "--input", "*.csv", "--text", "正文", "--out", "out"]
    done = run_json(capfd, *words)
    assert (done["read"], done["kept"]) == (2, 2)
    assert Path(done["release"]) == folder / "out"
    assert call(capfd, "releases")[1].count("test/notes") == 0  # detached


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["run", "nothing.yaml"], 2, "healthcare"),
        (["run", "notes.yaml", "--input", "missing.jsonl"], 2, "missing.jsonl"),
        (["run", "notes.yaml", "--version", "one"], 2, "version"),
        (["run"], 2, "RECIPE"),
        (["run", "notes.yaml", "--frobnicate"], 2, "frobnicate"),
        (["verify", "test/unknown@1.0.0"], 2, "test/unknown"),
        (["explain", "nowhere/nothing@1.0.0", "00"], 2, "nowhere/nothing"),
    ],
)
def test_wrong_usage_exits_2_and_says_what_to_do(
    folder: Path, capfd: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    got, out, err = call(capfd, *words)
    assert got == code and said in err and out == ""


def test_nothing_kept_says_so_and_exits_1(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "bad.jsonl").write_text('{"text": 5}\n{"text": ""}\n', "utf-8")
    code, _, err = call(capfd, "run", "notes.yaml", "--input", "bad.jsonl", "--out", "out", "--workers", "1")
    assert code == 1 and "没有一行被保留" in err
    assert not (folder / "out").exists()


def test_check_predicts_and_warns(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    corpus.recipe(folder, {"- step: filter": "- step: filter\n    rules: [{column: latin_share, at_least: 0.5}]"})
    code, out, _ = call(capfd, "check", "notes.yaml", "--json")
    found = json.loads(out)
    rule = next(rule for rule in found["rules"] if rule["reason"] == "latin_share_low")
    assert code == 0 and rule["kept"] < 0.01 and rule["low"] <= rule["kept"] <= rule["high"]
    assert any("一半" in warning for warning in found["warnings"]) and any(
        "英文" in warning for warning in found["warnings"]
    )


def test_peek_shows_before_and_after_of_a_reason(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    done = run_json(capfd, "notes.yaml")
    code, out, _ = call(capfd, "peek", done["work"], "--step", "redact_pii", "--json")
    rows = json.loads(out)["rows"]
    assert code == 0 and any("13812345678" in row["before"] and "[手机号]" in row["after"] for row in rows)
    start, end, kind = next(row for row in rows if row["spans"])["spans"][0]
    assert kind and end > start
    dropped = json.loads(call(capfd, "peek", done["release"], "--reason", "near_duplicate", "--json")[1])["rows"]
    assert len(dropped) == 1 and dropped[0]["reason"] == "near_duplicate"
    assert call(capfd, "peek", done["work"], "--xlsx", "peek.xlsx", "--n", "3")[0] == 0
    assert call(capfd, "peek", done["work"], "--reason", "nonsense")[0] == 2


def test_explain_hides_text_and_identity_columns_unless_asked(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Somebody may look over the shoulder."""
    row = {
        "id": "A1",
        "患者姓名": "王建国",
        "科室": "内科",
        "text": "１３８１２３４５６７８是患者王建国的电话，咳嗽三天来诊，体温38.5℃。",
    }
    (folder / "one.jsonl").write_text(json.dumps(row, ensure_ascii=False) + "\n", "utf-8")
    columns = "  患者姓名: {type: string}\n  科室: {type: string, label: 科室}"
    for treats in (True, False):
        changes = {"  科室: {type: string, label: 科室}": columns, "[notes.jsonl]": "[one.jsonl]"}
        corpus.recipe(folder, changes | ({} if treats else {"  - step: redact_pii\n": ""}))
        done = run_json(capfd, "notes.yaml", "--out", f"out{treats}")
        id_ = json.loads(call(capfd, "export", done["release"], "--format", "jsonl")[1])["id"]
        for flags in ((), ("--json",)):
            out = call(capfd, "explain", done["release"], id_, *flags)[1]
            assert "王建国" not in out and "13812345678" not in out and "１３８" not in out and "内科" in out
        assert "--with-text" in call(capfd, "explain", done["release"], id_)[1]
        passport = json.loads(call(capfd, "explain", done["release"], id_, "--json", "--with-text")[1])
        assert passport["signals"]["患者姓名"] == "王建国" and passport["edits"][0]["old"].startswith("１３８")


def test_explain_shows_the_text_of_an_untouched_row_and_takes_the_beginning_of_an_id(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    text = "患者咳嗽三天来诊，体温正常，予对症处理后好转，嘱门诊随访。"
    rows = [{"id": f"A{i}", "text": f"{text}{'头腹胸腰'[i]}痛{'一二三四'[i]}日。"} for i in range(4)]
    rows.append({"id": "B", "text": f"电话１３８１２３４５６７８。{text}恶心呕吐半月。"})
    (folder / "few.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    done = run_json(capfd, "notes.yaml", "--input", "few.jsonl", "--out", "few")
    peeked = json.loads(call(capfd, "peek", done["work"], "--json")[1])["rows"]
    assert len(peeked) == 5
    for row in peeked:
        said = json.loads(call(capfd, "explain", done["work"], row["id"][:12], "--json", "--with-text")[1])
        assert said["id"] == row["id"] and said["text"][0]["after"] == row["after"]
        assert said["text"][0]["before"] == row["before"]
        assert "text" not in json.loads(call(capfd, "explain", done["work"], row["id"], "--json")[1])
        shown = call(capfd, "explain", done["work"], row["id"][:8], "--with-text")[1]
        assert row["before"] in shown and ("未改动" in shown) == (row["before"] == row["after"])
    changed = next(row for row in peeked if "手机号" in row["after"])
    edits = json.loads(call(capfd, "explain", done["work"], changed["id"], "--json", "--with-text")[1])["edits"]
    assert {"step": "redact_pii", "leaf": "text", "cause": "mobile", "removed": 11, "added": 5, "old": "13812345678",
            "new": "[手机号]"} in edits  # fmt: skip
    for wrong in ("", "12", "没有", "0" * 31):
        assert call(capfd, "explain", done["work"], wrong)[0] == 2


def test_json_prints_nothing_else_and_bars_stay_off_pipes(folder: Path) -> None:
    words = [sys.executable, "-m", "cli", "run", str(folder / "notes.yaml"), "--out", str(folder / "out"), "--json"]
    done = subprocess.run(words, capture_output=True, cwd=Path(__file__).parent.parent, check=True)
    assert json.loads(done.stdout)["kept"] > 0 and done.stderr == b""


def test_a_draft_is_listed_and_found_by_name(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    done = run_json(capfd, "notes.yaml")
    listed = json.loads(call(capfd, "releases", "--json")[1])["releases"]
    assert [(one["corpus"], one["published"]) for one in listed] == [("test/notes", False)]
    assert call(capfd, "verify", "test/notes@1.0.0")[0] == 0
    call(capfd, "publish", done["release"])
    listed = json.loads(call(capfd, "releases", "--json")[1])["releases"]
    assert [(one["corpus"], one["published"]) for one in listed] == [("test/notes", True)]


def test_out_must_be_new_and_is_checked_before_the_work(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (folder / "full").mkdir()
    (folder / "full" / "mine.txt").write_text("x", "utf-8")
    code, _, err = call(capfd, "run", "notes.yaml", "--out", "full", "--workers", "1")
    assert code == 2 and "full" in err and (folder / "full" / "mine.txt").exists()


@pytest.mark.parametrize(
    ("words", "wrong", "what"),
    [
        ("token add bob --days 0.0001", "--days 的值不对", "整数 / a whole number，如 --days 90"),
        ("token add bob --days 很久", "--days 的值不对", "整数"),
        ("grant approve x", "ID 的值不对", "整数 / a whole number"),
        ("audit show --n 0", "--n 的值不对", "不小于 1 的整数"),
        ("peek a/b@1.0.0 --n 1.5", "--n 的值不对", "不小于 1 的整数"),
        ("token add", "缺少 NAME", "yuliao token add --help"),
        ("token add bob --dais 3", "没有选项 --dais", "--days"),
        ("token add bob --days", "选项 --days 的写法不对", "--days VALUE"),
        ("token ad bob", "命令写得不对", "yuliao token --help"),
        ("token add bob and another", "命令写得不对", "yuliao token add --help"),
    ],
)
def test_what_the_framework_refuses_is_said_in_both_languages(
    words: str, wrong: str, what: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["yuliao"])
    code, out, err = call(capfd, *words.split())
    first, second = err.splitlines()
    assert code == 2 and out == "" and "╭" not in err
    assert first.startswith(f"错误 / error: {wrong}") and " / " in first.removeprefix("错误 / error: ")
    assert second.startswith("怎么办 / what to do: ") and what in second


def test_help_and_the_end_of_a_command_keep_their_codes(capfd: pytest.CaptureFixture[str]) -> None:
    assert call(capfd, "--version")[0] == 0 and call(capfd, "token", "--help")[0] == 0
    code, out, err = call(capfd, "token")
    assert code == 2 and "revoke" in out + err and "错误" not in err
    assert call(capfd, "user", "list", "--json")[0] == 0


def test_an_interrupt_while_loading_says_one_line() -> None:
    """Ctrl-C in the first second: what loads then is the front door's own imports."""
    code = (
        "import sys\n"
        "class Stop:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'typer': raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Stop())\n"
        "import cli\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parents[1])
    assert done.returncode == 130 and "已中断" in done.stderr and "Traceback" not in done.stderr
