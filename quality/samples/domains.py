"""The files of each domain: layout, encoding, columns, and how a row of each is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from quality.identities import Draw
from quality.samples.cast import Cast, Plant, Subject, Ward
from quality.samples.grammar import Grammar, load, parse, profiles
from quality.samples.writer import DECOYS, Identity, Writer, Written

Layout = Literal["jsonl", "csv", "tsv", "lines"]
Encoding = Literal["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "mixed"]
_NOT_IN_GBK = str.maketrans("²³−", "23－")
Extra = Callable[[Draw, Subject, Cast], str]


@dataclass(frozen=True)
class SampleFile:
    """One file: `leaves` maps text columns to grammar symbols; `share` is its part of the rows, in per cent."""

    name: str
    layout: Layout
    encoding: Encoding
    share: int
    id: str
    subject: str
    date: str
    leaves: dict[str, str]
    extras: dict[str, Extra] = field(default_factory=dict)
    prefix: str = "R"
    adult: bool = False
    product: bool = False


@dataclass
class Row:
    """A written row: columns beside the leaves, and the leaves with what is planted in them."""

    key: str
    columns: dict[str, str]
    leaves: dict[str, Written]

    @property
    def identities(self) -> list[Identity]:
        return [identity for written in self.leaves.values() for identity in written.identities]


def _department(draw: Draw, subject: Subject, cast: Cast) -> str:
    return str(cast["dept"])


def _machine(draw: Draw, subject: Subject, cast: Cast) -> str:
    return str(cast["machine"])


def _drawing(draw: Draw, subject: Subject, cast: Cast) -> str:
    """Drawing numbers that careless readers take for numbers or dates: 1E5, 03-12, 0.10."""
    trap = draw.pick((f"{draw.between(1, 9)}E{draw.between(2, 9)}", f"0{draw.between(1, 9)}-12", f"0.{draw.between(1, 9)}0"))
    return trap if draw.chance(30) else DECOYS["drawing"](draw)


def _shift(draw: Draw, subject: Subject, cast: Cast) -> str:
    return draw.pick(("甲班", "乙班", "丙班", "丁班"))


HEALTHCARE = (
    SampleFile(
        "outpatient.jsonl", "jsonl", "utf-8", 34, "记录号", "患者编号", "就诊日期", {"病历正文": "outpatient"},
        {"科室": _department, "患者姓名": lambda d, s, c: c["patient"].name,
         "联系电话": lambda d, s, c: c["patient"].mobile},
        "MZ",
    ),
    SampleFile("admission.jsonl", "jsonl", "utf-8-sig", 14, "记录号", "患者编号", "就诊日期", {"病历正文": "admission"},
               {"科室": _department}, "ZY", adult=True),
    SampleFile("consultations.csv", "csv", "gbk", 28, "咨询号", "患者编号", "就诊日期",
               {"提问": "question_text", "回答": "answer_text"}, {"科室": _department}, "ZX"),
    SampleFile("discharge.tsv", "tsv", "utf-16", 10, "记录号", "患者编号", "就诊日期", {"小结": "discharge"},
               {"科室": _department}, "CY", adult=True),
    SampleFile("followup.jsonl", "jsonl", "mixed", 14, "记录号", "患者编号", "就诊日期", {"随访记录": "followup_note"},
               {"科室": _department}, "SF"),
)  # fmt: skip

MANUFACTURING = (
    SampleFile("maintenance.jsonl", "jsonl", "utf-8", 34, "工单号", "设备编号", "日期", {"维修记录": "maintenance"},
               {"设备名称": _machine, "班组": _shift, "报修电话": lambda d, s, c: c["reporter"].mobile}, "WX"),
    SampleFile("inspection.csv", "csv", "gb18030", 28, "检验单号", "设备编号", "日期", {"检验记录": "inspection"},
               {"图号": _drawing, "产品类别": lambda d, s, c: s.profile}, "JY", product=True),
    SampleFile("shift_log.txt", "lines", "utf-8", 14, "", "", "", {"text": "shift_note"}, {}, "JB"),
    SampleFile("alarms.tsv", "tsv", "utf-16", 12, "序号", "设备编号", "日期", {"记录": "alarm_note"},
               {"设备名称": _machine}, "BJ"),
    SampleFile("handover.jsonl", "jsonl", "mixed", 12, "编号", "设备编号", "日期", {"内容": "handover"},
               {"设备名称": _machine}, "ZB"),
)  # fmt: skip

FILES = {"healthcare": HEALTHCARE, "manufacturing": MANUFACTURING}


class Scribe:
    """Writes the rows of one domain, file after file, from one seed."""

    def __init__(self, domain: str, seed: int) -> None:
        draw = Draw(seed, domain, "park")
        if domain == "healthcare":
            self._grammar, self._profiles = parse(load("clinical.txt")), profiles(load("diseases.txt"))
            ward = Ward(draw, self._profiles)
            self._staff = ward.staff
            self._next: Callable[[SampleFile], Subject] = lambda file: ward.next(adult=file.adult)
        else:
            machines, products = profiles(load("machines.txt")), profiles(load("products.txt"))
            self._grammar, self._profiles = parse(load("plant.txt")), {**machines, **products}
            plant = Plant(draw, machines, products)
            self._staff = plant.staff
            self._next = lambda file: plant.next(product=file.product)

    def row(self, draw: Draw, file: SampleFile, number: int) -> Row:
        """The row with this number of the file; `number` only makes its key."""
        subject = self._next(file)
        cast = Cast(draw, self._staff, subject.values)
        profile: Grammar = self._profiles[subject.profile]
        if "dept" in profile:
            cast["dept"] = draw.pick(profile["dept"])[0]
        writer = Writer(draw, self._grammar, profile, subject.day, cast)
        writer.zero_width = file.encoding != "gbk"
        leaves = {name: self._leaf(writer, symbol, file) for name, symbol in file.leaves.items()}
        key = f"{file.prefix}{subject.day:%y%m}{number:06d}"
        return Row(key, self._columns(draw, file, subject, cast, key), leaves)

    @staticmethod
    def _leaf(writer: Writer, symbol: str, file: SampleFile) -> Written:
        written = writer.write(symbol)
        if file.layout == "lines":
            written.text = written.text.replace("\n", "　")
        if file.encoding == "gbk":
            written.text = written.text.translate(_NOT_IN_GBK)
        return written

    @staticmethod
    def _columns(draw: Draw, file: SampleFile, subject: Subject, cast: Cast, key: str) -> dict[str, str]:
        if not file.id:
            return {}
        extras = {name: make(draw, subject, cast) for name, make in file.extras.items()}
        return {file.id: key, file.subject: subject.key, file.date: subject.day.isoformat(), **extras}
