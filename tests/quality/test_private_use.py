"""Private-use code points of old GBK tables."""

from __future__ import annotations

import pytest

from quality import private_use


@pytest.mark.parametrize(
    ("private", "character", "why"),
    [
        (0xE81E, "龴", "2022"),
        (0xE864, "龻", "2022, the last"),
        (0xE78D, "︐", "2022, vertical comma"),
        (0xE78E, "︒", "2022: the order is not that of Unicode"),
        (0xE7C7, "ḿ", "2005"),
        (0xE7C8, "ǹ", "2000"),
        (0xE816, "\U00020087", "Extension B"),
        (0xE863, "䶮", "2000"),
        (0xE7E7, "〾", "2000"),
    ],
)
def test_assigned(private: int, character: str, why: str) -> None:
    assert private_use.assigned()[private] == character, why


def test_no_private_character_comes_out_and_users_areas_stay() -> None:
    assert not any("\ue000" <= c <= "\uf8ff" for c in private_use.assigned().values())
    assert all(private_use.FIRST <= cp <= private_use.LAST for cp in private_use.assigned())
    assert len(set(private_use.assigned().values())) == len(private_use.assigned())
    assert not {0xE000, 0xE765, 0xF0B7, 0xF8FF} & set(private_use.assigned())
