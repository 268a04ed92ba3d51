"""Ladders: how a quasi-identifier gets coarser, step by step, from its values to nothing.

Numbers go into bands of 5, 10, 20 with open ends; dates to month and year; regions up the administrative levels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Kind = Literal["number", "date", "region", "category"]
TEXT = pa.large_string()
BANDS = (5, 10, 20)
_NUMBER = r"^[+-]?[0-9]{1,15}(\.[0-9]+)?$"
_DATE = r"^[0-9]{4}([-/.年][0-9]{1,2}){1,2}"
_CODE = r"^[1-8][0-9]{5}$"
_REGION = r"^.{2,7}(省|自治区|市|自治州|地区|盟|县|区)"
_PROVINCE = "[^省市区县]{2,4}省|[^省市区县]{2,6}自治区"
_CITY = "[^省市区县]{1,10}(?:市|自治州|地区|盟)"
_LEVELS = (f"^(?P<x>(?:{_PROVINCE})?{_CITY}|{_PROVINCE})", f"^(?P<x>{_PROVINCE}|{_CITY})")
"""Down to the city, then to the province. Prefixes only: nothing is looked up, so a name without its suffix has no level."""


def kind_of(values: pa.Array) -> Kind:
    """What most of the filled values look like."""
    filled = values.drop_null()
    for kind, pattern in (("region", _CODE), ("date", _DATE), ("number", _NUMBER), ("region", _REGION)):
        hits = pc.sum(pc.match_substring_regex(filled, pattern)).as_py() or 0
        if len(filled) and 10 * hits >= 9 * len(filled):
            return kind  # type: ignore[return-value]
    return "category"


def steps(values: pa.Array, kind: Kind) -> list[Callable[[], pa.Array]]:
    """The rungs above the values themselves, each as a function that gives the whole column; the last is all null.

    values: large_string (n), null where empty.
    """
    rungs: dict[Kind, list[Callable[[], pa.Array]]] = {
        "number": [lambda width=width: banded(values, width) for width in BANDS],  # type: ignore[misc]
        "date": [
            lambda: _prefix(values, r"^(?P<x>[0-9]{4}[-/.年][0-9]{1,2})"),
            lambda: _prefix(values, r"^(?P<x>[0-9]{4})"),
        ],
        "region": [lambda level=level: _region(values, level) for level in (0, 1)],  # type: ignore[misc]
        "category": [],
    }
    return [*rungs[kind], lambda: pa.nulls(len(values), TEXT)]


def banded(values: pa.Array, width: int) -> pa.Array:
    """`30-34` …, bands aligned at multiples of the width; the ends are open where fewer than 1 % of the values lie beyond."""
    numbers = number(values)
    band = np.floor(np.where(np.isnan(numbers), 0, numbers) / width).astype(np.int64)
    good = ~np.isnan(numbers)
    if not good.any():
        return pa.nulls(len(values), TEXT)
    low, high = np.quantile(band[good], [0.01, 0.99], method="nearest")
    band = np.clip(band, low, high)
    names = {int(b): f"{b * width}-{b * width + width - 1}" for b in np.unique(band[good])}
    names[int(high)], names[int(low)] = f"≥{high * width}", f"<{(low + 1) * width}" if low < high else names[int(low)]
    listed = sorted(names)
    at = pa.array(np.searchsorted(listed, band), mask=~good)
    return pa.array([names[b] for b in listed], TEXT).take(at)


def number(values: pa.Array) -> NDArray[np.float64]:
    """float64 (n), NaN where a value is no number."""
    plain = pc.if_else(pc.match_substring_regex(values, _NUMBER), values, pa.scalar(None, values.type))
    return pc.cast(plain, pa.float64()).to_numpy(zero_copy_only=False).astype(np.float64)


def _prefix(values: pa.Array, pattern: str) -> pa.Array:
    return pc.struct_field(pc.extract_regex(values, pattern), "x").cast(TEXT)


def _region(values: pa.Array, level: int) -> pa.Array:
    """Administrative codes by their digits (GB/T 2260: two for the province, four for the city), names by their suffixes."""
    named = _prefix(values, _LEVELS[level])
    digits = pc.utf8_slice_codeunits(values, 0, 4 - 2 * level)
    return pc.if_else(pc.fill_null(pc.match_substring_regex(values, _CODE), False), digits, named)
