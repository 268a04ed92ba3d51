"""Downloads: what counts as one, and that a database of before is counted once."""

from __future__ import annotations

from typing import Any

import pytest

from corpora.catalog.database import Database
from corpora.catalog.people import People
from corpora.catalog.tables import tables

DATA = {"what": "download", "corpus": "nb/notes", "path": "data/train.parquet", "result": 200, "bytes": 9}


@pytest.mark.parametrize(
    ("change", "counts", "why"),
    [
        ({}, 1, "a whole data file"),
        ({"path": "表/a.csv"}, 1, "whatever its format"),
        ({"result": 206}, 0, "a range: a stream or a resumed download asks for many"),
        ({"path": "README.md"}, 0, "only describes it"),
        ({"path": "release.json"}, 0, "only describes it"),
        ({"what": "download_broken", "result": "broken"}, 0, "the end of one that was counted"),
        ({"what": "preview"}, 0, "rows on the page"),
        ({"corpus": "nb/other"}, 0, "another dataset"),
    ],
)
def test_what_counts(people: People, change: dict[str, Any], counts: int, why: str) -> None:
    people.count_downloads([{**DATA, **change}])
    assert people.downloads.of(["nb/notes"]) == ({"nb/notes": counts} if counts else {}), why


def test_many_at_once_and_one_after_the_other(people: People) -> None:
    people.count_downloads([DATA, DATA, {**DATA, "corpus": "nb/b"}])
    people.count_downloads([DATA])
    assert people.downloads.of(["nb/notes", "nb/b", "nb/c"]) == {"nb/notes": 3, "nb/b": 1}
    with pytest.raises(TypeError):
        people.count_downloads([DATA, {**DATA, "seq": 1}])
    assert people.downloads.of(["nb/notes"]) == {"nb/notes": 3}, "all or none, as the log"


def test_a_database_of_before_is_counted_from_its_log(database: Database) -> None:
    people = People(database)
    assert people.downloads.of(["nb/notes"]) == {} and people.downloads.of([]) == {}
    people.count_downloads([DATA] * 3)
    with database.noting() as connection:
        tables().downloads.drop(connection)
    database.close()
    again = People(Database(database._address or str(database.folder)))
    for _ in range(2):
        assert again.downloads.of(["nb/notes"]) == {"nb/notes": 3}
    again.database.close()
