"""Give every row a first `quality` between 0 and 1 from its signals (quality.score says how)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import pyarrow as pa
from pydantic import Field

from corpora.schema import QUALITY
from curation.step import Context, Phase, Step, Work
from quality.score import COMPONENTS, Component, score


class Score(Step):
    """Quality from signals: each component takes away at most its weight."""

    phase: ClassVar[Phase] = "measure"
    step: Literal["score"] = "score"
    components: Annotated[
        list[Component], Field(description="各项的列、最差值、最好值与权重 / columns, bounds and weights", min_length=1)
    ] = list(COMPONENTS)

    def needs(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(component.column for component in self.components))

    def adds(self) -> tuple[pa.Field, ...]:
        return (pa.field(QUALITY, pa.float32(), False),)

    def start(self, context: Context) -> Work:
        def work(batch: pa.RecordBatch) -> pa.RecordBatch:
            columns = {name: batch.column(name).to_numpy(zero_copy_only=False) for name in self.needs()}
            return batch.append_column(self.adds()[0], pa.array(score(columns, self.components)))

        return work
