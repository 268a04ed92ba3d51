"""Preflight: a dry run over a small sample predicts what each rule would keep, before hours are spent on it."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from corpora import vocabulary
from corpora.hashing import keyed_hashes
from corpora.sources import Shard
from corpora.text_buffers import Texts
from corpora.workspace import Workspace, private_folder
from curation.look import personal_columns
from curation.recipe import Recipe, Splits, own_columns
from curation.recipe_file import RecipeFile
from curation.run import advice, deciding, gathering, inputs
from curation.run.cleaner import Job
from curation.run.measuring import Measurer
from curation.run.shard_facts import Facts, load_facts
from curation.run.working_rows import WorkingRows
from curation.treat.redact import about_kept
from quality.intervals import wilson

SHARE, LEAST = 0.01, 1000
SAMPLE_SHARD = 128 << 10  # bytes: the sample is made of small pieces from all over the files


@dataclass(frozen=True)
class RulePrediction:
    """Share of rows that a rule would keep, with a 95 % Wilson interval (rows are drawn in pieces: read it as a guide)."""

    step: str
    reason: str
    kept: float
    low: float
    high: float


@dataclass
class Prediction:
    """What the preflight found."""

    sampled: int
    estimated: int
    quarantined: int
    rules: list[RulePrediction] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def check(file: RecipeFile) -> Prediction:
    """Dry-runs 1 % of the input (at least 1 000 rows where there are that many). Raises YuliaoError."""
    workspace = Workspace()
    key = workspace.key(file.recipe.corpus)
    recipe = file.recipe.model_copy(update={"splits": Splits(train=1.0)})
    files = inputs.find(recipe, file.base, workspace)
    shards = [shard for i, one in enumerate(files) for shard in inputs.plan(recipe, i, one, SAMPLE_SHARD)]
    with tempfile.TemporaryDirectory(prefix="preflight-", dir=private_folder(workspace.work)) as name:
        job = Job(recipe, str(file.base), key, name, SAMPLE_SHARD * 4)
        gathering.gather(recipe, shards, key, Path(name), job.block_bytes)
        drawn, facts = _sample(shards, Measurer(job), Path(name))
        read = sum(one.read for one in facts)
        rows = WorkingRows.of(Path(name), [one.rows for one in facts])
        deciding.decide(recipe, rows, key, {}, Path(name))
        marks = pq.read_table(Path(name, "marks.parquet"), columns=["row", "step", "reason"])
        values = _values(recipe, rows)
    estimated = round(read * len(shards) / max(drawn, 1))
    found = Prediction(read, estimated, sum(one.quarantined for one in facts))
    found.rules = _predict(
        Counter(zip(marks["step"].to_pylist(), marks["reason"].to_pylist(), strict=True)), recipe, len(rows)
    )
    found.warnings = [
        *_about_reading(facts, read),
        *advice.absent_columns(file.recipe, facts),
        *(_about_rules(found.rules) if len(rows) else ()),
        *about_settings(file.recipe),
        *personal_columns.about_columns(file.recipe, values),
    ]
    return found


def _values(recipe: Recipe, rows: WorkingRows) -> dict[str, list[str]]:
    """Some values of every declared string column, to see whether they are personal."""
    names = [name for name, column in own_columns(recipe) if column.type == "string"]
    if not names or not len(rows):
        return {}
    some = rows.take(np.arange(min(len(rows), LEAST), dtype=np.int64), names)
    return {name: [value or "" for value in some[name].to_pylist()] for name in names}


def _sample(shards: list[Shard], measurer: Measurer, folder: Path) -> tuple[int, list[Facts]]:
    """Measures pieces in a seeded order until both 1 % of the pieces and 1 000 rows are through."""
    names = np.arange(len(shards), dtype=">u8").view(np.uint8)
    draw = keyed_hashes(b"preflight", Texts(names, np.arange(0, len(names) + 1, 8, dtype=np.int64)), 8)
    facts: list[Facts] = []
    for position, index in enumerate(np.argsort(draw.copy().view(">u8").ravel(), kind="stable").tolist()):
        if position >= SHARE * len(shards) and sum(one.read for one in facts) >= LEAST:
            break
        measurer((position, shards[index]))
        facts.append(load_facts(folder, position) or Facts(0))
    return len(facts), facts


def _predict(broken: Counter[tuple[str, str]], recipe: Recipe, rows: int) -> list[RulePrediction]:
    """Every rule of the recipe, also those that nothing breaks."""
    for step in recipe.of_phase("decide"):
        for rule in getattr(step, "all_rules", ()):
            for bound, low in ((rule.at_least, True), (rule.at_most, False)):
                if bound is not None:
                    broken.setdefault((step.key, rule.key(low=low)), 0)
    return [RulePrediction(step, reason, *wilson(rows - count, rows)) for (step, reason), count in broken.items()]


def _about_reading(facts: list[Facts], read: int) -> list[str]:
    causes: Counter[str] = Counter()
    for one in facts:
        causes.update(one.causes)
    warnings = []
    for cause, count in causes.items():
        if count > 0.05 * read:
            term = vocabulary.QUARANTINE_CAUSES.get(cause, vocabulary.Term(cause, ""))
            warnings.append(
                f"{count / read:.0%} 的记录会被隔离：{term.label}（{term.meaning}）/ would be quarantined: {cause}；"
                "检查文本列名、格式与编码"
            )
    if read == 0:
        warnings.append("没有读到任何记录 / no record was read")
    return warnings


def _about_rules(rules: list[RulePrediction]) -> list[str]:
    return [
        f"规则 {rule.step}·{rule.reason} 会剔除 {1 - rule.kept:.0%} 的行，超过一半 / would drop more than half of the rows"
        for rule in rules
        if rule.kept < 0.5
    ]


_ENGLISH = {  # column → (side, bound from which it stops making sense for Chinese, why)
    "latin_share": ("at_least", 0.2, "要求拉丁字母占比，是英文语料的规则 / asks for Latin letters: a rule for English"),
    "space_share": ("at_least", 0.05, "要求空格占比，中文没有词间空格 / asks for spaces: Chinese has none between words"),
    "digit_share": ("at_most", 0.2, "数字占比上限过低，会误删检验与检修记录 / would drop lab and maintenance records"),
    "symbol_share": ("at_most", 0.1, "符号占比上限过低，± ≥ μ ℃ 是正常内容 / would drop text with units and operators"),
    "punctuation_share": ("at_most", 0.1, "标点占比上限过低 / too low for Chinese punctuation"),
    "han_share": ("at_most", 0.9, "限制汉字占比会误删中文 / limits Han characters"),
    "ended_line_share": ("at_least", 0.5, "病历与检修记录的行常不以标点结尾 / clinical lines often end without punctuation"),
}


def about_settings(recipe: Recipe) -> list[str]:
    """Settings that make no sense for Chinese domain text."""
    warnings = []
    for step in recipe.of_phase("decide"):
        for rule in getattr(step, "rules", ()):
            side, limit, why = _ENGLISH.get(rule.column, ("", 0.0, ""))
            bound = getattr(rule, side, None) if side else None
            if bound is not None and (bound >= limit if side == "at_least" else bound <= limit):
                warnings.append(f"{step.key}: {rule.column} {side} {bound:g}：{why}")
        if getattr(step, "same_values", True) is False:
            warnings.append(
                f"{step.key}: same_values: false 会把只差一个测量值的记录当成重复 / merges records that differ in a value only"
            )
    if not recipe.of_phase("treat") and not all(source.generated for source in recipe.sources):
        warnings.append(
            "没有 redact_pii：真实数据会带着个人信息进入发布 / no redact_pii: personal information would be released"
        )
    return warnings + about_kept(recipe)
