"""Turns of a conversation and the shapes that training tools read them in (OpenAI messages, ShareGPT, Alpaca)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from corpora.errors import UsageError
from corpora.text_buffers import Leaf

Turns = list[tuple[str, str]]
"""(role, content), in order; roles are system, user, assistant, or whatever the release says."""

_ROLES = {"human": "user", "gpt": "assistant", "问": "user", "答": "assistant", "患者": "user", "医生": "assistant"}
_SHAREGPT = {"user": "human", "assistant": "gpt"}


def chat_turns(leaves: list[str]) -> Callable[[dict[str, Any]], Turns]:
    """How a row of a release with these leaves becomes turns: `messages[].content`, question + answer, or
    instruction + input + output. Raises UsageError for a release of plain texts."""
    paths = [Leaf.parse(path) for path in leaves]
    if len(paths) == 1 and paths[0].field:
        return lambda row: _from_list(row[paths[0].column] or [], str(paths[0].field))
    names = [leaf.column for leaf in paths if leaf.field is None]
    if len(names) == len(paths) and len(names) in (2, 3):
        return lambda row: _from_columns(*(row[name] or "" for name in names))
    raise UsageError(
        "这个发布没有问答或对话列 / this release has no questions and answers",
        hint="用 --format jsonl；对话格式需要 question + answer 或 messages[].content 作文本列 / use --format jsonl",
    )


def _from_list(items: list[dict[str, Any]], field: str) -> Turns:
    roles = [item.get("role") or item.get("from") for item in items]
    named = [role or ("assistant" if place % 2 else "user") for place, role in enumerate(roles)]
    return [(_ROLES.get(role, role), item[field] or "") for role, item in zip(named, items, strict=True)]


def _from_columns(*texts: str) -> Turns:
    prompt = "\n".join(text for text in texts[:-1] if text)
    return [("user", prompt), ("assistant", texts[-1])]


def messages(turns: Turns) -> dict[str, Any] | None:
    """{"messages": [{"role", "content"}]}"""
    return {"messages": [{"role": role, "content": content} for role, content in turns]} if turns else None


def sharegpt(turns: Turns) -> dict[str, Any] | None:
    """{"conversations": [{"from": "human" | "gpt" | …, "value"}]}"""
    said = [{"from": _SHAREGPT.get(role, role), "value": content} for role, content in turns]
    return {"conversations": said} if said else None


def alpaca(turns: Turns) -> dict[str, Any] | None:
    """{"instruction", "input", "output"} and, for longer talks, "history" and "system". None unless every question
    has its answer: the format can't say anything else."""
    system = [content for role, content in turns if role == "system"]
    talk = [turn for turn in turns if turn[0] != "system"]
    if not talk or [role for role, _ in talk] != ["user", "assistant"] * (len(talk) // 2):
        return None
    pairs = [[talk[i][1], talk[i + 1][1]] for i in range(0, len(talk), 2)]
    shaped: dict[str, Any] = {"instruction": pairs[-1][0], "input": "", "output": pairs[-1][1]}
    if system:
        shaped["system"] = "\n".join(system)
    if len(pairs) > 1:
        shaped["history"] = pairs[:-1]
    return shaped
