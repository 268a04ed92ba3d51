"""Rows by their public ids, or by the beginning of one."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from corpora.errors import UsageError

_ID = re.compile(r"[0-9a-f]{4,32}")


def find(ids: NDArray[np.uint8], kept: NDArray[np.bool_], id: str) -> int:  # noqa: A002
    """The row with this id or with the only id that begins so; of rows that share an id a kept one. ids: n × 16.

    Raises UsageError for no such id, and for several.
    """
    wanted = id.strip().lower()
    if not _ID.fullmatch(wanted):
        raise _unknown(id)
    mine: NDArray[np.bool_] = np.ones(len(ids), bool)
    for place, digit in enumerate(wanted):
        mine &= ((ids[:, place // 2] >> (0 if place % 2 else 4)) & 15) == int(digit, 16)
    rows = np.flatnonzero(mine)
    if len(rows) == 0:
        raise _unknown(id)
    if (distinct := len(np.unique(ids[rows], axis=0))) > 1:
        raise UsageError(f"{distinct} 个编号以 {id} 开头 / ids begin like this", hint="多写几位 / write more digits")
    among = rows[kept[rows]]
    return int(among[0] if len(among) else rows[0])


def _unknown(id: str) -> UsageError:  # noqa: A002
    hint = "编号是 32 位十六进制，至少写前 4 位 / an id has 32 hex digits: write the first 4 at least"
    return UsageError(f"没有编号为 {id} 的行 / no row has this id", hint=hint)


class Numbers:
    """id (32 hex digits) → number of the last row that has it, found on demand: a run may have ten million. ids: uint8 (n, 16)."""

    def __init__(self, ids: NDArray[np.uint8]) -> None:
        self._halves = np.ascontiguousarray(ids).view(np.uint64).reshape(-1, 2)
        self._known: dict[str, int] = {}

    def __contains__(self, id: object) -> bool:  # noqa: A002
        return isinstance(id, str) and self._find(id) >= 0

    def __getitem__(self, id: str) -> int:  # noqa: A002
        if (row := self._find(id)) < 0:
            raise KeyError(id)
        return row

    def _find(self, id: str) -> int:  # noqa: A002
        if id not in self._known:
            if len(id) != 32 or set(id) - set("0123456789abcdef"):
                return -1
            first, second = np.frombuffer(bytes.fromhex(id), np.uint64)
            at = np.flatnonzero(self._halves[:, 0] == first)
            at = at[self._halves[at, 1] == second]
            self._known[id] = int(at[-1]) if len(at) else -1
        return self._known[id]
