"""Kernels without reference counting, for many small functions that pass the same arrays to one another.

Numba counts a reference for every array of every call (an atomic add), which costs more than the work itself where a
function handles twenty characters. `_nrt=False` compiles without: such a kernel must not allocate arrays.
"""

from __future__ import annotations

from typing import Any

from numba import njit

OPTIONS: Any = {"nogil": True, "cache": True, "_nrt": False}

lean: Any = njit(**OPTIONS)
inlined: Any = njit(inline="always", **OPTIONS)
