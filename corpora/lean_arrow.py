"""pyarrow looks for pandas at the first `pa.array`, and imports it if it is installed: 0.3 s and 60 MB in every process.

Nothing in a run needs it. `leave_pandas_out` lets pyarrow look once while pandas cannot be found; pyarrow remembers
the answer, and other libraries import pandas as usual afterwards. `Table.to_pandas` does not work in such a process.
"""

from __future__ import annotations

import sys
from typing import Any


class _NoPandas:
    """An import hook by which pandas is not installed."""

    @staticmethod
    def find_spec(name: str, *_: Any) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def leave_pandas_out() -> None:
    """Call once, early, in a process that will not use pandas through pyarrow."""
    import pyarrow as pa

    if "pandas" in sys.modules:
        return
    hook: Any = _NoPandas()
    sys.meta_path.insert(0, hook)
    try:
        pa.array([1.5])
    finally:
        sys.meta_path.remove(hook)
