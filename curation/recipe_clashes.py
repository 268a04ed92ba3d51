"""What the schema of a recipe alone can't see: clashes of names, order of phases, missing columns, unknown formats."""

from __future__ import annotations

from typing import Any

from corpora.schema import RESERVED
from corpora.sources import ENCODINGS, FORMATS
from curation.proof import mistakes as proof_mistakes
from curation.recipe import Recipe, shaped
from curation.source_mistakes import mistakes as source_mistakes
from curation.step import PHASES


def mistakes(recipe: Recipe) -> list[tuple[str, str]]:
    """What the schema alone can't see: clashes of names, order of phases, missing columns, unknown formats."""
    found: list[tuple[str, str]] = []
    found += [
        (f"columns.{name}", f"「{name}」是保留列名，请改名 / reserved column name: rename it (use `from`)")
        for name in recipe.columns
        if name in RESERVED | {field.name for field in shaped(recipe)} or name.startswith("_")
    ]
    leaf_columns = {leaf.column for leaf in recipe.leaves}
    found += [
        (f"columns.{name}", "与文本列同名 / same name as a text leaf") for name in recipe.columns if name in leaf_columns
    ]
    if recipe.identities:
        found += [
            (
                f"columns.{name}.pii",
                f"「{column.source or name}」是身份列，不能按 none 原样公开 / an identity column cannot be published as it is",
            )
            for name, column in recipe.columns.items()
            if column.pii == "none" and (column.source or name) in recipe.identities.columns
        ]
        taken = leaf_columns | {leaf.path for leaf in recipe.leaves}
        found += [
            (f"identities.columns.{name}", "身份列不能是文本列 / an identity column cannot be a text leaf")
            for name in recipe.identities.columns
            if name in taken
        ]
    found += _source_mistakes(recipe) + _step_mistakes(recipe.steps)
    leaf_names = [leaf.column for leaf in recipe.leaves]
    found += [
        (f"steps.{i}.into", f"「{step.into}」不在 text 里 / not among the text columns")
        for i, step in enumerate(recipe.steps)
        if step.step == "compose" and step.into not in leaf_names
    ]
    labels = [source.label for source in recipe.sources]
    found += [
        (f"steps.{i}.parts.{k}.source", f"没有标签为「{part.source}」的来源 / no source has this label")
        for i, step in enumerate(recipe.steps)
        if step.step == "assemble"
        for k, part in enumerate(step.parts)
        if part.source not in labels
    ]
    if any(step.step == "split" for step in recipe.steps) and (len(recipe.leaves) > 1 or recipe.leaves[0].field):
        found.append(("steps", "split 只能用于单一文本列 / `split` takes recipes with one plain text column"))
    found += [
        (f"text.{i}", f"「{leaf.column}」是保留列名 / reserved column name")
        for i, leaf in enumerate(recipe.leaves)
        if leaf.column in RESERVED or leaf.column.startswith("_")
    ]
    found += [
        (f"text.{i}", "写成 列名 或 列名[].字段，只能有一层 / write a column, or column[].field: one level only")
        for i, path in enumerate(recipe.text)
        if not path.strip() or "[]" in path.replace("[].", "", 1)
    ]
    if recipe.splits.holdout and recipe.splits.holdout.column not in recipe.columns:
        found.append(("splits.holdout.column", "不在 columns 里 / not among the declared columns"))
    return found + proof_mistakes(recipe)


def _source_mistakes(recipe: Recipe) -> list[tuple[str, str]]:
    found = []
    labels = [source.label for source in recipe.sources]
    for i, source in enumerate(recipe.sources):
        if labels.index(source.label) != i:
            found.append((f"sources.{i}.label", "标签重复 / label used twice"))
        found += [(f"sources.{i}.{key}", said) for key, said in source_mistakes(recipe, source)]
        for key, value, allowed in (("format", source.format, FORMATS), ("encoding", source.encoding, ENCODINGS)):
            if value not in allowed:
                found.append((f"sources.{i}.{key}", f"不认识 {value!r}，可用 / unknown, use one of: {', '.join(allowed)}"))
    return found


def _step_mistakes(steps: list[Any]) -> list[tuple[str, str]]:
    found, keys, phase, have = [], set(), 0, set[str]()
    for i, step in enumerate(steps):
        if step.key in keys:
            found.append((f"steps.{i}", f"步骤名 {step.key} 重复，请加 name / step used twice: give it a `name`"))
        if PHASES.index(step.phase) < phase:
            found.append(
                (f"steps.{i}", f"{step.key} 属于 {step.phase} 阶段，应放在前面 / belongs to an earlier phase: move it up")
            )
        if step.step == "repair" and any(other.phase == "rewrite" for other in steps[:i]):
            found.append(
                (
                    f"steps.{i}",
                    "repair 要放在其他改写步骤之前，它们会删掉还原要用的字符 / put it before the other rewriting steps: "
                    "they remove characters that it needs",
                )
            )
        missing = [name for name in step.needs() if name not in have]
        if missing:
            found.append(
                (f"steps.{i}", f"{step.key} 需要的列还没有 / needs columns nobody adds before it: {', '.join(missing)}")
            )
        keys.add(step.key)
        phase = max(phase, PHASES.index(step.phase))
        have |= {field.name for field in step.adds()}
    return found
