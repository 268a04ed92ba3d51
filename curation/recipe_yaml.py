"""A recipe's text as plain data, with the line of every key; what YAML itself cannot read is said in plain words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import yaml

from corpora.errors import RecipeError

_ADVICE = (  # what the parser complains of → what was most likely meant
    (r"found character '\\t'", "用了制表符，缩进请用空格 / a tab character: indent with spaces"),
    (r"mapping values are not allowed", "这里不该有冒号：缩进没有对齐，或值里带冒号要加引号 / a colon is not allowed here: the"
     " indentation does not line up, or a value that holds a colon needs quotes"),
    (r"could not find expected ':'", "少了冒号：键后要用半角冒号加一个空格（不是「：」） / a key needs an ASCII colon and a space"),
    (r"expected alphabetic or numeric|undefined alias|duplicate anchor", "以 * 或 & 开头的值要加引号，如 \"*.jsonl\""
     " / quote a value that begins with * or &"),
    (r"unexpected end of stream", "引号没有配对 / a quote is not closed"),
    (r"expected ',' or '[\]}]'", "括号没有配对，或少了逗号 / a bracket is not closed, or a comma is missing"),
    (r"cannot start any token|constructor for the tag|expected URI|expected ' '", "以 @ % ! ` 开头的值要加引号"
     " / quote a value that begins with @ % ! or `"),
    (r"another document|single document", "一个文件只写一份配方，去掉 --- / one recipe a file: remove ---"),
    (r"unknown escape|escape sequence", "双引号里的反斜杠要写两个，或改用单引号"
     " / double the backslash, or use single quotes"),
    (r"expected <block end>|expected the node content|block sequence", "缩进没有对齐 / the indentation does not line up"),
)  # fmt: skip
_STARTS = re.compile(r"simple key|quoted scalar|flow (sequence|mapping)")  # the mistake is where these begin


class _Refused(yaml.constructor.ConstructorError):
    """What the parser would take and we do not: `problem` is our own message."""


class _Loader(yaml.SafeLoader):
    """SafeLoader that refuses a key written twice (YAML's last-wins hides mistakes)."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: dict[Any, int] = {}
    for place, _ in node.value:
        if not isinstance(place, yaml.ScalarNode):
            raise _refused("键要是文字 / a key has to be text", place)
        key = loader.construct_object(place, deep=True)
        if key in seen:
            raise _refused(f"键写了两次 / key written twice: {key}（第 {seen[key]} 行 / line {seen[key]}）", place)
        seen[key] = place.start_mark.line + 1
    return loader.construct_mapping(node, deep=True)


def _date(loader: _Loader, node: yaml.ScalarNode) -> Any:
    try:
        return loader.construct_yaml_timestamp(node)
    except ValueError:
        raise _refused(f"没有这一天 / no such date: {node.value}", node) from None


def _refused(said: str, node: yaml.Node) -> yaml.YAMLError:
    return _Refused(None, None, said, node.start_mark)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _date)


@dataclass(frozen=True)
class Lines:
    """Where in the file an address such as `steps.2.rules.0.column` stands."""

    node: yaml.Node | None = None

    def of(self, address: str) -> int | None:
        """1-based line of the address, or of the nearest part around it; None where there is no file."""
        node, line, rest = self.node, self.node.start_mark.line if self.node else None, address
        while node is not None and rest:
            found = _child(node, rest)
            if found is None:
                break
            node, line, rest = found
        return None if line is None else line + 1


def _child(node: yaml.Node, address: str) -> tuple[yaml.Node, int, str] | None:
    """What the first part of the address names: (node, line, the rest). Keys may hold dots: the longest one counts."""
    if isinstance(node, yaml.SequenceNode):
        number, _, rest = address.partition(".")
        item = node.value[int(number)] if number.isdigit() and int(number) < len(node.value) else None
        return None if item is None else (item, item.start_mark.line, rest)
    if not isinstance(node, yaml.MappingNode):
        return None
    named = [(k, v) for k, v in node.value if address == k.value or address.startswith(f"{k.value}.")]
    if not named:
        return None
    key, value = max(named, key=lambda pair: len(pair[0].value))
    return value, key.start_mark.line, address[len(key.value) + 1 :]


def read(text: str) -> tuple[Any, Lines]:
    """Plain data and its lines. Raises RecipeError."""
    loader = None
    try:
        loader = _Loader(text)  # reads the first characters: a control character fails here
        node = loader.get_single_node()
        return (None if node is None else loader.construct_document(node)), Lines(node)
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise RecipeError([(_line(line), "有控制字符 / a control character")], hint=HINT) from None
    except yaml.YAMLError as error:
        raise RecipeError([_mistake(error)], hint=HINT) from None
    finally:
        if loader is not None:
            loader.dispose()


HINT = "改好后用 yuliao check 再查一遍 / fix and run `yuliao check` again"


def _line(number: int) -> str:
    return f"第 {number} 行 / line {number}"


def _mistake(error: Any) -> tuple[str, str]:
    problem = str(getattr(error, "problem", None) or "")
    context, began = str(getattr(error, "context", None) or ""), getattr(error, "context_mark", None)
    mark = began if began is not None and _STARTS.search(context) else getattr(error, "problem_mark", None)
    where = _line(mark.line + 1) if mark else "?"
    if isinstance(error, _Refused):
        return where, problem
    advice = next((said for pattern, said in _ADVICE if re.search(pattern, problem)), None)
    return where, f"{advice} ({problem})" if advice else f"写法不合 YAML（{problem}） / not valid YAML ({problem})"
