"""A small made-up corpus with every fate in it: kept, rule-dropped, exact and near duplicates, broken lines, identities."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

ROWS = 240
SYMPTOMS = [
    "咳嗽",
    "咳痰",
    "胸闷",
    "气促",
    "头晕",
    "乏力",
    "腹痛",
    "腹胀",
    "恶心",
    "发热",
    "心悸",
    "水肿",
    "腰痛",
    "失眠",
    "纳差",
    "盗汗",
    "便秘",
    "口干",
]
PLACES = ["左上肢", "右下肢", "上腹部", "胸骨后", "腰背部", "颈部", "双下肢", "前额部", "枕部", "右侧胸壁", "左肩部", "脐周"]
ACTS = [
    "给予吸氧",
    "复查血常规",
    "完善心电图",
    "行胸部平扫",
    "予以补液",
    "监测血压",
    "请相关科室会诊",
    "门诊随访",
    "调整药物剂量",
    "低盐饮食",
]


def text(rng: random.Random) -> str:
    """A varied note of a few sentences with readings."""
    parts = [
        f"患者{rng.randint(1, 60)}天前出现{rng.choice(PLACES)}{rng.choice(SYMPTOMS)}，伴{rng.choice(SYMPTOMS)}",
        f"体温{rng.randint(360, 400) / 10}℃，血压{rng.randint(90, 180)}/{rng.randint(50, 110)}mmHg",
        f"肌酐{rng.randint(40, 200)}μmol/L，白细胞≥{rng.randint(3, 20)}.{rng.randint(0, 9)}×10^9/L",
        f"{rng.choice(ACTS)}，{rng.choice(ACTS)}，{rng.randint(2, 14)}天后{rng.choice(ACTS)}",
        f"查体：{rng.choice(PLACES)}压痛，{rng.choice(PLACES)}活动可，{rng.choice(SYMPTOMS)}较前{rng.choice(['好转', '加重', '相仿'])}",
    ]
    rng.shuffle(parts)
    return "；".join(parts[: rng.randint(3, 5)]) + "。"


def rows(seed: int = 7) -> list[dict[str, Any]]:
    rng = random.Random(seed)
    found = [
        {
            "id": f"N{i:04}",
            "text": text(rng),
            "科室": rng.choice(["内科", "外科"]),
            "患者": f"P{i // 2:03}",
            "秘密": f"不公开{i}",
        }
        for i in range(ROWS)
    ]
    found[10]["text"] = "联系电话13812345678，" + found[10]["text"]
    found[11]["text"] = "<p>" + found[11]["text"] + "</p>\u200b"
    found.append({**found[0], "id": "X1"})  # exact duplicate
    found.append({**found[20], "id": "X2", "text": found[20]["text"].replace("。", "！") + "嘱其注意休息"})  # near duplicate
    found.append({"id": "X3", "text": "的" * 400, "科室": "内科", "患者": "P998"})  # junk
    return found


BROKEN = [
    b'{"id": "B1", "text": 5}',
    b'{"id": "B2", "text": "\xe6\x82"}',
    b"not json",
    b'{"id": "B3", "text": "  "}',
    b'{"id"',
]


def write(path: Path, seed: int = 7) -> Path:
    """JSON lines with broken ones among them."""
    lines = [json.dumps(row, ensure_ascii=False).encode() for row in rows(seed)]
    for place, line in enumerate(BROKEN):
        lines.insert(30 * place + 5, line)
    path.write_bytes(b"\n".join(lines) + b"\n")
    return path


RECIPE = """
format: 1
corpus: test/notes
version: 1.0.0
title: 测试病历
text: [text]
id: id
subject: 患者
columns:
  科室: {type: string, label: 科室}
sources:
  - label: 测试来源
    files: [notes.jsonl]
    licence: CC0-1.0
    obtained: 2026-11-01
    generated: true
steps:
  - step: normalise
  - step: strip_markup
  - step: signals
  - step: find_pii
  - step: score
  - step: filter
  - step: dedup_exact
  - step: dedup_near
  - step: redact_pii
splits: {train: 0.8, validation: 0.1, test: 0.1}
"""


def recipe(folder: Path, changes: dict[str, str] | None = None) -> Path:
    """The recipe and its data in `folder`; `changes` are textual replacements in the recipe."""
    write(folder / "notes.jsonl")
    content = RECIPE
    for old, new in (changes or {}).items():
        assert old in content
        content = content.replace(old, new)
    path = folder / "notes.yaml"
    path.write_text(content, "utf-8")
    return path
