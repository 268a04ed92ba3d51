"""Finding LaTeX left-overs: known commands only, so that C:\\temp\\new and unknown macros stay as they are.

Commands around text go and the text stays, symbols become their character (\\geq ≥, \\mu μ, \\times ×), references
and layout go, `$…$` loses its dollars where the inside is LaTeX, and a table row keeps its cells apart by tabs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from curation.clean.revision import Edit, Group


def _words(names: str) -> list[str]:
    return names.split()


_SYMBOLS = dict(
    pair.split("=")
    for pair in _words(
        "times=× cdot=· div=÷ pm=± mp=∓ geq=≥ ge=≥ geqslant=≥ leq=≤ le=≤ leqslant=≤ neq=≠ ne=≠ approx=≈ sim=～ "
        "equiv=≡ propto=∝ infty=∞ degree=° textdegree=° circ=° celsius=℃ permil=‰ mu=μ textmu=μ alpha=α "
        "beta=β gamma=γ delta=δ epsilon=ε varepsilon=ε zeta=ζ eta=η theta=θ kappa=κ lambda=λ nu=ν xi=ξ pi=π "
        "rho=ρ sigma=σ tau=τ phi=φ varphi=φ chi=χ psi=ψ omega=ω Gamma=Γ Delta=Δ Theta=Θ Lambda=Λ Pi=Π Sigma=Σ "
        "Phi=Φ Psi=Ψ Omega=Ω rightarrow=→ to=→ leftarrow=← uparrow=↑ downarrow=↓ Rightarrow=⇒ "
        "Leftrightarrow=⇔ prime=′ AA=Å textasciitilde=~ textgreater=> textless=< ldots=… dots=… cdots=… sum=∑ int=∫ partial=∂ TeX=TeX LaTeX=LaTeX "
    )
)
_UNWRAP = _words(
    "section subsection subsubsection chapter part paragraph subparagraph title author date textbf textit textrm "
    "textsf texttt textsc textup textsl emph underline uline text mbox hbox mathrm mathbf mathit mathsf mathcal "
    "mathbb boldsymbol bm caption centerline operatorname footnote url vtop textsubscript ce chapterabstract "
)
_DROP = _words(
    "label ref pageref eqref cite citep citet index includegraphics usepackage documentclass vspace hspace "
    "captionsetup rowcolor rule bibliography bibliographystyle pagestyle thispagestyle setlength setcounter addcontentsline "
)
_BARE = _words(
    "centering noindent hline toprule midrule bottomrule newpage clearpage cleardoublepage maketitle "
    "tableofcontents smallskip medskip bigskip appendix frontmatter mainmatter backmatter large Large LARGE huge "
    "Huge small footnotesize tiny normalsize bfseries itshape left right displaystyle limits "
    "protect strut FloatBarrier endhead endfirsthead endfoot endlastfoot listoftables listoffigures ContinuedFloat "
)
_ENVIRONMENTS = _words(
    "document itemize enumerate description center flushleft flushright quote quotation abstract figure table "
    "tabular tabularx longtable array minipage framed equation align gather displaymath math verbatim multicols "
)


_ROLES = (
    dict.fromkeys(_SYMBOLS, "symbol")
    | dict.fromkeys(_UNWRAP, "unwrap")
    | dict.fromkeys(_DROP, "drop")
    | dict.fromkeys(_BARE, "bare")
    | {"begin": "environment", "end": "environment", "item": "item", "newline": "newline", "par": "newline"}
    | {"quad": "space", "qquad": "space", "textsuperscript": "super"}
    | dict.fromkeys(("hypertarget", "hyperlink", "href"), "target")
    | dict.fromkeys(("multirow", "multicolumn"), "cells")
)

_COMMAND = re.compile(r"\\(?:(?P<name>[A-Za-z]+)\*?|(?P<escaped>[%&#$_{}])|(?P<thin>[,;:])(?=[A-Za-z\d\\]))")
_OPTION = r"(?:\[[^\[\]\n]*\])?"
_AFTER = {
    "unwrap": re.compile(_OPTION + r"\{"),
    "drop": re.compile(_OPTION + r"(?:\{[^{}\n]*\})+"),
    "environment": re.compile(r"\{([A-Za-z]+)\*?\}" + _OPTION + r"((?:\{[^{}\n]*\})*)"),
    "item": re.compile(r"(?:\[([^\[\]\n]*)\])?[ \t]*"),
    "target": re.compile(r"\{[^{}\n]*\}\{"),
    "cells": re.compile(r"(?:\{[^{}\n]*\}){2}\{"),
    "super": re.compile(r"\{([^{}\n]{1,12})\}|\{"),
}
_BLANK = re.compile(r"\{\}| ?")
_POWER = re.compile(r"[+\-−–]?[0-9A-Za-z]{1,4}[+\-]?")
_DEGREE = re.compile(r"\^(?:\{\\circ\}|\\circ(?![A-Za-z])) ?")
_FRACTION = re.compile(r"\\[dt]?frac(\{)([^{}\n]*)\}\{([^{}\n]*)\}")
_ROOT = re.compile(r"\\sqrt\{([^{}\n]*)\}")
_SCRIPT = re.compile(r"(?<=[\w)\]}°])[\^_](\{)[A-Za-z0-9+\-−.,]{1,12}(\})")
_MATH = re.compile(r"(?<![\\$])(\$\$?)(?![\s$])([^$\n]{1,300}?)(?<![\s\\])(\1)(?![$\d])|(\\\()(.{1,300}?)(\\\))")
_LIKE_LATEX = re.compile(r"\\[A-Za-z%]")
_LIKE_MATH = re.compile(r"[\^_{]|^[A-Za-z][A-Za-z0-9]{0,2}$")
_ROW = re.compile(r"[ \t]*(?:\\\\(?:\[[^\[\]\n]*\])?|\\tabularnewline)[ \t]*$", re.MULTILINE)
_CELL = re.compile(r"[ \t]*(?<!\\)&(?![A-Za-z#])[ \t]*")
_PATH = re.compile(r"(?:(?<![A-Za-z])[A-Za-z]:|\\\\[\w.$-]+)(?:\\[^\s]*)?$")


def find(text: str) -> Iterator[Group]:
    """Groups of edits; a command and its closing brace are one group."""
    if "$" in text or r"\(" in text:
        yield from _math(text)
    if "{" in text:
        for match in _SCRIPT.finditer(text):
            yield (_gone(*match.span(1)), _gone(*match.span(2)))
    if "\\" not in text:
        return
    if "\\\\" in text or "\\tabularnewline" in text:
        yield from _rows(text)
    for match in _FRACTION.finditer(text):
        plain = re.fullmatch(r"[\w.%]+", match[2]) and re.fullmatch(r"[\w.%]+", match[3])
        opening, middle, closing = ("", "/", "") if plain else ("(", ")/(", ")")
        yield (
            Edit(match.start(), match.start(2), opening, "latex"),
            Edit(match.end(2), match.start(3), middle, "latex"),
            Edit(match.end(3), match.end(), closing, "latex"),
        )
    for match in _ROOT.finditer(text):
        yield (Edit(match.start(), match.start(1), "√(", "latex"), Edit(match.end(1), match.end(), ")", "latex"))
    if r"\circ" in text:
        for match in _DEGREE.finditer(text):
            yield (Edit(*match.span(), "°", "latex"),)
    paths = ":\\" in text or "\\\\" in text
    for match in _COMMAND.finditer(text):
        if not (paths and _PATH.search(text, max(match.start() - 200, 0), match.start())):
            yield from _command(match)


def _gone(start: int, end: int) -> Edit:
    return Edit(start, end, "", "latex")


def _command(match: re.Match[str]) -> Iterator[Group]:
    text, start = match.string, match.start()
    before = text[start - 1 : start]
    if match["escaped"]:
        if before != "\\":
            yield (Edit(start, match.end(), match["escaped"], "latex"),)
        return
    if match["thin"]:
        if before.isdigit():
            yield (Edit(start, match.end(), " ", "latex"),)
        return
    role = _ROLES.get(match["name"])
    after = _AFTER.get(role, _BLANK).match(text, match.end()) if role else None
    if role == "super" and after and after[1]:
        yield _raised(match.start(), before, after)
    elif role in ("unwrap", "target", "cells", "super") and after:
        yield from _unwrap(match, after.end())
    elif role and after and not (role == "environment" and after[1] not in _ENVIRONMENTS):
        yield (Edit(start, _end(role, after), _instead(role, match["name"], after), "latex"),)


def _raised(start: int, before: str, after: re.Match[str]) -> Group:
    """10\\textsuperscript{9} is 10^9, 45\\textsuperscript{o} is 45°, and the [1] of a reference stays [1]."""
    if after[1] in ("o", "O", "°", "。"):
        return (Edit(start, after.end(), "°", "latex"),)
    ordinal = after[1].lower() in ("st", "nd", "rd", "th", "tm")
    mark = "^" if before.isalnum() and _POWER.fullmatch(after[1]) and not ordinal else ""
    return (Edit(start, after.start(1), mark, "latex"), _gone(after.end(1), after.end()))


def _end(role: str, after: re.Match[str]) -> int:
    """`\\begin{tabular}{lcc}` goes with its columns, `\\begin{quote}{…}` without what follows."""
    plain = role == "environment" and not after[1].startswith(("tab", "longt", "arr", "mini", "multi"))
    return after.start(2) if plain else after.end()


def _instead(role: str, name: str, after: re.Match[str]) -> str:
    if role == "item":
        return f"{after[1]} " if after[1] else "- "
    return {"symbol": _SYMBOLS.get(name, ""), "newline": "\n", "space": " "}.get(role, "")


_BRACE = re.compile(r"(?<!\\)[{}]")


def _unwrap(match: re.Match[str], end: int) -> Iterator[Group]:
    """`\\textbf{…}` with its own closing brace, if that is there; `end` is behind the opening one."""
    opening, closing = ("（", "）") if match["name"] == "footnote" else ("", "")
    depth = 1
    for brace in _BRACE.finditer(match.string, end, end + 5000):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            yield (Edit(match.start(), end, opening, "latex"), Edit(brace.start(), brace.end(), closing, "latex"))
            return


def _math(text: str) -> Iterator[Group]:
    for match in _MATH.finditer(text):
        one, inner, other = (1, match[2], 3) if match[2] else (4, match[5], 6)
        if one == 4 or _LIKE_LATEX.search(inner) or (_LIKE_MATH.search(inner) and inner.isascii()):
            yield (_gone(*match.span(one)), _gone(*match.span(other)))


def _rows(text: str) -> Iterator[Group]:
    """`a & b \\\\` at a line's end: the cells of a tabular row."""
    for match in _ROW.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        cells = list(_CELL.finditer(text, start, match.start()))
        if cells or "tabularnewline" in match[0]:
            yield (*(Edit(*cell.span(), "\t", "latex") for cell in cells), _gone(*match.span()))
