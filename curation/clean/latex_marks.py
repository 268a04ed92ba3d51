"""Finding LaTeX left-overs: known commands only, so that C:\\temp\\new and unknown macros stay as they are.

Commands around text go and the text stays, symbols become their character (\\geq ≥, \\mu μ, \\times ×), references
and layout go, `$…$` loses its dollars where the inside is LaTeX, and a table row keeps its cells apart by tabs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

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
        "Leftrightarrow=⇔ ldots=… dots=… cdots=… sum=∑ int=∫ partial=∂ TeX=TeX LaTeX=LaTeX "
    )
)
_UNWRAP = _words(
    "section subsection subsubsection chapter part paragraph subparagraph title author date textbf textit textrm "
    "textsf texttt textsc textup textsl emph underline uline text mbox hbox mathrm mathbf mathit mathsf mathcal "
    "mathbb boldsymbol bm caption centerline operatorname footnote url "
)
_DROP = _words(
    "label ref pageref eqref cite citep citet index includegraphics usepackage documentclass vspace hspace "
    "bibliography bibliographystyle pagestyle thispagestyle setlength setcounter addcontentsline "
)
_BARE = _words(
    "centering noindent hline toprule midrule bottomrule newpage clearpage cleardoublepage maketitle "
    "tableofcontents smallskip medskip bigskip appendix frontmatter mainmatter backmatter large Large LARGE huge "
    "Huge small footnotesize tiny normalsize bfseries itshape left right displaystyle limits "
)
_ENVIRONMENTS = _words(
    "document itemize enumerate description center flushleft flushright quote quotation abstract figure table "
    "tabular tabularx longtable array minipage equation align gather displaymath math verbatim multicols "
)


def _names(words: Iterable[str]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + r")(?![A-Za-z])\*?"


_COMMAND = re.compile(
    rf"\\(?P<unwrap>{_names(_UNWRAP)})(?:\[[^\[\]\n]*\])?\{{"
    rf"|\\(?P<drop>{_names(_DROP)})(?:\[[^\[\]\n]*\])?(?:\{{[^{{}}\n]*\}})+"
    rf"|\\(?:begin|end)\{{(?P<environment>{_names(_ENVIRONMENTS)})\}}(?:\[[^\[\]\n]*\])?(?P<columns>(?:\{{[^{{}}\n]*\}})*)"
    rf"|\\(?P<bare>{_names(_BARE)})[ ]?"
    r"|\\item(?![A-Za-z])(?:\[(?P<mark>[^\[\]\n]*)\])?[ \t]*"
    r"|\^\{?\\circ(?![A-Za-z])\}?(?P<degree>)[ ]?"
    rf"|\\(?P<symbol>{_names(_SYMBOLS)})[ ]?"
    r"|\\(?P<newline>(?:newline|par)(?![A-Za-z]))[ ]?"
    r"|\\(?P<space>q?quad(?![A-Za-z]))[ ]?"
    r"|(?<!\\)\\(?P<escaped>[%&#$_{}])"
    r"|(?<=\d)\\(?P<thin>[,;:])(?=[A-Za-z\d\\])"
)
_FRACTION = re.compile(r"\\[dt]?frac(\{)([^{}\n]*)\}\{([^{}\n]*)\}")
_ROOT = re.compile(r"\\sqrt\{([^{}\n]*)\}")
_SCRIPT = re.compile(r"(?<=[\w)\]}°])[\^_](\{)[A-Za-z0-9+\-−.,]{1,12}(\})")
_MATH = re.compile(r"(?<![\\$])(\$\$?)(?![\s$])([^$\n]{1,300}?)(?<![\s\\])(\1)(?![$\d])|(\\\()(.{1,300}?)(\\\))")
_ROW = re.compile(r"[ \t]*\\\\(?:\[[^\[\]\n]*\])?[ \t]*$", re.MULTILINE)
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
    if "\\\\" in text:
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
    for match in _COMMAND.finditer(text):
        if not _PATH.search(text, max(match.start() - 200, 0), match.start()):
            yield from _command(match)


def _gone(start: int, end: int) -> Edit:
    return Edit(start, end, "", "latex")


def _command(match: re.Match[str]) -> Iterator[Group]:
    if match["unwrap"]:
        yield from _unwrap(match)
        return
    end = match.end()
    if match["environment"] and not match["environment"].startswith(("tab", "longt", "arr", "mini", "multi")):
        end = match.start("columns")
    yield (Edit(match.start(), end, _instead(match), "latex"),)


def _instead(match: re.Match[str]) -> str:
    if match["symbol"]:
        return _SYMBOLS[match["symbol"]]
    if match["degree"] is not None:
        return "°"
    if match["escaped"]:
        return match["escaped"]
    if match["newline"]:
        return "\n"
    if match["space"] or match["thin"]:
        return " "
    if match[0].startswith("\\item"):
        return f"{match['mark']} " if match["mark"] else "- "
    return ""


def _unwrap(match: re.Match[str]) -> Iterator[Group]:
    """`\\textbf{…}` with its own closing brace, if that is there."""
    text, depth = match.string, 1
    note = match["unwrap"].startswith("footnote")
    for brace in re.compile(r"(?<!\\)[{}]").finditer(text, match.end(), match.end() + 5000):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            yield (
                Edit(match.start(), match.end(), "（" if note else "", "latex"),
                Edit(brace.start(), brace.end(), "）" if note else "", "latex"),
            )
            return


def _math(text: str) -> Iterator[Group]:
    for match in _MATH.finditer(text):
        one, inner, other = (1, match[2], 3) if match[2] else (4, match[5], 6)
        if one == 4 or re.search(r"\\[A-Za-z%]|[\^_{]", inner) or re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,2}", inner):
            yield (_gone(*match.span(one)), _gone(*match.span(other)))


def _rows(text: str) -> Iterator[Group]:
    """`a & b \\\\` at a line's end: the cells of a tabular row."""
    for match in _ROW.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        cells = list(re.compile(r"[ \t]*(?<!\\)&(?![A-Za-z#])[ \t]*").finditer(text, start, match.start()))
        if cells:
            yield (*(Edit(*cell.span(), "\t", "latex") for cell in cells), _gone(*match.span()))
