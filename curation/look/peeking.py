"""Looking at rows: `peek` draws a seeded before/after sample, `explain` tells one row's whole story."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corpora import schema, vocabulary
from corpora.decisions import Log
from corpora.errors import UsageError
from corpora.hashing import keyed_hashes
from corpora.names import suggest
from corpora.text_buffers import Texts
from corpora.workspace import Workspace
from curation.look import row_ids
from curation.look.replay import Edit, Replay, Replayer, find_state
from curation.recipe import own_columns
from curation.run.deciding import KEPT, Decided
from curation.run.measuring import BYTES, CONTENT_KEY
from curation.run.renaming import Renamed
from curation.run.splits import NAMES
from curation.run.treating import whole_kind
from curation.treat.labels import label

PRIVATE = {*schema.ORIGIN.names, schema.SPANS, schema.SUBJECT, CONTENT_KEY, BYTES}
MANY = 20  # duplicates that `explain` lists; it counts all of them


@dataclass(frozen=True)
class Peeked:
    """One row to eyeball: raw text, text as released (or as it would be), and what became of it."""

    id: str
    source: str
    step: str
    reason: str
    before: str
    after: str
    spans: list[tuple[int, int, str]]  # of `after`, in code points

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def marked(self) -> Any:
        """`after` as rich text, replaced findings highlighted."""
        from rich.text import Text

        text = Text("后 ").append(self.after)
        for start, end, _ in self.spans:
            text.stylize("bold black on yellow", start + 2, end + 2)
        return text


@dataclass(frozen=True)
class Run:
    """A finished run, opened for looking."""

    replayer: Replayer
    decided: Decided
    workspace: Workspace

    @classmethod
    def open(cls, target: str) -> Run:
        workspace = Workspace()
        state = find_state(target, workspace)
        decided = Decided.load(state.here)
        if decided is None:
            raise UsageError("运行没有完成 / the run is not finished", hint="重新运行 / run again")
        return cls(Replayer(state, workspace), decided, workspace)

    @property
    def ids(self) -> NDArray[np.uint8]:
        return Renamed.load(self.replayer.state.here).over(self.replayer.rows.binary(schema.ID))


def peek(target: str, *, step: str | None, reason: str | None, n: int, seed: int) -> list[Peeked]:
    """A seeded sample of n rows: kept and dropped ones, or those that `step` changed or dropped, or of one `reason`."""
    run = Run.open(target)
    order, looks_for_edits = _candidates(run, step, reason, seed)
    found: list[Peeked] = []
    for number in order.tolist():
        replay = run.replayer.row(number)
        if not looks_for_edits or any(edit.step == step for edit in replay.edits) or _treats(run, str(step), replay):
            found.append(_peeked(run, number, replay))
        if len(found) == n:
            break
    return found


def _candidates(run: Run, step: str | None, reason: str | None, seed: int) -> tuple[NDArray[np.int64], bool]:
    """Rows in seeded order, and whether only a replay can tell if `step` touched them."""
    chosen: NDArray[np.bool_] = np.ones(len(run.decided.drop), bool)
    reasons = run.decided.reasons
    if reason in vocabulary.QUARANTINE_CAUSES and reason not in {name for _, name in reasons}:
        raise UsageError(
            f"{reason} 是隔离的原因，隔离的记录没有成为行 / a cause of quarantine: such records never became rows",
            hint=f"yuliao quarantine {run.replayer.state.here} --cause {reason}",
        )
    if reason is not None:
        chosen = np.isin(run.decided.drop, [i for i, (_, name) in enumerate(reasons) if name == reason])
        _refuse_unknown("原因 / reason", reason, {name for _, name in reasons}, bool(chosen.any()))
    recipe = run.replayer.recipe
    edits = step in {s.key for phase in ("rewrite", "treat") for s in recipe.of_phase(phase)}
    if step is not None and not edits:
        chosen &= np.isin(run.decided.drop, [i for i, (name, _) in enumerate(reasons) if name == step])
        _refuse_unknown("步骤 / step", step, {s.key for s in recipe.steps}, step in {s.key for s in recipe.steps})
    rows = np.flatnonzero(chosen).astype(np.int64)
    ids = run.ids[rows]
    view = Texts(np.ascontiguousarray(ids).ravel(), np.arange(0, 16 * len(ids) + 1, 16, dtype=np.int64))
    draw = keyed_hashes(seed.to_bytes(8, "big", signed=True), view, 8).copy().view(">u8").ravel()
    return rows[np.argsort(draw, kind="stable")], edits


def _refuse_unknown(what: str, word: str, known: set[str], ok: bool) -> None:
    if not ok:
        raise UsageError(f"没有这个{what}: {word}", hint=suggest(word, sorted(known)))


def _treats(run: Run, step: str, replay: Replay) -> bool:
    return step in {s.key for s in run.replayer.recipe.of_phase("treat")} and replay.after != replay.cleaned


def _peeked(run: Run, number: int, replay: Replay) -> Peeked:
    code = int(run.decided.drop[number])
    step, reason = ("", "") if code == KEPT else run.decided.reasons[code]
    row = run.replayer.rows.take(np.array([number], np.int64), [schema.ID, schema.SOURCE]).to_pylist()[0]
    return Peeked(
        row[schema.ID].hex(), run.replayer.recipe.sources[row[schema.SOURCE]].label, step, reason,
        "\n".join(replay.before), "\n".join(replay.after), _flat_spans(replay),
    )  # fmt: skip


def _flat_spans(replay: Replay) -> list[tuple[int, int, str]]:
    """Spans in the joined text: a string's offset is what the strings before it take, line breaks included."""
    starts = np.cumsum([0] + [len(text) + 1 for text in replay.after]).tolist()
    at = dict(zip(replay.places, starts, strict=False))
    shifted = ((at[span["leaf"], span["item"]], span) for span in replay.spans)
    return [(base + span["start"], base + span["end"], span["kind"]) for base, span in shifted]


def write_xlsx(rows: list[Peeked], path: Path) -> None:
    """The sample as a workbook; cells are text, never formulas. Holds raw text: keep it on this machine."""
    from corpora import spreadsheets

    names = {"编号": "id", "来源": "source", "步骤": "step", "原因": "reason", "处理前": "before", "处理后": "after"}
    columns = {label: pa.array([getattr(row, name) for row in rows], pa.large_string()) for label, name in names.items()}
    with path.open("wb") as out:
        spreadsheets.write_xlsx(pa.table(columns).to_batches(), out)


def explain(target: str, id: str, *, with_text: bool = False) -> dict[str, Any]:  # noqa: A002
    """The passport of the row with this public id. Raises UsageError when no row has it.

    Of text it tells lengths, of declared columns what would be released; `with_text`: both as they stand in the source.
    """
    run = Run.open(target)
    number = row_ids.find(run.ids, run.decided.kept, id)
    replay = run.replayer.row(number)
    told = story(run, number, replay)
    columns = _columns(run, replay, with_text)
    return {
        "id": told["id"],
        "origin": run.replayer.origin(number, with_key=with_text),
        "fate": told["fate"],
        **({"text": _texts(run, replay)} if with_text else {}),
        "edits": [_edit(edit, with_text) for edit in replay.edits],
        "findings": replay.spans,
        "decisions": told["decisions"],
        "signals": columns | told["signals"],
        "stands_for": _duplicates(run, number),
    }


def story(run: Run, number: int, replay: Replay) -> dict[str, Any]:
    """What is told of a row beside its text: id, origin, fate with its marks, decisions, signals, columns as released."""
    decided, code = run.decided, int(run.decided.drop[number])
    return {
        "id": run.ids[number].tobytes().hex(),
        "origin": run.replayer.origin(number),
        "fate": {
            "kept": code == KEPT,
            "split": NAMES[int(decided.split[number])] if code == KEPT else None,
            **_mark(run, number, code),
        },
        "decisions": _decisions(run, number),
        "signals": _signals(run, number),
        "columns": _columns(run, replay, False),
    }


def _texts(run: Run, replay: Replay) -> list[dict[str, Any]]:
    """Every string as it stands in the source and as it is released."""
    return [
        {"leaf": run.replayer.recipe.leaves[leaf].path, "item": item, "before": before, "after": after}
        for (leaf, item), before, after in zip(replay.places, replay.before, replay.after, strict=True)
    ]


def _mark(run: Run, number: int, code: int) -> dict[str, Any]:
    if code == KEPT:
        return {}
    step, reason = run.decided.reasons[code]
    marks = pq.read_table(run.replayer.state.here / "marks.parquet", filters=[("row", "=", number)]).to_pylist()
    return {
        "step": step,
        "reason": reason,
        "marks": [{k: mark[k] for k in ("step", "reason", "value", "bound")} for mark in marks],
    }


def _edit(edit: Edit, with_text: bool) -> dict[str, Any]:
    said = {"step": edit.step, "leaf": edit.leaf, "cause": edit.cause, "removed": len(edit.old), "added": len(edit.new)}
    return said | ({"old": edit.old, "new": edit.new} if with_text else {})


def _columns(run: Run, replay: Replay, with_text: bool) -> dict[str, Any]:
    """Declared columns: a value of a personal column that nothing has replaced is shown as what it is."""
    said = {}
    identities = run.replayer.recipe.identities
    known = identities.columns if identities else {}
    for name, column in own_columns(run.replayer.recipe):
        raw, released = replay.columns[name]
        kind = whole_kind(name, column, known)
        said[name] = raw if with_text else f"[{label(*kind)}]" if kind and raw and released == raw else released
    return said


def _signals(run: Run, number: int) -> dict[str, Any]:
    """Everything that was measured: no text, and no column of the source."""
    table: pa.Table = run.replayer.rows.take(np.array([number], np.int64))
    recipe = run.replayer.recipe
    others = PRIVATE | {leaf.column for leaf in recipe.leaves} | {name for name, _ in own_columns(recipe)}
    return {name: value for name, value in table.to_pylist()[0].items() if name not in others and not name.startswith("_")}


def _decisions(run: Run, number: int) -> list[dict[str, Any]]:
    """What people decided about this row, oldest first; `applies`: whether its text is still the one that they judged."""
    row = run.replayer.rows.take(np.array([number], np.int64), [schema.ID, CONTENT_KEY]).to_pylist()[0]
    log = Log(run.workspace, run.replayer.recipe.corpus).read()
    mine = log.filter(pc.equal(log["id"], row[schema.ID].hex())).to_pylist()
    left_out = ("id", "content_key", "shown")
    return [
        {name: value for name, value in one.items() if name not in left_out}
        | {"applies": one["content_key"] == row[CONTENT_KEY].hex()}
        for one in mine
    ]


def _duplicates(run: Run, number: int) -> dict[str, Any]:
    rows = np.flatnonzero(run.decided.survivor == number)
    others = rows[rows != number]
    return {"rows": len(others), "first": [run.replayer.origin(int(row)) for row in others[:MANY]]}
