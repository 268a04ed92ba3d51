"""Remembered scores are the scores of the same window only."""

from __future__ import annotations

import numpy as np

from quality.kernels import name_memory

SIDE = name_memory.SIDE


def codes(text: str) -> np.ndarray:  # type: ignore[type-arg]
    return np.array([0] * SIDE + [ord(c) if c != "|" else 0 for c in text] + [0] * SIDE, np.uint16)


def test_a_window_is_known_again_wherever_it_stands() -> None:
    memory, out = name_memory.memory(), np.arange(5, dtype=np.int32).reshape(1, 5)
    near = "甲乙丙丁戊己庚辛壬癸子王丑寅卯辰巳午未申酉戌亥"
    name_memory.remember(memory, codes(near), SIDE + 11, out, 0)
    got = np.zeros((1, 5), np.int32)
    assert name_memory.recall(memory, codes("前言" + near + "后语"), SIDE + 13, got, 0) and got.tolist() == out.tolist()
    for k in range(len(near)):
        other = near[:k] + "异" + near[k + 1 :]
        assert not name_memory.recall(memory, codes(other), SIDE + 11, got, 0)  # every code counts


def test_what_lies_beyond_a_break_does_not_count() -> None:
    memory, out = name_memory.memory(), np.ones((2, 5), np.int32)
    name_memory.remember(memory, codes("甲|王小|乙"), SIDE + 2, out, 0)
    assert name_memory.recall(memory, codes("丙|王小|丁"), SIDE + 2, out, 1)
    assert not name_memory.recall(memory, codes("丙|王小明"), SIDE + 2, out, 1)
