"""Who appears in a document: patients and machines that come back, staff that signs many of them, strangers once."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from quality.identities import Draw, Person, numbers
from quality.samples.grammar import Grammar

STAFF = frozenset({"doctor", "senior", "operator", "fitter", "inspector", "reporter"})
FIRST_DAY, DAYS = dt.date(2023, 10, 1), 1080
_BIRTHS = {"小儿急性胃肠炎": (2013, 2022), "骨折术后康复": (1945, 2008), "缺铁性贫血": (1972, 2005)}
_PLACES = ("原籍", "本市", "浙江宁波", "安徽阜阳", "江西上饶", "贵州凯里", "河南商丘", "四川达州")


@dataclass(frozen=True)
class Device:
    """A machine: inventory tag, maker's serial number, address in the plant network."""

    tag: str
    serial: str
    ip: str
    machine: str


@dataclass(frozen=True)
class Firm:
    """A supplier, known by its unified social credit code."""

    uscc: str


@dataclass(frozen=True)
class Subject:
    """Whom a row is about: `key` fills the subject column, `profile` names the illness, machine or product."""

    key: str
    profile: str
    day: dt.date
    values: dict[str, Any]


class Cast(dict[str, Any]):
    """Values and members of one document; a member not named yet is found among the staff, or made up."""

    def __init__(self, draw: Draw, staff: list[Person], values: dict[str, Any]) -> None:
        super().__init__(values)
        self._draw, self._staff = draw, staff

    def __missing__(self, role: str) -> Any:
        if role == "firm":
            member: Any = Firm(numbers.uscc(self._draw))
        else:
            member = self._draw.pick(self._staff) if role in STAFF else Person(self._draw, low=1958, high=2003)
        self[role] = member
        return member


def day(draw: Draw) -> dt.date:
    return FIRST_DAY + dt.timedelta(days=draw.below(DAYS))


def staff(draw: Draw) -> list[Person]:
    """Sixty people of working age who sign what one domain writes."""
    return [Person(draw, low=1964, high=2002) for _ in range(60)]


class Ward:
    """Patients of one hospital: two in five rows are about one seen before, with the same illness."""

    def __init__(self, draw: Draw, profiles: Mapping[str, Grammar]) -> None:
        self._draw, self._names = draw, list(profiles)
        self._seen: deque[tuple[str, str, Person]] = deque(maxlen=600)
        self.staff = staff(draw)

    def next(self, *, adult: bool = False) -> Subject:
        draw = self._draw
        if self._seen and draw.chance(40):
            key, profile, person = self._seen[draw.below(len(self._seen))]
        else:
            key, profile, person = self._new()
            self._seen.append((key, profile, person))
        if adult and profile == "小儿急性胃肠炎":
            return self.next(adult=True)
        visit = day(draw)
        values = {"patient": person, "sex": person.sex, "age": max(1, person.age(visit)), "place": draw.pick(_PLACES)}
        return Subject(key, profile, visit, values)

    def _new(self) -> tuple[str, str, Person]:
        profile = self._draw.pick(self._names)
        low, high = _BIRTHS.get(profile, (1938, 2004))
        person = Person(self._draw, low=low, high=high, sex="女" if profile == "缺铁性贫血" else None)
        return f"00{self._draw.digits(6)}", profile, person


class Plant:
    """Machines of one plant: a fixed park of 240, each of one type. Products are made on them."""

    def __init__(self, draw: Draw, machines: Mapping[str, Grammar], products: Mapping[str, Grammar]) -> None:
        self._draw, self._products = draw, list(products)
        names = list(machines)
        self._park = [self._device(draw.pick(names)) for _ in range(240)]
        self.staff = staff(draw)

    def _device(self, machine: str) -> Device:
        draw = self._draw
        tag = f"{draw.pick(('CK', 'JC', 'ZS', 'CY', 'DL', 'QZ', 'SB'))}-{draw.pick(('', 'A', 'B'))}{draw.digits(3)}"
        return Device(tag, numbers.device_serial(draw), numbers.ipv4(draw), machine)

    def next(self, *, product: bool = False) -> Subject:
        device = self._draw.pick(self._park)
        profile = self._draw.pick(self._products) if product else device.machine
        values = {"device": device, "tag": device.tag, "machine": device.machine}
        return Subject(device.tag, profile, day(self._draw), values)
