"""Places: county-level division codes (GB/T 2260), dialling codes, plate prefixes, streets. A selection, not a register."""

from __future__ import annotations

from typing import NamedTuple

from quality.identities.lists import load


class Region(NamedTuple):
    """A county-level division. `code` are the first six digits of a resident ID."""

    code: str
    province: str  # empty for the four municipalities
    city: str
    district: str
    dialling: str
    plate: str
    local_digits: int  # length of a landline number there


def _region(cell: str) -> Region:
    code, province, city, district, dialling, plate, local = cell.split(",")
    return Region(code, "" if province == "-" else province, city, district, dialling, plate, int(local))


_LISTS = load("places.txt")
REGIONS = tuple(_region(cell) for cell in _LISTS["regions"])
HOME = tuple(region for region in REGIONS if region.city == "宁波市")
"""Most synthetic people live here, as in any one hospital or plant."""
TOWNS, ROADS, ESTATES, VILLAGES = (_LISTS[key] for key in ("towns", "roads", "estates", "villages"))
