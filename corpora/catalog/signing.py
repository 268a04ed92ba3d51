"""The catalog's own signature (Ed25519, RFC 8032), and the catalogs that this one trusts.

A signed note is canonical JSON beside its signature and public key. A public key is shown and compared as its fingerprint:
the sha256 of its 32 bytes, in hex.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

from corpora.catalog.commits import canonical
from corpora.errors import IntegrityError, UsageError
from corpora.forms import FORMAT
from corpora.workspace import sync_folder, write_atomically

_KEY, _TRUSTED = "signing.key", "trusted.json"


class Signer:
    """Signs with the key of a catalog's folder, made on first use, and knows whose signatures it accepts."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def _private(self) -> Any:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        path = self._root / _KEY
        if not path.is_file():
            partial = path.with_name(f".{_KEY}.{secrets.token_hex(6)}")
            write_atomically(partial, Ed25519PrivateKey.generate().private_bytes_raw())
            with contextlib.suppress(FileExistsError):  # never over the key that another process has just made
                os.link(partial, path)
            partial.unlink()
            sync_folder(self._root)
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())

    @property
    def fingerprint(self) -> str:
        return _fingerprint(self._private().public_key().public_bytes_raw())

    def sign(self, note: dict[str, Any]) -> bytes:
        """The signed note, as bytes of a file."""
        private, body = self._private(), canonical({"format": FORMAT, **note})
        public, signature = private.public_key().public_bytes_raw(), private.sign(body)
        envelope = {
            "body": body.decode(),
            "key": base64.b64encode(public).decode(),
            "signature": base64.b64encode(signature).decode(),
        }
        return canonical(envelope)

    # --- others' signatures ------------------------------------------------------------------------

    def trusted(self) -> dict[str, str]:
        """fingerprint → name of the catalogs whose packs are taken in."""
        path = self._root / _TRUSTED
        return json.loads(path.read_bytes())["keys"] if path.is_file() else {}

    def trust(self, fingerprint: str, name: str = "") -> None:
        """Accepts a catalog's signatures from now on. Raises UsageError for what is not a fingerprint."""
        if len(fingerprint) != 64 or set(fingerprint) - set("0123456789abcdef"):
            raise UsageError(
                "指纹应是 64 位十六进制 / a fingerprint has 64 hex digits", hint="请对方运行 yuliao pack --fingerprint 告知"
            )
        write_atomically(self._root / _TRUSTED, canonical({"format": FORMAT, "keys": {**self.trusted(), fingerprint: name}}))

    def check_trusted(self, fingerprint: str) -> None:
        """Raises UsageError unless the signature's owner is trusted (our own key always is)."""
        own = self.fingerprint if (self._root / _KEY).is_file() else ""  # none is made for a stranger's file
        if fingerprint not in (*self.trusted(), own):
            raise UsageError(
                f"不认识的签名者 {fingerprint} / a signer that this catalog does not know",
                hint="向对方核对指纹后加 --trust 指纹 / compare the fingerprint with its owner, then add --trust FINGERPRINT",
            )


def opened(data: bytes) -> tuple[dict[str, Any], str]:
    """(note, fingerprint of who signed it). Raises IntegrityError when the signature does not hold."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        envelope = json.loads(data)
        public = base64.b64decode(envelope["key"], validate=True)
        body = envelope["body"].encode()
        Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(envelope["signature"], validate=True), body)
        note = json.loads(body)
        if note["format"] != FORMAT:
            raise ValueError
    except (InvalidSignature, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IntegrityError(
            "签名不成立，文件被改过或不是 yuliao 的 / the signature does not hold: the file was changed, or is not ours",
            hint="请对方重新打包发送 / ask for a new copy",
        ) from error
    return note, _fingerprint(public)


def _fingerprint(public: bytes) -> str:
    return hashlib.sha256(public).hexdigest()
