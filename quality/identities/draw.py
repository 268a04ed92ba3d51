"""Seeded draws, stable across NumPy versions: raw 64-bit words of PCG64 (O'Neill 2014), turned into choices here.

`numpy.random.Generator` may change how it turns words into numbers between versions; the raw words of a bit
generator may not (NEP 19). So the same seed gives the same people, samples and surrogates everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")
_BLOCK = 4096  # words fetched at once: one call into NumPy costs as much as some fifty draws


class Draw:
    """A stream of choices. Two draws with the same seed and purpose give the same choices.

    seed: any int ≥ 0. purpose: names that separate streams of one seed (domain, file, person …).
    """

    __slots__ = ("_bits", "_words")

    def __init__(self, seed: int, *purpose: str) -> None:
        digest = hashlib.blake2b("\0".join((str(seed), *purpose)).encode(), digest_size=32).digest()
        self._start(digest, _BLOCK)

    @classmethod
    def keyed(cls, key: bytes, value: str) -> Draw:
        """The draw that belongs to `value` under a secret `key` (1 to 64 bytes): for surrogates that stay stable."""
        draw = cls.__new__(cls)
        draw._start(hashlib.blake2b(value.encode(), key=key, digest_size=32).digest(), 64)
        return draw

    def _start(self, digest: bytes, words: int) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence(int.from_bytes(digest, "little")))
        self._words: list[int] = self._bits.random_raw(words).tolist()

    def below(self, n: int) -> int:
        """0 … n-1, evenly (the bias of the multiply-shift is under n / 2**64)."""
        if not self._words:
            self._words = self._bits.random_raw(_BLOCK).tolist()
        return self._words.pop() * n >> 64

    def between(self, low: int, high: int) -> int:
        """low … high, both included."""
        return low + self.below(high - low + 1)

    def chance(self, percent: float) -> bool:
        """True in `percent` of 100 cases."""
        return self.below(1_000_000) < percent * 10_000

    def pick(self, items: Sequence[T]) -> T:
        return items[self.below(len(items))]

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """`count` different places of `items` (all of them if there are fewer), in random order."""
        pool = list(items)
        return [pool.pop(self.below(len(pool))) for _ in range(min(count, len(pool)))]

    def digits(self, count: int) -> str:
        return str(self.below(10**count)).zfill(count)
