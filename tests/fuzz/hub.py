"""Schemathesis against a real server for as long as one likes: `make fuzz-hub SECONDS=600 SEED=1`.

A round is one seed over every operation and every kind of visitor, on a fresh catalog, which has to be sound afterwards. What
disagrees is kept as .bench/fuzz/hub/N.failure, one of each kind; the command then exits 1.
"""

from __future__ import annotations

import hashlib
import itertools
import shutil
import sys
import tempfile
import time
from pathlib import Path

from tests.corpora.hub.openapi_fuzz import OPERATIONS, Visitor, filled, sound, tried
from tests.corpora.hub.openapi_fuzz import VISITORS as OTHERS
from tests.corpora.served import serving

PLACE = Path(".bench/fuzz/hub")
VISITORS = (*OTHERS, "zhao")
"""The suite's, and an officer."""
_EXAMPLES = 25


def main(seconds: int, seed: int = 1) -> int:
    """Rounds until the time is up; at least one run."""
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    end, runs, found = time.monotonic() + seconds, 0, set[str]()
    for number in itertools.count(seed):
        runs += _round(number, end, found)
        print(f"seed {number}: {runs} runs, {len(found)} kinds of failure", flush=True)
        if time.monotonic() > end:
            return 1 if found else 0
    raise AssertionError("never comes here")


def _round(seed: int, end: float, found: set[str]) -> int:
    """How many operations were tried, each by one visitor."""
    runs = 0
    with tempfile.TemporaryDirectory() as folder:
        catalog, tokens = filled(Path(folder, "catalog"), Path(folder))
        with serving(catalog, tokens=tokens) as served:
            for name, who in itertools.product(OPERATIONS, VISITORS):
                runs += 1
                try:
                    tried(Visitor(served, who), name, examples=_EXAMPLES, seed=seed)
                except Exception as error:  # noqa: BLE001  whatever it is, that is what is looked for
                    _keep(f"{name} ({who or 'nobody'}, seed {seed})", name, error, found)
                if time.monotonic() > end:
                    break
        try:
            sound(catalog)
        except AssertionError as error:
            _keep(f"the catalog after seed {seed}", "catalog", error, found)
    return runs


def _keep(title: str, name: str, error: Exception, found: set[str]) -> None:
    kind = hashlib.sha256(f"{name} {str(error)[:120]}".encode()).hexdigest()[:12]
    if kind not in found:
        found.add(kind)
        text = f"{title}\n{type(error).__name__}: {error}\n"
        (PLACE / f"{kind}.failure").write_text(text, "utf-8", "replace")
        print(f"  {PLACE / kind}.failure: {title}: {str(error).splitlines()[0][:200]}", flush=True)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
