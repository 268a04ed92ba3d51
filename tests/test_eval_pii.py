"""The scorer of `make eval-pii` against cases counted by hand, and what it builds its texts from."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.eval_pii import bars, judge, ours, plain, probes, tables, vectors
from benchmarks.eval_pii.gold import Sample, Span
from benchmarks.eval_pii.score import Score, score, total

N, M = "person_name", "mobile"

CASES: list[tuple[str, list[Span], list[Span], Score]] = [
    ("exact", [(0, 2, N)], [(0, 2, N)], Score(1, 1, 1, 1, 1, 1)),
    ("one character too many", [(0, 2, N)], [(0, 3, N)], Score(1, 1, 0, 1, 1, 1)),
    ("neighbours do not touch: ends are exclusive", [(0, 2, N)], [(2, 4, N)], Score(1, 1, 0, 0, 0, 0)),
    ("other kind covers", [(0, 2, N)], [(1, 5, M)], Score(1, 0, 0, 0, 1, 0)),
    ("missed", [(0, 2, N), (5, 7, N)], [(5, 7, N)], Score(2, 1, 1, 1, 1, 1)),
    ("false alarm", [], [(5, 7, N)], Score(0, 1, 0, 0, 0, 0)),
    ("one finding over two names touches both", [(0, 2, N), (3, 5, N)], [(0, 5, N)], Score(2, 1, 0, 2, 2, 1)),
    ("two findings in one name", [(0, 5, N)], [(0, 2, N), (3, 5, N)], Score(1, 2, 0, 1, 1, 2)),
    ("said twice", [(0, 2, N)], [(0, 2, N), (0, 2, N)], Score(1, 1, 1, 1, 1, 1)),
    ("nothing", [], [], Score()),
]


@pytest.mark.parametrize(("gold", "found", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_counts(gold: list[Span], found: list[Span], wanted: Score) -> None:
    assert score([gold], [found], (N,))[N] == wanted


def test_ratios_and_sums() -> None:
    found = score([[(0, 2, N)], [(0, 2, N), (4, 6, N)]], [[(0, 2, N)], [(0, 2, N), (9, 11, N), (5, 6, N)]], (N,))[N]
    assert found == Score(gold=3, found=4, exact=2, touched=3, covered=3, right=3)
    assert (found.precision, found.recall, found.f1) == (0.5, 2 / 3, 4 / 7)
    assert (found.touched_recall, found.touched_precision) == (1.0, 0.75)
    assert Score().f1 == Score().recall == Score().precision == 0.0


def test_alias_and_kinds_that_are_not_scored() -> None:
    spans: list[Span] = [(0, 11, "landline"), (20, 24, "address")]
    scores = score([[(0, 11, M)]], [spans], (M,), {"landline": M})
    assert scores == {M: Score(1, 1, 1, 1, 1, 1)}
    assert score([[(0, 11, M)]], [spans], (M,))[M] == Score(1, 0, 0, 0, 1, 0)


def test_total() -> None:
    assert total({N: Score(1, 1, 1, 1, 1, 1), M: Score(2, 3)}, (N, M, "age")) == Score(3, 4, 1, 1, 1, 1)


def test_texts_must_stand_side_by_side() -> None:
    with pytest.raises(ValueError, match="zip"):
        score([[]], [[], []], (N,))


def test_probe_marks() -> None:
    assert probes.parse("甲⟦mobile|13800138000⟧乙") == Sample("甲13800138000乙", ((1, 12, M),))
    assert all("⟦" not in sample.text and "⟧" not in sample.text for sample in probes.make().samples)


def test_drawn_numbers_are_seeded_and_half_of_them_wrong() -> None:
    drawn = vectors.drawn(300)
    assert drawn.samples == vectors.drawn(300).samples
    assert 100 < sum(bool(sample.spans) for sample in drawn.samples) < 200


def test_pieces_lose_nothing_and_end_with_lines() -> None:
    text = "".join(f"第{i}行" + "字" * (i % 90) + "\n" for i in range(400))
    pieces = plain.pieces(text)
    assert "".join(pieces) == text
    assert all(piece.endswith("\n") and len(piece) <= plain.PIECE for piece in pieces)


def test_documents_are_runs() -> None:
    samples = [Sample("a", (), 0), Sample("b", (), 0), Sample("c", (), 1), Sample("d"), Sample("e")]
    assert ours.documents(samples).tolist() == [0, 2, 3, 4, 5]


def test_find_places_spans_by_sample() -> None:
    sure, every = ours.find([Sample("无"), Sample("手机13800138000")])
    assert sure == [[], [(2, 13, M)]]
    assert every[1] == sure[1]


def test_tables_without_any_gold_set() -> None:
    facts = {"date": "", "cpu": "", "cores": 2, "memory_gb": 1.0, "system": "", "python": "", "versions": {}}
    results = {"machine": facts, "sets": {}, "tools": {"ours": ""}, "missing": ["msra"]}
    assert all(bar.met is None for bar in bars.bars(results))
    assert "missing: msra" in tables.plain(results)
    assert tables.markdown(results).startswith("<!-- eval:start -->")


def test_editions_of_one_text_fall_into_the_same_half() -> None:
    assert plain.half("src/zh/UserGuide/V1.3.x/API.md") == plain.half("src/zh/UserGuide/latest/API.md")
    assert plain.half("民法/劳动法(2018-12-29).md") == plain.half("民法/劳动法(1994-07-05).md")
    halves = [plain.half(f"{name}.md") for name in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"]
    assert 5 < halves.count("held-out") < 15
    assert set(halves) == set(plain.HALVES)


def test_verdicts_are_counted_and_none_may_be_missing(tmp_path: Path) -> None:
    sample = tmp_path / "sample.tsv"
    sample.write_text("# 9\nperson\ta\tperson_name\t甲\t乙\t丙\nnone\ta\tipv4\t甲\t1\t丙\n", "utf-8")
    assert judge.count(sample) == {"half": "held-out", "seed": judge.SEED, "found": 9, "sampled": 2,
                                   "counts": {"person": 1, "address": 0, "none": 1}}  # fmt: skip
    sample.write_text("# 9\na\tperson_name\t甲\t乙\t丙\n", "utf-8")
    with pytest.raises(ValueError, match="verdict"):
        judge.count(sample)


def test_the_table_says_halves_and_what_was_read() -> None:
    half = {"rate": 4.0}
    part = {"rate": 5.0, "megabytes": 22.7, "kinds": {}, "halves": {"development": half, "held-out": half},
            "judged": {"found": 303, "sampled": 200, "counts": {"person": 100, "none": 50}}}  # fmt: skip
    shown = {bar.what: bar for bar in bars._plain({"plain": part})}
    assert shown["false positives per 100 000 characters, 22.7 MB"].met is False
    assert shown["… held-out half"].figure == "4.000"
    assert shown["… held-out half, times the share that is no personal information"].figure.startswith("1.000 (")
