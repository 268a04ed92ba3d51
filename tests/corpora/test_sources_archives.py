"""Archives: names come out as they were written, nothing escapes, bombs and locked members are refused with a cause."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.sources import archives
from corpora.sources.items import BadFile
from corpora.sources.zip_guard import ON_DISK
from corpora.vocabulary import QUARANTINE_CAUSES


def zipped(members: dict[str, bytes], *, gbk: bool = False) -> bytes:
    """A zip; with `gbk` its names are written as Chinese Windows does, without the UTF-8 flag."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    raw = held.getvalue()
    if gbk:
        for name in members:
            raw = raw.replace(name.encode(), _same_length(name))
        raw = raw.replace(b"\x14\x00\x00\x08\x08\x00", b"\x14\x00\x00\x00\x08\x00")
    return raw


def _same_length(name: str) -> bytes:
    """GBK bytes of the name, filled up to the length of its UTF-8 bytes: offsets of the archive stay right."""
    stem, dot, suffix = name.rpartition(".")
    short = stem.encode("gbk")
    return short + b"_" * (len(stem.encode()) - len(short)) + (dot + suffix).encode()


def opened(path: Path) -> list[tuple[str, bytes | str]]:
    """(name, bytes or cause) of every member."""
    kind = archives.kind(str(path))
    assert kind
    found: list[tuple[str, bytes | str]] = []
    for member in archives.members(str(path), kind):
        try:
            found.append((member.name, member.cause or b"".join(member.pieces() if member.pieces else ())))
        except BadFile as refused:
            found.append((member.name, refused.cause))
    return found


def test_members_and_names(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"病历/门诊.csv": b"1", "b.txt": b"2"}))
    assert opened(path) == [("病历/门诊.csv", b"1"), ("b.txt", b"2")]


def test_names_in_gbk(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"出院小结.csv": b"1"}, gbk=True))
    assert opened(path) == [("出院小结____.csv", b"1")]


@pytest.mark.parametrize("name", ["a.docx", "a.epub", "a.ods"])
def test_office_documents_are_no_archives(tmp_path: Path, name: str) -> None:
    inside = {"a.docx": "[Content_Types].xml", "a.epub": "mimetype", "a.ods": "META-INF/manifest.xml"}[name]
    path = tmp_path / name
    path.write_bytes(zipped({inside: b"x"}))
    assert archives.kind(str(path)) is None


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_tars(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("a.tar" + mode[1:].replace(":", "."))
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in (("甲.txt", b"1"), ("子/乙.txt", b"22")):
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("链接")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert opened(path) == [("甲.txt", b"1"), ("子/乙.txt", b"22"), ("链接", "not_a_file")]


def test_a_bomb_is_refused_before_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(zipped({"big.txt": bytes(ON_DISK.small * 2), "good.txt": b"1"}))
    assert opened(path) == [("big.txt", "archive_bomb"), ("good.txt", b"1")]


def test_a_locked_member(tmp_path: Path) -> None:
    raw = bytearray(zipped({"a.txt": b"1"}))
    raw[6] |= 1  # the flag in the local header
    raw[raw.index(b"PK\x01\x02") + 8] |= 1  # and in the directory
    (tmp_path / "a.zip").write_bytes(raw)
    assert opened(tmp_path / "a.zip") == [("a.txt", "password")]


def test_a_broken_member_takes_no_neighbour_along(tmp_path: Path) -> None:
    raw = bytearray(zipped({"a.txt": b"1" * 100, "b.txt": b"2"}))
    raw[raw.index(b"a.txt") + 8] ^= 0xFF
    (tmp_path / "a.zip").write_bytes(raw)
    assert opened(tmp_path / "a.zip") == [("a.txt", "broken_stream"), ("b.txt", b"2")]


@pytest.mark.parametrize(("magic", "name"), [(b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a\x07\x01\x00", "rar")])
def test_other_archives_say_so(tmp_path: Path, magic: bytes, name: str) -> None:
    (tmp_path / "a").write_bytes(magic + b"x" * 20)
    assert archives.kind(str(tmp_path / "a")) == name and opened(tmp_path / "a") == [("", "archive_unsupported")]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(st.binary(max_size=60), st.integers(0, 300), st.booleans())
def test_any_bytes(tmp_path: Path, noise: bytes, at: int, cut: bool) -> None:
    """Damaged anywhere, an archive gives members or causes, never an exception."""
    raw = zipped({"甲.txt": b"1" * 50, "乙.txt": b"2" * 50})
    raw = raw[:at] if cut else raw[:at] + noise + raw[at + len(noise) :]
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04" + raw[4:])
    if archives.kind(str(path)):
        assert all(isinstance(got, bytes) or got in QUARANTINE_CAUSES for _, got in opened(path))


def gapped(raw: bytes, before: bytes) -> bytes:
    """The zip behind other bytes, its directory corrected for them: a first member that was deleted in place."""
    end = raw.rindex(b"PK\x05\x06")
    start = struct.unpack_from("<L", raw, end + 16)[0]
    head, directory, tail = raw[:start], bytearray(raw[start:end]), bytearray(raw[end:])
    at = 0
    while at < len(directory):
        name, extra, note = struct.unpack_from("<HHH", directory, at + 28)
        struct.pack_into("<L", directory, at + 42, struct.unpack_from("<L", directory, at + 42)[0] + len(before))
        at += 46 + name + extra + note
    struct.pack_into("<L", tail, 16, start + len(before))
    return before + head + bytes(directory) + bytes(tail)


INNER = {"甲.txt": b"1" * 50, "乙.txt": b"2" * 50}


def outer_cut() -> bytes:
    """A zip that was cut off right behind a stored zip in it."""
    inner = zipped(INNER)
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:  # stored, as zips in zips often are
        archive.writestr("里.zip", inner)
    raw = held.getvalue()
    return raw[: raw.index(inner) + len(inner)]


GAPS = [
    (gapped(zipped(INNER), zipped({"删.txt": b"0" * 9})[:60]), [b"1" * 50, b"2" * 50], "the deleted member is still there"),
    (gapped(zipped(INNER), bytes(60)), [b"1" * 50, b"2" * 50], "zeros lie where it was"),
    (outer_cut(), ["broken_stream"], "the directory is that of the zip inside"),
    (bytes(60) + zipped(INNER), ["broken_stream"], "bytes before it, directory not corrected: cannot be told from a cut one"),
    (gapped(zipped(INNER), bytes(60)).replace(b"PK\x03\x04", b"PK\x00\x00", 1), ["broken_stream"], "a member is not where it should be"),
]  # fmt: skip


@pytest.mark.parametrize(("raw", "said", "why"), GAPS, ids=[case[2] for case in GAPS])
def test_a_gap_before_the_first_member(tmp_path: Path, raw: bytes, said: list[bytes | str], why: str) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(raw)
    assert archives.kind(str(path)) == "zip" and [got for _, got in opened(path)] == said, why
