"""The Chinese text of the dataset card, section by section, each a function of the manifest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from corpora import card_proof
from corpora.aspects import aspects
from corpora.licences import may, strictest
from corpora.vocabulary import METRICS, NOT_TEXT, PII_KINDS, QUARANTINE_CAUSES, REASONS, STEPS, Term

SPLITS = {"train": "训练", "validation": "验证", "test": "测试"}
DEIDENTIFICATION = """本数据集做了**去标识化**处理：按规则与模型查找证件号、电话、姓名、地址等个人信息，再替换。
去标识化不等于无法重新识别：结合其他信息仍可能指向具体的人。请勿尝试重新识别，发现遗漏请按文末方式告知。"""
UNTREATED = "本版没有做去标识化处理，只能在原有权限范围内使用。"
NAMES_UNSEARCHED = "本版的配方**没有要求查找**：{}；如来源为真实记录，它们可能仍在文中。"


def table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A Markdown table; cells are escaped."""
    lines = [list(head), *rows]
    cells = [[str(cell).replace("|", "\\|").replace("\r", " ").replace("\n", " ") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in (cells[0], ["---"] * len(cells[0]), *cells[1:]))


def sections(manifest: dict[str, Any]) -> Iterator[str]:
    """All sections in order; empty ones are skipped by the caller."""
    title = manifest["title"] or manifest["corpus"]
    yield f"# {title}"
    yield "\n".join(f"> {notice}" for notice in manifest["notices"])
    yield _summary(manifest)
    yield _loading(manifest)
    yield _dictionary(manifest)
    yield "## 划分\n\n" + table(["划分", "含义", "行数"], [(s, SPLITS.get(s, s), n) for s, n in manifest["splits"].items()])
    yield _ledger(manifest)
    yield _sources(manifest)
    yield _may(manifest)
    yield _synthetic(manifest)
    yield _steps(manifest)
    yield _deidentification(manifest)
    yield _proof(manifest)
    yield _metrics(manifest)
    yield _bullets("适用场景", manifest["uses"])
    yield _bullets("局限", manifest["limitations"] or ["本数据集反映来源的范围与写法，不代表总体分布；使用前请抽样核对。"])
    yield _changes(manifest)
    yield _citation(manifest)
    yield "## 联系\n\n" + (manifest["contact"] or "未提供。")
    yield _aspects(manifest)


def _summary(manifest: dict[str, Any]) -> str:
    size = sum(entry["bytes"] for entry in manifest["files"] if entry["path"].endswith(".parquet"))
    facts = [
        ("名称", manifest["corpus"]),
        ("版本", f"v{manifest['version']}"),
        ("发布日期", manifest["date"] or "未提供"),
        ("规模", f"{manifest['rows']} 行，{size / 1e6:.2f} MB（Parquet，zstd）"),
        ("语言", "中文"),
        ("文本列", "、".join(f"`{leaf}`" for leaf in manifest["leaves"])),
    ]
    text = f"{manifest['description']}\n\n" if manifest["description"] else ""
    return f"## 概要\n\n{text}" + table(["项", "值"], facts)


def _loading(manifest: dict[str, Any]) -> str:
    corpus, version = manifest["corpus"], manifest["version"]
    signals = "signals" in manifest["configs"]
    remote = f'signals = load_dataset("{corpus}", "signals", revision="v{version}")  # 信号、发现的位置、近似簇\n' * signals
    local = 'signals = load_dataset("./发布目录", "signals")\n' * signals
    return f"""## 加载

```python
from datasets import load_dataset

rows = load_dataset("{corpus}", revision="v{version}")
{remote}```

从拷贝到本地的发布目录加载：

```python
rows = load_dataset("./发布目录")
{local}```

核对文件：`yuliao verify ./发布目录`。"""


def _dictionary(manifest: dict[str, Any]) -> str:
    parts = ["## 数据字典"]
    for config, columns in manifest["configs"].items():
        rows = [(f"`{c['name']}`", c["label"], f"`{c['type'].replace(' not null', '')}`", c["meaning"]) for c in columns]
        parts.append(f"### {config}\n\n" + table(["列", "名称", "类型", "说明"], rows))
    return "\n\n".join(parts)


def _label(terms: dict[str, Term], key: str) -> str:
    return terms[key].label if key in terms else key


def _ledger(manifest: dict[str, Any]) -> str:
    total = manifest["ledger"]["total"]
    rows: list[tuple[Any, ...]] = [("读入", "", total["read"])]
    rows += [("拆分新增", "", total["made"])] * bool(total["made"])
    rows += [("合并消耗", "", total["consumed"])] * bool(total["consumed"])
    causes = manifest["metrics"].get("quarantine_causes") or {}
    named = [("隔离", _label(QUARANTINE_CAUSES, cause), count) for cause, count in sorted(causes.items())]
    rows += named if sum(causes.values()) == total["quarantined"] and causes else [("隔离", "", total["quarantined"])]
    for step, reasons in total["dropped"].items():
        rows += [(f"剔除：{_label(STEPS, step)}", _label(REASONS, reason), n) for reason, n in reasons.items()]
    rows += [("**保留**", "", f"**{total['kept']}**")]
    by_source = [
        (label, one["read"], one["kept"], sum(sum(r.values()) for r in one["dropped"].values()), one["quarantined"])
        for label, one in manifest["ledger"]["sources"].items()
    ]
    beside = [(_label(NOT_TEXT, kind), count) for kind, count in total.get("not_text", {}).items()]
    aside = "\n\n文件里不是文本、因而不在账内的东西：\n\n" + table(["种类", "数量"], beside) if beside else ""
    text = "## 账本\n\n读入 + 新增 = 保留 + 剔除 + 隔离 + 消耗，逐来源轧平，一行不丢。\n\n"
    return (
        text
        + table(["去向", "原因", "行数"], rows)
        + "\n\n"
        + table(["来源", "读入", "保留", "剔除", "隔离"], by_source)
        + aside
    )


def _sources(manifest: dict[str, Any]) -> str:
    rows = [
        (
            source["label"] + (f"（{source['dataset'].partition('@')[0]}）" if source.get("dataset") else ""),
            source["licence"],
            source.get("rights_basis") or "未提供",
            source.get("obtained") or "未提供",
            "是" if source.get("generated") else "否",
            source.get("records", ""),
        )
        for source in manifest["sources"]
    ]
    return "## 来源与权利\n\n" + table(["来源", "许可", "权利依据", "取得日期", "合成", "记录数"], rows)


def _may(manifest: dict[str, Any]) -> str:
    licences = list(dict.fromkeys(source["licence"] for source in manifest["sources"]))
    rows: list[tuple[str, ...]] = []
    for licence in licences:
        answer = may(licence)
        rows.append((licence, answer.training, answer.commercial, answer.redistribution, answer.terms))
    rows.append(("**整个数据集**", *strictest(licences), "取各来源中最严的一项"))
    text = "## 我可以……吗\n\n由各来源的许可推出，供参考，不代替法律意见。\n\n"
    return text + table(["许可", "训练", "商业使用", "再分发", "条件"], rows)


def _synthetic(manifest: dict[str, Any]) -> str:
    labels = [source["label"] for source in manifest["sources"] if source.get("generated")]
    if not labels:
        return ""
    return f"## 合成数据声明\n\n以下来源由程序生成（合成），不对应真实的人、机构或设备：{'、'.join(labels)}。"


def _steps(manifest: dict[str, Any]) -> str:
    steps = manifest["recipe"].get("steps") or []
    lines = [
        f"{number}. {_label(STEPS, step.get('step', ''))}（`{step.get('name') or step.get('step', '')}`）"
        + (f"：{STEPS[step['step']].meaning}" if step.get("step") in STEPS else "")
        for number, step in enumerate(steps, 1)
    ]
    return "## 处理过程\n\n" + "\n".join([*lines, "", "完整配方（含默认值）与所用软件版本见 `release.json`。"])


def _deidentification(manifest: dict[str, Any]) -> str:
    if not any("redact" in str(step.get("step")) for step in manifest["recipe"].get("steps") or []):
        return f"## 去标识化说明\n\n{UNTREATED}"
    found = manifest["metrics"].get("pii_replaced") or {}
    rows = [(_label(PII_KINDS, kind), count) for kind, count in sorted(found.items()) if isinstance(count, int)]
    counts = "\n\n" + table(["替换的种类", "处数"], rows) if rows else ""
    return f"## 去标识化说明\n\n{DEIDENTIFICATION}{_unsearched(manifest)}{counts}{_low(manifest)}"


def _unsearched(manifest: dict[str, Any]) -> str:
    """Names, addresses and birth dates that the recipe's finding steps leave out."""
    named = [step.get("kinds") for step in manifest["recipe"].get("steps") or [] if step.get("step") == "find_pii"]
    kinds = {kind for one in named for kind in (PII_KINDS if one is None else one)}
    left = [PII_KINDS[kind].label for kind in ("person_name", "address", "date_of_birth") if kind not in kinds]
    return "\n\n" + NAMES_UNSEARCHED.format("、".join(left)) if left else ""


def _low(manifest: dict[str, Any]) -> str:
    """Findings that were left as they are."""
    kinds = manifest["metrics"].get("pii_low_kinds") or {}
    rows = [(_label(PII_KINDS, kind), count) for kind, count in sorted(kinds.items())]
    text = "\n\n置信度低于替换界限、原样留下的发现（真实来源）：\n\n"
    return text + table(["种类", "处数"], rows) if rows else ""


def _proof(manifest: dict[str, Any]) -> str:
    parts = [f"{text}\n\n{table(head, rows)}" for text, head, rows in card_proof.sections(manifest)]
    return "## 证明\n\n" + "\n\n".join(parts) if parts else ""


def _metrics(manifest: dict[str, Any]) -> str:
    numbers = {key: value for key, value in manifest["metrics"].items() if isinstance(value, (int, float))}
    rows = [(_label(METRICS, key), f"{value:g}") for key, value in sorted(numbers.items())]
    return "## 指标\n\n" + table(["指标", "值"], rows) if rows else ""


def _bullets(title: str, items: list[str]) -> str:
    return f"## {title}\n\n" + "\n".join(f"- {item}" for item in items) if items else ""


def _changes(manifest: dict[str, Any]) -> str:
    parent = manifest["parent"]
    note = f"基于 v{parent['version']}。" if parent else "首个版本。"
    changes = manifest["changes"] or [{"version": manifest["version"], "date": manifest["date"], "note": note}]
    lines = (f"- v{c['version']}（{c.get('date') or '日期未提供'}）：{c.get('note', '')}" for c in changes)
    return "## 版本记录\n\n" + "\n".join(lines)


def _citation(manifest: dict[str, Any]) -> str:
    said = manifest["citation"]
    corpus, version = manifest["corpus"], manifest["version"]
    author = said.get("authors") or manifest["publisher"] or corpus.split("/")[0]
    year = said.get("year") or manifest["date"][:4]
    title = manifest["title"] or corpus
    url = f"\n  url = {{{said['url']}}}," if said.get("url") else ""
    key = "".join(c if c.isascii() and c.isalnum() else "_" for c in f"{corpus}_{version}")
    online = f"({manifest['date']}). {said['url']}." if said.get("url") else ""
    return f"""## 引用

```bibtex
@misc{{{key},
  title = {{{title}}},
  author = {{{author}}},
  version = {{v{version}}},{url}
  year = {{{year}}}
}}
```

GB/T 7714：{author}. {title}: v{version}[{"DS/OL" if online else "DS"}]. {year + "." if year else ""}{online}"""


def _aspects(manifest: dict[str, Any]) -> str:
    rows = [(group, name, place or "未提供") for group, names in aspects(manifest).items() for name, place in names.items()]
    text = "## 说明文档对照（TC609-5-2025-04，0101–0104）\n\n"
    return text + table(["指标", "方面", "见"], rows)
