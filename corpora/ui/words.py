"""The language of the pages: Chinese first, English by a switch. Terms of the vocabulary keep their one place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from corpora import gates
from corpora.ui import english
from corpora.vocabulary import Term

LANGUAGES = {"zh": "中文", "en": "English"}
_LINE = re.compile(r"第 (\d+) 行 / line \1(?:: (.*))?$", re.S)
_NESTED = re.compile(r"(.*?) / (.*?): ([\u4e00-\u9fff].* / .*)$", re.S)
_ADDRESS = re.compile(r"^(\s+[\w.\[\]-]+: |)(.*)$", re.S)
"""Several mistakes of a recipe come a line each, indented, with their address in front."""


@dataclass(frozen=True)
class Words:
    """Gives the words of one language."""

    language: str = "zh"

    def __call__(self, chinese: str, english: str) -> str:
        return english if self.language == "en" else chinese

    def term(self, terms: Mapping[str, Term], key: str) -> str:
        """The label of a term; in English its own word or its key, spelt out. What is no term is told as it is."""
        if self.language == "en":
            return english.TERMS.get(key, key.replace("_", " ")) if key in terms else key.replace("_", " ")
        return terms[key].label if key in terms else key

    def meaning(self, terms: Mapping[str, Term], key: str) -> str:
        """The one line that says what a term means; it is written in Chinese only."""
        return terms[key].meaning if key in terms and self.language == "zh" else ""

    def gate(self, one: Mapping[str, Any]) -> str:
        """One verdict: metric, value, bound."""
        if self.language == "zh":
            return gates.said(one)
        bounds = [f"{sign} {one[key]:g}" for key, sign in (("at_least", "≥"), ("at_most", "≤")) if one[key] is not None]
        value = (
            "not known yet" if one["passed"] is None else "not measured" if one["value"] is None else f"{one['value']:.6g}"
        )
        return f"{one['metric']} {value}, wanted {' '.join(bounds)}"

    def half(self, said: str) -> str:
        """The half of `中文 / English` that belongs to this language; a text without two halves as it is."""
        chinese, _, english = said.partition(" / ")
        return english if english and self.language == "en" else chinese

    def mistake(self, said: str) -> str:
        """A mistake with the line where it stands: `第 3 行 / line 3: 中文 / English`, line and message each in this language."""
        found = _LINE.match(said)
        if found is None and (two := _NESTED.match(said)):
            return self(f"{two[1]}：", f"{two[2]}: ") + self.mistake(two[3])
        if found is None:
            return self.half(said)
        number, rest = found.groups()
        where = self(f"第 {number} 行", f"line {number}")
        return where + (self("：", ": ") + self.mistake(rest) if rest else "")

    def error(self, said: str) -> str:
        """A message of one line or several; in Chinese with both halves, as it is told everywhere else."""
        if self.language == "zh":
            return said
        return "\n".join(_ADDRESS.sub(lambda found: found[1] + self.mistake(found[2]), line) for line in said.splitlines())

    def count(self, number: float | int | None) -> str:
        """A whole number with separators; a dash where there is none."""
        return "–" if number is None else f"{number:,.0f}"

    def share(self, part: float, whole: float) -> str:
        """Per cent with one digit."""
        return "–" if not whole else f"{100 * part / whole:.1f}%"

    def size(self, count: float) -> str:
        """Bytes for people."""
        units = ("B", "KB", "MB", "GB", "TB")
        step = 0
        while count >= 1000 and step < len(units) - 1:
            count, step = count / 1000, step + 1
        return f"{count:.0f} {units[step]}" if step == 0 else f"{count:.1f} {units[step]}"


def by_label(terms: Mapping[str, Term], language: str) -> Any:
    """A function key → label, as selection widgets want it."""
    words = Words(language)
    return lambda key: words.term(terms, key)
