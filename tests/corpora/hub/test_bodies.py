"""Bodies: read in pieces, never beyond what is allowed, never forever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from starlette.requests import Request

from corpora.hub.protocol import ProtocolError, TooLarge
from corpora.hub.writing import bodies


def _read(messages: list[Any], *, most: int, headers: tuple[tuple[bytes, bytes], ...] = ()) -> list[bytes]:
    """Pieces of a body that arrives as these messages; a function among them waits."""
    left = iter(messages)

    async def receive() -> Any:
        found = next(left)
        if isinstance(found, Callable):  # type: ignore[arg-type]
            await found()
            return {"type": "http.disconnect"}
        return found

    async def whole() -> list[bytes]:
        request = Request({"type": "http", "method": "PUT", "headers": list(headers)}, receive)
        return [piece async for piece in bodies.pieces(request, most=most)]

    return asyncio.run(whole())


def _part(size: int, *, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": b"a" * size, "more_body": more}


def test_pieces_of_a_megabyte() -> None:
    sizes = [len(one) for one in _read([*[_part(600_000)] * 4, _part(5, more=False)], most=1 << 30)]
    assert sizes == [1_200_000, 1_200_000, 5]


def test_no_more_is_taken_than_allowed() -> None:
    with pytest.raises(TooLarge):
        _read([_part(60), _part(60)], most=100)  # a third message is never asked for
    with pytest.raises(TooLarge):
        _read([], most=100, headers=((b"content-length", b"101"),))


def test_who_goes_away() -> None:
    with pytest.raises(ProtocolError, match="broke off"):
        _read([_part(5), {"type": "http.disconnect"}], most=100)


def test_who_falls_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SILENCE", 0.05)
    with pytest.raises(ProtocolError, match="too long"):
        _read([_part(5), lambda: asyncio.sleep(3600)], most=100)


@pytest.mark.parametrize("value", [7, None, "a" * 20, "\ud800", ["a"], True])
def test_what_is_no_text(value: Any) -> None:
    with pytest.raises(ProtocolError, match="name"):
        bodies.text_of({"name": value}, "name", most=10)
