"""The sealed vault: what stood where a release has a replacement, encrypted, for lawful re-identification only.

It lies in the workspace, never in a release; its key is a file of its own (GB/T 45574-2025 5.5: store the re-identification
map separately, split the authority to encrypt and decrypt). Without both nothing can go back.

    YULIAO-VAULT 1\\n · length · header (JSON) · { length · nonce · sealed frame } …

Frames are AES-256-GCM (NIST SP 800-38D), each bound to the dataset, version and its number; the last one says how many
there are and which release's tables they belong to, so that a vault cannot be cut, reordered or passed off as another's. Nonces are
random: a vault's bytes differ from run to run, and no hash of a release hangs on them.
"""

from __future__ import annotations

import io
import json
import os
import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpora import forms
from corpora.errors import FormatUnknown, IntegrityError, SourceMissing, VaultLocked
from corpora.names import check_corpus, check_version
from corpora.workspace import KEY_BYTES, Workspace, private_folder, write_atomically

MAGIC = b"YULIAO-VAULT 1\n"
SCHEMA = pa.schema([pa.field("id", pa.large_string(), False), *forms.RESTORED])
_NONCE = 12
_LENGTH = struct.Struct(">I")


def path_of(workspace: Workspace, corpus: str, version: str) -> Path:
    """Where the vault of a version lies, or would: nothing is made."""
    return workspace.root / "vault" / check_corpus(corpus) / f"{check_version(version)}.vault"


def key_path(workspace: Workspace, corpus: str, version: str) -> Path:
    """Where the key of a version's vault is made; keep it elsewhere."""
    namespace, name = check_corpus(corpus).split("/")
    folder = private_folder(private_folder(workspace.root / "keys") / namespace)
    return folder / f"{name}-{check_version(version)}.vault.key"


def make_key(workspace: Workspace, corpus: str, version: str) -> bytes:
    """The key of a version's vault: made once, used again by later runs of the same version."""
    path = key_path(workspace, corpus, version)
    if not path.exists():
        write_atomically(path, secrets.token_bytes(KEY_BYTES))
    return read_key(path)


def read_key(path: Path) -> bytes:
    """32 bytes. Raises SourceMissing or VaultLocked."""
    try:
        key = path.read_bytes()
    except OSError as error:
        raise SourceMissing(
            f"读不了密钥文件：{error.strerror} / cannot read the key file",
            hint="检查 --key 的路径与权限 / check the path of --key",
        ) from None
    if len(key) != KEY_BYTES:
        raise VaultLocked("这不是保管库的密钥 / not the key of a vault", hint="密钥文件是 32 字节 / a key file has 32 bytes")
    return key


def rows(ids: pa.Array, column: pa.Array) -> pa.Table:
    """The table of a batch's replacements: public ids (large_string) and a forms.VAULT column of as many rows."""
    parents = pc.list_parent_indices(column)
    flat = column.flatten()
    columns = [ids.take(parents), *(pc.struct_field(flat, field.name) for field in forms.RESTORED)]
    return pa.table(columns, schema=SCHEMA)


def write_part(path: Path, table: pa.Table, key: bytes) -> None:
    """One task's replacements, sealed at once: plain text never touches the disk."""
    write_atomically(path, _sealed(key, _packed(table), _bound("part", path.stem)))


def assemble(parts: list[Path], target: Path, key: bytes, *, corpus: str, version: str, tables: str) -> None:
    """One vault from the parts, in their order; the parts are removed."""
    out = io.BytesIO()
    header = json.dumps({"format": forms.FORMAT, "corpus": corpus, "version": version, "tables": tables}).encode()
    out.write(MAGIC + _LENGTH.pack(len(header)) + header)
    entries = 0
    for number, part in enumerate(parts):
        packed = _opened(key, part.read_bytes(), _bound("part", part.stem))
        entries += len(_unpacked(packed))
        _write(out, _sealed(key, packed, _bound(corpus, version, str(number))))
    last = json.dumps({"frames": len(parts), "entries": entries, "tables": tables}).encode()
    _write(out, _sealed(key, last, _bound(corpus, version, "last")))
    for folder in (target.parent.parent.parent, target.parent.parent, target.parent):
        private_folder(folder)
    write_atomically(target, out.getvalue())
    for part in parts:
        part.unlink()


@dataclass(frozen=True)
class Vault:
    """A vault and its key, checked against each other."""

    path: Path
    header: dict[str, Any]
    frames: tuple[bytes, ...]
    key: bytes

    @classmethod
    def open(cls, path: Path, key: bytes) -> Vault:
        """Raises SourceMissing, FormatUnknown, VaultLocked (wrong key, or the vault was tampered with) or IntegrityError."""
        try:
            stream = io.BytesIO(path.read_bytes())
        except OSError:
            raise SourceMissing(
                "没有这个版本的保管库 / this version has no vault here",
                hint="配方里写 vault: true 再运行，才有保管库 / only runs with vault: true have one",
            ) from None
        if stream.read(len(MAGIC)) != MAGIC:
            raise FormatUnknown(f"不认识的保管库格式 / unknown vault format: {path.name}", hint="请升级 / upgrade yuliao")
        frames = tuple(_read(stream))
        if len(frames) < 2:
            raise IntegrityError("保管库不完整 / the vault is incomplete", hint="从备份恢复 / restore it from a backup")
        vault = cls(path, json.loads(frames[0]), frames[1:], key)
        last = json.loads(vault._frame(len(vault.frames) - 1, "last"))
        if last["frames"] != len(vault.frames) - 1 or last["tables"] != vault.header["tables"]:
            raise IntegrityError("保管库不完整 / the vault is incomplete", hint="从备份恢复 / restore it from a backup")
        return vault

    def entries(self, id: str | None = None) -> Iterator[dict[str, Any]]:  # noqa: A002
        """{id, leaf, item, start, replacement, kind, original} of every replacement, or of one row."""
        for number in range(len(self.frames) - 1):
            table = _unpacked(self._frame(number, str(number)))
            if id is not None:
                table = table.filter(pc.equal(table["id"], id))
            yield from table.to_pylist()

    def _frame(self, number: int, name: str) -> bytes:
        return _opened(self.key, self.frames[number], _bound(self.header["corpus"], self.header["version"], name))


def _bound(*words: str) -> bytes:
    return "\0".join(words).encode()


def _packed(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()


def _unpacked(data: bytes) -> pa.Table:
    return pa.ipc.open_stream(data).read_all()


def _sealed(key: bytes, data: bytes, bound: bytes) -> bytes:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, bound)


def _opened(key: bytes, data: bytes, bound: bytes) -> bytes:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        return AESGCM(key).decrypt(data[:_NONCE], data[_NONCE:], bound)
    except (InvalidTag, ValueError):
        raise VaultLocked(
            "密钥不对，或保管库被改动 / wrong key, or the vault was changed",
            hint="用这个版本自己的密钥文件；仍不行就从备份恢复 / use this version's own key file, else restore a backup",
        ) from None


def _write(out: io.BytesIO, frame: bytes) -> None:
    out.write(_LENGTH.pack(len(frame)) + frame)


def _read(stream: io.BytesIO) -> Iterator[bytes]:
    while head := stream.read(_LENGTH.size):
        size = _LENGTH.unpack(head)[0] if len(head) == _LENGTH.size else -1
        frame = stream.read(max(size, 0))
        if len(frame) != size:
            raise IntegrityError("保管库不完整 / the vault is incomplete", hint="从备份恢复 / restore it from a backup")
        yield frame
