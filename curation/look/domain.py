"""The domain of some files by their words: medical, manufacturing or general, and the shipped recipe of that domain."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from curation import recipe_file, recipe_yaml
from quality.lexicon import Lexicon

_MOST = 2000  # characters of a value that count
_ENOUGH = 0.02  # share of characters that a list's words cover from which a text is of its domain
_CLEAR = 1.5  # times as much as of the other domain
_COLUMNS = {
    "healthcare": re.compile(r"患者|病人|病案|病历|住院|门诊|就诊|主诉|诊断|医嘱|科室|手术|症状|检验项|用药|patient", re.I),
    "manufacturing": re.compile(
        r"设备|工单|故障|机床|工艺|图号|产线|班次|检修|维修|报警|备件|质检|批次|巡检|device|machine", re.I
    ),
}
_FILES = {
    "healthcare": re.compile(r"医|药|病|诊|本草|伤寒|针灸|临床|护理|medical|clinic|patient", re.I),
    "manufacturing": re.compile(
        r"设备|机床|数控|变频|伺服|故障|维修|检修|工单|工艺|质检|产线|plc|cnc|fault|maintenance", re.I
    ),
}
_OFTEN = 0.3  # share of files whose names say the domain from which they decide
_INDUSTRY = {"healthcare": "医疗", "manufacturing": "制造", "general": "通用"}
_LEXICON = {"healthcare": "medical", "manufacturing": "manufacturing"}


@dataclass(frozen=True)
class Domain:
    """recipe: the shipped recipe whose steps fit; shares: what each lexicon's words cover; columns: how many say it by
    their names; files: which share does, where that decided."""

    recipe: str
    medical: float
    manufacturing: float
    columns: int = 0
    files: float = 0.0

    @property
    def industry(self) -> str:
        return _INDUSTRY[self.recipe]

    def shipped(self) -> dict[str, Any]:
        """Plain data of the shipped recipe."""
        data, _ = recipe_yaml.read(recipe_file.shipped()[self.recipe].read_text("utf-8"))
        return dict(data)


def find(texts: Iterable[str], columns: Sequence[str], files: Sequence[str] = ()) -> Domain:
    """texts: some values of the text columns; columns, files: names. Names decide where the words do not."""
    share = _shares([text[:_MOST] for text in texts if text.strip()])
    best, other = sorted(_LEXICON, key=lambda one: (-share[one], one))
    words = share["healthcare"], share["manufacturing"]
    if share[best] >= _ENOUGH and share[best] >= _CLEAR * share[other]:
        return Domain(best, *words)
    best, most, least = _named(_COLUMNS, columns)
    if most >= 2 and most > least:
        return Domain(best, *words, columns=most)
    best, most, least = _named(_FILES, files)
    if most >= _OFTEN * len(files) and most > 3 * least:
        return Domain(best, *words, files=round(most / len(files), 3))
    return Domain("general", *words)


def _named(forms: Mapping[str, re.Pattern[str]], names: Sequence[str]) -> tuple[str, int, int]:
    """The domain that most names say, how many do, and how many say the other one."""
    counts = {one: sum(form.search(name) is not None for name in names) for one, form in forms.items()}
    best, other = sorted(counts, key=lambda one: (-counts[one], one))
    return best, counts[best], counts[other]


def _shares(texts: Sequence[str]) -> dict[str, float]:
    from corpora import text_buffers
    from quality.signals import column, measure

    if not texts:
        return dict.fromkeys(_LEXICON, 0.0)
    batch = pa.record_batch({"text": pa.array(texts, pa.large_string())})
    documents = text_buffers.documents(batch, (text_buffers.Leaf("text"),))
    found = measure(documents, [Lexicon.load(name) for name in _LEXICON.values()])
    weights = np.array([len(text) for text in texts], np.float64)
    return {
        one: round(float((found[column(name)].astype(np.float64) * weights).sum() / weights.sum()), 4)
        for one, name in _LEXICON.items()
    }
