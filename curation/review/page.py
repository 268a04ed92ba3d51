"""复核: one row at a time, decided by keys in a bundled component; decisions come in batches and are acknowledged."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources
from itertools import groupby
from typing import Any

import streamlit as st

from corpora import roles
from corpora.catalog.people import Principal
from corpora.ui import address
from corpora.ui import page as ui
from corpora.ui.shelf import Entry
from corpora.ui.words import Words
from corpora.vocabulary import Term
from corpora.workspace import Workspace
from curation.review import candidates, marks
from curation.review.desk import Desk

AHEAD, MOST = 40, 500
"""Rows that a person holds before they are reached; the most of them that were passed by and are sent all the same."""
ROLES = ("reviewer", "officer", "curator", "owner")
"""In which a row is decided: the first of them that the person holds."""


def draw() -> None:
    t = ui.words()
    ui.title("复核", "Review", t("一次一行：1 保留，2 剔除，3 存疑，0 撤销，← → 前后；5 或用鼠标选中文字，标出漏掉的个人信息。决定记入日志，下次运行时生效，人的话高于规则。", "One row at a time: 1 keep, 2 drop, 3 unsure, 0 undo; 5, or the mouse, marks personal information that was missed. A decision beats a rule from the next run on."))  # fmt: skip
    person = ui.who()
    if not person.may_write():  # looking at a queue already takes rows from the others
        st.info(t("复核要用可写的令牌登录：看一行就是领走一行。", "Reviewing needs a token that may write: whoever looks at a row holds it."))  # fmt: skip
        return
    entries = ui.releases(person, worked=True)
    if not entries:
        ui.empty(
            t("这台机器上还没有完成的运行。", "No finished run is on this machine."),
            button=t("去运行", "Run one"),
            page="run",
        )
        return
    left, right = st.columns([2, 3])
    with left:
        entry = ui.choose(entries, label=t("版本", "Release"))
    with right:
        kind = _kind()
    assert entry is not None
    st.caption(_terms(t)[kind].meaning)
    with ui.guarded():
        _review(entry, kind, person)


def _kind() -> str:
    """The queue; like the release it stands in the address, so that a reload judges on where it stopped."""
    t, kinds = ui.words(), list(candidates.KINDS)
    kinds.insert(0, kinds.pop(kinds.index("near")))
    default = address.settle("queue", "review_kind", kinds)
    kind = st.segmented_control(t("看哪些行", "Which rows"), list(candidates.KINDS), default=default, key="review_kind", required=True, format_func=lambda one: _terms(t)[one].label) or "near"  # fmt: skip
    ui.told("queue", "review_kind", kinds, kind)
    return kind


def _terms(words: Words) -> dict[str, Term]:
    """Queues in the language of the page."""
    return candidates.KINDS if words.language == "zh" else candidates.ENGLISH


def role_of(person: Principal, corpus: str) -> str:
    """The role in which this person decides."""
    return next((role for role in ROLES if person.holds(corpus, role)), "reviewer") if not person.local else "owner"


def _desk(entry: Entry, kind: str, person: Principal) -> Desk:
    """Opened once a session and queue: opening reads the run's decisions."""
    role, restores_as = role_of(person, entry.corpus), roles.of(Workspace(), person, entry.corpus, "restore") or ""
    key = (
        f"desk:{entry.release.hash}:{kind}:{person.name}:{role}:{restores_as}"  # a role that was taken away closes its desk
    )
    if key not in st.session_state:
        assert entry.work is not None
        st.session_state[key] = Desk(Workspace(), entry.work, kind, who=person.name, role=role, restores_as=restores_as)
    return st.session_state[key]


@cache
def _source(name: str) -> str:
    return (resources.files("curation.review.component") / name).read_text("utf-8")


@st.fragment
def _review(entry: Entry, kind: str, person: Principal) -> None:
    desk = _desk(entry, kind, person)
    # registered at every run: a component belongs to the running server, and that is all it costs
    component = st.components.v2.component(
        "yuliao_review",
        html=_source("review.html"),
        css=_source("review.css"),
        js=_source("picker.js") + _source("review.js"),
    )
    state = st.session_state.setdefault(f"review:{person.name}", {"client": "", "acked": 0, "mistake": ""})
    batch = (st.session_state.get("review_desk") or {}).get("batch")
    if batch:
        take(lambda queue: _desk_of(queue, person), batch, state)
    rows = [card.to_dict() for card in desk.take(AHEAD + _skipped(batch, entry, kind), ui.words())]
    data = {"person": person.name, "queue": _queue(entry, kind), "rows": rows, "client": state["client"], "acked": state["acked"],
            "mistake": state["mistake"], "counts": desk.counts(), "words": _words()}  # fmt: skip
    component(data=data, key="review_desk", on_batch_change=lambda: None)


def _queue(entry: Entry, kind: str) -> str:
    return f"{entry.release.hash[:16]}-{kind}"


def _skipped(batch: dict[str, Any] | None, entry: Entry, kind: str) -> int:
    """Rows that this person has passed by in this queue: as many more are sent."""
    said = (batch or {}).get("skipped") if (batch or {}).get("queue") == _queue(entry, kind) else 0
    return min(said, MOST) if isinstance(said, int) and said > 0 else 0


def _desk_of(queue: str, person: Principal) -> Desk | None:
    """The desk that a decision was made at: its batch may arrive when another queue is open already."""
    release, _, kind = queue.partition("-")
    found = [one for one in ui.releases(person, worked=True) if one.release.hash[:16] == release]
    return _desk(found[0], kind, person) if found and kind in candidates.KINDS else None


def take(desk_of: Callable[[str], Desk | None], batch: dict[str, Any], state: dict[str, Any]) -> None:
    """Writes what is new in a batch, each at its desk. A batch of an earlier load of the page has another client and numbers
    of its own."""
    before = state["acked"] if batch.get("client") == state["client"] else 0
    fresh = [one for one in batch.get("decisions", []) if int(one.get("seq", 0)) > before]
    for queue, said in groupby(fresh, lambda one: str(one.get("queue", ""))):
        if (desk := desk_of(queue)) is not None:
            desk.submit(list(said))
        else:
            state["mistake"] = ui.words()("有决定没有写下：那个版本不在这里了", "Not written: that version is gone")
    state.update(client=str(batch.get("client")), acked=max([before, *(int(one.get("seq", 0)) for one in fresh)]))


def _words() -> dict[str, Any]:
    t = ui.words()
    return {"keep": t("保留", "keep"), "drop": t("剔除", "drop"), "unsure": t("存疑", "unsure"), "undo": t("撤销", "undo"),
            "saving": t("正在保存", "saving"), "saved": t("已保存", "saved"), "decided": t("已定", "decided"), "left": t("还有", "left"),
            "none": t("这个队列里没有要看的行了。", "Nothing is left in this queue."), "others": t("别人手里", "with others"),
            "held": t("你的行看完了。还有 {n} 行正由别人复核；放下的行最长 15 分钟后回到队列，这里会自动取来。", "Yours are done. {n} rows are with other reviewers; what they leave comes back within 15 minutes, and appears here by itself."),
            "was": t("已定为", "decided:"),
            "skipped": t("到头了。有 {n} 行跳过没定，按 ← 回去。", "The end. {n} rows were passed by: go back with the left arrow."),
            "mark": t("标注片段", "mark"), "nothing": t("不是个人信息", "not personal"), "leave": t("返回", "back"),
            "pick": t("选中 {n} 字：数字键定种类，← → 移动，Shift 加 ← → 增减，↑ ↓ 到上一处、下一处", "{n} chosen: a digit names the kind, arrows move, with Shift they stretch"),
            "states": {"fixed": t("已替换，不能还原", "replaced"), "found": t("已替换，按 0 还原", "replaced; 0 gives it back"), "theirs": t("别人标出，已替换或下次运行替换", "marked by somebody else"), "mine": t("下次运行替换，按 0 撤回", "replaced by the next run; 0 takes it back"), "back": t("下次运行还原，按 0 撤回", "given back by the next run; 0 takes it back")},
            "kinds": marks.kinds(t),
            "cluster": t("一次决定整簇 {n} 行", "decide for all {n} rows of the cluster"), "rows": t("{n} 行", "{n} rows")}  # fmt: skip
