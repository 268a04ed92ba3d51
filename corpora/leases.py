"""Leases: who looks at which row of a queue right now, so that two reviewers never meet. No text, ids only.

One JSON file a queue under the workspace, replaced in one rename while a lock beside it is held; a lease ends by itself.
"""

from __future__ import annotations

import contextlib
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from corpora.errors import FormatUnknown, UsageError
from corpora.forms import FORMAT
from corpora.workspace import Workspace, private_folder, write_atomically

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,127}(/[a-z0-9][a-z0-9._-]{0,127}){0,3}")


@dataclass(frozen=True)
class Counts:
    """ids of a queue: waiting for somebody, leased to somebody now, done."""

    waiting: int
    leased: int
    done: int


@dataclass
class _Queue:
    ids: list[str]
    leases: dict[str, tuple[str, float]]  # id → who, until when
    done: dict[str, str]  # id → who


class Leases:
    """The queue of this name (`corpus/name/what`). now: seconds since 1970, shared by all who use the queue."""

    def __init__(self, workspace: Workspace, queue: str, *, now: Callable[[], float] = time.time) -> None:
        if not _NAME.fullmatch(queue):
            raise UsageError(
                f"队列名不合规：{queue} / not a name of a queue", hint="小写字母、数字、.-_ / lower case, digits, .-_"
            )
        self.now = now
        folder = private_folder(workspace.root / "leases")
        self._state = folder / f"{queue.replace('/', '+')}.json"
        self._lock = folder / f"{queue.replace('/', '+')}.lock"

    def add(self, ids: Iterable[str]) -> int:
        """Puts ids at the end of the queue, but those it has; returns how many are new."""
        with self._open() as queue:
            known = set(queue.ids)
            fresh = [one for one in dict.fromkeys(ids) if one not in known]
            queue.ids += fresh
        return len(fresh)

    def take(self, who: str, n: int, seconds: float) -> list[str]:
        """Up to n ids that are this person's for so many seconds: first those held already, renewed, then the next free
        ones in order. Asking again extends; nobody else gets them meanwhile."""
        with self._open() as queue:
            mine = [one for one in queue.ids if one in queue.leases and queue.leases[one][0] == who][:n]
            free = (one for one in queue.ids if one not in queue.leases and one not in queue.done)
            mine += [one for one, _ in zip(free, range(n - len(mine)), strict=False)]
            queue.leases |= {one: (who, self.now() + seconds) for one in mine}
        return mine

    def give_back(self, who: str, ids: Iterable[str] | None = None) -> int:
        """Frees this person's ids (all of them by default) for others; returns how many."""
        with self._open() as queue:
            mine = {one for one, (owner, _) in queue.leases.items() if owner == who}
            going = mine if ids is None else mine & set(ids)
            for one in going:
                del queue.leases[one]
        return len(going)

    def done(self, who: str, ids: Iterable[str]) -> list[str]:
        """Marks ids as done by this person and returns those that count. Not among them: ids that somebody else did, or
        holds because this person's lease had ended. A batch that is sent twice counts twice the same."""
        with self._open() as queue:
            known, mine = set(queue.ids), list[str]()
            for one in ids:
                owner = queue.done.get(one) or (queue.leases[one][0] if one in queue.leases else who)
                if one in known and owner == who:
                    queue.leases.pop(one, None)
                    queue.done[one] = who
                    mine.append(one)
        return mine

    def reopen(self, who: str, ids: Iterable[str], seconds: float) -> list[str]:
        """After an undo: ids that this person did are leased to the same person again."""
        with self._open() as queue:
            mine = [one for one in ids if queue.done.get(one) == who]
            for one in mine:
                del queue.done[one]
                queue.leases[one] = (who, self.now() + seconds)
        return mine

    def counts(self) -> Counts:
        with self._open() as queue:
            return Counts(len(queue.ids) - len(queue.leases) - len(queue.done), len(queue.leases), len(queue.done))

    def with_others(self, who: str) -> int:
        """How many ids somebody else looks at now."""
        with self._open() as queue:
            return sum(owner != who for owner, _ in queue.leases.values())

    @contextlib.contextmanager
    def _open(self) -> Iterator[_Queue]:
        """The queue without leases that have ended, written back where something changed, while nobody else has it."""
        with open(self._lock, "a") as lock:
            _wait_for(lock)
            before = self._state.read_bytes() if self._state.exists() else b""
            queue = _parse(before)
            now = self.now()
            queue.leases = {one: lease for one, lease in queue.leases.items() if lease[1] > now}
            yield queue
            after = json.dumps({"format": FORMAT, **asdict(queue)}).encode()
            if after != before:
                write_atomically(self._state, after)


def _parse(data: bytes) -> _Queue:
    if not data:
        return _Queue([], {}, {})
    said: dict[str, Any] = json.loads(data)
    if said["format"] != FORMAT:
        raise FormatUnknown("不认识的复核队列 / a queue of an unknown format", hint="请升级 / upgrade yuliao")
    return _Queue(said["ids"], {one: (who, until) for one, (who, until) in said["leases"].items()}, said["done"])


def _wait_for(lock: Any) -> None:
    try:
        import fcntl
    except ImportError:  # no advisory locks on this system: one server process at a time is the user's care
        return
    fcntl.flock(lock, fcntl.LOCK_EX)
