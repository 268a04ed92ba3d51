"""Sessions of the workbench: a random word, known to one browser and to this process, in place of the token.

It lies in the storage of the page's origin: no request carries it by itself, other ports and other sites never see it. Tabs
share it, and a restarted browser still has it, unless whoever signed in kept it to the tab. It ends `HOURS` after sign-in, with
its token, at sign-out in any tab, and when the workbench is started anew; what then still lies in a browser opens nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hashlib import sha256
from threading import Lock
from time import monotonic

HOURS = 12
_BYTES, _LONGEST = 32, 100


class Sessions:
    """Word → token id, in memory; only the hashes of the words are kept. clock: seconds, never set back."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock, self._lock = clock, Lock()
        self._open: dict[str, tuple[str, float]] = {}

    def open(self, token: str) -> str:
        """A new word for the holder of the token with this id."""
        word, now = secrets.token_urlsafe(_BYTES), self._clock()
        with self._lock:
            self._open = {key: one for key, one in self._open.items() if one[1] > now}
            self._open[_hash(word)] = (token, now + HOURS * 3600)
        return word

    def token(self, word: str) -> str | None:
        """Id of the token behind the word; None: there is no such session, or it is over. Rights are the catalog's to tell."""
        if len(word) > _LONGEST:
            return None
        with self._lock:
            token, ends = self._open.get(_hash(word), ("", 0.0))
        return token if ends > self._clock() else None

    def close(self, word: str) -> None:
        with self._lock:
            self._open.pop(_hash(word), None)


def _hash(word: str) -> str:
    return sha256(word.encode("utf-8", "replace")).hexdigest()


SESSIONS = Sessions()
"""Those of this process."""
