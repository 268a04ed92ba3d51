"""How far a run is, as the page tells it: its stages one below the other, each with its share and its time."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from corpora.ui import safe
from corpora.ui.words import Words
from curation.run.background import ALIVE, Status, Step

STATES = {"queued": "等待", "running": "正在运行", "done": "完成", "failed": "失败", "cancelled": "已取消"}
STAGES = {"measure": "读取 · 清洗 · 测量", "decide": "规则 · 去重 · 划分", "write": "脱敏 · 写出", "seal": "封存"}
_KINDS = {"done": "good", "failed": "bad", "cancelled": "wait"}


def stages(status: Status, words: Words) -> str:
    """HTML of the state and of every stage, those to come among them."""
    known = {one.stage: one for one in status.steps}
    lines = "".join(_stage(name, known.get(name), status, words) for name in STAGES)
    state = words(STATES[status.state], status.state)
    took = f" · {_seconds((status.ended or time.time()) - status.started, words)}" if status.started else ""
    chip = f'<span class="yl-chip {_KINDS.get(status.state, "")}">{safe.escaped(state)}</span>'
    return f'<div class="yl-steps">{chip}<small>{safe.escaped(took.strip(" ·"))}</small></div><div class="yl-stages">{lines}</div>'


def _stage(name: str, step: Step | None, status: Status, words: Words) -> str:
    done, total = (step.done, step.total) if step else (status.done, status.total) if status.phase == name else (0, 0)
    over = status.state == "done" or (step is not None and step.ended > 0)
    share = 1.0 if over else done / total if total else 0.0
    now = status.phase == name and status.state in ALIVE
    figure = _seconds(step.ended - step.started, words) if step and step.ended else f"{share:.0%}" if now else ""
    kind = "good" if over else "now" if now else ""
    return (
        f'<div class="{kind}"><span>{safe.escaped(words(STAGES[name], name))}</span>'
        f'<i><b style="width:{100 * min(share, 1):.0f}%"></b></i><small>{figure}</small></div>'
    )


def _seconds(number: float, words: Words) -> str:
    if number < 60:
        return words(f"{number:.1f} 秒", f"{number:.1f} s")
    return words(f"{number // 60:.0f} 分 {number % 60:.0f} 秒", f"{number // 60:.0f} min {number % 60:.0f} s")


def moment(seconds: float) -> str:
    """A time as the clock on the wall here shows it."""
    return time.strftime("%m-%d %H:%M", time.localtime(seconds))


def distinct(labels: Sequence[str], ids: Sequence[str]) -> list[str]:
    """Labels of which no two are the same: a choice is known by its label, and two runs may begin in one minute."""
    counted = Counter(labels)
    return [f"{label} · {id_[-6:]}" if counted[label] > 1 else label for label, id_ in zip(labels, ids, strict=True)]


def release_name(release: str) -> str | None:
    """NAME@VERSION of a sealed release, by its folder."""
    folder = Path(release)
    return f"{folder.parent.parent.name}/{folder.parent.name}@{folder.name}" if release else None
