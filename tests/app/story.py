"""An invented ward: notes in a GBK CSV, with identities, duplicates, junk and hostile rows."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

from tests.curation import corpus

HOSTILE = (
    "<script>document.title='hit'</script><img src=x onerror=\"document.title='hit'\">患者咳嗽三天，予以止咳化痰治疗，门诊随访。",
    '=HYPERLINK("http://example.invalid","点") 患者头晕两天，血压150/95mmHg，予以降压，嘱低盐饮食，一周后复查。',
    "患者主诉胸闷，${7*7} {{7*7}} `ls`；查体未见异常，心率78次/分，完善心电图，门诊随访，嘱其注意休息。",
)


def gbk_csv(rows: int = 160) -> bytes:
    """A table as a hospital would export it: GBK, with a header."""
    rng = random.Random(11)
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["病历号", "科室", "病程记录"])
    for number in range(rows):
        text = corpus.text(rng)
        if number % 9 == 0:
            text = f"患者王建国，联系电话1381234{number:04d}，" + text
        table.writerow([f"A{number:05d}", rng.choice(["内科", "外科"]), text])
    for number, text in enumerate(HOSTILE):
        table.writerow([f"H{number}", "内科", text])
    table.writerow(["D1", "外科", "的" * 300])
    table.writerow(["D2", "外科", "好"])
    return out.getvalue().encode("gbk", "replace")


def make(folder: Path) -> None:
    """folder/workspace with a finished and published run of folder/notes.csv."""
    from corpora.catalog import Catalog
    from corpora.workspace import Workspace
    from curation import recipe_file
    from curation.form import drafts, editing
    from curation.run import pipeline

    (folder / "notes.csv").write_bytes(gbk_csv())
    workspace = Workspace(folder / "workspace")
    draft = drafts.from_files(workspace, [folder / "notes.csv"])
    draft.write(
        draft.text.replace("  - step: strip_markup\n    markdown: false\n    latex: false\n", "")
    )  # markup is to be seen
    draft.write(editing.set_value(draft.text, "sources.0.generated", True))  # so nobody has to sign before it is published
    file = recipe_file.load(str(draft.recipe))
    report = pipeline.run(file, workspace=workspace)
    Catalog(workspace.catalog).publish(report.release)
