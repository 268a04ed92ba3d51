"""Bodies: read in pieces, never beyond what is allowed, never forever."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from starlette.requests import Request

from corpora.hub.protocol import ProtocolError, TooLarge, TooSlow
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
    with pytest.raises(TooSlow, match="too long"):
        _read([_part(5), lambda: asyncio.sleep(3600)], most=100)


class _Drip:
    """A byte, and a while, and a byte, without end."""

    def __init__(self, size: int) -> None:
        self.size, self.came = size, 0

    async def __call__(self) -> Any:
        await asyncio.sleep(0.02)
        self.came += 1
        return _part(self.size, more=self.came < 80)


def _dripped(drip: _Drip) -> int:
    async def whole() -> int:
        request = Request({"type": "http", "method": "PUT", "headers": []}, drip)
        return sum([len(piece) async for piece in bodies.pieces(request, most=1 << 30)])

    return asyncio.run(whole())


def test_who_drips(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SILENCE", 0.8)
    with pytest.raises(TooSlow):
        _dripped(drip := _Drip(1))
    assert 0 < drip.came < 80
    assert _dripped(_Drip(1000)) == 80_000  # as often, as long, but no drip


def test_the_time_that_we_take_ourselves_is_not_the_client_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow disk of ours: each piece lies with us for longer than our patience with clients."""
    monkeypatch.setattr(bodies, "SILENCE", 0.3)
    left = iter([_part(bodies.PIECE)] * 3 + [_part(5, more=False)])

    async def receive() -> Any:
        return next(left)

    async def whole() -> int:
        request, found = Request({"type": "http", "method": "PUT", "headers": []}, receive), 0
        async for piece in bodies.pieces(request, most=1 << 30):
            found += len(piece)
            await asyncio.sleep(0.4)
        return found

    assert asyncio.run(whole()) == 3 * bodies.PIECE + 5


@pytest.mark.parametrize("value", [7, None, "a" * 20, "\ud800", ["a"], True])
def test_what_is_no_text(value: Any) -> None:
    with pytest.raises(ProtocolError, match="name"):
        bodies.text_of({"name": value}, "name", most=10)
