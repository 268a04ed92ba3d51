"""The README's long tables, rendered from the code, so that they cannot drift from it.

    python -m curation.look.doc_tables README.md

rewrites every `<!-- table:NAME -->` … `<!-- /table -->` in place. Tests fail while a file differs from what this gives.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from corpora import vocabulary
from corpora.vocabulary import Term
from curation import recipe as model
from curation import recipe_file
from curation.look import doc_kinds, doc_recipe
from curation.look.markdown import chinese, code, grouped, table
from quality import rules
from quality.score import COMPONENTS
from quality.signals import SIGNALS

MARK = re.compile(r"(<!-- table:([a-z_]+) -->\n).*?(<!-- /table -->)", re.S)


def rewrite(text: str) -> str:
    """`text` with every marked table as the code has it. Raises KeyError for a table that is not known."""
    return MARK.sub(lambda found: f"{found[1]}\n{TABLES[found[2]]()}\n\n{found[3]}", text)


# --- command line ---------------------------------------------------------------------------------------


def _commands() -> dict[str, Any]:
    """Name → command, as the terminal has them."""
    import importlib

    front: Any = importlib.import_module("cli")  # the front door joins the rooms' commands; nothing of it is used otherwise
    joined: Any = typer.main.get_command(front.app)
    groups = {name: dict(getattr(command, "commands", {})) for name, command in joined.commands.items()}
    plain = {name: command for name, command in joined.commands.items() if not groups[name]}
    return plain | {f"{group} {name}": command for group, inside in groups.items() for name, command in inside.items()}


def commands() -> str:
    """Every command with its arguments."""
    rows = [(code(" ".join(["yuliao", name, *_arguments(one)])), chinese(one.help)) for name, one in _commands().items()]
    return table(["命令", "做什么"], rows)


def _arguments(command: Any) -> list[str]:
    names = [(one.metavar or one.name.upper(), one.required) for one in command.params if not one.opts[0].startswith("-")]
    return [name if required else f"[{name}]" for name, required in names]


def options() -> str:
    """Every option of every command; those that mean the same in several commands share a row."""
    rows = [
        (code(name), code(" ".join(one.opts)), _default_option(one), chinese(one.help))
        for name, command in _commands().items()
        for one in command.params
        if one.opts[0].startswith("-")
    ]
    return table(["命令", "选项", "默认", "含义"], grouped(rows))


def _default_option(option: Any) -> str:
    if option.required:
        return "必填"
    return "" if option.default is None or option.default is False or option.default == "" else code(option.default)


# --- recipe ---------------------------------------------------------------------------------------------


def recipes() -> str:
    """The shipped recipes."""
    files = [(name, recipe_file.load(name).recipe) for name in recipe_file.shipped()]
    rows = [(code(name), one.title, "、".join(map(code, one.text)), f"{len(one.sources)}") for name, one in files]
    return table(["配方", "自带数据", "文本列", "来源数"], rows)


def recipe() -> str:
    """Every key of a recipe but the steps' settings."""
    return table(["键", "取值", "默认", "含义"], doc_recipe.recipe_keys())


def settings() -> str:
    """Every setting of every step, shared ones in one row."""
    return table(["步骤", "设置", "取值", "默认", "含义"], grouped(doc_recipe.settings()))


# --- terms ----------------------------------------------------------------------------------------------


def phases() -> str:
    """The phases of a run."""
    return _terms(vocabulary.PHASES, "阶段")


def steps() -> str:
    """Every step of the union, in its order."""
    rows = [
        (code(name), vocabulary.STEPS[name].label, vocabulary.PHASES[step.phase].label, vocabulary.STEPS[name].meaning)
        for name, step in model.steps_by_name().items()
    ]
    return table(["步骤", "名称", "阶段", "做什么"], rows)


def _terms(terms: dict[str, Term], key: str) -> str:
    return table([key, "名称", "含义"], [(code(name), term.label, term.meaning) for name, term in terms.items()])


def signals() -> str:
    """Every signal."""
    own = {signal.name: vocabulary.SIGNALS[signal.name] for signal in SIGNALS}
    return _terms(own | vocabulary.SIGNALS, "信号")


def bounds() -> str:
    """The shipped rules: `chinese_domain`, and what `chinese_web` adds."""
    domain = rules.preset("chinese_domain")
    rows = [_bound(rule, "两者" if rule in domain else "`chinese_web`") for rule in rules.preset("chinese_web")]
    return table(["原因", "名称", "保留条件", "规则集"], rows)


def _bound(rule: rules.Rule, where: str) -> tuple[str, ...]:
    low = rule.at_least is not None
    bound = f"≥ {rule.at_least:g}" if low else f"≤ {rule.at_most:g}"
    return code(rule.key(low)), rules.label(rule, low), f"`{rule.column}` {bound}", where


def components() -> str:
    """The default parts of the quality score."""
    rows = [(code(one.column), f"{one.best:g}", f"{one.worst:g}", f"{one.weight:.0%}") for one in COMPONENTS]
    return table(["信号", "不扣分", "扣满", "最多扣去"], rows)


def kinds() -> str:
    """Kinds of personal information and their placeholders."""
    return table(["种类", "名称", "占位符", "找什么"], doc_kinds.kinds())


def confidence() -> str:
    """How sure a finding is, by the way it is written."""
    return table(["种类", "写法", "单独出现", "旁有提示词"], doc_kinds.confidence())


TABLES: dict[str, Callable[[], str]] = {
    "commands": commands,
    "options": options,
    "recipes": recipes,
    "recipe": recipe,
    "settings": settings,
    "phases": phases,
    "steps": steps,
    "signals": signals,
    "bounds": bounds,
    "components": components,
    "reasons": lambda: _terms(vocabulary.REASONS, "原因"),
    "quarantine": lambda: _terms(vocabulary.QUARANTINE_CAUSES, "原因"),
    "not_text": lambda: _terms(vocabulary.NOT_TEXT, "种类"),
    "causes": lambda: _terms(vocabulary.CAUSES, "缘由"),
    "columns": lambda: _terms(vocabulary.COLUMNS, "列"),
    "kinds": kinds,
    "confidence": confidence,
}
"""Name of a table in the README → what renders it."""


def main(paths: list[str]) -> None:
    """Rewrites the tables of these files in place."""
    for path in map(Path, paths):
        path.write_text(rewrite(path.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
