"""Packs travel as one signed file: same release on the other side, and whatever was changed on the way is refused."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest
from releases import release

from corpora.catalog import Catalog, closing
from corpora.catalog.signing import Signer, opened
from corpora.errors import IntegrityError, UsageError, VersionClosed, YuliaoError
from corpora.hub.packing import pack, read_head, take_receipt, unpack


def _sites(tmp_path: Path) -> tuple[Catalog, Catalog, Path]:
    here, there = Catalog(tmp_path / "here"), Catalog(tmp_path / "there")
    here.publish(release(tmp_path))
    file = tmp_path / "repairs.pack"
    pack(here, "nb/repairs", None, file)
    return here, there, file


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and "datasets" in path.parts}


def test_there_and_back(tmp_path: Path) -> None:
    here, there, file = _sites(tmp_path)
    ours = Signer(here.root).fingerprint
    done = unpack(there, file, trust=ours, by="li")
    assert done.published.fresh and done.signer == ours
    assert there.release("nb/repairs").hash == here.release("nb/repairs").hash and there.fsck(deep=True) == []
    (tmp_path / "receipt").write_bytes(done.receipt)
    with pytest.raises(UsageError, match="不认识的签名者"):
        take_receipt(here, tmp_path / "receipt", by="wang")
    taken = take_receipt(here, tmp_path / "receipt", trust=Signer(there.root).fingerprint, by="wang")
    assert taken["fresh"] and not take_receipt(here, tmp_path / "receipt", by="wang")["fresh"]
    assert [one["what"] for one in here.audit.entries()] == ["publish", "pack", "receipt"]
    again = unpack(there, file, by="li")  # trusted by now
    assert not again.published.fresh


def test_the_same_release_packs_to_the_same_bytes(tmp_path: Path) -> None:
    here, _, file = _sites(tmp_path)
    pack(here, "nb/repairs", "1.0.0", tmp_path / "again.pack")
    assert (tmp_path / "again.pack").read_bytes() == file.read_bytes()
    with pytest.raises(UsageError, match="已存在"):
        pack(here, "nb/repairs", None, file)


def test_nobody_unknown_is_taken_in(tmp_path: Path) -> None:
    _, there, file = _sites(tmp_path)
    for trust in (None, "0" * 64, "abc"):
        with pytest.raises(UsageError, match="不认识的签名者"):
            unpack(there, file, trust=trust, by="li")
    assert there.datasets() == []


@pytest.mark.parametrize("part", range(24))
def test_a_changed_byte_anywhere_is_refused_or_harmless(tmp_path: Path, part: int) -> None:
    """Padding and names of the container may change without meaning; the release that comes out is never another one."""
    here, there, file = _sites(tmp_path)
    data = bytearray(file.read_bytes())
    data[len(data) * part // 24 + 7] ^= 0x11
    file.write_bytes(data)
    try:
        unpack(there, file, trust=Signer(here.root).fingerprint, by="li")
    except YuliaoError:
        assert there.datasets() == []
    else:
        assert there.release("nb/repairs").hash == here.release("nb/repairs").hash and there.fsck(deep=True) == []


@pytest.mark.parametrize("share", [0.0, 0.1, 0.4, 0.6])
def test_a_cut_pack_is_refused(tmp_path: Path, share: float) -> None:
    here, there, file = _sites(tmp_path)
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(IntegrityError):
        unpack(there, file, trust=Signer(here.root).fingerprint, by="li")
    assert there.datasets() == [] and not list(there.blobs.uploads.iterdir())


def _rebuilt(file: Path, drop: int | None = None, extra: bool = False) -> None:
    with tarfile.open(file) as tar:
        members = [(one, tar.extractfile(one).read()) for one in tar]  # type: ignore[union-attr]
    with tarfile.open(file, "w") as tar:
        for number, (member, data) in enumerate(members):
            if number != drop:
                tar.addfile(member, io.BytesIO(data))
        if extra:
            tar.addfile(tarfile.TarInfo("../../escape"), io.BytesIO())


@pytest.mark.parametrize("how", [{"drop": 0}, {"drop": 2}, {"extra": True}])
def test_missing_and_additional_members_are_refused(tmp_path: Path, how: dict[str, int]) -> None:
    here, there, file = _sites(tmp_path)
    _rebuilt(file, **how)  # type: ignore[arg-type]
    with pytest.raises(IntegrityError):
        unpack(there, file, trust=Signer(here.root).fingerprint, by="li")
    assert there.datasets() == [] and not (tmp_path / "escape").exists()


@pytest.mark.parametrize("tail", [b"x", b"\0", b"\0" * 10240, b"\0" * 10239 + b"x", "again"])
def test_whatever_stands_behind_the_end_is_refused(tmp_path: Path, tail: bytes | str) -> None:
    here, there, file = _sites(tmp_path)
    data = file.read_bytes()
    file.write_bytes(data + (data if isinstance(tail, str) else tail))
    with pytest.raises(IntegrityError, match="包尾"):
        unpack(there, file, trust=Signer(here.root).fingerprint, by="li")
    assert there.datasets() == []


def test_junk_in_place_of_the_end_is_refused(tmp_path: Path) -> None:
    here, there, file = _sites(tmp_path)
    with tarfile.open(file) as tar:
        tar.getmembers()
        end = tar.offset
    data = bytearray(file.read_bytes())
    for at, what in ((end, b"x"), (end + 600, b"x"), (len(data) - 1, b"x")):
        file.write_bytes(data[:at] + what + data[at + 1 :])
        with pytest.raises(IntegrityError):
            unpack(there, file, trust=Signer(here.root).fingerprint, by="li")
    assert there.datasets() == []


def test_a_receipt_is_no_pack_and_a_withdrawn_version_is_not_packed(tmp_path: Path) -> None:
    here, there, file = _sites(tmp_path)
    head, signer = read_head(file)
    assert head["version"] == "1.0.0" and signer == Signer(here.root).fingerprint
    with pytest.raises(IntegrityError):
        opened(b"{}")
    with pytest.raises(IntegrityError):
        take_receipt(here, file, by="wang")
    closing.withdraw(here.repository("nb/repairs"), "1.0.0", reason="复核", by="wang")
    with pytest.raises(VersionClosed):
        pack(here, "nb/repairs", "1.0.0", tmp_path / "no.pack")
    assert not (tmp_path / "no.pack").exists()
