"""The parsers of what uploading clients send: any bytes give lines, chunks, files, a card's faults, or one of the typed errors."""

from __future__ import annotations

from collections.abc import Callable

from corpora.errors import PathRefused
from corpora.hub.protocol import Refusal
from corpora.hub.writing import card_rules
from corpora.hub.writing.commit_lines import Lines
from corpora.hub.xet import shard, xorb
from tests.corpora.hub import test_commit_lines, xet_files

_PARTS = [b"PAR1" * 50, bytes(range(256)) * 3]


def ndjson(data: bytes) -> None:
    """The first byte says how long the pieces are; however long, the lines are the same."""
    if not data:
        return
    step, body = data[0] + 1, data[1:]
    assert _lines(body, step) == _lines(body, len(body) or 1)


def _lines(body: bytes, step: int) -> object:
    lines, found = Lines(longest=1 << 14), []
    try:
        for at in range(0, len(body), step):
            found += lines.feed(body[at : at + step])
        return [*found, *lines.end()]
    except (Refusal, PathRefused) as error:
        return type(error)


def read_xorb(data: bytes) -> None:
    """What passes as a xorb has the hash that it was taken in by."""
    try:
        for chunk in xorb.chunks(data):
            assert len(xorb.unpack(data[chunk.start : chunk.stop], chunk)) == chunk.raw
    except Refusal:
        return


def read_shard(data: bytes) -> None:
    try:
        for file in shard.files(data):
            assert file.size == sum(int(one["raw"]) for one in file.segments)
    except Refusal:
        return


def card(data: bytes) -> None:
    errors, warnings = card_rules.check(data.decode("utf-8", "replace"))
    assert all(" / " in one for one in [*errors, *warnings])


TARGETS: dict[str, Callable[[bytes], None]] = {"ndjson": ndjson, "xorb": read_xorb, "shard": read_shard, "card": card}


def seeds(kind: str) -> list[bytes]:
    """Sound inputs."""
    name, _, one, _ = xet_files.upload(_PARTS)
    return {
        "ndjson": [b"\x10" + test_commit_lines.BODY],
        "xorb": [xet_files.xorb(_PARTS, scheme)[1] for scheme in (0, 1, 2)],
        "shard": [
            one,
            xet_files.shard(xet_files.file("a" * 64, [xet_files.segment(name, 5, 0, 1)], verified=False), footer=200),
        ],
        "card": ["---\nlicense: mit\nconfigs:\n- config_name: a\n  data_files: [a.csv]\n---\n# 题".encode()],
    }[kind]
