"""Sound files of every format, damaged anywhere: no reader crashes, loses an item, or finds a document only once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.sources.spec import FORMATS
from tests.curation import bad_files
from tests.fuzz.accounting import check

SOUND = bad_files.good()
_EDITS = st.lists(
    st.tuples(
        st.sampled_from(["cut", "drop", "flip", "put", "twice"]),
        st.floats(0, 1),
        st.integers(1, 300),
        st.binary(max_size=12),
    ),
    min_size=1,
    max_size=4,
)


def damaged(data: bytes, edits: list[tuple[str, float, int, bytes]]) -> bytes:
    """The bytes after some edits, each (what, where as a share of the length, how many bytes, other bytes)."""
    for what, where, size, other in edits:
        at = int(where * len(data))
        head, body, tail = data[:at], data[at : at + size], data[at + size :]
        data = {
            "cut": head,
            "drop": head + tail,
            "flip": head + bytes(byte ^ 0x55 for byte in body[:3]) + body[3:] + tail,
            "put": head + other + body + tail,
            "twice": head + body + body + tail,
        }[what]
    return data


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind != "auto"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=_EDITS)
def test_damaged_files(tmp_path: Path, kind: str, edits: list[tuple[str, float, int, bytes]]) -> None:
    suffix, data = SOUND[kind]
    path = tmp_path / f"a{suffix}"
    path.write_bytes(damaged(data, edits))
    check(kind, path)


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind != "auto"])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.one_of(st.binary(max_size=200), st.text(max_size=80).map(lambda text: text.encode("utf-8", "surrogatepass"))))
def test_any_bytes(tmp_path: Path, kind: str, data: bytes) -> None:
    path = tmp_path / f"a{SOUND[kind][0]}"
    path.write_bytes(data)
    check(kind, path)


@pytest.mark.parametrize("kind", [kind for kind in FORMATS if kind not in ("auto", "image")])
def test_the_sound_files_are_read(tmp_path: Path, kind: str) -> None:
    """Else the damaged ones would say nothing."""
    suffix, data = SOUND[kind]
    (tmp_path / f"a{suffix}").write_bytes(data)
    kept, lost = check(kind, tmp_path / f"a{suffix}")
    assert kept and not lost
