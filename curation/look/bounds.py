"""Bounds of rules that people moved: what the recipe becomes, and its YAML with the comments that it had."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any

import numpy as np
import yaml

from corpora.errors import UsageError
from curation import recipe_yaml
from curation.recipe import Recipe
from curation.recipe_file import parse
from quality.rules import Rule, preset

Key = tuple[str, str]
"""(key of the step, reason)."""

Bounds = Mapping[Key, tuple[float | None, float | None]]
"""Key → (at_least, at_most); None for a side that the rule does not have."""

SIDES = ("at_least", "at_most")


def sides(rule: Rule, reason: str) -> tuple[bool, bool]:
    """Whether (at_least, at_most) of the rule drop for this reason."""
    low, high = rule.at_least is not None, rule.at_most is not None
    return low and rule.key(low=True) == reason, high and rule.key(low=False) == reason


def rules_of(step: Any) -> list[tuple[Rule, str]]:
    """Every rule of a step with each of its reasons, in the order in which they give the reason."""
    found = []
    for rule in step.all_rules:
        keys = [rule.key(low=low) for low, bound in ((True, rule.at_least), (False, rule.at_most)) if bound is not None]
        found += [(rule, reason) for reason in dict.fromkeys(keys)]
    return found


def moved(recipe: Recipe, bounds: Bounds) -> Recipe:
    """The recipe with these bounds. A rule of the preset becomes one of the recipe's own, before those it has.

    Raises UsageError for a rule that is not there, and for a bound on a side that the rule leaves open.
    """
    judges = [step for step in recipe.of_phase("decide") if hasattr(step, "marks")]
    if strange := set(bounds) - {(step.key, reason) for step in judges for _, reason in rules_of(step)}:
        name, reason = sorted(strange)[0]
        raise UsageError(
            f"配方没有规则 {name}·{reason} / the recipe has no such rule", hint="以 rules() 所列为准 / see rules()"
        )
    steps: list[Any] = []
    for step in recipe.steps:
        mine = {reason: pair for (key, reason), pair in bounds.items() if key == step.key}
        steps.append(_moved(step, mine) if mine else step)
    return recipe.model_copy(update={"steps": steps})


def _moved(step: Any, mine: Mapping[str, tuple[float | None, float | None]]) -> Any:
    todo = dict(mine)
    own = [_changed(rule, todo) for rule in step.rules]
    columns = {rule.column for rule in step.rules}
    shipped = [rule for rule in preset(step.preset) if rule.column not in columns]
    new = [_changed(rule, todo) for rule in shipped]
    touched = {rule.column for rule, old in zip(new, shipped, strict=True) if rule is not old}
    return step.model_copy(update={"rules": [*(rule for rule in new if rule.column in touched), *own]})


def _changed(rule: Rule, todo: dict[str, tuple[float | None, float | None]]) -> Rule:
    """The rule with the bounds of its reasons in `todo`, which are taken out of it: of two rules with one reason the first."""
    said = rule.model_dump()
    for reason in dict.fromkeys((rule.key(low=True), rule.key(low=False))):
        covered = sides(rule, reason)
        if reason in todo and any(covered):
            for side, has, value in zip(SIDES, covered, todo.pop(reason), strict=True):
                if value is not None and not has:
                    raise UsageError(
                        f"规则 {reason} 没有 {side} / the rule has no {side}", hint="在配方里写上 / write it in the recipe"
                    )
                if has:
                    said[side] = value
    if said == rule.model_dump():
        return rule
    try:
        return Rule(**said)
    except ValueError:
        raise UsageError(
            f"{rule.column} 的界限不成规则 / no rule: {said['at_least']} … {said['at_most']}",
            hint="至少留一边，且下限不高于上限 / keep one side, the lower not above the upper",
        ) from None


def edited(text: str, bounds: Bounds) -> str:
    """The recipe's YAML with these bounds, comments and everything else as it was.

    Raises UsageError where the text cannot be edited safely: then nothing is changed.
    """
    before = parse(recipe_yaml.read(text)[0])
    after = moved(before, bounds)
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    cuts: list[tuple[int, int, str]] = []
    nodes = _get(root, "steps").value
    for node, old, new in zip(nodes, before.steps, after.steps, strict=True):
        if new is not old:
            cuts += _cuts(text, node, old, new)
    newline = "\r\n" if "\r\n" in text else "\n"
    for start, end, piece in sorted(cuts, reverse=True):
        text = text[:start] + piece.replace("\n", newline) + text[end:]
    if parse(recipe_yaml.read(text)[0]) != after:
        raise UsageError(
            "这份配方的写法不能自动改 / this recipe cannot be edited by itself", hint="照着对比手工改 / change it by hand"
        )
    return text


def unified(old: str, new: str, name: str) -> str:
    """What changes, as a unified diff; "" for nothing."""
    before, after = (one.splitlines(keepends=True) for one in (old, new))
    return "".join(difflib.unified_diff(before, after, fromfile=name, tofile=name))


def _cuts(text: str, node: Any, old: Any, new: Any) -> list[tuple[int, int, str]]:
    """(start, end, replacement) for one step: numbers of its own rules, and preset rules that it now writes itself."""
    listed, found = _get(node, "rules"), []
    fresh = len(new.rules) - len(old.rules)
    for place, (was, now) in enumerate(zip(old.rules, new.rules[fresh:], strict=True)):
        for side in SIDES:
            if getattr(was, side) != getattr(now, side):
                value = _get(listed.value[place], side)
                found.append((value.start_mark.index, value.end_mark.index, _number(getattr(now, side))))
    if fresh:
        found.append(_insert(text, node, listed, [_flow(rule) for rule in new.rules[:fresh]]))
    return found


def _insert(text: str, node: Any, listed: Any, rules: list[str]) -> tuple[int, int, str]:
    """New rules at the head of the step's list, which is begun where there is none. The list may be written either way."""
    if listed is not None and listed.flow_style:
        at = listed.start_mark.index + 1
        return at, at, ", ".join(rules) + (", " if listed.value else "")
    if listed is not None and listed.value:
        first = listed.start_mark
        at = first.index - first.column
        return at, at, "".join(f"{' ' * first.column}- {rule}\n" for rule in rules)
    if node.flow_style:
        at = node.end_mark.index - 1
        return at, at, f", rules: [{', '.join(rules)}]"
    key, value = next(pair for pair in node.value if pair[0].value == "step")
    end = text.find("\n", value.end_mark.index)
    at, head = (len(text), "\n") if end < 0 else (end + 1, "")
    indent = " " * key.start_mark.column
    return at, at, head + f"{indent}rules:\n" + "".join(f"{indent}  - {rule}\n" for rule in rules)


def _flow(rule: Rule) -> str:
    said = {name: value for name, value in rule.model_dump().items() if value is not None}
    return "{" + ", ".join(f"{k}: {_number(v) if k in SIDES else _plain(v)}" for k, v in said.items()) + "}"


def _plain(word: str) -> str:
    return yaml.safe_dump(word, allow_unicode=True, default_flow_style=True, width=10**6).removesuffix("\n...\n").strip()


def _number(value: float | None) -> str:
    """Digits that read back as the same number; YAML takes 1e-05 for text."""
    return "null" if value is None else np.format_float_positional(value, trim="-")


def _get(node: Any, key: str) -> Any:
    return next((value for name, value in node.value if name.value == key), None)
