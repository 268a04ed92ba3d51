"""From files to a release, everything that is treated at once: planted identities are gone, and a second scan finds nothing.

The samples are synthetic; their truth says where every identity stands and how it is written.
"""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from corpora.text_buffers import texts
from corpora.workspace import Workspace
from curation import recipe_file
from curation.run import pipeline
from quality import pii
from quality.samples import sample

CASES = [
    ("healthcare", "outpatient.jsonl", "病历正文", "记录号"),
    ("manufacturing", "maintenance.jsonl", "维修记录", "工单号"),
]
CHECKED = {"resident_id", "mobile", "email", "bank_card", "uscc", "plate", "landline", "name", "address"}


@pytest.fixture(params=CASES, ids=[case[0] for case in CASES], scope="module")
def released(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], list[str]]:
    """(texts of the release and of the rejected rows, planted values as they were written)."""
    domain, name, text, key = request.param
    folder = tmp_path_factory.mktemp(domain)
    sample(domain, rows=500, seed=31, out=folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YULIAO_HOME", str(folder / "home"))
        file = recipe_file.override(
            recipe_file.load(domain), inputs=[str(folder / domain / name)], text=[text], id=key, subject=None
        )
        report = pipeline.run(file, workspace=Workspace(), out=folder / "out")
    tables = [path for split in report.release.splits for path in report.release.tables("default", split)]
    rows = [
        row for path in [*tables, *(report.work / "rejected").glob("*.parquet")] for row in pq.read_table(path).to_pylist()
    ]
    truth = [json.loads(line) for line in (folder / domain / "truth.jsonl").read_text("utf-8").splitlines()]
    planted = [one["value"] for row in truth if row["file"] == name and "broken" not in row
               for one in row["identities"] if one["kind"] in CHECKED and len(one["value"]) > 2]  # fmt: skip
    return [row[text] for row in rows], planted


def test_planted_identities_cannot_be_read(released: tuple[list[str], list[str]]) -> None:
    """At most one in two hundred, and none whose check digit or allocation gives it away."""
    everything = "\n".join(released[0])
    left = [value for value in released[1] if value in everything]
    assert len(released[1]) > 100
    assert len(left) <= len(released[1]) / 200
    assert not [value for value in left if value.isascii()]


def test_a_second_scan_finds_nothing_sure(released: tuple[list[str], list[str]]) -> None:
    found = pii.find(texts(pa.array(released[0], pa.large_string())))
    assert int((found.confidence >= pii.MEDIUM).sum()) == 0


def test_values_and_units_are_still_there(released: tuple[list[str], list[str]]) -> None:
    everything = "\n".join(released[0])
    assert any(unit in everything for unit in ("mmHg", "℃", "MPa", "mm"))
