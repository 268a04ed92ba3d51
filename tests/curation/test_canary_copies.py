"""How many copies a measurement makes: as many as are wanted, as far as the budget goes."""

from __future__ import annotations

import pyarrow as pa
import pytest

from curation.run.canary_copies import BUDGET, _copies
from curation.run.measuring import BYTES


@pytest.mark.parametrize(
    ("size", "wanted", "copies"),
    [(1_000, 768, 768), (BUDGET // 100, 768, 100), (BUDGET, 768, 1), (10 * BUDGET, 768, 1), (1_000, 4, 4), (0, 1, 1)],
)
def test_long_documents_get_fewer_copies(size: int, wanted: int, copies: int) -> None:
    rows = pa.record_batch({BYTES: pa.array([size] * 3, pa.int64())})
    assert _copies(rows, wanted) == copies
