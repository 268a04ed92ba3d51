"""Names, versions, and what was probably meant."""

from __future__ import annotations

import pytest

from corpora.errors import UsageError
from corpora.names import check_version, did_you_mean, split_reference, version_order


def test_versions_are_ordered_as_semver_says() -> None:
    ordered = [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "1.2.0",
        "1.10.0",
        "2.0.0",
    ]
    assert sorted(reversed(ordered), key=version_order) == ordered


@pytest.mark.parametrize("text", ["1.0", "01.0.0", "latest", "1.0.0.0", "v", "1.0.0\n", "../1.0.0", ""])
def test_what_is_no_version(text: str) -> None:
    with pytest.raises(UsageError):
        check_version(text)


def test_references() -> None:
    assert split_reference("nb/a@v1.2.0") == ("nb/a", "1.2.0") == split_reference("nb/a@1.2.0")
    assert split_reference("nb/a") == ("nb/a", None)
    with pytest.raises(UsageError):
        split_reference("nb/a@")


def test_did_you_mean() -> None:
    assert "nb/repairs" in did_you_mean("nb/repars", ["nb/repairs", "x/y"])
    assert "x/y" in did_you_mean("完全不同", ["x/y"])
    assert "empty" in did_you_mean("a", [])
