"""Named shapes of dialogues and instructions: which fields hold text, and which travel beside it.

messages: OpenAI chat; sharegpt: `conversations` with from and value; alpaca: instruction, input, output (Stanford
Alpaca 2023); pairs: question and answer. A release keeps the shape that came in.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """text: paths of the leaves; beside: paths that a reader of the release needs to make sense of them."""

    label: str
    text: tuple[str, ...]
    beside: tuple[str, ...] = ()


SHAPES = {
    "text": Shape("单一文本", ("text",)),
    "pairs": Shape("问答对", ("question", "answer")),
    "alpaca": Shape("指令", ("instruction", "input", "output")),
    "messages": Shape("对话（messages）", ("messages[].content",), ("messages[].role",)),
    "sharegpt": Shape("对话（ShareGPT）", ("conversations[].value",), ("conversations[].from",)),
}


def recognise(paths: Collection[str]) -> str | None:
    """The shape that all of these fields make: its leaves and what stands beside them are there. None if none is."""
    for name in ("messages", "sharegpt", "alpaca", "pairs", "text"):
        shape = SHAPES[name]
        if all(path in paths for path in (*shape.text, *shape.beside)):
            return name
    return None
