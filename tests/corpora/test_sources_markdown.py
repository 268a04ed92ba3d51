"""Markdown: front matter is fields, shortcodes show what they show, everything else is the text."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpora.sources import plan, read, read_one
from tests.corpora.documents import want
from tests.corpora.reading import causes, everything, texts_of, write

WANT = want("title", "date", "price", "tags", "author.name", "options", "draft", "AIGC")
DATA = Path(__file__).resolve().parents[3] / "shared/data/manufacturing/inverter_manuals_md"


def row(tmp_path: Path, text: str) -> dict[str, str | None]:
    return everything(write(tmp_path, text.encode(), "a.md"), WANT)[0][0]


def test_yaml_scalars_keep_their_characters(tmp_path: Path) -> None:
    found = row(
        tmp_path,
        "---\ntitle: 变频器\ndate: 2025-04-15\nprice: 1.10\ntags: [VFD, 变频]\nauthor:\n  name: 编写组\n"
        'options:\n  - name: A\n    price: 08\ndraft: false\nAIGC: \'{"Label":"1"}\'\n---\n\n# 概述\n',
    )
    assert found["text"] == "# 概述\n"
    assert (found["title"], found["date"], found["price"], found["tags"]) == ("变频器", "2025-04-15", "1.10", "VFD，变频")
    assert (found["author.name"], found["draft"], found["AIGC"]) == ("编写组", "false", '{"Label":"1"}')
    assert found["options"] == '[{"name": "A", "price": "08"}]'


def test_toml_and_json(tmp_path: Path) -> None:
    assert row(tmp_path, '+++\ntitle = "甲"\nprice = 1.10\n+++\n文')["price"] == "1.10"
    found = row(tmp_path, '{"title": "甲", "price": 1.10}\n文')
    assert (found["title"], found["price"], found["text"]) == ("甲", "1.10", "文")


@pytest.mark.parametrize(
    "text",
    [
        "---\n\n只是一条横线\n",  # never closed
        "---\n一段话\n---\n正文",  # closed, but no names and values
        "---\na: &x [1]\nb: *x\n---\n正文",  # aliases are how few lines become many
        "---\na: [1\n---\n正文",
        "+++\n不是 TOML\n+++\n正文",
        "{不是 JSON}\n正文",
        "正文\n\n---\n\n---\n",
    ],
)
def test_what_only_looks_like_front_matter_stays(tmp_path: Path, text: str) -> None:
    assert texts_of(write(tmp_path, text.encode(), "a.md"), WANT) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{{% details title="为什么跳闸？" closed="true" %}}\n漏电。\n{{% /details %}}', "为什么跳闸？\n漏电。\n"),
        ('{{< card link="/x" title="甲" subtitle="乙" >}}', "甲 乙"),
        ("```go\n{{< card >}}\n```\n{{< card >}}尾", "```go\n{{< card >}}\n```\n尾"),  # an example of code
        ("{{ .Title }}", "{{ .Title }}"),  # no shortcode
    ],
)
def test_shortcodes_show_what_they_show(tmp_path: Path, text: str, expected: str) -> None:
    assert texts_of(write(tmp_path, text.encode(), "a.md"), WANT) == [expected]


def test_figures_are_counted(tmp_path: Path) -> None:
    text = "图 ![a](a.png) <img src=b> {{< figure src=c >}} ![d][e]\n```\n![x](y)\n```\n"
    shard = plan(write(tmp_path, text.encode(), "a.md"), source=0, file=0)[0]
    assert sum((block.not_text for block in read(shard, WANT)), Counter()) == Counter(figure=4)


@pytest.mark.parametrize(
    ("data", "expected"),
    [(b"", ["empty_file"]), (b"---\ntitle: a\n---\n", ["no_text"]), (b"\xe4\xb8\xff\xff", ["undecodable"])],
)
def test_what_is_wrong_has_a_cause(tmp_path: Path, data: bytes, expected: list[str]) -> None:
    assert causes(write(tmp_path, data, "a.md"), WANT) == expected


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    assert texts_of(write(tmp_path, "---\ntitle: 标题\n---\n正文内容".encode(encoding), "a.md"), WANT) == ["正文内容"]


_PIECES = st.lists(
    st.sampled_from(["---\n", "+++\n", "{", "}", '"', "a: ", "- ", "&x ", "*x", "\n", "{{<", ">}}", "{{%", "%}}", "```\n", "字", "![", "]("]),
    max_size=25,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
@given(_PIECES.map("".join).map(str.encode) | st.binary(max_size=40))
def test_any_bytes_are_one_item_and_found_again(tmp_path: Path, data: bytes) -> None:
    path = write(tmp_path, data, "a.md")
    rows, lost, count = everything(path, WANT)
    assert count == len(rows) + len(lost) == 1
    for row in rows:
        shard = plan(path, source=3, file=5)[0]
        again = read_one(shard, WANT, offset=-1, length=-1, record=row["_record"], part=row["_part"])
        assert again.documents.to_pylist() == [row]


@pytest.mark.skipif(not DATA.exists(), reason="needs ../shared/data")
def test_real_manuals_are_all_accounted_for() -> None:
    found = [everything(str(file), WANT) for file in sorted(DATA.rglob("*.md"))]
    assert len(found) == 146 and all(count == 1 for _, _, count in found)
    assert Counter(row["cause"] for _, lost, _ in found for row in lost) == {"no_text": 4}  # front matter and nothing else
    assert not any(row["text"].startswith("---") or "{{<" in row["text"] for rows, _, _ in found for row in rows)
