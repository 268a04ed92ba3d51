"""The scene table of STANDARDS 3.3, and the one place that decides which word a release may use of itself.

The bounds come from drafts (实施指南草案 表 4, seen as a draft only): they are a yardstick, not law, and everything that
quotes them says so. Draft bounds on ε (differential privacy) do not apply: nothing here adds noise.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Scene = Literal["部分处理", "充分处理", "完全处理"]


class Bounds(NamedTuple):
    """Persons in the smallest class, distinct sensitive values in each, distance of their distribution, and the use."""

    k: int
    l: int  # noqa: E741  the model's own name
    t: float
    use: str


SCENES: dict[Scene, Bounds] = {
    "部分处理": Bounds(5, 1, 1.0, "低敏内部"),
    "充分处理": Bounds(10, 2, 0.2, "科研、授权运营"),
    "完全处理": Bounds(50, 5, 0.05, "交易、开放"),
}
SOURCE = "标准草案（实施指南 表 4），尚非正式标准"

PLAIN = "去标识化"
BEYOND = "去标识化，且满足草案“完全处理”的数值条件"


def met(k: int, l: int | None, t: float | None) -> Scene | None:  # noqa: E741
    """The strictest scene whose numbers are reached; None for none. l and t are None where nothing sensitive is declared."""
    reached = [
        scene
        for scene, bounds in SCENES.items()
        if k >= bounds.k and (l is None or l >= bounds.l) and (t is None or t <= bounds.t)
    ]
    return reached[-1] if reached else None


def word(*, scene: Scene | None, gates_passed: bool) -> str:
    """What a treated release calls itself. Never 匿名 on its own: that also takes the management and environment of the
    guideline, which no file can show, so even the strictest scene is named by the numbers that it meets."""
    return BEYOND if scene == "完全处理" and gates_passed else PLAIN
