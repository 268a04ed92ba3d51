"""A clock that tests move."""

from __future__ import annotations

import datetime as dt


class Clock:
    """It gives the time as `audit.utc_now`, and stands still until it is moved."""

    def __init__(self) -> None:
        self.time = dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC)

    def __call__(self) -> str:
        return self.time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")[:-4] + "Z"

    def forward(self, **by: float) -> None:
        self.time += dt.timedelta(**by)
