"""What is derived from the secret key of the dataset line: tags, draws and offsets that stay the same from version to version.

The key itself never leaves the workspace. Each use has a key of its own (HMAC-SHA256, RFC 2104), so that a tag tells
nothing about ids or content keys, which hang on the same secret.
"""

from __future__ import annotations

import hmac

from quality.identities.draw import Draw


def derived(key: bytes, purpose: str) -> bytes:
    """32 bytes for one purpose."""
    return hmac.digest(key, f"yuliao/treat/{purpose}".encode(), "sha256")


def tag(key: bytes, kind: str, value: str, digits: int) -> str:
    """Hex digits that stand for a value of a kind; key: derived."""
    return hmac.digest(key, f"{kind}\0{value}".encode(), "sha256").hex()[:digits]


def draw(key: bytes, kind: str, value: str) -> Draw:
    """The draw for the stand-in of a value; key: derived."""
    return Draw.keyed(key, f"{kind}\0{value}")


def offset(key: bytes, subject: bytes, days: int) -> int:
    """A number of days between -days and days, never 0, for one subject; key: derived."""
    at = Draw.keyed(key, subject.hex()).below(2 * days)
    return at - days if at < days else at - days + 1
