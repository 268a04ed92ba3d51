"""A row's passport for the pages: its treated text with every finding, each edit before and after, its duplicates beside the
survivor, marks, people's decisions. What was replaced is shown only on demand (`raw`); so is what an edit touched of it."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np

from corpora import schema
from corpora.errors import UsageError
from curation.look import peeking, row_ids
from curation.look.replay import Edit, Replay, Replayer
from curation.run.measuring import CONTENT_KEY
from curation.treat.labels import label

if TYPE_CHECKING:
    from curation.look.rows import Rows

BESIDE = 20  # duplicates that are shown with their text; all of them are counted


def of(rows: Rows, id: str, *, raw: bool = False) -> dict[str, Any]:  # noqa: A002
    """{id, row, content_key, fate, origin, text, edits, duplicates, decisions, signals, columns}.

    text: [{leaf, item, text, spans: [{start, end, kind, label}]}], treated, spans in code points; with `raw` also `before`.
    edits: [{step, leaf, cause, before, after, hidden}]; hidden ones have lengths instead of texts.
    Raises UsageError for an id that no row has, IntegrityError where the source no longer gives the row.
    """
    run = peeking.Run(Replayer(rows.state, rows.workspace), rows.decided, rows.workspace)
    number = find(rows, id)
    replay = run.replayer.row(number)
    story = peeking.story(run, number, replay)
    treats = bool(rows.recipe.of_phase("treat"))
    own = {step.key for step in rows.recipe.of_phase("treat")} | {"treat"}
    secrets = [_bare(one) for one in replay.secrets] if treats and not raw else []
    return {
        "id": story["id"], "row": number, "content_key": content_key(rows, number), "fate": story["fate"],
        "origin": {name: value for name, value in story["origin"].items() if raw or name != "file"}, "text": _texts(rows, replay, raw=raw),
        "edits": [_edit(edit, secrets, hide=treats and not raw and edit.step in own) for edit in replay.edits],
        "duplicates": _duplicates(rows, number), "decisions": story["decisions"],
        "signals": story["signals"], "columns": story["columns"],
    }  # fmt: skip


def find(rows: Rows, id: str) -> int:  # noqa: A002
    """Number of the row with this public id, or with the only one that begins so. Raises UsageError."""
    ids = rows.renamed.over(rows.rows.binary(schema.ID))
    if len(id) == 32 and set(id) <= set("0123456789abcdef"):  # one comparison instead of one a digit
        wanted = np.frombuffer(bytes.fromhex(id), np.uint64)
        at = np.flatnonzero((np.ascontiguousarray(ids).view(np.uint64) == wanted).all(axis=1))
        if not len(at):
            raise UsageError(f"没有编号为 {id} 的行 / no row has this id", hint="在行的表里找 / look in the table of rows")
        kept = at[rows.decided.kept[at]]
        return int(kept[0] if len(kept) else at[0])
    return row_ids.find(ids, rows.decided.kept, id)


def content_key(rows: Rows, number: int) -> str:
    """What a decision about the row has to carry: 32 hex digits."""
    row = rows.rows.take(np.array([number], np.int64), [CONTENT_KEY]).to_pylist()[0]
    return str(row[CONTENT_KEY].hex())


def _texts(rows: Rows, replay: Replay, *, raw: bool) -> list[dict[str, Any]]:
    found = []
    for (leaf, item), before, after in zip(replay.places, replay.before, replay.after, strict=True):
        spans = [
            {"start": s["start"], "end": s["end"], "kind": s["kind"], "label": label(s["kind"], s["subtype"])}
            for s in replay.spans
            if (s["leaf"], s["item"]) == (leaf, item)
        ]
        one = {"leaf": rows.recipe.leaves[leaf].path, "item": item, "text": after, "spans": spans}
        found.append(one | ({"before": before} if raw else {}))
    return found


def _edit(edit: Edit, secrets: list[str], *, hide: bool) -> dict[str, Any]:
    said = {"step": edit.step, "leaf": edit.leaf, "cause": edit.cause, "removed": len(edit.old), "added": len(edit.new)}
    if hide:  # what replaced a finding is public, what it was is not
        return said | {"before": None, "after": edit.new, "hidden": True}
    if any(_touches(_bare(side), secret) for side in (edit.old, edit.new) for secret in secrets):
        return said | {"before": None, "after": None, "hidden": True}
    return said | {"before": edit.old, "after": edit.new, "hidden": False}


def _bare(text: str) -> str:
    """Letters and digits alone, in their plain form: an edit may be what changed the rest."""
    return "".join(char for char in unicodedata.normalize("NFKC", text) if char.isalnum()).lower()


def _touches(side: str, secret: str) -> bool:
    """Whether they share so much that one could tell of the other: two characters of a short secret, three of a longer one,
    or everything where the edit is shorter than that. Errs on the side of hiding."""
    if not side or not secret:
        return False
    width = min(len(secret), 2 if len(secret) <= 4 else 3)
    if len(side) < width:
        return side in secret
    return any(side[at : at + width] in secret for at in range(len(side) - width + 1))


def _duplicates(rows: Rows, number: int) -> dict[str, Any]:
    """The group: its survivor and up to BESIDE others, treated; `rows` counts all of them, this one among them."""
    survivor = int(rows.decided.survivor[number])
    group = np.flatnonzero(rows.decided.survivor == survivor)
    others = group[(group != survivor)][:BESIDE]
    shown = np.concatenate([[survivor], others]).astype(np.int64) if len(group) > 1 else np.zeros(0, np.int64)
    texts = rows.treated.fetch(np.sort(shown))
    told = dict(zip(np.sort(shown).tolist(), zip(rows.ids(np.sort(shown)), texts, strict=True), strict=True))
    listed = [{"id": told[row][0], "row": row, "survivor": row == survivor, "texts": told[row][1]} for row in shown.tolist()]
    return {"rows": len(group), "survivor": survivor == number, "shown": listed}
