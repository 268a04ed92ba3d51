"""Rows are found by their ids, and by as much of one as is needed."""

from __future__ import annotations

import numpy as np
import pytest

from corpora.errors import UsageError
from curation.look.row_ids import Numbers, find

IDS = np.frombuffer(
    bytes.fromhex("aabb" + "00" * 14 + "aabc" + "00" * 14 + "ffff" + "11" * 14 + "ffff" + "11" * 14), np.uint8
)
IDS = IDS.reshape(4, 16)
KEPT = np.array([True, False, False, True])


@pytest.mark.parametrize(
    ("id_", "row", "why"),
    [
        ("aabb", 0, "four digits that only one has"),
        ("AABC0", 1, "an odd number of digits, in capitals; a dropped row"),
        ("ffff" + "11" * 14, 3, "two rows share it: the kept one"),
        ("aab", None, "too short"),
        ("aab" + "d" * 5, None, "nobody's"),
        ("0x12", None, "no hexadecimal digits"),
        ("aabb" + "00" * 15, None, "too long"),
    ],
)
def test_find(id_: str, row: int | None, why: str) -> None:
    if row is None:
        with pytest.raises(UsageError):
            find(IDS, KEPT, id_)
    else:
        assert find(IDS, KEPT, id_) == row, why


def test_several() -> None:
    ids = np.concatenate([IDS[:1], IDS[:1] ^ np.eye(1, 16, 15, dtype=np.uint8)])
    with pytest.raises(UsageError, match="2 个编号"):
        find(ids, KEPT[:2], "aabb")


def test_numbers_are_found_on_demand() -> None:
    ids = np.array([[1] * 16, [2] * 16, [1] * 8 + [3] * 8, [2] * 16], np.uint8)
    numbers = Numbers(ids)
    assert [numbers[bytes(one).hex()] for one in ids] == [0, 3, 2, 3], "of rows that share an id the last"
    for strange in ("", "01", "g" * 32, "ff" * 16, "01" * 15 + "02"):
        assert strange not in numbers
        with pytest.raises(KeyError):
            numbers[strange]
