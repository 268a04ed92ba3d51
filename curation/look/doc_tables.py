"""The README's long tables, rendered from the code, so that they cannot drift from it.

    python -m curation.look.doc_tables README.md

rewrites every `<!-- table:NAME -->` … `<!-- /table -->` in place. Tests fail while a file differs from what this gives.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from corpora import commands as corpora_commands
from corpora import vocabulary
from corpora.sources import ENCODINGS, FORMATS
from corpora.vocabulary import Term
from curation import commands as curation_commands
from curation import recipe as model
from curation import recipe_file
from curation.look import doc_kinds
from curation.step import Step
from quality import commands as quality_commands
from quality import rules
from quality.score import COMPONENTS
from quality.signals import SIGNALS

MARK = re.compile(r"(<!-- table:([a-z_]+) -->\n).*?(<!-- /table -->)", re.S)


def rewrite(text: str) -> str:
    """`text` with every marked table as the code has it. Raises KeyError for a table that is not known."""
    return MARK.sub(lambda found: f"{found[1]}\n{TABLES[found[2]]()}\n\n{found[3]}", text)


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table; bars and line breaks inside cells are made harmless."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(value: Any) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def _code(value: Any) -> str:
    return f"`{value}`"


def _chinese(text: str) -> str:
    """The Chinese half of a bilingual text."""
    return re.split(r"\s*/ (?=[A-Za-z\"])", text)[0].strip().rstrip("。")


def _grouped(rows: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Rows that differ in their first cell only become one, in the order of their first appearance."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for first, *rest in rows:
        groups.setdefault(tuple(rest), []).append(first)
    return [(" ".join(firsts), *rest) for rest, firsts in groups.items()]


# --- command line ---------------------------------------------------------------------------------------


def _commands() -> dict[str, Any]:
    """Name → command, as the terminal has them."""
    app = typer.Typer(add_completion=False)
    for room in (curation_commands, corpora_commands, quality_commands):
        app.add_typer(room.app)
    joined: Any = typer.main.get_command(app)
    groups = {name: dict(getattr(command, "commands", {})) for name, command in joined.commands.items()}
    plain = {name: command for name, command in joined.commands.items() if not groups[name]}
    return plain | {f"{group} {name}": command for group, inside in groups.items() for name, command in inside.items()}


def commands() -> str:
    """Every command with its arguments."""
    rows = [(_code(" ".join(["yuliao", name, *_arguments(one)])), _chinese(one.help)) for name, one in _commands().items()]
    return table(["命令", "做什么"], rows)


def _arguments(command: Any) -> list[str]:
    names = [(one.metavar or one.name.upper(), one.required) for one in command.params if not one.opts[0].startswith("-")]
    return [name if required else f"[{name}]" for name, required in names]


def options() -> str:
    """Every option of every command; those that mean the same in several commands share a row."""
    rows = [
        (_code(name), _code(" ".join(one.opts)), _default_option(one), _chinese(one.help))
        for name, command in _commands().items()
        for one in command.params
        if one.opts[0].startswith("-")
    ]
    return table(["命令", "选项", "默认", "含义"], _grouped(rows))


def _default_option(option: Any) -> str:
    if option.required:
        return "必填"
    return "" if option.default is None or option.default is False or option.default == "" else _code(option.default)


# --- recipe ---------------------------------------------------------------------------------------------


def recipes() -> str:
    """The shipped recipes."""
    files = [(name, recipe_file.load(name).recipe) for name in recipe_file.shipped()]
    rows = [(_code(name), one.title, "、".join(map(_code, one.text)), f"{len(one.sources)}") for name, one in files]
    return table(["配方", "自带数据", "文本列", "来源数"], rows)


PARTS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("", model.Recipe),
    ("sources[].", model.Source),
    ("sources[].rights.", model.Rights),
    ("columns.<列名>.", model.Column),
    ("splits.", model.Splits),
    ("splits.holdout.", model.Holdout),
)
"""Parts of a recipe and how their keys are addressed; steps have tables of their own."""


def recipe() -> str:
    """Every key of a recipe but the steps' settings."""
    return table(["键", "取值", "默认", "含义"], [row for prefix, part in PARTS for row in _fields(prefix, part)])


def settings() -> str:
    """Every setting of every step, shared ones in one row; then the keys of rules and of score components."""
    rows = [
        (_code(name), *row)
        for name, step in model.steps_by_name().items()
        for row in _fields("", step, skip=("step", "name"))
    ]
    rows += [("每一步", *row) for row in _fields("", Step)]
    rows += [(_code("filter"), *row) for row in _fields("rules[].", rules.Rule)]
    rows += [(_code("score"), *row) for row in _fields("components[].", type(COMPONENTS[0]))]
    return table(["步骤", "设置", "取值", "默认", "含义"], _grouped(rows))


def _fields(prefix: str, part: type[BaseModel], skip: Sequence[str] = ()) -> Iterator[tuple[str, ...]]:
    known = {"format": FORMATS, "encoding": ENCODINGS} if part is model.Source else {}
    for key, one in part.model_fields.items():
        if key not in skip:
            kind = " ".join(map(_code, known[key])) if key in known else _kind(one.annotation)
            yield _code(prefix + (one.alias or key)), kind, _default(one), _about(one)


def _about(field: FieldInfo) -> str:
    return _chinese(field.description or "")


_KINDS = {str: "文字", int: "整数", float: "数", bool: "true / false"}


def _kind(annotation: Any) -> str:
    """What may stand there, in words."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " ".join(map(_code, inner))
    if origin is list:
        return _listed(inner[0])
    if origin is dict:
        return "键值表"
    if inner:  # a union with None, or Annotated
        return _kind(next(one for one in inner if one is not type(None)))
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "键值表"
    return _KINDS.get(annotation, "日期")


def _listed(item: Any) -> str:
    return "列表" if _kind(item) in ("文字", "键值表") else f"列表：{_kind(item)}"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "必填"
    value = field.get_default(call_default_factory=True)
    if isinstance(value, BaseModel) or value == list(COMPONENTS):
        return "见后"
    if value in (None, "", [], {}):
        return ""
    return _code(str(value).lower() if isinstance(value, bool) else _plain(value))


def _plain(value: Any) -> str:
    return "[" + ", ".join(map(str, value)) + "]" if isinstance(value, list) else str(value)


# --- terms ----------------------------------------------------------------------------------------------


def phases() -> str:
    """The phases of a run."""
    return _terms(vocabulary.PHASES, "阶段")


def steps() -> str:
    """Every step of the union, in its order."""
    rows = [
        (_code(name), vocabulary.STEPS[name].label, vocabulary.PHASES[step.phase].label, vocabulary.STEPS[name].meaning)
        for name, step in model.steps_by_name().items()
    ]
    return table(["步骤", "名称", "阶段", "做什么"], rows)


def _terms(terms: dict[str, Term], key: str) -> str:
    return table([key, "名称", "含义"], [(_code(name), term.label, term.meaning) for name, term in terms.items()])


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
    return _code(rule.key(low)), rules.label(rule, low), f"`{rule.column}` {bound}", where


def components() -> str:
    """The default parts of the quality score."""
    rows = [(_code(one.column), f"{one.best:g}", f"{one.worst:g}", f"{one.weight:.0%}") for one in COMPONENTS]
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
