"""Bytes that are no text, whatever the file is called; and odd texts that are one all the same. Invented texts."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.errors import FileUnreadable
from corpora.sources.heads import head
from corpora.sources.not_text import is_not_text

NOTE = "患者第{}次就诊，诉头痛三天，体温 38.5℃，予以对症处理后好转，嘱门诊随访。"
TEXT = "编号,病程\n" + "".join(f"{i},{NOTE.format(i)}\n" for i in range(400))


def noise(size: int, seed: int = 7) -> bytes:
    return random.Random(seed).randbytes(size)


def broken(data: bytes, every: int) -> bytes:
    """The text with a byte in `every` replaced by one that fits nothing."""
    out = bytearray(data)
    out[::every] = b"\xff" * len(out[::every])
    return bytes(out)


def packed() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("甲", noise(50_000))
    return out.getvalue()


@pytest.mark.parametrize("data", [noise(200_000), noise(2_000), noise(300), b"\x89PNG\r\n\x1a\n" + noise(40_000), packed(), b"\xff\xfe" + noise(9_000)],
                         ids=["200 KB", "2 KB", "300 B", "a picture", "a package", "behind a mark of UTF-16"])  # fmt: skip
def test_what_is_no_text(data: bytes) -> None:
    assert is_not_text(data)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (TEXT.encode(), "plain UTF-8"),
        (TEXT.encode("gbk"), "plain GBK"),
        (TEXT.encode("big5", "replace"), "Big5: text in an encoding of its own"),
        (b"\xff\xfe" + TEXT.encode("utf-16-le"), "UTF-16: every other byte may be a control"),
        (TEXT.encode("utf-16-be"), "UTF-16 without its mark"),
        (broken(TEXT.encode("gbk"), 97), "GBK, every line broken: nothing decodes, but no control character is there"),
        (broken(TEXT.encode(), 31), "UTF-8, every line broken"),
        (b"\xff\xfe" + broken(TEXT.encode("utf-16-le"), 401), "UTF-16 with broken places"),
        (TEXT.replace(",", "\x01").replace("。", "\x02").encode("gbk"), "Hive's export parts columns by controls"),
        ("".join(f"\x1b[3{i % 8}m报警{i}\x1b[0m\n" for i in range(500)).encode(), "a log of a terminal in colours"),
        (b"\0" * 4000 + TEXT.encode(), "zero bytes of a disk that was full, then text"),
        (TEXT.replace("\n", " ").encode("gbk") * 20, "one line of 300 KB"),
        (bytes(range(1, 32)) + TEXT.encode(), "every control character once: a test pattern above the table"),
        ("".join(chr(0xE000 + i % 50) + NOTE.format(i) for i in range(400)).encode("utf-16"), "signs of a font of one's own"),
        (noise(40), "too short to say"),
        (b"", "empty: another reason"),
    ],
)  # fmt: skip
def test_what_is_odd_and_is_text(data: bytes, why: str) -> None:
    assert not is_not_text(data), why


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Co", "Cn"]), min_size=40, max_size=300),
    st.sampled_from(["utf-8", "gb18030", "utf-16"]),
)
def test_no_text_of_any_language_is_taken_for_noise(text: str, encoding: str) -> None:
    assert not is_not_text(text.encode(encoding))


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt", "a.jsonl", "a.json", "a.md", "a.html", "a.xml", "a.csv.gz"])
def test_a_look_at_it_says_so_by_name_and_cause(name: str, tmp_path: Path) -> None:
    data = noise(200_000)
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    with pytest.raises(FileUnreadable, match="不是文本，也不是表格") as told:
        head(str(tmp_path / name))
    assert told.value.cause == "not_text" and "加密" in told.value.hint
