"""The sample generator: the truth it writes is exact, its bytes are stable, its files are encoded as declared."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from quality.commands import app
from quality.identities import Draw
from quality.samples import grammar, sample, soil
from quality.samples.cast import Cast
from quality.samples.disguise import disguise
from quality.samples.domains import FILES
from quality.samples.records import BROKEN
from quality.samples.writer import DECOYS, KINDS, Identity, Writer, Written

ROWS, SEED = 1200, 11
FILE = {file.name: file for files in FILES.values() for file in files}
HAN_DIGITS = str.maketrans("〇零幺一二三四五六七八九", "001123456789")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("samples")
    return out, {entry["file"]: entry for entry in sample("all", rows=ROWS, seed=SEED, out=out)}


@pytest.fixture(scope="module")
def truth(folder):
    out, _ = folder
    lines = [line for name in FILES for line in (out / name / "truth.jsonl").read_text("utf-8").splitlines()]
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def texts(folder):
    """(file, record) → leaf → text, read back from the bytes without the generator's help; broken records are absent."""
    out, _ = folder
    return {
        (name, number): fields
        for domain, files in FILES.items()
        for name in (file.name for file in files)
        for number, fields in _read(name, (out / domain / name).read_bytes())
    }


def _read(name, data):
    file = FILE[name]
    if file.layout in ("csv", "tsv"):
        text = data.decode({"gbk": "gbk", "gb18030": "gb18030", "utf-16": "utf-16"}[file.encoding], "replace")
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t" if file.layout == "tsv" else ","))
        return [(i, dict(zip(rows[0], row, strict=False))) for i, row in enumerate(rows[1:])]
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")[:-1]
    pairs = [(i, _decoded(line)) for i, line in enumerate(lines)]
    if file.layout == "lines":
        return [(i, {"text": text}) for i, text in pairs]
    return [(i, fields) for i, text in pairs if isinstance(fields := _json(text), dict)]


def _decoded(line):
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("gb18030", "replace")


def _json(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


def test_every_record_has_one_truth_line(folder, truth):
    _, summary = folder
    assert Counter(entry["file"] for entry in truth) == {name.split("/")[1]: s["rows"] for name, s in summary.items()}
    assert sum(s["rows"] for s in summary.values()) == 2 * ROWS
    for name in FILE:
        numbers = [entry["record"] for entry in truth if entry["file"] == name]
        assert numbers == list(range(len(numbers)))


def test_identities_stand_where_the_truth_says(truth, texts):
    checked = Counter()
    for entry in truth:
        for planted in entry.get("identities", ()):
            written = texts[entry["file"], entry["record"]][planted["leaf"]][planted["start"] : planted["end"]]
            assert (written == planted["value"]) == (planted["form"] == "plain") == (not planted["obfuscated"])
            checked[planted["kind"], planted["form"]] += 1
    assert {kind for kind, form in checked if form == "plain"} == set(KINDS.values())
    assert len({form for _, form in checked}) >= 8


def test_decoys_stand_where_the_truth_says(truth, texts):
    found = [
        texts[entry["file"], entry["record"]][decoy["leaf"]][decoy["start"] : decoy["end"]]
        for entry in truth
        if not {"full_width"} & set(entry.get("dirt", ()))
        for decoy in entry.get("decoys", ())
    ]
    assert found and all(re.fullmatch(r"(国药准字)?[A-Z0-9][A-Z0-9.-]+", text) for text in found)


def test_copies_are_what_they_claim(truth, texts):
    kinds = Counter()
    for entry in truth:
        if not (copy := entry.get("copy")):
            continue
        leaves = list(FILE[entry["file"]].leaves)
        here, there = (texts[entry["file"], n] for n in (entry["record"], copy["of"]))
        mine, other = ("\n".join(fields[leaf] for leaf in leaves) for fields in (here, there))
        kinds[copy["how"]] += 1
        assert copy["duplicate"] == (copy["how"] != "twin")
        if copy["how"] in ("repeat", "exact"):
            assert mine == other and (here == there) == (copy["how"] == "repeat" or FILE[entry["file"]].layout == "lines")
        elif copy["how"] == "near":
            assert mine != other and re.findall(r"\d+", mine) == re.findall(r"\d+", other)
        else:
            assert mine != other and re.sub(r"\d", "0", mine) == re.sub(r"\d", "0", other)
    assert min(kinds[how] for how in ("repeat", "exact", "near", "twin")) >= 5


def _shingles(text):
    return {text[i : i + 5] for i in range(len(text) - 4)}


def _jaccard(a, b):
    return len(a & b) / len(a | b)


def test_near_copies_are_near(truth, texts):
    values = []
    for entry in truth:
        if entry.get("copy", {}).get("how") == "near":
            here, there = (texts[entry["file"], n] for n in (entry["record"], entry["copy"]["of"]))
            pair = [_shingles("".join(fields[leaf] for leaf in FILE[entry["file"]].leaves)) for fields in (here, there)]
            values.append(_jaccard(*pair))
    assert len(values) >= 20 and min(values) >= 0.75
    assert sum(value >= 0.8 for value in values) / len(values) >= 0.95


def test_clean_rows_are_no_accidental_near_duplicates(truth, texts):
    for name in ("outpatient.jsonl", "maintenance.jsonl", "consultations.csv"):
        keys = [(e["file"], e["record"]) for e in truth if e["file"] == name and not {"copy", "dirt", "broken"} & set(e)]
        bags = [_shingles("".join(texts[key][leaf] for leaf in FILE[name].leaves)) for key in keys[:260]]
        pairs = [(a, b) for i, a in enumerate(bags) for b in bags[:i] if len(a) > 60]
        assert len(pairs) > 5000 and max(_jaccard(a, b) for a, b in pairs) < 0.8


def test_lengths_are_realistic(truth):
    lengths = sorted(
        e["length"]
        for e in truth
        if e["file"] in ("outpatient.jsonl", "admission.jsonl", "maintenance.jsonl")
        and "dirt" not in e
        and "broken" not in e
    )
    assert lengths[len(lengths) // 20] >= 60 and lengths[-len(lengths) // 20] <= 1500
    assert lengths[-len(lengths) // 10] - lengths[len(lengths) // 10] > 300


def test_dirt_can_be_seen_in_the_text(truth, texts):
    signs = {
        "zero_width": "[\u200b\u200d\ufeff\u200e]",
        "full_width": "[０-９Ａ-Ｚａ-ｚ]",
        "radicals": "[⼀-⿕⺀-⻳]",
        "html": "<(p|div|span) class=",
        "hard_breaks": "\n",
        "spaced": "[一-鿿] [一-鿿] [一-鿿]",
        "traditional": "[頭發熱時間醫現檢驗斷給動無異體溫這個為進開機設備潤測試數據員長門損壞換變頻範圍補療減輕觀約腦腎膽腸胃藥劑級]",
        "boilerplate": "|".join(map(re.escape, soil.BOILERPLATE)),
        "ai_mark": "|".join(map(re.escape, soil.AI_MARKS)),
        "mojibake": "锟|[^\x00-\u4dff]|�",
        "too_short": "(?m)^.{1,4}$",
        "repeated": r"^(.{1,6}?)\1{30,}",
    }
    seen = Counter()
    for entry in truth:
        dirt = entry.get("dirt", ())
        for kind in dirt:
            text = "\n".join(texts[entry["file"], entry["record"]][leaf] for leaf in FILE[entry["file"]].leaves)
            seen[kind] += 1
            if len(dirt) == 1:
                assert re.search(signs[kind], text), (kind, entry["file"], entry["record"])
    assert set(seen) == set(soil.SOILS) | set(soil.JUNK)


def test_broken_records_are_broken_and_their_neighbours_are_not(folder, truth, texts):
    out, _ = folder
    causes = Counter()
    for entry in truth:
        key = (entry["file"], entry["record"])
        file = FILE[entry["file"]]
        if cause := entry.get("broken"):
            causes[cause] += 1
            fields = texts.get(key, {})
            values = [fields.get(leaf) for leaf in file.leaves]
            if cause == "no_text":
                assert all(value == "" for value in values)
            elif cause == "undecodable":
                assert any("\ufffd" in str(value) for value in fields.values()) or not fields
            else:
                assert not all(isinstance(value, str) for value in values)
        else:
            assert all(isinstance(texts[key][leaf], str) and texts[key][leaf] for leaf in file.leaves)
    assert set(causes) == {cause for kinds in BROKEN.values() for cause in kinds}


def test_undecodable_bytes_are_in_the_files(folder, truth):
    out, _ = folder
    spoiled = {entry["file"] for entry in truth if entry.get("broken") == "undecodable"}
    for name in spoiled:
        domain = "healthcare" if name in {f.name for f in FILES["healthcare"]} else "manufacturing"
        assert b"\xff\xff\xfe" in (out / domain / name).read_bytes()
    assert spoiled


def test_encodings_are_as_declared(folder):
    out, summary = folder
    for name, entry in summary.items():
        data = (out / name).read_bytes()
        assert len(data) == entry["bytes"]
        clean = data.replace(b"\xff\xff\xfe", b"") if entry["encoding"] != "utf-16" else data
        if entry["encoding"] == "mixed":
            lines = clean.split(b"\n")[:-1]
            broken = [line for line in lines if not _is(line, "utf-8")]
            assert 0.3 < len(broken) / len(lines) < 0.7 and all(_is(line, "gb18030") for line in broken)
        else:
            assert _is(clean, entry["encoding"])
            assert clean.startswith(b"\xef\xbb\xbf") == (entry["encoding"] == "utf-8-sig")
            assert _is(clean, "utf-8") == (entry["encoding"] in ("utf-8", "utf-8-sig"))


def _is(data, codec):
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def test_keys_keep_leading_zeros_and_odd_drawing_numbers(texts):
    assert all(
        re.fullmatch(r"00\d{6}", f["患者编号"])
        for (name, _), f in texts.items()
        if name == "admission.jsonl" and "患者编号" in f
    )
    drawings = {fields.get("图号", "") for (name, _), fields in texts.items() if name == "inspection.csv"}
    assert any(re.fullmatch(r"\dE\d", d) for d in drawings) and any(re.fullmatch(r"0\.\d0", d) for d in drawings)


def test_subjects_come_back(texts):
    for name in ("outpatient.jsonl", "maintenance.jsonl"):
        subjects = Counter(fields.get(FILE[name].subject) for (file, _), fields in texts.items() if file == name)
        assert 1 - len(subjects) / subjects.total() > 0.2 and max(subjects.values()) < 0.05 * subjects.total()


def test_same_seed_same_bytes_other_seed_others(tmp_path):
    for name, seed in (("a", 4), ("b", 4), ("c", 5)):
        sample("all", rows=60, seed=seed, out=tmp_path / name)
    contents = {n: {p.name: p.read_bytes() for p in (tmp_path / n).rglob("*.*") if p.suffix != ".md"} for n in "abc"}
    assert contents["a"] == contents["b"] and len(contents["a"]) == 11
    assert all(contents["a"][name] != contents["c"][name] for name in contents["a"])


def test_one_row_is_enough_and_says_that_it_is_synthetic(tmp_path):
    summary = sample("manufacturing", rows=1, seed=0, out=tmp_path)
    assert [entry["rows"] for entry in summary] == [1, 0, 0, 0, 0]
    assert "合成" in (tmp_path / "manufacturing" / "SYNTHETIC.md").read_text("utf-8")


def test_edits_move_spans():
    written = Written("甲13800000000乙36.5丙", [Identity("mobile", "13800000000", 1, 12)], [(13, 17)], [])
    moved = soil.edited(written, [(0, 1, ""), (1, 1, "<b>"), (12, 12, "</b>"), (14, 15, "66"), (18, 18, "尾")])
    identity = moved.identities[0]
    assert moved.text == "<b>13800000000</b>乙366.5丙尾".replace("366.5", "366" + ".5")
    assert moved.text[identity.start : identity.end] == "13800000000"
    assert moved.text[slice(*moved.readings[0])] == "366.5"


@given(st.text("甲乙丙12", min_size=12, max_size=30), st.data())
@settings(max_examples=80, deadline=None)
def test_spans_keep_what_they_hold_whatever_is_edited_around_them(text, data):
    start = data.draw(st.integers(1, 8))
    end = data.draw(st.integers(start + 1, 11))
    free = [*range(start + 1), *range(end, len(text) + 1)]
    cuts = sorted(data.draw(st.lists(st.sampled_from(free), max_size=8, unique=True)))
    whole = [(a, b) for a, b in zip(cuts, cuts[1:], strict=False) if not (a < end and start < b)][::2]
    edits = [(a, b, data.draw(st.text("xy", max_size=3))) for a, b in whole]
    written = Written(text, [Identity("name", text[start:end], start, end)], [(start, end)], [(start, end)])
    moved = soil.edited(written, edits)
    spans = [(moved.identities[0].start, moved.identities[0].end), *moved.readings, *moved.decoys]
    assert all(moved.text[a:b] == text[start:end] for a, b in spans)
    assert len(moved.text) == len(text) + sum(len(new) - (b - a) for a, b, new in edits)


@pytest.mark.parametrize(
    "kind, value", [("mobile", "13800138000"), ("resident_id", "11010519491231002X"), ("bank_card", "6222000000000000004")]
)
def test_disguises_undo(kind, value):
    draw, forms = Draw(1, kind), Counter()
    for _ in range(200):
        written, form = disguise(draw, kind, value)
        forms[form] += 1
        plain = "".join(chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else c for c in written).translate(HAN_DIGITS)
        plain = re.sub(r"[^0-9X]", "", plain.upper())
        assert plain.removeprefix("0086").removeprefix("86").endswith(value) and (form != "plain")
    assert len(forms) >= 2


def test_grammar_slots():
    parsed = grammar.parse(
        "a = {b!}{b!}、{c*2-3/} {#3.0-3.0:1}{=x}{d?0}⏎{D:1} | 2~{d}\nb = 甲 | 乙\nc = 一 | 二\n  | 三\nd = ∅"
    )
    assert len(parsed["a"]) == 3 and len(parsed["c"]) == 3
    draw = Draw(0, "grammar")
    writer = Writer(draw, {**parsed, "a": parsed["a"][:1]}, {}, dt.date(2026, 3, 2), Cast(draw, [], {"x": "值"}))
    written = writer.write("a")
    assert re.fullmatch(
        r"(甲甲|乙乙)、[一二三](/[一二三]){1,2} 3\.0值\n(2026-03-01|2026年3月1日|2026\.3\.1|2026/03/01|3月1日)", written.text
    )
    ((start, end),) = written.readings
    assert written.text[start:end] == "3.0"


@pytest.mark.parametrize("name, profiles", [("clinical", ["diseases"]), ("plant", ["machines", "products"])])
def test_every_symbol_is_defined(name, profiles):
    general = grammar.parse(grammar.load(f"{name}.txt"))
    special = [grammar.profiles(grammar.load(f"{p}.txt")) for p in profiles]
    used = set(re.findall(r"\{([a-z_0-9]+)[!?*}]", "".join(grammar.load(f"{p}.txt") for p in [name, *profiles])))
    complete = [set.intersection(*(set(profile) for profile in blocks.values())) for blocks in special]
    assert used <= set(general) | set.union(*complete)


def test_decoys_are_no_identities_by_form():
    draw = Draw(2, "decoys")
    for make in DECOYS.values():
        assert not re.fullmatch(r"1[3-9]\d{9}|\d{17}[\dX]", make(draw))


def test_the_command_prints_one_json_object(tmp_path):
    result = CliRunner().invoke(
        app, ["sample", "healthcare", "--rows", "20", "--seed", "9", "--out", str(tmp_path), "--json"]
    )
    answer = json.loads(result.stdout)
    assert result.exit_code == 0 and answer["synthetic"] is True
    assert sum(file["rows"] for file in answer["files"]) == 20
    assert all((tmp_path / file["file"]).stat().st_size == file["bytes"] for file in answer["files"])


@pytest.mark.parametrize("arguments", [["farming"], ["all", "--rows", "0"], ["all", "--seed", "-1"]])
def test_the_command_refuses_wrong_usage(arguments, tmp_path):
    assert CliRunner().invoke(app, ["sample", *arguments, "--out", str(tmp_path)]).exit_code == 2
    assert not list(tmp_path.iterdir())
