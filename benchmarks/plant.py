"""What make_input.py plants: copies, identifiers (all synthetic), left-overs of web pages, odd digits, broken lines."""

from __future__ import annotations

import re

from quality.identities import Draw, Person

DRESSINGS = ("mobile", "resident_id", "email", "html", "full_width")
BROKEN = ("truncated", "not_json", "not_utf8", "wrong_type")

_NUMERALS = frozenset("0123456789０１２３４５６７８９零〇一二三四五六七八九十百千万亿两第半双数几")
_DIGITS = re.compile(r"[0-9]+")
_FULL = {c: c + 0xFEE0 for c in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B))}
_BEFORE = {
    "mobile": ("联系电话：", "手机", "家属电话 "),
    "resident_id": ("身份证号：", "证件号码", "身份证："),
    "email": ("邮箱：", "E-mail: ", "发送至"),
}


class Plant:
    """A seeded gardener."""

    def __init__(self, seed: int) -> None:
        self.draw = Draw(seed, "benchmarks")

    def copy(self, kind: str, text: str) -> str | None:
        """exact: the same; near: light edits that keep every number; twin: other numbers, None if there are none."""
        return text if kind == "exact" else self._near(text) if kind == "near" else self._twin(text)

    def _near(self, text: str) -> str:
        """At most one character in 100 exchanged, doubled or left out, none of them beside a numeral."""
        characters = list(text)
        for _ in range(self.draw.between(1, max(1, len(text) // 100))):
            at = self.draw.below(len(characters))
            beside = "".join(characters[max(0, at - 4) : at + 5])
            if "\u4e00" <= characters[at] <= "\u9fff" and _NUMERALS.isdisjoint(beside):
                c = characters[at]
                characters[at] = self.draw.pick(("", c + c, "的", "和"))
        return "".join(characters)

    def _twin(self, text: str) -> str | None:
        """One to all runs of digits replaced by others of their length."""
        runs = [m.span() for m in _DIGITS.finditer(text)]
        for start, end in self.draw.some(runs, self.draw.between(1, max(1, len(runs)))):
            text = text[:start] + self._other(text[start:end]) + text[end:]
        return text if runs else None

    def _other(self, digits: str) -> str:
        """As many digits, at least the first of them different and not 0."""
        first = self.draw.pick([c for c in "123456789" if c != digits[0]])
        return first + self.draw.digits(len(digits) - 1) if len(digits) > 1 else first

    def dress(self, kind: str, text: str) -> str:
        """Plants one identifier, or dirt, in an otherwise ordinary document."""
        if kind == "html":
            return self._html(text)
        if kind == "full_width":
            return text.translate(_FULL)
        found = str(getattr(Person(self.draw), kind))
        return self._insert(text, self.draw.pick(_BEFORE[kind]) + found + self.draw.pick("。，；"))

    def _insert(self, text: str, sentence: str) -> str:
        places = [0, *(m.end() for m in re.finditer("[。；\n]", text))]
        at = self.draw.pick(places)
        return text[:at] + sentence + text[at:]

    def _html(self, text: str) -> str:
        lines = text.split("\n")
        mark = self.draw.below(3)
        if mark == 0:
            return "".join(f'<p class="c{i}">{line}</p>' for i, line in enumerate(lines))
        if mark == 1:
            return "<br/>".join(lines).replace("，", "，&nbsp;", 3)
        return f'<div style="font-size:14px"><a href="/doc/{self.draw.digits(6)}.html">返回</a>{text}</div>'

    def broken(self, kind: str, line: bytes) -> bytes:
        """A line that is no record, made of a good one."""
        if kind == "truncated":
            return line[: self.draw.between(2, len(line) - 3)].rstrip(b"\n") + b"\n"
        if kind == "not_json":
            return b"id=" + line[8:]
        if kind == "not_utf8":
            return line.replace(b'"text": "', b'"text": "\xb2\xa1\xff\xfe', 1)
        return b'{"id": "X", "text": 42}\n'
