"""Synthetic people whose numbers agree with each other: ID with birth date, sex and region, e-mail with surname.

Attributes are drawn when first asked for, so that a sample pays only for what it writes; the order of asking is
part of the stream, hence of the result.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property

from quality.identities import numbers
from quality.identities.draw import Draw
from quality.identities.names import COMPOUND, full_name
from quality.identities.regions import HOME, REGIONS, Region


class Person:
    """Somebody who does not exist. sex: 男 or 女; birth: a date; the rest are strings in their plain form."""

    def __init__(self, draw: Draw, *, low: int = 1935, high: int = 2021, sex: str | None = None) -> None:
        self._draw = draw
        self.sex = sex or draw.pick("男女")
        self.birth: dt.date = numbers.birth_date(draw, low=low, high=high)
        self.region: Region = draw.pick(HOME if draw.chance(70) else REGIONS)
        self.name, self._pinyin = full_name(draw, self.sex, self.birth.year)

    def age(self, day: dt.date) -> int:
        """Full years on that day, at least 0."""
        before = (day.month, day.day) < (self.birth.month, self.birth.day)
        return max(0, day.year - self.birth.year - before)

    @property
    def surname(self) -> str:
        return self.name[:2] if self.name[:2] in COMPOUND else self.name[:1]

    @cached_property
    def resident_id(self) -> str:
        return numbers.resident_id(self._draw, region=self.region.code, birth=self.birth, sex=self.sex)

    @property
    def old_resident_id(self) -> str:
        """15 digits; only for people born before 2000, others keep their 18."""
        return numbers.old_resident_id(self.resident_id) if self.birth.year < 2000 else self.resident_id

    @cached_property
    def mobile(self) -> str:
        return numbers.mobile(self._draw)

    @cached_property
    def landline(self) -> str:
        return numbers.landline(self._draw, self.region)

    @cached_property
    def email(self) -> str:
        return numbers.email(self._draw, self._pinyin)

    @cached_property
    def bank_card(self) -> str:
        return numbers.bank_card(self._draw)

    @cached_property
    def address(self) -> str:
        return numbers.address(self._draw, self.region, full=self._draw.chance(60))

    @cached_property
    def plate(self) -> str:
        return numbers.plate(self._draw, self.region)

    @cached_property
    def medical_record(self) -> str:
        return numbers.medical_record(self._draw)

    @cached_property
    def employee(self) -> str:
        return numbers.employee(self._draw)
