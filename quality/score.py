"""A first quality score from the signals: every component can take away at most its weight, nothing can add.

    quality = Π (1 − weight × (1 − grade)),   grade = clip((value − worst) / (best − worst), 0, 1)

So the score is 1 for a document at its best in every component, monotone in each of them, and each factor says by
itself how much of the score was lost and to what. Only + − × ÷: the same bits on every machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, model_validator

from corpora.strict import Strict


class Component(Strict):
    """One column's part in the score. `worst` > `best` where less is better."""

    column: Annotated[str, Field(description="信号列 / the signal")]
    worst: Annotated[float, Field(description="到此为止扣满 / from here on the full weight is lost", allow_inf_nan=False)]
    best: Annotated[float, Field(description="到此为止不扣 / from here on nothing is lost", allow_inf_nan=False)]
    weight: Annotated[float, Field(description="最多扣去的比例 0…1 / most it can take away", ge=0.0, le=1.0)]

    @model_validator(mode="after")
    def _graded(self) -> Component:
        if self.worst == self.best:
            raise ValueError("worst 与 best 不能相同 / worst and best must differ")
        return self


COMPONENTS: tuple[Component, ...] = (
    Component(column="chinese_share", worst=0.0, best=0.5, weight=0.5),
    Component(column="characters", worst=0.0, best=40.0, weight=0.3),
    Component(column="entropy", worst=1.5, best=3.5, weight=0.4),
    Component(column="repeated_5gram_share", worst=0.9, best=0.4, weight=0.5),
    Component(column="duplicate_line_share", worst=0.6, best=0.1, weight=0.4),
    Component(column="short_line_share", worst=1.0, best=0.5, weight=0.15),
    Component(column="ended_line_share", worst=0.0, best=0.5, weight=0.15),
    Component(column="url_density", worst=0.5, best=0.02, weight=0.5),
    Component(column="symbol_density", worst=0.5, best=0.05, weight=0.4),
    Component(column="control_share", worst=0.05, best=0.0, weight=0.3),
    Component(column="replacement_share", worst=0.02, best=0.0, weight=0.7),
)


def grade(component: Component, values: NDArray[Any]) -> NDArray[np.float64]:
    """0 (worst) … 1 (best) per value; a missing value (NaN) is graded 1: what is not known costs nothing."""
    scaled = (np.asarray(values, np.float64) - component.worst) / (component.best - component.worst)
    return np.where(np.isnan(scaled), 1.0, np.clip(scaled, 0.0, 1.0))


def score(columns: Mapping[str, NDArray[Any]], components: Sequence[Component] = COMPONENTS) -> NDArray[np.float32]:
    """float32 (n) in 0…1 from the columns that the components name."""
    total = np.ones(len(next(iter(columns.values()))), np.float64)
    for component in components:
        total *= 1.0 - component.weight * (1.0 - grade(component, columns[component.column]))
    return total.astype(np.float32)
