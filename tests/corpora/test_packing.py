"""Packs travel as one signed file: same release on the other side, and whatever was changed on the way is refused."""

from __future__ import annotations

import errno
import io
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from releases import release, rows

from corpora.catalog import Catalog, closing
from corpora.catalog.signing import Signer, opened
from corpora.errors import IntegrityError, UsageError, VersionClosed, YuliaoError
from corpora.hub import receipts
from corpora.hub.pack_archive import HEAD, add
from corpora.hub.packing import pack, read_head, unpack
from tests.terminal import call


def _sites(tmp_path: Path) -> tuple[Catalog, Catalog, Path]:
    here, there = Catalog(tmp_path / "here"), Catalog(tmp_path / "there")
    here.publish(release(tmp_path))
    file = tmp_path / "repairs.pack"
    pack(here, "nb/repairs", None, file)
    return here, there, file


def _everything(root: Path) -> dict[str, bytes]:
    """All files of a catalog but its database of people and audit (and what sqlite keeps beside it)."""
    files = (path for path in root.rglob("*") if path.is_file() and "people.sqlite" not in path.name)
    return {str(path.relative_to(root)): path.read_bytes() for path in files}


def test_there_and_back(tmp_path: Path) -> None:
    here, there, file = _sites(tmp_path)
    ours = Signer(here.root).fingerprint
    done = unpack(there, file, trust=ours, by="li")
    assert done.published.fresh and done.signer == ours
    assert there.release("nb/repairs").hash == here.release("nb/repairs").hash and there.fsck(deep=True) == []
    (tmp_path / "receipt").write_bytes(done.receipt)
    with pytest.raises(UsageError, match="不认识的签名者"):
        receipts.take(here, tmp_path / "receipt", by="wang")
    taken = receipts.take(here, tmp_path / "receipt", trust=Signer(there.root).fingerprint, by="wang")
    assert taken["fresh"] and not receipts.take(here, tmp_path / "receipt", by="wang")["fresh"]
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
def test_a_changed_byte_anywhere_is_refused(tmp_path: Path, part: int) -> None:
    """In padding and in the headers of the container too."""
    here, there, file = _sites(tmp_path)
    data = bytearray(file.read_bytes())
    data[len(data) * part // 24 + 7] ^= 0x11
    file.write_bytes(data)
    with pytest.raises(YuliaoError):
        unpack(there, file, trust=Signer(here.root).fingerprint, by="li")
    assert there.datasets() == []


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


def _bounds(file: Path) -> list[tuple[int, int]]:
    """(offset of the content, size) of every member."""
    with tarfile.open(file) as tar:
        return [(one.offset_data, one.size) for one in tar]


def test_nothing_hides_between_the_members(tmp_path: Path) -> None:
    here, there, file = _sites(tmp_path)
    data, bounds = file.read_bytes(), _bounds(file)
    spots = {start - 512 + at for start, _ in bounds for at in (150, 257 + 80, 329, 500)}  # owner, group, prefix, rest
    spots |= {start + size for start, size in bounds if size % 512} | {
        start + size + (-size % 512) - 1 for start, size in bounds
    }
    for spot in sorted(spots - {start + size - 1 for start, size in bounds if size % 512 == 0}):
        file.write_bytes(data[:spot] + bytes([data[spot] ^ 0x41]) + data[spot + 1 :])
        with pytest.raises(IntegrityError):
            unpack(there, file, trust=Signer(here.root).fingerprint, by="li")
    hidden = tarfile.TarInfo("x")
    hidden.type, hidden.size = tarfile.XHDTYPE, 30  # a reader that interprets would take it for a comment on what follows
    start = bounds[1][0] - 512
    file.write_bytes(data[:start] + hidden.tobuf() + b"30 comment=0123456789abcdefgh\n".ljust(512, b"\0") + data[start:])
    with pytest.raises(IntegrityError):
        unpack(there, file, trust=Signer(here.root).fingerprint, by="li")
    assert there.datasets() == []
    file.write_bytes(data)
    assert unpack(there, file, trust=Signer(here.root).fingerprint, by="li").published.fresh


def _last_file_changed(here: Catalog, there: Catalog, file: Path) -> None:
    start, size = _bounds(file)[-1]
    with file.open("r+b") as data:
        data.seek(start + size - 1)
        data.write(b"\0" if file.read_bytes()[start + size - 1] else b"x")


def _taken_by_another(here: Catalog, there: Catalog, file: Path) -> None:
    there.publish(release(file.parent / "other", {"train": rows(3)}))


def _purged_here(here: Catalog, there: Catalog, file: Path) -> None:
    there.publish(release(file.parent / "same"))
    there.publish(release(file.parent / "next", {"train": rows(3)}, version="2.0.0"))
    closing.purge(there.repository("nb/repairs"), ["1.0.0"], reason="请求", by="wang")


def _another_release(here: Catalog, there: Catalog, file: Path) -> None:
    """Signed by the same hand, but what it says of itself is not what its files are."""
    _, head = _signed(file)
    _resigned(file, here, {**head, "release": "0" * 64})


@pytest.mark.parametrize(
    "spoil", [_last_file_changed, _taken_by_another, _purged_here, _another_release], ids=lambda one: one.__name__
)
def test_a_refused_pack_leaves_nothing_behind(tmp_path: Path, spoil: Callable[[Catalog, Catalog, Path], None]) -> None:
    here, there, file = _sites(tmp_path)
    spoil(here, there, file)
    before = _everything(there.root)
    with pytest.raises(YuliaoError) as refused:
        unpack(there, file, trust=Signer(here.root).fingerprint, by="li")
    assert _everything(there.root) == before, "no blob, no key of ours, nobody trusted"
    assert not any(word in f"{refused.value} {refused.value.hint}" for word in ("upload", "上传")), "nobody uploads here"
    assert there.audit.broken() is None and not list(there.audit.entries(what="unpack"))


def test_a_full_disk_is_not_called_a_broken_pack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there, file = _sites(tmp_path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = _everything(there.root)
    monkeypatch.setattr("corpora.hub.packing.os.fsync", full)
    with pytest.raises(UsageError, match="磁盘已满"):
        unpack(there, file, trust=Signer(here.root).fingerprint, by="li")
    assert _everything(there.root) == before
    with pytest.raises(UsageError, match="磁盘已满"):
        pack(here, "nb/repairs", None, tmp_path / "again.pack")
    assert not [one for one in tmp_path.iterdir() if "again" in one.name]


def _signed(file: Path) -> tuple[bytes, dict[str, Any]]:
    with tarfile.open(file) as tar:
        head = tar.extractfile("pack.json").read()  # type: ignore[union-attr]
    return head, opened(head)[0]


def _resigned(file: Path, signer: Catalog, head: dict[str, Any]) -> None:
    """The pack with another head, well signed."""
    with tarfile.open(file) as tar:
        rest = [(one.name, tar.extractfile(one).read()) for one in tar][1:]  # type: ignore[union-attr]
    with file.open("wb") as out, tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, data in [(HEAD, Signer(signer.root).sign(head)), *rest]:
            add(tar, name, data, len(data))


@pytest.mark.parametrize(
    "change",
    [
        {"corpus": None}, {"version": "../1"}, {"files": []}, {"files": {"a": {}}}, {"files": {"../a": {"sha256": "0" * 64, "size": 1}}},
        {"files": {"a": {"sha256": "0" * 64, "size": -1}}}, {"files": {"a": {"sha256": "0" * 64, "size": True}}},
        {"files": {"a": {"sha256": "../" + "0" * 61, "size": 1}}}, {"attestations": 3}, {"attestations": [3]}, {"commit": 1},
        {"files": {"a": {"sha256": "0" * 64, "size": 1}, "b": {"sha256": "0" * 64, "size": 2}}},
    ],
    ids=str,
)  # fmt: skip
def test_a_head_that_we_never_wrote_is_refused_whoever_signed_it(tmp_path: Path, change: dict[str, Any]) -> None:
    here, there, file = _sites(tmp_path)
    _resigned(file, here, {**_signed(file)[1], **change})
    with pytest.raises(IntegrityError, match="清单"):
        unpack(there, file, trust=Signer(here.root).fingerprint, by="li")
    assert there.datasets() == []


def test_the_same_pack_mends_what_was_damaged(tmp_path: Path) -> None:
    here, there, file = _sites(tmp_path)
    trust = Signer(here.root).fingerprint
    unpack(there, file, trust=trust, by="li")
    lost, changed, *_ = sorted(there.blobs.names())
    there.blobs.path(lost).unlink()
    there.blobs.path(changed).chmod(0o600)
    there.blobs.path(changed).write_bytes(b"x" * there.blobs.path(changed).stat().st_size)
    assert not unpack(there, file, by="li").published.fresh and there.fsck(deep=True) == []


def test_what_is_damaged_here_is_not_packed(tmp_path: Path) -> None:
    here, _, file = _sites(tmp_path)
    blobs = sorted(here.blobs.names())
    for name, content in ((blobs[0], b"x"), (blobs[-1], None)):
        here.blobs.path(name).unlink()
        if content is not None:
            here.blobs.path(name).write_bytes(content)
        with pytest.raises(IntegrityError, match="损坏"):
            pack(here, "nb/repairs", None, tmp_path / "no.pack")
    assert not [one for one in tmp_path.iterdir() if "no.pack" in one.name]


# --- receipts --------------------------------------------------------------------------------------


def test_a_receipt_is_never_written_over(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    here, there, file = _sites(tmp_path)
    words = ("unpack", str(file), "--catalog", str(there.root), "--trust", Signer(here.root).fingerprint)
    note = tmp_path / "repairs.receipt"
    note.write_text("mine")
    before = _everything(there.root)
    code, _, said = call(capfd, *words)
    assert code == 2 and "--receipt" in said and note.read_text() == "mine"
    assert _everything(there.root) == before, "told before anything is taken in"
    note.unlink()
    assert call(capfd, *words)[0] == 0
    first = note.read_bytes()
    assert call(capfd, *words)[0] == 0 and note.read_bytes() == first, "the receipt for this very pack stays as it is"
    assert call(capfd, *words, "--receipt", str(tmp_path / "b.receipt"))[0] == 0 and (tmp_path / "b.receipt").is_file()
    here.publish(release(tmp_path / "b", {"train": rows(4)}, version="2.0.0"))
    pack(here, "nb/repairs", "2.0.0", tmp_path / "second.pack")
    other = ("unpack", str(tmp_path / "second.pack"), "--catalog", str(there.root), "--receipt", str(note))
    assert call(capfd, *other)[0] == 2 and note.read_bytes() == first, "one for another version"
    assert there.versions("nb/repairs") == ["1.0.0"]
    for at in (tmp_path / "none" / "x.receipt", tmp_path / "repairs.pack"):
        assert call(capfd, *other[:-1], str(at))[0] == 2
    assert there.versions("nb/repairs") == ["1.0.0"]


@pytest.mark.parametrize("tail", [b"x", b"\0", b"\0" * 10240, b"\0" * 10239 + b"x", "again"], ids=range(5))
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
        receipts.take(here, file, by="wang")
    closing.withdraw(here.repository("nb/repairs"), "1.0.0", reason="复核", by="wang")
    with pytest.raises(VersionClosed):
        pack(here, "nb/repairs", "1.0.0", tmp_path / "no.pack")
    assert not (tmp_path / "no.pack").exists()
