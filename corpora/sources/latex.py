"""LaTeX files: the body as it is written, without comments and preamble; `strip_markup` takes the marks.

What a file takes from others (`\\input`) is named and counted, not followed: those files are sources themselves.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from corpora.sources.decoding import decode
from corpora.sources.items import BadFile, Item, text_fields
from corpora.sources.spec import Shard

_VERBATIM = re.compile(r"\\(begin|end)\{(verbatim|lstlisting|minted|comment)\*?\}")
_COMMENT = re.compile(r"(?<!\\)((?:\\\\)*)%[^\n]*(?:\n[ \t]*(?=[^\s])|(?=\n)|\Z)")
_WHOLE_LINE = re.compile(r"^[ \t]*%[^\n]*\n?", re.M)
_BEGIN, _END = re.compile(r"\\begin\s*\{document\}"), re.compile(r"\\end\s*\{document\}")
_INPUT = re.compile(r"\\(?:input|include|subfile|import\*?\{[^{}\n]*\}|subimport\*?\{[^{}\n]*\})\s*\{([^{}\n]+)\}")
_FIGURE = re.compile(r"\\includegraphics\b|\\includesvg\b|\\begin\{(?:tikzpicture|picture|pgfpicture|circuitikz)\}")
_GRAPHIC = re.compile(r"\\include(?:graphics|svg)\*?\s*(?:\[[^\]]{0,500}\]\s*)?\{[^{}]{0,500}\}")
_FIELDS = re.compile(r"\\(title|author|date)\s*(?:\[[^\]\n]*\])?\s*\{")
_BRACE = re.compile(r"(?<!\\)[{}]")
_MOST = 20  # titles and authors looked at
_LONGEST = 10_000  # characters of a title or author


def items(data: bytes, shard: Shard, not_text: Counter[str]) -> Iterator[Item]:
    """One document. Fields: title, author, date, inputs (names of the files it takes in, one a line)."""
    source = decode(data, shard.encoding)
    if source is None:
        raise BadFile("undecodable")
    text = _without_comments(source.removeprefix("\ufeff").replace("\r\n", "\n"))
    fields = dict(_fields(text))
    begin, end = _BEGIN.search(text), _END.search(text)
    body = text[begin.end() if begin else 0 : end.start() if end else len(text)]
    inputs = [match[1].strip() for match in _INPUT.finditer(body)]
    counts = {"figure": len(_FIGURE.findall(body)), "included_file": len(inputs)}
    not_text.update({name: count for name, count in counts.items() if count})
    if inputs:
        fields["inputs"] = "\n".join(inputs)
    text = _GRAPHIC.sub("", _INPUT.sub("", body))
    yield Item(data, text_fields(text.strip("\n"), fields))


def _without_comments(text: str) -> str:
    """`%` to the line's end goes, and with it the break, as TeX reads it; 5\\% and verbatim text stay."""
    out, done = [], 0
    opened: re.Match[str] | None = None
    for mark in _VERBATIM.finditer(text):
        if opened is None and mark[1] == "begin":
            opened = mark
        elif opened is not None and mark[1] == "end" and mark[2] == opened[2]:
            kept = "" if mark[2] == "comment" else text[opened.start() : mark.end()]
            out += [_stripped(text[done : opened.start()]), kept]
            opened, done = None, mark.end()
    return "".join([*out, _stripped(text[done:])])


def _stripped(text: str) -> str:
    return _COMMENT.sub(r"\1", _WHOLE_LINE.sub("", text))


def _fields(text: str) -> Iterator[tuple[str, str]]:
    for match in islice(_FIELDS.finditer(text), _MOST):
        depth = 1
        for brace in _BRACE.finditer(text, match.end(), match.end() + _LONGEST):
            depth += 1 if brace[0] == "{" else -1
            if depth == 0:
                yield match[1], text[match.end() : brace.start()].strip()
                break
