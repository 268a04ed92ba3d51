"""What a paragraph of a Word document says: runs, revisions, notes, formulas; and what in it is no text.

Source: ECMA-376 part 1, 17.3 (paragraphs and runs), 17.13.5 (revisions), 22.1 (formulas).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from xml.etree.ElementTree import Element

from corpora.sources.superscript import raised
from corpora.sources.xml_tree import attribute, child, local, named


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


DELETED = frozenset({"del", "moveFrom"})
_SILENT = _words(
    "rPr pPr instrText delText delInstrText rt rubyPr fldData sdtPr sdtEndPr txbxContent annotationRef footnoteRef "
    "endnoteRef softHyphen lastRenderedPageBreak commentReference separator continuationSeparator"
)
_PLAIN = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_FIGURES = frozenset({"pic", "imagedata", "chart", "relIds"})
_SYMBOLS = dict(
    zip(
        [*range(0x41, 0x5B), *range(0x61, 0x7B), *range(0xA1, 0xBD)],
        "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖαβχδεφγηιϕκλμνοπθρστυϖωξψζϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…",
        strict=True,
    )
)  # Adobe's Symbol encoding, as unicode.org/Public/MAPPINGS/VENDORS/ADOBE/symbol.txt gives it
_WINGDINGS = {0x52: "☑", 0x51: "☒", 0xA8: "☐", 0xFE: "☑", 0xFD: "☒", 0xFC: "✓", 0xFB: "✗", 0x6F: "☐", 0xA3: "☐"}
_OFF = ("0", "false", "off", "none")


def is_on(element: Element | None) -> bool:
    """Whether a switch such as <w:vanish/> is set."""
    return element is not None and (attribute(element, "val") or "1") not in _OFF


class Inline:
    """Reads paragraphs. notes: (footnote or endnote, id) → its text; boxes: gathers what text boxes say.

    lines: reads the blocks in a text box; not_text: counts what is no text.
    """

    def __init__(
        self, notes: Mapping[tuple[str, str], str], not_text: Counter[str], lines: Callable[[Element], list[str]]
    ) -> None:
        self.notes, self.not_text, self.lines = notes, not_text, lines
        self.boxes: list[str] = []

    def text(self, paragraph: Element) -> str:
        """The paragraph's text: what was inserted is in it, what was deleted is not."""
        out: list[str] = []
        self._children(paragraph, out)
        return "".join(out)

    def _children(self, element: Element, out: list[str]) -> None:
        for each in element:
            self._one(each, local(each), out)

    def _one(self, each: Element, name: str, out: list[str]) -> None:
        if name == "t":
            out.append(each.text or "")
        elif name in _PLAIN:
            out.append(_PLAIN[name])
        elif name == "r":
            self._run(each, out)
        elif name in DELETED:
            self.not_text["tracked_deletion"] += 1
        elif name in ("drawing", "pict", "object"):
            self._graphic(each, name)
        elif name == "AlternateContent":
            self._children(each[0] if len(each) else each, out)
        elif name in ("oMath", "oMathPara"):
            out.append(linear(each))
        elif name in ("footnoteReference", "endnoteReference"):
            note = self.notes.get((name[:-9], attribute(each, "id") or ""), "")
            out.append(f"（{note}）" if note else "")
        elif name == "sym":
            out.append(self._symbol(each))
        elif name == "fldChar":
            out.append(_box(each))
        elif name not in _SILENT:
            self._children(each, out)

    def _run(self, run: Element, out: list[str]) -> None:
        properties = child(run, "rPr")
        if properties is None:
            self._children(run, out)
            return
        inner: list[str] = []
        self._children(run, inner)
        text = "".join(inner)
        if is_on(child(properties, "vanish")):
            self.not_text["hidden_text"] += bool(text)
            return
        place = child(properties, "vertAlign")
        up = place is not None and attribute(place, "val") == "superscript"
        out.append(raised("".join(out[-3:]), text) if up else text)

    def _symbol(self, element: Element) -> str:
        """A character of a symbol font; one without a Unicode equal is counted."""
        font, code = attribute(element, "font") or "", attribute(element, "char") or ""
        try:
            number = int(code, 16) & 0xFF
        except ValueError:
            number = 0
        known = _SYMBOLS if font.lower() == "symbol" else _WINGDINGS if font.lower() == "wingdings" else {}
        self.not_text["unknown_symbol"] += number not in known
        return known.get(number, "")

    def _graphic(self, element: Element, name: str) -> None:
        parts = list(_shown(element))
        names = Counter(local(part) for part in parts)
        boxes = [part for part in parts if local(part) == "txbxContent"]
        objects = names["OLEObject"] + names["control"]
        figures = 0 if objects else sum(names[figure] for figure in _FIGURES)
        if name == "drawing" and not figures and not boxes:
            figures = 1  # arrows, lines, shapes
        self.not_text.update({"embedded_object": objects, "figure": figures, "text_box": len(boxes)})
        self.boxes += ["\n".join(self.lines(box)) for box in boxes]


def _shown(element: Element) -> Iterator[Element]:
    """Descendants, without the fallback for old programs and without what is inside a text box."""
    for each in element:
        if local(each) == "Fallback":
            continue
        yield each
        if local(each) != "txbxContent":
            yield from _shown(each)


def _box(element: Element) -> str:
    """A form's check box, as the page shows it."""
    box = next(named(element, "checkBox"), None)
    if box is None:
        return ""
    state = child(box, "checked")
    return "☑" if is_on(state if state is not None else child(box, "default")) else "☐"


def linear(element: Element) -> str:
    """A formula on one line: (a)/(b), x^2, x_1, √(x). A fraction never loses its bar."""
    name = local(element)
    if name == "t":
        return element.text or ""
    parts = {local(each): linear(each) for each in element if not local(each).endswith("Pr")}
    if name == "f":
        return f"{_group(parts.get('num', ''))}/{_group(parts.get('den', ''))}"
    if name in ("sSup", "sSub", "sSubSup"):
        return parts.get("e", "") + _script("_", parts.get("sub")) + _script("^", parts.get("sup"))
    if name == "rad":
        return f"{_group(parts['deg']) if parts.get('deg') else ''}√({parts.get('e', '')})"
    if name == "nary":
        sign = _value(element, "naryPr", "chr", "∫")
        return sign + _script("_", parts.get("sub")) + _script("^", parts.get("sup")) + parts.get("e", "")
    inner = [linear(each) for each in element if not local(each).endswith("Pr")]
    if name == "d":
        opening, closing = _value(element, "dPr", "begChr", "("), _value(element, "dPr", "endChr", ")")
        return opening + _value(element, "dPr", "sepChr", "|").join(inner) + closing
    if name == "mr":
        return "\t".join(inner)
    return ("\n" if name in ("m", "eqArr") else "").join(inner)


def _value(element: Element, properties: str, name: str, otherwise: str) -> str:
    found = child(element, properties, name)
    return otherwise if found is None else attribute(found, "val") or ""


def _script(mark: str, text: str | None) -> str:
    return f"{mark}{_group(text)}" if text else ""


def _group(text: str) -> str:
    return text if text.replace(".", "").isalnum() else f"({text})"
