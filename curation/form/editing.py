"""Changes one value of a recipe's YAML in place: comments, order and everything else stay as they were written."""

from __future__ import annotations

from typing import Any

import yaml

from corpora.errors import RecipeError
from curation import recipe_yaml


def value_at(data: Any, address: str) -> Any:
    """What stands at `steps.2.rules.0.at_least` of plain data; None where nothing does."""
    for part in address.split("."):
        if isinstance(data, list) and part.isdigit() and int(part) < len(data):
            data = data[int(part)]
        elif isinstance(data, dict) and part in data:
            data = data[part]
        else:
            return None
    return data


def set_value(text: str, address: str, value: Any) -> str:
    """The text with this value at this address: replaced where one stands, else added as a key of what is around it.

    Raises RecipeError when nothing is around it, or the text is no YAML.
    """
    node = recipe_yaml.read(text)[1].node
    parent, _, key = address.rpartition(".")
    around = _find(node, parent)
    here = _find(node, address)
    if here is not None and here.end_mark.index > here.start_mark.index:
        start = here.start_mark.index
        end = start + len(text[start : here.end_mark.index].rstrip())
        return text[:start] + written(value) + text[end:]
    if not isinstance(around, yaml.MappingNode) or not around.value:
        raise RecipeError(
            [(address, "这里没有可改的键 / there is nothing to change here")], hint="在 YAML 里写 / write it in YAML"
        )
    if here is not None:  # an empty value, such as `title:`
        return text[: here.start_mark.index].rstrip(" ") + " " + written(value) + text[here.start_mark.index :]
    if around.flow_style:
        at = around.end_mark.index - 1
        return text[:at].rstrip() + f", {key}: {written(value)}" + text[at:]
    return _added(text, around, key, value)


def _added(text: str, around: yaml.MappingNode, key: str, value: Any) -> str:
    """A new line behind the mapping's first key."""
    first, second = around.value[0]
    end = text.find("\n", max(first.end_mark.index, second.start_mark.index))
    if not isinstance(second, yaml.ScalarNode):  # its value goes on for lines: the new key comes before it
        start = text.rfind("\n", 0, first.start_mark.index) + 1
        lead = text[start : first.start_mark.index]
        return text[:start] + f"{lead}{key}: {written(value)}\n{' ' * len(lead)}" + text[first.start_mark.index :]
    line = f"{' ' * first.start_mark.column}{key}: {written(value)}\n"
    return text + ("" if text.endswith("\n") else "\n") + line if end < 0 else text[: end + 1] + line + text[end + 1 :]


def written(value: Any) -> str:
    """A value as YAML on one line."""
    said = yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10**9)
    return said.removesuffix("\n").removesuffix("...").removesuffix("\n")


def _find(node: yaml.Node | None, address: str) -> yaml.Node | None:
    for part in address.split(".") if address else ():
        if isinstance(node, yaml.SequenceNode) and part.isdigit() and int(part) < len(node.value):
            node = node.value[int(part)]
        elif isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == part), None)
        else:
            return None
    return node
