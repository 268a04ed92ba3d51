"""What goes wrong between a client and the write half: one typed error each, and the HTTP status that it means.

YuliaoError
└── Refusal          .status
    ├── ProtocolError  400  a body or value that breaks the protocol; says the place and the rule, never what stood there
    ├── Forbidden      403  no right, a link that does not hold, something that never changes
    ├── NotThere       404  no such repository (for this caller); .code is the Hub's error code
    ├── TooSlow        408  an upload that stands still, or nearly
    ├── TooLarge       413  more bytes, lines or files than one request may have
    └── NoSpace        507  the disk is full
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Self

from corpora.catalog.database import DatabaseAway
from corpora.catalog.people.tokens import BadToken
from corpora.catalog.refs import HeadMoved
from corpora.errors import (
    BlobMissing,
    IntegrityError,
    PathRefused,
    RevisionUnknown,
    UsageError,
    VersionClosed,
    VersionTaken,
    YuliaoError,
)

_STATUS: tuple[tuple[type[YuliaoError], int], ...] = (
    (BadToken, 401), (HeadMoved, 412), (VersionTaken, 409), (VersionClosed, 410), (RevisionUnknown, 404), (BlobMissing, 400),
    (PathRefused, 400), (IntegrityError, 422), (DatabaseAway, 503), (UsageError, 400),
)  # fmt: skip


class Refusal(YuliaoError):
    """What the server answers instead of doing it."""

    status: int = 400
    code: ClassVar[str] = ""
    headers: Mapping[str, str] = MappingProxyType({})

    def with_headers(self, headers: Mapping[str, str]) -> Self:
        """The same refusal, with headers that its answer carries."""
        self.headers = headers
        return self


class ProtocolError(Refusal):
    """A body or a value that breaks the protocol."""


class Forbidden(Refusal):
    """Not with this token, not with this link, or not at all."""

    status = 403


class NotThere(Refusal):
    """No such repository, or none that this caller may know of."""

    status, code = 404, "RepoNotFound"


class TooSlow(Refusal):
    """A body that does not come."""

    status = 408
    headers = MappingProxyType({"Connection": "close"})


class TooLarge(Refusal):
    """More than one request may hold."""

    status = 413


class NoSpace(Refusal):
    """The disk has no room for it."""

    status = 507


def broken(chinese: str, english: str) -> ProtocolError:
    """The error for what a client sent; bilingual, with the one advice there is."""
    return ProtocolError(
        f"{chinese} / {english}", hint="请用 huggingface_hub 上传 / upload with huggingface_hub, or mend the client"
    )


def status_of(error: YuliaoError) -> int:
    """The HTTP status of a typed error of the write half; 500 for one that has no business here."""
    if isinstance(error, Refusal):
        return error.status
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
