"""What the page of annotation tells and does: batches, agreement, disputes; sending, fetching, asking a reviewer. No drawing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from annotation import adjudication, measures, outcome
from annotation import push as pushing
from annotation.batch import REVIEWER, Batch
from annotation.reaching import connect, people, where
from corpora.catalog import Catalog
from corpora.errors import UsageError
from corpora.release import Release
from corpora.ui import english
from corpora.ui.words import Words
from corpora.workspace import Workspace

PROJECTS = ("keep_drop", "document_quality", "pii_spans")
GROUPS = {"all": ("全部", "all"), "random": ("随机对照", "random control"), "shown": ("有预标", "pre-annotated")}
_MEASURES = {
    "percent": ("相同的比例", "same answers"), "alpha": ("Krippendorff α", "Krippendorff α"), "cohen": ("Cohen κ", "Cohen κ"),
    "fleiss": ("Fleiss κ", "Fleiss κ"), "span": ("片段 F1（按字）", "span F1, characters"),
}  # fmt: skip


def title(chinese: str, name: str, words: Words) -> str:
    """The title of a project; those of a team's own have one only."""
    return words(chinese, english.PROJECTS.get(name, chinese))


@dataclass(frozen=True)
class Line:
    """A measure of agreement with its 95 % interval; pair: of which two people, "" for all; units: tasks that it rests on."""

    group: str
    label: str
    pair: str
    value: float
    low: float
    high: float
    units: int


@dataclass(frozen=True)
class Dispute:
    """A task about which people differ. said: name → words of the answer; marks: name → (start, end, kind); waits: a reviewer
    has it."""

    task: str
    text: str
    said: Mapping[str, str]
    marks: Mapping[str, list[tuple[int, int, str]]]
    waits: bool


def agreement(batch: Batch, words: Words) -> list[Line]:
    """Every measure of a batch, group by group."""
    return [
        Line(words(*GROUPS[group]), _measure(key, words), key.partition(" ")[2], one.value, one.low, one.high, one.units)
        for group, some in measures.of(batch).items() for key, one in some.items()
    ]  # fmt: skip


def _measure(key: str, words: Words) -> str:
    name, _, pair = key.partition(" ")
    known = next((said for begin, said in _MEASURES.items() if name.startswith(begin)), (name, name))
    return f"{words(*known)} {pair}".strip()


def disputes(batch: Batch, words: Words) -> list[Dispute]:
    """Open disputes with the text as the annotators saw it: treated."""
    asked = {task for desk in batch.desks() if desk.role == REVIEWER for task in desk.tasks}
    labels = {one.key: one.label if words.language == "zh" else one.key for one in batch.project.choices}
    return [_dispute(batch, one, labels, one.task in asked) for one in adjudication.disputes(batch)]


def _dispute(batch: Batch, one: outcome.Outcome, labels: Mapping[str, str], waits: bool) -> Dispute:
    said = {desk.name: labels.get(answer["choice"], answer["choice"]) for desk, answer in one.said}
    marks = {desk.name: [(m["start"], m["end"], m["kind"]) for m in answer["marks"]] for desk, answer in one.said}
    return Dispute(one.task, str(batch.tasks[one.task]["text"]), said, marks, waits)


def names(text: str) -> list[str]:
    """People as they are typed: one a line, or with commas between them."""
    return [part.strip() for part in text.replace("，", "\n").replace(",", "\n").splitlines() if part.strip()]


def prepare(
    workspace: Workspace, release: Release, project: str, who: Sequence[str], *, n: int, overlap: float, seed: int, by: str
) -> Batch:
    """Draws a batch; nothing is sent yet. The same wishes find the same batch."""
    from annotation import project as projects

    asked = projects.load(project)
    batch = pushing.prepare(workspace, release, asked, people(list(who)), n=n, seed=seed, url=where(""), overlap=overlap)
    _log(workspace, batch, by, "prepare", len(batch.tasks))
    return batch


def send(workspace: Workspace, batch: Batch, *, by: str, report: Callable[[float], None]) -> int:
    """Brings a batch onto its server; sent again it goes on. report: share of the tasks that are there. Gives tasks sent."""
    left = sum(len(desk.tasks) - len(batch.known(desk)[1]) for desk in batch.desks())
    done = 0

    def more(count: int, _: int) -> None:
        nonlocal done
        done += count
        report(min(done / max(left, 1), 1.0))

    told = pushing.push(batch, connect(workspace, "", batch), report=more)
    _log(workspace, batch, by, "push", int(told["sent"]))
    return int(told["sent"])


def collect(workspace: Workspace, batch: Batch, *, by: str) -> dict[str, int]:
    """New answers, and what follows from them in the log of decisions: counts by what they are."""
    from annotation import decided
    from annotation import pull as pulling

    told = pulling.pull(batch, connect(workspace, "", batch)) | decided.write(batch, workspace)
    _log(workspace, batch, by, "pull", told["answers"])
    return told | outcome.states(batch)


def settle(workspace: Workspace, batch: Batch, reviewer: str, *, by: str, report: Callable[[float], None]) -> int:
    """Gives the open disputes to a reviewer who has not annotated here, and sends them. Gives how many."""
    named = people(names(reviewer)[:1])
    if not named:
        raise UsageError("请写复核人 / name the reviewer", hint="没有标过这一批的人 / somebody who has not annotated here")
    server = connect(workspace, "", batch)  # first: nobody is asked while no server answers
    desk = adjudication.ask(batch, named[0][0], account=named[0][1])
    pushing.push(batch, server, report=lambda done, total: report(done / max(total, 1)))
    _log(workspace, batch, by, "adjudicate", len(desk.tasks) if desk else 0)
    return len(desk.tasks) if desk else 0


def _log(workspace: Workspace, batch: Batch, by: str, act: str, count: int) -> None:
    corpus = str(batch.facts["corpus"])
    Catalog(workspace.catalog).audit.append("annotate", who=by, corpus=corpus, batch=batch.name, act=act, count=count, where="app")  # fmt: skip
