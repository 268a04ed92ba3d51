"""`yuliao init` on real folders of ../shared/data (skipped where they are not there): the draft runs as written.

Some files of each folder are copied, so that the test stays short; nothing of them is shown or kept.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from corpora.errors import UsageError
from corpora.workspace import Workspace
from curation import recipe_file
from curation.look import starting
from curation.recipe import own_columns
from curation.run import pipeline

DATA = Path(__file__).parents[3] / "shared" / "data"
FOLDERS = [  # folder, most files, most bytes of a file, industry
    ("medical/med_dialogue_toyhom", 2, 9 << 20, "医疗"),
    ("medical/med_textbooks_tex", 6, 200 << 10, "医疗"),
    ("medical/tcm_ancient_books", 2, 40 << 10, None),
    ("manufacturing/cnc_manuals_gsk", 24, 200 << 10, "制造"),
    ("manufacturing/cnc_manuals_gsk_txt", 12, 99 << 10, "制造"),
    ("manufacturing/inverter_manuals_md", 20, 99 << 10, "制造"),
    ("manufacturing/ekuiper_docs_zh", 20, 99 << 10, None),
    ("general/csl_papers", 2, 99 << 10, "通用"),
    ("general/fudan_news", 10, 30 << 10, "通用"),
    ("general/gne_html", 6, 99 << 10, "通用"),
    ("general/laws_cn", 20, 99 << 10, "通用"),
    ("encodings/charset_fixtures", 20, 99 << 10, "通用"),
]
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the data beside the project is not here")


def some_of(folder: str, most: int, size: int, to: Path) -> Path:
    """A copy of some files of a folder, evenly from all of them, with their places."""
    files = sorted(path for path in (DATA / folder).rglob("*") if path.is_file() and 0 < path.stat().st_size <= size)
    for path in files[:: -(-len(files) // most)]:
        target = to / Path(folder).name / path.relative_to(DATA / folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return to / Path(folder).name


@pytest.mark.parametrize(("folder", "most", "size", "industry"), FOLDERS, ids=[case[0] for case in FOLDERS])
def test_the_draft_of_a_real_folder_runs(
    folder: str, most: int, size: int, industry: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not (DATA / folder).is_dir():
        pytest.skip(f"{folder} is not here")
    monkeypatch.setenv("YULIAO_HOME", str(tmp_path / "home"))
    data = some_of(folder, most, size, tmp_path)
    files = sum(len(names) for _, _, names in os.walk(data))
    start, target = starting.look([str(data)]), starting.beside([str(data)])
    starting.write(start, target)
    recipe = recipe_file.load(str(target))
    assert sum(source.files for source in start.sources) + sum(start.left.values()) == start.files == files
    assert industry in (None, start.industry)
    people = {one.name for one in start.columns if one.kind}
    assert not people & {column.source or name for name, column in own_columns(recipe.recipe)}
    ledger = pipeline.run(recipe, workspace=Workspace(), out=tmp_path / "out").ledger
    assert ledger.gap == 0 and ledger.kept and ledger.read >= sum(source.files for source in start.sources)


def test_records_whose_words_lie_too_deep_are_refused(tmp_path: Path) -> None:
    if not (DATA / "manufacturing/industry_fault_ner").is_dir():
        pytest.skip("the folder is not here")
    with pytest.raises(UsageError):  # lists of single characters: no string is a text
        starting.look([str(DATA / "manufacturing/industry_fault_ner")])
