"""Words for what the command line's framework refuses: a value, an option or a command that it cannot take.

The framework says it in English, in a box. Here it is a line in both languages like any other error of ours, and what to type.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Any, get_args


def said(error: Any) -> tuple[str, str]:
    """(what is wrong, what to type) of an error of the framework, 中文 / English. Told by its name: its classes are private."""
    kind, english = type(error).__name__, error.format_message().strip().rstrip(".")
    command = error.ctx.command_path if getattr(error, "ctx", None) else "yuliao"
    param = getattr(error, "param", None)
    if kind == "BadParameter" and param is not None:
        return f"{_name(param)} 的值不对 / {english}", _wanted(param)
    if kind == "MissingParameter" and param is not None:
        return f"缺少 {_name(param)} / {english}", f"{command} {_name(param)} …；{command} --help"
    if kind == "NoSuchOption":
        near = "、".join(sorted(error.possibilities or ())) or f"{command} --help"
        return f"没有选项 {error.option_name} / {english}", near
    if kind == "BadOptionUsage":
        return f"选项 {error.option_name} 的写法不对 / {english}", f"{error.option_name} VALUE；{command} --help"
    return f"命令写得不对 / {english}", f"{command} --help"


def _name(param: Any) -> str:
    options = [one for one in param.opts if one.startswith("--")] or [one for one in param.opts if one.startswith("-")]
    return str(options[0] if options else param.metavar or str(param.name).upper())


def _wanted(param: Any) -> str:
    """What may stand there, with the default as an example where there is one."""
    name, default = _name(param), param.default
    sample = f"，如 {name} {default}" if isinstance(default, int | float | str) and str(default) else ""
    told = getattr(param, "type_descriptor", None)
    return f"{_kind(getattr(told, 'annotation', None), getattr(told, 'parameter_info', None))}{sample}"


def _kind(annotation: Any, bounds: Any) -> str:
    """annotation: as the command declares the parameter. bounds: has `min` and `max`, where they were declared."""
    kinds = {annotation, *get_args(annotation)}
    if choices := [one.value for kind in kinds if isinstance(kind, type) and issubclass(kind, Enum) for one in kind]:
        return f"其中之一 / one of: {'、'.join(map(str, choices))}"
    if bool in kinds:
        return "true 或/or false"
    if Path in kinds:
        return "读得到的路径 / a path that can be read"
    if not kinds & {int, float}:
        return "见 --help / see --help"
    whole, english = ("整数", "a whole number") if int in kinds else ("数", "a number")
    low, high = getattr(bounds, "min", None), getattr(bounds, "max", None)
    if low is not None and high is not None:
        return f"{low} 到 {high} 的{whole} / {english} between {low} and {high}"
    if low is not None:
        return f"不小于 {low} 的{whole} / {english}, at least {low}"
    return f"不大于 {high} 的{whole} / {english}, at most {high}" if high is not None else f"{whole} / {english}"
