"""Files of every format as they should not be: made up, small, and the same every time."""

from __future__ import annotations

import io
import json
import random
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.corpora import books, pdf_files
from tests.corpora.documents import book, p, word, zipped

TEXTS = [f"主轴箱异响第{i}次，检查发现轴承磨损，更换后试机正常，振动值{i}.1mm/s。" for i in range(40)]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000
LOCKED = OLE + "EncryptedPackage".encode("utf-16-le") + b"\0" * 500
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"


_PACKED = ("excel", "parquet", "docx", "epub", "pdf")  # half of such a file is nothing


def _parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"text": TEXTS}), out)
    return out.getvalue()


def _objects() -> list[str]:
    return [json.dumps({"text": text}, ensure_ascii=False) for text in TEXTS]


def good() -> dict[str, tuple[str, bytes]]:
    """Format → (suffix, a sound file of it)."""
    page = pdf_files.Sheet().lines(TEXTS[:20])
    return {
        "jsonl": (".jsonl", "\n".join(_objects()).encode()),
        "json": (".json", ("[\n" + ",\n".join(_objects()) + "]").encode()),
        "csv": (".csv", "\n".join(["text", *TEXTS]).encode("gb18030")),
        "tsv": (".tsv", "\n".join(["no\ttext", *(f"{i}\t{text}" for i, text in enumerate(TEXTS))]).encode()),
        "excel": (".xlsx", books.xlsx([["no", "text"], *enumerate(TEXTS)])),
        "parquet": (".parquet", _parquet()),
        "text": (".txt", "\n".join(TEXTS).encode("gb18030")),
        "markdown": (".md", "\n\n".join(["# 手册", *TEXTS]).encode()),
        "latex": (".tex", "\n\n".join([r"\section{手册}", *TEXTS]).encode()),
        "html": (".html", ("<title>手册</title>" + "".join(f"<p>{text}</p>" for text in TEXTS)).encode()),
        "docx": (".docx", word("".join(map(p, TEXTS)))),
        "epub": (".epub", book({"1.xhtml": f"<p>{TEXTS[0]}</p>", "2.xhtml": f"<p>{TEXTS[1]}</p>"})),
        "xml": (".xml", ("<r>" + "".join(f"<行><text>{text}</text></行>" for text in TEXTS) + "</r>").encode()),
        "pdf": (".pdf", pdf_files.pdf(page, page)),
        "image": (".png", PNG),
    }


def noise(seed: int) -> bytes:
    """Bytes without any meaning."""
    return random.Random(seed).randbytes(5000)


def _zip_bomb() -> bytes:
    return zipped({"大.txt": bytes(40 << 20), "小.txt": TEXTS[0]})


def nested(levels: int, width: int = 1) -> bytes:
    """An archive of archives."""
    data = zipped({"底.txt": TEXTS[0]})
    for level in range(levels):
        data = zipped({f"{level}_{i}.zip": data for i in range(width)})
    return data


def _lying_zip() -> bytes:
    """The directory says 10 bytes of each member; what comes is another length."""
    data = bytearray(zipped({"a.txt": TEXTS[0] * 40}))
    at = data.find(b"PK\x01\x02")
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    return bytes(data)


def _locked_zip() -> bytes:
    data = bytearray(zipped({"a.txt": TEXTS[0]}, stored=True))
    data[6] |= 1
    data[data.find(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def _bad_lzma() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.txt", TEXTS[0] * 40)
        archive.writestr("b.txt", TEXTS[1])
    data = bytearray(held.getvalue())
    data[60:90] = b"\xff" * 30
    return bytes(data)


def special() -> dict[str, tuple[bytes, dict[str, int]]]:
    """File name → (bytes, its causes of quarantine and how often)."""
    deep = "[" * 100_000
    return {
        "零.txt": (bytes(4096), {"only_zeros": 1}),
        "零.csv": (bytes(700), {"only_zeros": 1}),
        "表头.csv": ("编号,text\n".encode("gb18030"), {"empty_file": 1}),
        "空白.jsonl": (b" \n\n", {"empty_file": 1}),
        "空表.xlsx": (books.xlsx([["no", "text"]]), {"empty_file": 1}),
        "Thumbs.db": (OLE, {"system_file": 1}),
        "~$锁.xlsx": (b"\x05user" + bytes(160), {"system_file": 1}),
        "苹果.zip": (
            zipped({"__MACOSX/._一.csv": b"\0\5\x16\7" + bytes(100), ".DS_Store": b"\0\0\0\1Bud1"}),
            {"system_file": 2},
        ),
        "锁.xlsx": (LOCKED, {"password": 1}),
        "锁.docx": (LOCKED, {"password": 1}),
        "锁.pdf": (pdf_files.pdf(pdf_files.Sheet().lines(TEXTS[:3]), trailer=pdf_files.LOCK), {"password": 1}),
        "锁.zip": (_locked_zip(), {"password": 1}),
        "版权.epub": (book({"1.xhtml": "<p>正文</p>"}, more={"META-INF/rights.xml": "<r/>"}), {"drm": 1}),
        "旧.doc": (OLE, {"save_as_docx": 1}),
        "炸.zip": (_zip_bomb(), {"archive_bomb": 1}),
        "炸.docx": (zipped({"[Content_Types].xml": "", "word/document.xml": bytes(80 << 20)}), {"archive_bomb": 1}),
        "炸.xml": (b'<!DOCTYPE a [<!ENTITY b "bb">]><a><c>&b;</c></a>', {"xml_entities": 1}),
        "谎.zip": (_lying_zip(), {"broken_stream": 1}),
        "坏.zip": (_bad_lzma(), {"broken_stream": 1}),
        "深.zip": (nested(5), {"archive_too_deep": 1}),
        "宽.zip": (nested(3, 4), {"archive_too_deep": 64}),
        "碎.zip": (zipped({f"{i}.txt": TEXTS[i % 40] for i in range(60)}), {}),
        "盘.7z": (b"7z\xbc\xaf\x27\x1c" + noise(1), {"archive_unsupported": 1}),
        "断.jsonl.gz": (b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + noise(2)[:50], {"broken_stream": 1}),
        "深.jsonl": (f'{{"text": {deep}\n{{"text": "{TEXTS[0]}"}}'.encode(), {"too_deep": 1}),
        "深.json": (deep.encode(), {"too_deep": 1}),
        "深.xml": (b"<a>" * 100_000, {"too_deep": 1}),
        "不明.dwg": (noise(3), {"unknown_format": 1}),
    }


def write(folder: Path) -> dict[str, dict[str, int] | None]:
    """Fills the folder; file name → the causes that are due, None where it is enough that it is accounted for."""
    due: dict[str, dict[str, int] | None] = {}

    def put(name: str, data: bytes, causes: dict[str, int] | None) -> None:
        (folder / name).write_bytes(data)
        due[name] = causes

    sound = good()
    for number, (kind, (suffix, data)) in enumerate(sound.items()):
        put(f"好{suffix}", data, {"needs_ocr": 1} if kind == "image" else {})
        put(f"空{suffix}", b"", {"empty_file": 1})
        put(f"半{suffix}", data[: len(data) // 2], {"not_readable": 1} if kind in _PACKED else None)
        put(f"噪{suffix}", noise(number), None)
        other = sound["text" if zipfile.is_zipfile(io.BytesIO(data)) else "docx"][1]
        put(f"假{suffix}", other, None)
        (folder / f"目录{suffix}").mkdir()
        due[f"目录{suffix}"] = {"not_a_file": 1}
    for name, (data, causes) in special().items():
        put(name, data, causes)
    return due
