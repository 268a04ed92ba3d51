"""Links that carry their own right: signed with the catalog's secret (HMAC-SHA256, RFC 2104), for one deed, for one hour."""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import json
import os
import secrets
import time
from pathlib import Path
from typing import Any

from corpora.catalog.commits import canonical
from corpora.errors import UsageError
from corpora.hub.protocol import Forbidden
from corpora.workspace import sync_folder

HOUR = 3600
_KEY, _BYTES = "hub.key", 32


class Links:
    """Makes and reads signed tickets: base64url of {deed, …, until} + `.` + signature."""

    def __init__(self, root: Path) -> None:
        self._key = _stored(root / _KEY)

    def sign(self, deed: str, *, seconds: int = HOUR, **about: Any) -> str:
        """A ticket for `deed`, good for `seconds`."""
        body = _text(canonical({**about, "deed": deed, "until": int(time.time()) + seconds}))
        return f"{body}.{self._signature(body)}"

    def read(self, ticket: str, deed: str) -> dict[str, Any]:
        """What the ticket says. Raises Forbidden when it is forged, for another deed, or too old."""
        body, _, signature = ticket.partition(".")
        if not hmac.compare_digest(signature.encode("utf-8", "replace"), self._signature(body).encode()):
            raise _refused("签名不对", "its signature does not hold")
        about: dict[str, Any] = json.loads(_bytes(body))
        if about["deed"] != deed:
            raise _refused("用途不对", "it is for something else")
        if about["until"] < time.time():
            raise _refused("已过期", "it has expired")
        return about

    def _signature(self, body: str) -> str:
        return _text(hmac.new(self._key, body.encode("utf-8", "replace"), hashlib.sha256).digest())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error) as error:  # can't be: it was signed
        raise _refused("签名不对", "its signature does not hold") from error


def _stored(path: Path) -> bytes:
    """The secret, made on first use; two processes that start at once end with the same one."""
    if not path.is_file():
        partial = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_BYTES))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(partial, path)
        partial.unlink()
        sync_folder(path.parent)
    return _checked(path)


def _checked(path: Path) -> bytes:
    key = path.read_bytes()
    if path.stat().st_mode & 0o077 or len(key) != _BYTES:
        raise UsageError(
            f"{path.name} 能被别人读到或已损坏 / others can read {path.name}, or it is damaged",
            hint=f"运行 chmod 600，或删除后重启 / run chmod 600 on it, or remove it and start again: {path.name}",
        )
    return key


def _refused(chinese: str, english: str) -> Forbidden:
    return Forbidden(f"链接不可用：{chinese} / the link cannot be used: {english}", hint="重新上传 / upload it again")
