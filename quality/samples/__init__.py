"""Synthetic samples with known truth: clinical and shop-floor text, seeded; the same seed gives the same bytes.

Nothing here comes from a record. Names, numbers and readings are drawn; any likeness is accident.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from quality.samples.domains import FILES
from quality.samples.write import write_domain

DOMAINS = tuple(FILES)
_NOTICE = """# 合成数据 / SYNTHETIC DATA

本目录的全部内容由语料工坊的生成器写成（`yuliao sample {domain} --rows {rows} --seed {seed}`），不含任何真实记录。
姓名、证件号、电话、地址、车牌、设备编号与读数均为随机生成，校验位有效；与真实的人、号码或单位相同纯属巧合。
文本不构成医疗或技术建议。

Everything in this folder was written by Yuliao's generator from the seed above; no real record went in.
Names, numbers, addresses and readings are drawn at random with valid check digits; any likeness is accident.
Not medical or technical advice. `truth.jsonl` holds what is planted: identities (code-point spans), copies, dirt,
broken records. Licence: CC0-1.0.
"""


def sample(domain: str, *, rows: int, seed: int, out: Path) -> list[dict[str, Any]]:
    """Writes `rows` records of each chosen domain under `out`/<domain>/, with truth.jsonl and SYNTHETIC.md.

    domain: healthcare, manufacturing or all. Returns a summary per file: rows, bytes, encoding, what is planted.
    """
    chosen = DOMAINS if domain == "all" else (domain,)
    summaries = []
    for name in chosen:
        summaries += write_domain(name, FILES[name], rows, seed, out / name)
        (out / name / "SYNTHETIC.md").write_text(_NOTICE.format(domain=name, rows=rows, seed=seed), "utf-8")
    return summaries
