"""Writes han_frequency.txt: how many bits a Chinese character costs, −log2 of its share in jieba's word list.

    python -m configs.lexicons.make_frequency

jieba's list (MIT) holds words with their counts. Words of one character that are themselves UTF-8 read as GBK (锛 銆
鐨: the list was made from web pages) are left out. A Traditional character costs one bit more than its Simplified one.
"""

from __future__ import annotations

from collections import Counter
from importlib import resources
from math import log2
from pathlib import Path

DEAREST = 19  # bits; what costs more is not listed
TARGET = Path(__file__).with_name("han_frequency.txt")


def counts() -> Counter[str]:
    """Occurrences of each ideograph in the words of jieba's list."""
    found: Counter[str] = Counter()
    for line in resources.files("jieba").joinpath("dict.txt").read_text("utf-8").splitlines():
        word, count, _ = line.split(" ")
        if len(word) > 1 or not _damaged(word):
            found.update({c: int(count) * word.count(c) for c in set(word) if "\u3400" <= c <= "\u9fff"})
    return found


def _damaged(character: str) -> bool:
    """Its two bytes in GBK could begin a character in UTF-8."""
    code = character.encode("gb18030")
    return len(code) == 2 and 0xE2 <= code[0] <= 0xEF and 0x80 <= code[1] <= 0xBF


def bits() -> dict[str, int]:
    """Character → bits, Traditional ones included."""
    import opencc

    found = counts()
    total = sum(found.values())
    cost = {c: round(-log2(n / total)) for c, n in found.items()}
    simplify = opencc.OpenCC("t2s").convert
    script = resources.files("configs").joinpath("lexicons", "script", "traditional.txt").read_text("utf-8")
    for c in "".join(line for line in script.splitlines() if not line.startswith("#")):
        cost[c] = min(cost.get(c, 99), cost.get(simplify(c), 99) + 1)
    return {c: n for c, n in cost.items() if n <= DEAREST and c < "\U00010000"}


def main() -> None:
    by_cost: dict[int, list[str]] = {}
    for character, cost in sorted(bits().items()):
        by_cost.setdefault(cost, []).append(character)
    lines = [f"{cost}\t{''.join(characters)}" for cost, characters in sorted(by_cost.items())]
    head = "# bits<TAB>characters; made by make_frequency.py from jieba's dict.txt (MIT, Sun Junyi), see README.md"
    TARGET.write_text("\n".join([head, *lines]) + "\n", "utf-8")


if __name__ == "__main__":
    main()
