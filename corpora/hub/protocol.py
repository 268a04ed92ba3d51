"""What a client sends against the protocol: one error for bodies that can't be right, whatever is wrong with them."""

from __future__ import annotations

from corpora.errors import YuliaoError


class ProtocolError(YuliaoError):
    """A body or a value that breaks the protocol (400). It names the place and the rule, never what stood there."""


def broken(chinese: str, english: str) -> ProtocolError:
    """The error for what a client sent; bilingual, with the one advice there is."""
    return ProtocolError(
        f"{chinese} / {english}", hint="请用 huggingface_hub 上传 / upload with huggingface_hub, or mend the client"
    )
