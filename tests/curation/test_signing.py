"""The release page says whether the officer has signed."""

import pytest

from corpora import gates
from curation.release_desk import checklist


@pytest.mark.parametrize(("vouched", "said", "state"), [
    ([], "待签字", "wait"),
    ([{"kind": "signature", "counts": {gates.LOW: 1}}], "待签字", "wait"),  # signed for another count
    ([{"kind": "signature", "counts": {gates.LOW: 2}}], "已签字", "good"),
])  # fmt: skip
def test_the_line_says_what_is_signed(vouched, said, state):
    manifest = {"corpus": "demo", "version": "1", "metrics": {gates.LOW: 2}}
    (line,) = checklist._gates(manifest, vouched, lambda chinese, english: chinese)  # type: ignore[arg-type]
    assert line.said.endswith(said) and line.state == state
