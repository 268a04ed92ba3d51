"""Half the head of a request, against a real server process: who closes his half of the connection then is told 400, who falls silent 408."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from tests.corpora.hub.served import Server, serving
from tests.corpora.hub.threaded import everything, reply

WHOLE = b"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
HALF_HEADS = [
    (b"GET", "no target yet"), (b"GET /api/data", "half a line"), (b"GET / HTTP/1.1\r\n", "no header yet"),
    (b"GET / HTTP/1.1\r\nHost: x\r\n", "half the headers"), (b"HEAD / HTTP/1.1\r\nHost: x", "half a header"),
]  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("half") / "catalog"
    with serving(root, program=("tests.corpora.hub.impatient",)) as found:
        yield found
        found.check_log()


def first_answer(connection: socket.socket) -> None:
    """Asks for something and reads its answer to the last byte."""
    connection.sendall(WHOLE)
    heard = b""
    while b"\r\n\r\n" not in heard:
        heard += connection.recv(1 << 16)
    head, _, body = heard.partition(b"\r\n\r\n")
    left = int(reply(head + b"\r\n\r\n").headers["content-length"]) - len(body)
    while left > 0:
        left -= len(connection.recv(left))


@pytest.mark.parametrize(("said", "why"), HALF_HEADS, ids=[why for _, why in HALF_HEADS])
@pytest.mark.parametrize("before", [False, True], ids=["first", "second"])
@pytest.mark.parametrize(("closes", "status"), [(True, 400), (False, 408)], ids=["closed", "silent"])
def test_half_a_head_is_answered(server: Server, said: bytes, why: str, before: bool, closes: bool, status: int) -> None:
    with server.connect() as connection:
        if before:
            first_answer(connection)
        connection.sendall(said)
        if closes:
            connection.shutdown(socket.SHUT_WR)
        found = everything(connection)
    assert found.startswith(b"HTTP/1.1 %d " % status) and found.count(b"\r\n\r\n") == 1, why
    assert " / " in json.loads(reply(found).body)["error"] and reply(found).headers["connection"] == "close"


def test_a_whole_request_before_half_a_head_is_answered(server: Server) -> None:
    with server.connect() as connection:
        connection.sendall(WHOLE + b"GET / HT")
        connection.shutdown(socket.SHUT_WR)
        assert everything(connection).startswith(b"HTTP/1.1 200 ")


def test_silence_from_the_start_is_not_answered(server: Server) -> None:
    """Who sends in that moment would take it for the answer to his request."""
    with server.connect() as connection:
        assert everything(connection) == b""
